"""What a person reads of factor intelligence, on a terminal of a hundred columns."""

import pytest

from tests.tools.factors.scripted_factors import CORRELATIONS, MATRIX, OFFSETS, PERFORMANCE
from trimtab.cli.factor_tables import print_correlations, print_offsets, print_performance
from trimtab.tools.factors.shaping import shown_correlations, shown_offsets, shown_performance
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance, RecommendOffsets
from trimtab.workflow.ports.factor_results import Correlations, Matrix


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, with one space for several."""
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 130
    return [" ".join(line.split()) for line in out.splitlines()]


def test_every_section_of_correlations_is_printed_with_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    print_correlations(CORRELATIONS)
    lines = lines_of(capsys)
    for line in (
        "small: 60 months, 2021-11-01 to 2026-10-31; 3 entries, reference data from the yaml.",
        "bond: 3 labels, 60 months; below 0.25 either way none is distinguishable from 0",
        "AGG 1.00 0.50 -0.25",
        "ticker category 2Y corr 2Y slope 10Y corr 10Y slope",
        "AGG bond -0.90 -5.00 -0.95",
        "ticker category SPY corr SPY beta EEM corr EEM beta",
        "XLK industry 0.86 1.23",
        "XLU industry 0.50 0.60",
        "Too many ETFs.",
        "equity bond 12 0.25",
        "regime rates_rising: 3 labels, 60 months; below 0.25 either way none is distinguishable from 0",
        "JJC commodity thin_history 19 of 24.",
        "overlays:rate can't be computed: the market data has no yields",
        "Something to know.",
        "total_corr_ms took long.",
        "The records' database isn't there yet.",
    ):
        assert line in lines


def test_what_was_not_asked_for_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    bare = CORRELATIONS.model_copy(
        update={
            "matrices": None, "overlays": None, "macro": None, "rolling": None, "regimes": None,
            "data_quality": CORRELATIONS.data_quality.model_copy(update={
                "exclusions": CORRELATIONS.data_quality.exclusions.model_copy(update={"rows": ()}),
                "unavailable": (), "notes": (),
            }),
            "analysis_metadata": CORRELATIONS.analysis_metadata.model_copy(update={
                "warnings": (),
                "data_source": CORRELATIONS.analysis_metadata.data_source.model_copy(update={"reference_note": ""}),
            }),
        }
    )  # fmt: skip
    print_correlations(bare)
    assert len(lines_of(capsys)) == 1


def test_parts_of_macro_and_overlays_stand_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert CORRELATIONS.macro is not None
    assert CORRELATIONS.macro.etf is not None
    assert CORRELATIONS.overlays is not None
    curated = CORRELATIONS.macro.etf.model_copy(update={"fallback": ""})
    part = {
        "matrices": None,
        "regimes": None,
        "overlays": CORRELATIONS.overlays.model_copy(update={"rate": None}),
    }
    for macro, heading in (({"composite": None, "etf": curated}, "macro ETFs"), ({"etf": None}, "macro composites")):
        update = {**part, "macro": CORRELATIONS.macro.model_copy(update=macro)}
        print_correlations(CORRELATIONS.model_copy(update=update))
        headings = [line.partition(":")[0] for line in lines_of(capsys) if "labels" in line]
        assert headings == [heading]


def with_matrix(matrix: Matrix) -> Correlations:
    """An answer with this matrix alone."""
    return CORRELATIONS.model_copy(update={"matrices": {"bond": matrix}, "macro": None, "regimes": None})


def test_a_wide_matrix_is_printed_in_blocks_of_a_hundred_columns(capsys: pytest.CaptureFixture[str]) -> None:
    labels = tuple(f"T{number:03}" for number in range(30))
    wide = Matrix(labels=labels, values=((0.5,) * 30,) * 30, n_months=60, indistinct_below=0.25)
    print_correlations(with_matrix(wide))
    out = capsys.readouterr().out.splitlines()
    heads = [line.split() for line in out if line.split()[:1] in (["T000"], ["T013"], ["T026"]) and "0.50" not in line]
    assert [head[0] for head in heads] == ["T000", "T013", "T026"]
    assert [label for head in heads for label in head] == list(labels)
    assert all(len(line) <= 100 for line in out if line.startswith("T0"))


def test_long_labels_are_numbered_in_the_columns(capsys: pytest.CaptureFixture[str]) -> None:
    print_correlations(with_matrix(MATRIX.model_copy(update={"labels": ("Communication", "B", "C")})))
    lines = lines_of(capsys)
    assert "1 2 3" in lines
    assert "1 Communication 1.00 0.50 -0.25" in lines


def test_strong_pairs_are_printed_below_their_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = CORRELATIONS.data_quality.counts.model_copy(
        update={"columns": ("label", "other", "correlation"), "rows": (("AGG", "GLD", 0.5),)}
    )
    print_correlations(with_matrix(MATRIX.model_copy(update={"strong_pairs": pairs})))
    lines = lines_of(capsys)
    assert lines.index("bond: strong pairs") < lines.index("AGG GLD 0.50")


def test_text_stands_as_it_was_made(capsys: pytest.CaptureFixture[str]) -> None:
    shown = shown_correlations(CORRELATIONS, ComputeCorrelations(format="table", top_n_per_matrix=2))
    print_correlations(shown)
    out = capsys.readouterr().out
    assert "bond: 2 of 3 labels, 60 months" in out
    assert "\n      AGG   GLD\nAGG  1.00  0.50\nGLD  0.50  1.00\n" in out


def test_a_correlation_just_below_zero_is_printed_without_a_minus(capsys: pytest.CaptureFixture[str]) -> None:
    print_correlations(with_matrix(MATRIX.model_copy(update={"values": ((1.0, -0.001, 0.0),) * 3})))
    assert "AGG 1.00 0.00 0.00" in lines_of(capsys)


def test_performance_is_printed_in_percent_with_the_number_of_members(capsys: pytest.CaptureFixture[str]) -> None:
    print_performance(PERFORMANCE)
    lines = lines_of(capsys)
    assert "Beta to SPY; risk-free: the mean of BIL." in lines
    assert "AGG bond 2.13 5.97 -0.20 -17.26 0.07 3.95 60" in lines
    assert "bond 2 2.00 6.00 -15.00 0.12 60" in lines


def test_performance_may_lack_profiles_and_a_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    print_performance(PERFORMANCE.model_copy(update={"profiles": None, "composites": None, "benchmark": None}))
    assert "Beta to nothing; risk-free: the mean of BIL." in lines_of(capsys)


def test_performance_as_text_stands_as_it_was_made(capsys: pytest.CaptureFixture[str]) -> None:
    shown = shown_performance(PERFORMANCE, ComputePerformance(format="toon"))
    print_performance(shown)
    assert f"\n{shown.text}\n" in capsys.readouterr().out


def test_offsets_say_what_is_sold_and_what_each_candidate_would_change(capsys: pytest.CaptureFixture[str]) -> None:
    print_offsets(OFFSETS)
    lines = lines_of(capsys)
    for line in (
        "Portfolio over 60 months: volatility 8.67 %, beta - to SPY, maximum drawdown -14.38 %, "
        "correlation 0.77 with Technology.",
        "Technology (subindustry): SMH, XLK.",
        "A shift of 5 % sells SPY 5.00 %, and buys one of:",
        "GLD commodity -0.40 -3.32 60 offsets -0.46 -0.04 0.77 100.00",
        "DBA commodity 0.01 60 diversifies, corr ~ 0 -0.46 -0.04 0.77",
        "2 of 46 candidates.",
        "USO restricted It is restricted.",
    ):
        assert line in lines


def test_without_a_value_there_are_no_costs(capsys: pytest.CaptureFixture[str]) -> None:
    nobody = OFFSETS.left_out.model_copy(update={"rows": ()})
    print_offsets(OFFSETS.model_copy(update={"recommendations": OFFSETS.recommendations[1:], "left_out": nobody}))
    assert "DBA commodity 0.01 60 diversifies, corr ~ 0 -0.46 -0.04 0.77" in lines_of(capsys)


def test_a_portfolio_without_figures_has_dashes(capsys: pytest.CaptureFixture[str]) -> None:
    unknown = {"volatility": None, "max_drawdown": None, "correlation_with_factor": None}
    portfolio = OFFSETS.portfolio.model_copy(update=unknown)
    print_offsets(OFFSETS.model_copy(update={"portfolio": portfolio}))
    assert "volatility -, beta - to SPY, maximum drawdown -, correlation - with Technology." in capsys.readouterr().out


def test_offsets_as_text_stand_as_they_were_made(capsys: pytest.CaptureFixture[str]) -> None:
    asked = RecommendOffsets.model_validate({"portfolio": {"SPY": 1}, "overexposed_factor": "T", "format": "table"})
    shown = shown_offsets(OFFSETS, asked)
    print_offsets(shown)
    assert f"\n{shown.text}\n" in capsys.readouterr().out
