"""Every section that was asked for, from the cache or anew; what can't be is told and fails nothing else."""

from datetime import timedelta
from typing import Any

from tests.clock import FixedClock
from tests.workflow.factors.small_markets import NONE, RETURNS, THRESHOLDS, entry, small_market, view_of
from trimtab.workflow.factors.correlating import SectionCache, correlations
from trimtab.workflow.factors.kept import MOST_NUMBERS, KeptForAWhile
from trimtab.workflow.factors.options import chosen_options
from trimtab.workflow.factors.quality import Gathered
from trimtab.workflow.factors.sections import NotPossible
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_requests import ComputeCorrelations
from trimtab.workflow.ports.factor_results import Correlations

EVERYTHING = ("matrices", "overlays", "macro", "rolling", "regimes")


def cache_of(clock: FixedClock | None = None, most: int = MOST_NUMBERS) -> SectionCache:
    lasts = timedelta(minutes=THRESHOLDS.cache_minutes)
    return KeptForAWhile(most, lasts=lasts, clock=clock or FixedClock())


def answer(view: View | None = None, cache: SectionCache | None = None, **asked: Any) -> Correlations:
    options = chosen_options(ComputeCorrelations(**asked), THRESHOLDS)
    view = view or view_of(small_market(), beside=options.benchmarks)
    return correlations(view, options, thresholds=THRESHOLDS, cache=cache or cache_of(), gathered=Gathered())


def unavailable(found: Correlations) -> dict[str, str]:
    return {each.section: each.reason for each in found.data_quality.unavailable}


def test_by_default_there_are_matrices_overlays_and_the_composites() -> None:
    found = answer()
    assert list(found.matrices or {}) == ["industry", "style", "market", "bond", "cash", "commodity"]
    assert found.overlays is not None
    assert found.overlays.rate is not None
    assert found.overlays.market is not None
    assert found.macro is not None
    assert (found.macro.composite is not None, found.macro.etf) == (True, None)
    assert (found.rolling, found.regimes) == (None, None)
    assert unavailable(found) == {"matrices:crypto": "nothing in it has enough data in this window"}


def test_a_section_asked_for_alone_comes_alone() -> None:
    industry = answer(sections=("matrices:industry",))
    assert list(industry.matrices or {}) == ["industry"]
    assert (industry.overlays, industry.macro, industry.rolling, industry.regimes) == (None, None, None, None)
    rate = answer(sections=("overlays:rate",))
    assert rate.matrices is None
    assert rate.overlays is not None
    assert (rate.overlays.rate is not None, rate.overlays.market) == (True, None)
    etf = answer(sections=("macro:etf",))
    assert etf.macro is not None
    assert (etf.macro.composite, etf.macro.etf is not None) == (None, True)
    assert answer(sections=("rolling",)).rolling is not None
    assert sorted(answer(sections=("regimes",)).regimes or {}) == ["rates_falling", "rates_rising"]


def test_where_nothing_is_left_to_ask_for_the_answer_still_says_what_it_looked_at() -> None:
    found = answer(preset="light", include_macro_composite=False)
    assert (found.matrices, found.overlays, found.macro) == (None, None, None)
    assert len(found.data_quality.counts.rows) == 6


def test_what_can_not_be_computed_fails_nothing_else() -> None:
    market = small_market(yield_changes=None)
    found = answer(view_of(market, beside=("EEM",)), sections=EVERYTHING, market_benchmarks=("EEM",))
    assert sorted(unavailable(found)) == ["matrices:crypto", "overlays:market", "overlays:rate", "regimes"]
    assert found.overlays is not None
    assert (found.overlays.rate, found.overlays.market, found.regimes) == (None, None, None)
    assert len(found.matrices or {}) == 6
    assert found.rolling is not None
    assert "regimes" not in found.analysis_metadata.sizes


def test_every_section_is_timed_by_its_name_and_all_of_them_together() -> None:
    taken = answer(sections=EVERYTHING).analysis_metadata.performance
    categories = ("industry", "style", "market", "bond", "cash", "commodity", "crypto")
    assert set(taken) == {
        *(f"per_category_corr_ms.{category}" for category in categories),
        *("rate_sensitivity_ms", "market_sensitivity_ms", "macro_composite_ms", "macro_etf_ms"),
        *("rolling_ms", "regimes_ms", "total_corr_ms", "total_ms"),
    }
    assert taken["total_ms"] >= taken["total_corr_ms"] >= max(taken["rolling_ms"], taken["macro_etf_ms"])


