"""What an answer rests on."""

from datetime import date
from typing import Any

import numpy as np

from tests.workflow.factors.small_markets import (
    FAST,
    LISTED,
    MONTHS,
    NONE,
    RETURNS,
    THRESHOLDS,
    entry,
    small_market,
    view_of,
)
from trimtab.domain.factors.eligibility import Exclusion
from trimtab.domain.factors.market import Finding
from trimtab.workflow.factors.quality import Gathered, data_quality, metadata
from trimtab.workflow.factors.timing import Timings
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_results import AnalysisMetadata, DataQuality, Unavailable

STOPPED = np.where(np.arange(MONTHS) > 20, NONE, FAST * 0.02)


def troubled(**scope: Any) -> View:
    """OLD stopped months ago, NEW has no prices, and GLD has faulty ones; EFA has closes alone."""
    listed = (*LISTED, entry("style", "OLD"), entry("industry", "OLD"), entry("bond", "NEW", "bond"))
    findings = [
        Finding("GLD", date(2025, 5, 1), "price_not_positive", "Its price isn't above 0.", 3),
        Finding("SPY", date(2025, 6, 2), "gap", "No price for 12 days."),
    ]
    market = small_market(
        returns={**RETURNS, "OLD": STOPPED},
        listed=listed,
        findings=findings,
        unadjusted=("EFA", "TLT", "BIL"),
        dividends={"TLT": 0.2},
    )
    return view_of(market, beside=("SPY",), **scope)


def quality(view: View, **gathered: Any) -> DataQuality:
    return data_quality(view, Gathered(**gathered))


def described(view: View, **gathered: Any) -> AnalysisMetadata:
    return metadata(view, Gathered(**gathered), thresholds=THRESHOLDS, options={"benchmark": "SPY"})


def test_who_is_left_out_is_listed_with_category_and_reason() -> None:
    table = quality(troubled()).exclusions
    assert table.columns == ("ticker", "category", "reason", "detail")
    assert [row[:3] for row in table.rows] == [
        ("GLD", "commodity", "faulty_prices"),
        ("NEW", "bond", "no_data"),
        ("OLD", "industry", "thin_history"),
    ]


def test_what_single_sections_left_out_follows_once_each_and_names_the_section() -> None:
    left = (Exclusion("TLT", "few_common_months", "Too few."), "matrices:bond")
    label = (Exclusion("defensive", "constant", "Equal."), "matrices:industry")
    rows = quality(troubled(factor_categories=("bond",)), exclusions=[left, left, label]).exclusions.rows
    assert rows[1:] == (
        ("TLT", "bond", "few_common_months", "matrices:bond: Too few."),
        ("defensive", "", "constant", "matrices:industry: Equal."),
    )


def test_counts_are_by_category_of_what_is_looked_at() -> None:
    table = quality(troubled()).counts
    assert table.columns == ("category", "in_universe", "used", "coverage_pct")
    assert table.rows == (
        ("industry", 4, 3, 75.0),
        ("style", 2, 1, 50.0),
        ("market", 2, 2, 100.0),
        ("bond", 3, 2, 100 * 2 / 3),
        ("cash", 1, 1, 100.0),
        ("commodity", 1, 0, 0.0),
    )
    assert [row[0] for row in quality(troubled(factor_categories=("cash",))).counts.rows] == ["cash"]


def test_findings_are_those_of_what_is_looked_at_or_needed() -> None:
    assert quality(troubled()).findings.rows == (
        ("GLD", "2025-05-01", "price_not_positive", 3, "Its price isn't above 0."),
        ("SPY", "2025-06-02", "gap", 1, "No price for 12 days."),
    )
    assert [row[0] for row in quality(troubled(factor_categories=("bond",))).findings.rows] == ["SPY"]


def test_what_returns_were_made_of_is_counted_and_named_where_it_is_no_adjusted_close() -> None:
    found = quality(troubled())
    assert found.price_basis == {"adj_close": 6, "close": 2, "close_and_dividends": 1}
    assert found.other_basis == {"close": ("BIL", "EFA"), "close_and_dividends": ("TLT",)}


def test_a_benchmark_of_closes_alone_is_named_though_it_is_not_looked_at() -> None:
    market = small_market(unadjusted=("SPY", "EFA"))
    found = quality(view_of(market, beside=("SPY",), factor_categories=("bond",)))
    assert found.price_basis == {"adj_close": 2}
    assert found.other_basis == {"close": ("SPY",)}


def test_notes_are_told_once_and_what_was_unavailable_as_it_came() -> None:
    missing = Unavailable(section="rolling", reason="none")
    found = quality(troubled(), notes=["b", "a", "b"], unavailable=[missing])
    assert found.notes == ("b", "a")
    assert found.unavailable == (missing,)


def test_the_answer_says_how_it_was_made() -> None:
    view = troubled()
    found = described(view, cached=["panel", "rolling"], sizes={"rolling": 3})
    assert (found.universe_hash, found.universe_size) == (view.material.universe.hash, len(LISTED) + 3)
    assert (found.start_date, found.end_date, found.n_months) == ("2024-02-01", "2026-02-28", 25)
    assert found.min_observations == 24
    assert found.data_source.model_dump() == {
        "market": "small",
        "market_digest": "digest",
        "market_as_of": "2026-02-28",
        "reference": "database",
        "reference_note": "",
    }
    assert (found.cached, found.sizes, found.options) == (("panel", "rolling"), {"rolling": 3}, {"benchmark": "SPY"})
    assert found.dedup_pairs is None


def test_duplicates_that_were_dropped_are_a_table_even_where_there_are_none() -> None:
    none = described(troubled(), dedup_pairs=[]).dedup_pairs
    one = described(troubled(), dedup_pairs=[("GLD", "BIL", 0.99)]).dedup_pairs
    assert none is not None
    assert one is not None
    assert none.rows == ()
    assert (one.columns, one.rows) == (("dropped", "kept", "correlation"), (("GLD", "BIL", 0.99),))


def test_slow_sections_are_warned_of() -> None:
    found = described(troubled(), timings=Timings({"rolling_ms": 3_000.12345}))
    assert found.warnings == ("rolling_ms took 3,000 ms, more than 2,000.",)
    assert found.performance["rolling_ms"] == 3_000.123
    assert list(found.performance) == ["rolling_ms", "total_ms"]


def test_stale_candidates_are_those_of_the_whole_universe() -> None:
    table = described(troubled(factor_categories=("cash",))).stale_factor_candidates
    assert table.columns == ("ticker", "category", "reason", "detail")
    assert [row[:3] for row in table.rows] == [
        ("NEW", "bond", "no_data"),
        ("OLD", "industry", "dead"),
        ("OLD", "style", "dead"),
    ]
