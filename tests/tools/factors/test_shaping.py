"""What of an answer is shown: matrices trimmed by one rule, values or text; nothing that was computed changes."""

import pytest

from tests.tools.factors.scripted_factors import CORRELATIONS, MATRIX, OFFSETS, PERFORMANCE
from trimtab.tools.factors.shaping import (
    matrices_of,
    shown_correlations,
    shown_offsets,
    shown_performance,
    with_at_most,
)
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance, Format, RecommendOffsets
from trimtab.workflow.ports.factor_results import Correlations

WANTED = {"portfolio": {"SPY": 1.0}, "overexposed_factor": "Technology"}


def offsets_in(wanted: Format) -> RecommendOffsets:
    return RecommendOffsets.model_validate({**WANTED, "format": wanted})


def test_as_json_the_answer_is_what_was_computed() -> None:
    assert shown_correlations(CORRELATIONS, ComputeCorrelations()) == CORRELATIONS
    assert shown_performance(PERFORMANCE, ComputePerformance()) == PERFORMANCE
    assert shown_offsets(OFFSETS, offsets_in("json")) == OFFSETS


@pytest.mark.parametrize(
    ("wanted", "has_values", "begins"),
    [("table", False, "       AGG"), ("toon", False, "matrix[3]{label,AGG,GLD,SPY}:"), ("both", True, "       AGG")],
)
def test_every_matrix_has_the_form_that_was_asked_for(wanted: Format, has_values: bool, begins: str) -> None:
    shown = matrices_of(shown_correlations(CORRELATIONS, ComputeCorrelations(format=wanted)))
    assert len(shown) == 4
    for matrix in shown:
        assert (matrix.values is not None) == has_values
        assert (matrix.text or "").startswith(begins)
        assert (matrix.labels, matrix.n_months, matrix.total) == (MATRIX.labels, 60, None)


def test_what_was_not_asked_for_stays_away() -> None:
    alone = CORRELATIONS.model_copy(update={"matrices": None, "macro": None, "regimes": None})
    assert shown_correlations(alone, ComputeCorrelations(format="both", top_n_per_matrix=1)) == alone
    assert matrices_of(alone) == ()
    empty = CORRELATIONS.model_copy(update={"macro": CORRELATIONS.macro.model_copy(update={"etf": None})})  # type: ignore[union-attr]  # it is there
    composites = empty.macro.model_copy(update={"composite": None})  # type: ignore[union-attr]  # it is there
    assert len(matrices_of(empty)) == 3
    assert len(matrices_of(empty.model_copy(update={"macro": composites}))) == 2


def test_trimmed_matrices_keep_what_moves_most_and_say_how_much_there_is() -> None:
    shown = shown_correlations(CORRELATIONS, ComputeCorrelations(top_n_per_matrix=2))
    for matrix in matrices_of(shown):
        assert matrix.labels == ("AGG", "GLD")
        assert matrix.values == ((1.0, 0.5), (0.5, 1.0))
        assert matrix.total == 3
    assert shown.overlays == CORRELATIONS.overlays


def test_a_matrix_that_is_small_enough_stays_as_it_is() -> None:
    assert shown_correlations(CORRELATIONS, ComputeCorrelations(top_n_per_matrix=3)) == CORRELATIONS


def test_trimming_twice_still_says_how_many_there_were() -> None:
    [first, *_] = matrices_of(with_at_most(with_at_most(CORRELATIONS, 2), 1))
    assert (first.labels, first.total) == (("AGG",), 3)


def test_text_of_a_trimmed_matrix_is_of_what_is_shown() -> None:
    shown: Correlations = shown_correlations(CORRELATIONS, ComputeCorrelations(format="table", top_n_per_matrix=2))
    assert [matrix.text for matrix in matrices_of(shown)] == ["      AGG   GLD\nAGG  1.00  0.50\nGLD  0.50  1.00"] * 4
    assert shown_correlations(shown, ComputeCorrelations(format="toon", top_n_per_matrix=1)) == shown


def test_performance_is_tables_or_one_text() -> None:
    table = shown_performance(PERFORMANCE, ComputePerformance(format="table"))
    assert (table.profiles, table.composites) == (None, None)
    text = (table.text or "").splitlines()
    assert text[0] == "profiles"
    assert text[2].split() == ["AGG", "bond", "2.13", "5.97", "-0.20", "-17.26", "0.07", "3.95", "60"]
    assert text[4] == "composites.macro"
    assert text[6].split() == ["bond", "2", "2.00", "6.00", "-", "-15.00", "0.12", "-", "60", "AGG,", "BND"]
    both = shown_performance(PERFORMANCE, ComputePerformance(format="both"))
    assert (both.text, both.profiles) == (table.text, PERFORMANCE.profiles)
    toon = shown_performance(PERFORMANCE, ComputePerformance(format="toon")).text or ""
    assert toon.startswith("profiles[1]{label,category,annualized_return,")
    assert "composites.macro" in toon


def test_performance_without_profiles_has_text_of_what_is_there() -> None:
    bare = PERFORMANCE.model_copy(update={"profiles": None, "composites": None})
    assert shown_performance(bare, ComputePerformance(format="table")).text == ""


def test_offsets_keep_their_recommendations_and_get_a_ranking_to_read() -> None:
    for wanted in ("table", "both", "toon"):
        shown = shown_offsets(OFFSETS, offsets_in(wanted))
        assert shown.recommendations == OFFSETS.recommendations
        assert shown.text
    table = (shown_offsets(OFFSETS, offsets_in("table")).text or "").splitlines()
    assert table[2].split()[:5] == ["GLD", "commodity", "-0.40", "-3.32", "60"]
    assert table[3].split()[:5] == ["DBA", "commodity", "0.01", "-", "60"]