def test_sizes_are_labels_of_matrices_rows_of_tables_and_numbers_of_regimes() -> None:
    sizes = answer(sections=EVERYTHING).analysis_metadata.sizes
    assert sizes["matrices:bond"] == 2
    assert sizes["overlays:market"] == 4
    assert sizes["macro:composite"] == 4
    assert sizes["macro:etf"] == 5
    assert sizes["rolling"] == (6 + 4) * 2  # 36 months are longer than what is looked at
    assert sizes["regimes"] == 2


def test_dropped_duplicates_are_told_where_the_macro_etfs_were_asked_for() -> None:
    pairs = answer(sections=("macro:etf",)).analysis_metadata.dedup_pairs
    assert pairs is not None
    assert [row[:2] for row in pairs.rows] == [("BIL", "XLE"), ("GLD", "XLE")]
    assert answer(sections=("macro:composite",)).analysis_metadata.dedup_pairs is None


def test_what_was_computed_before_is_kept_and_named() -> None:
    cache = cache_of()
    first = answer(cache=cache, sections=("matrices:bond", "regimes"))
    assert first.analysis_metadata.cached == ()
    second = answer(cache=cache, sections=("matrices:bond", "matrices:market", "regimes"))
    assert second.analysis_metadata.cached == ("matrices:bond", "regimes")
    assert (second.matrices or {})["bond"] == (first.matrices or {})["bond"]
    assert second.data_quality.notes == first.data_quality.notes


def test_what_can_not_be_computed_is_kept_too_without_all_that_it_passed_through() -> None:
    cache = cache_of()
    answer(cache=cache, sections=("matrices:crypto",))
    again = answer(cache=cache, sections=("matrices:crypto",))
    assert again.analysis_metadata.cached == ("matrices:crypto",)
    assert list(unavailable(again)) == ["matrices:crypto"]
    kept = [value for _, value in cache._values.values()]
    assert [type(value) for value in kept] == [NotPossible]
    assert all(value.__traceback__ is None for value in kept if isinstance(value, NotPossible))


def test_other_options_another_view_and_another_time_are_computed_anew() -> None:
    clock = FixedClock()
    cache = cache_of(clock)
    asked: dict[str, Any] = {"sections": ("matrices:market",)}
    answer(cache=cache, **asked)
    assert answer(cache=cache, **asked, correlation_threshold=0.5).analysis_metadata.cached == ()
    shorter = view_of(small_market(), beside=("SPY",), start_date="2024-03-01")
    assert answer(shorter, cache, **asked).analysis_metadata.cached == ()
    assert answer(cache=cache, **asked).analysis_metadata.cached == ("matrices:market",)
    clock.advance(timedelta(minutes=THRESHOLDS.cache_minutes))
    assert answer(cache=cache, **asked).analysis_metadata.cached == ()


def test_of_too_many_sections_those_used_longest_ago_are_forgotten() -> None:
    cache = cache_of(most=2)
    answer(cache=cache, sections=("matrices:market", "matrices:bond", "matrices:cash"))
    assert answer(cache=cache, sections=("matrices:cash",)).analysis_metadata.cached == ("matrices:cash",)
    assert answer(cache=cache, sections=("matrices:market",)).analysis_metadata.cached == ()


def test_who_was_left_out_of_one_section_is_listed_with_it() -> None:
    returns = {**RETURNS, "OLD": [NONE] * 24}
    market = small_market(returns=returns, listed=(*small_market().listed, entry("market", "OLD")))
    found = answer(view_of(market, beside=("SPY",)), sections=("matrices:industry",), max_factors=2)
    assert found.data_quality.exclusions.rows == (
        ("OLD", "market", "thin_history", "It has 0 returns in 25 months; at least 24 are needed."),
        ("XLU", "industry", "over_max_factors", "matrices:industry: max_factors is 2"),
    )
    again = answer(view_of(market, beside=("SPY",)), sections=("matrices:industry",), max_factors=2)
    assert again.data_quality == found.data_quality
