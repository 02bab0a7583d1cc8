"""Matrices in a reply are square, whatever there is to say; what is left out is said."""

from collections.abc import Sequence

import pytest

from tests.tools.factors.scripted_factors import CORRELATIONS, ScriptedFactors, call
from tests.tools.serving import text_of, tokens
from trimtab.tools.factors.matrix_fitting import fitting_correlations
from trimtab.tools.factors.shaping import matrices_of
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.factor_requests import ComputeCorrelations
from trimtab.workflow.ports.factor_results import Correlations, Matrix, Overlays
from trimtab.workflow.ports.results import Table

FORMATS = ("json", "table", "both", "toon")


def matrix_of(count: int) -> Matrix:
    """A matrix whose last columns move most with the others."""
    strength = [0.9 * (number + 1) / count for number in range(count)]
    values = tuple(
        tuple(1.0 if row == column else strength[row] * strength[column] for column in range(count))
        for row in range(count)
    )
    return Matrix(
        labels=tuple(f"T{number:03}" for number in range(count)), values=values, n_months=60, indistinct_below=0.25
    )


def answer_of(counts: Sequence[int], *, rows: int = 0) -> Correlations:
    """An answer with matrices of these sizes, and a long table beside them."""
    long = Table(
        columns=("ticker", "category", "benchmark", "correlation", "beta", "n_months"),
        rows=tuple(
            (f"T{row:03}", "industry", "SPY", 0.1234567890123456, 1.2345678901234567, 60) for row in range(rows)
        ),
    )
    return CORRELATIONS.model_copy(
        update={
            "matrices": {f"m{number}": matrix_of(count) for number, count in enumerate(counts)},
            "macro": None,
            "regimes": None,
            "overlays": Overlays(market=long),
        }
    )


def test_what_fits_is_shown_whole() -> None:
    answer = answer_of([15, 9], rows=20)
    assert fitting_correlations(answer, ComputeCorrelations()) == answer


def test_without_matrices_there_is_nothing_to_trim() -> None:
    answer = answer_of([], rows=2_000)
    assert fitting_correlations(answer, ComputeCorrelations()) == answer


@pytest.mark.parametrize("wanted", FORMATS)
def test_the_largest_are_trimmed_to_as_many_labels_as_fit(wanted: str) -> None:
    answer = answer_of([130, 8, 60])
    shown = matrices_of(fitting_correlations(answer, ComputeCorrelations.model_validate({"format": wanted})))
    most = len(shown[0].labels)
    assert [len(matrix.labels) for matrix in shown] == [most, 8, min(most, 60)]
    assert [matrix.total for matrix in shown] == [130, None, 60 if most < 60 else None]
    assert 20 <= most < 90
    assert shown[0].labels == tuple(f"T{number:03}" for number in range(130 - most, 130))


def test_a_note_says_what_is_left_out() -> None:
    shown = fitting_correlations(answer_of([100]), ComputeCorrelations())
    [matrix] = matrices_of(shown)
    assert shown.data_quality.notes[-1].startswith(f"Matrices show at most {len(matrix.labels)} labels each")
    assert shown.data_quality.notes[:-1] == CORRELATIONS.data_quality.notes


@pytest.mark.parametrize("count", [1, 3])
def test_however_many_matrices_there_are_each_shows_a_label(count: int) -> None:
    shown = fitting_correlations(answer_of([count] * 1_000), ComputeCorrelations())
    assert {len(matrix.labels) for matrix in matrices_of(shown)} == {1}


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize(("counts", "rows"), [((100,), 0), ((40, 40, 40), 700)])
async def test_a_reply_is_never_too_long_and_its_matrices_are_square(
    counts: tuple[int, ...], rows: int, wanted: str
) -> None:
    desk = ScriptedFactors({"correlations": answer_of(counts, rows=rows)})
    result = await call("compute_correlations", desk, format=wanted)
    assert result.structured_content is not None
    assert tokens(as_json(result.structured_content)) <= MOST_TOKENS
    assert tokens(text_of(result)) <= MOST_TOKENS
    for matrix in result.structured_content["matrices"].values():
        count = len(matrix["labels"])
        if wanted in {"json", "both"}:
            assert [len(row) for row in matrix["values"]] == [count] * count
        if wanted != "json":
            assert len(matrix["text"].splitlines()) == count + 1
    cut = {note["field"] for note in result.structured_content.get("truncated", [])}
    assert cut == ({"overlays.market"} if rows else set())
