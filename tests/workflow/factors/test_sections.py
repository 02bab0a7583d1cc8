"""The sections about correlations, one by one, with numbers that were worked out from the waves."""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from tests.workflow.factors.small_markets import (
    FAST,
    LISTED,
    MEDIUM,
    MONTHS,
    NONE,
    RETURNS,
    SLOW,
    THRESHOLDS,
    entry,
    market_of,
    small_market,
    view_of,
)
from trimtab.domain.factors.reference import Category
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.workflow.factors import sections
from trimtab.workflow.factors.options import CorrelationOptions, chosen_options
from trimtab.workflow.factors.sections import Computed, NotPossible
from trimtab.workflow.ports.factor_requests import ComputeCorrelations
from trimtab.workflow.ports.factor_results import MacroEtf, Matrix
from trimtab.workflow.ports.results import Cell, Table

ROOT_HALF = 1 / sqrt(2)


def options(thresholds: FactorThresholds = THRESHOLDS, **asked: Any) -> CorrelationOptions:
    return chosen_options(ComputeCorrelations(**asked), thresholds)


def matrix_of(computed: Computed) -> Matrix:
    assert isinstance(computed.result, Matrix)
    return computed.result


def values_of(computed: Computed) -> np.ndarray:
    return np.array(matrix_of(computed).values)


def table_of(computed: Computed) -> Table:
    assert isinstance(computed.result, Table)
    return computed.result


def etfs_of(computed: Computed) -> MacroEtf:
    assert isinstance(computed.result, MacroEtf)
    return computed.result


def rows_by_key(table: Table) -> dict[tuple[Cell, Cell], tuple[Cell, ...]]:
    """By ticker and what it is held against: the two figures and the months."""
    return {(row[0], row[2]): row[3:] for row in table.rows}


def category(name: Category, **asked: Any) -> Computed:
    return sections.category_matrix(view_of(small_market()), options(**asked), category=name)


def test_a_category_has_its_etfs_by_name_and_the_months_that_they_share() -> None:
    computed = category("market")
    assert (matrix_of(computed).labels, matrix_of(computed).n_months) == (("EFA", "SPY"), 24)
    np.testing.assert_allclose(values_of(computed), [[1, ROOT_HALF], [ROOT_HALF, 1]], atol=1e-12)
    assert computed.exclusions == ()


def test_a_category_of_one_etf_is_a_matrix_of_one() -> None:
    assert (matrix_of(category("style")).labels, matrix_of(category("style")).values) == (("MTUM",), ((1.0,),))


def test_industries_stand_in_their_groups_unless_a_finer_level_is_asked_for() -> None:
    by_group = category("industry")
    assert matrix_of(by_group).labels == ("defensive", "sensitive")
    assert values_of(by_group)[0, 1] == pytest.approx(-ROOT_HALF)
    by_industry = category("industry", industry_granularity="industry")
    assert matrix_of(by_industry).labels == ("Energy", "Technology", "Utilities")
    np.testing.assert_allclose(values_of(by_industry), [[1, 0, 0], [0, 1, -1], [0, -1, 1]], atol=1e-12)
    assert matrix_of(category("industry", industry_granularity="subindustry")).labels == (
        "Chips",
        "Energy",
        "Utilities",
    )


def test_a_category_without_a_usable_etf_is_not_possible() -> None:
    with pytest.raises(NotPossible, match="nothing in it has enough data"):
        category("crypto")


def test_pairs_beyond_the_threshold_are_listed_beside_the_matrix() -> None:
    strong = matrix_of(category("bond", correlation_threshold=0.5)).strong_pairs
    assert strong is not None
    (row,) = strong.rows
    assert row[:2] == ("AGG", "TLT")
    assert row[2] == pytest.approx(0.6)


def test_of_more_etfs_than_are_wanted_the_ones_ranked_last_are_left_out_and_listed() -> None:
    listed = (*LISTED, entry("market", "ACWX"))
    late = np.where(np.arange(MONTHS) < 2, NONE, 0.02 * SLOW)
    view = view_of(small_market(listed=listed, returns={**RETURNS, "ACWX": late}), min_observations=20)
    computed = sections.category_matrix(view, options(max_factors=2), category="market")
    assert matrix_of(computed).labels == ("EFA", "SPY")
    assert [(each.ticker, each.reason, each.detail) for each in computed.exclusions] == [
        ("ACWX", "over_max_factors", "max_factors is 2")
    ]
    assert len(matrix_of(sections.category_matrix(view, options(max_factors=3), category="market")).labels) == 3


def test_who_shares_too_few_months_with_the_others_is_left_out_of_this_matrix_only() -> None:
    first, second = np.arange(MONTHS) < 5, np.arange(MONTHS) > 19
    returns = {
        "AAA": FAST * 0.02,
        "BBB": np.where(first, NONE, MEDIUM * 0.02),
        "CCC": np.where(second, NONE, SLOW * 0.02),
    }
    lenient = FactorThresholds(min_coverage_pct=70, min_observations=16)
    view = view_of(market_of(returns, [entry("market", name) for name in returns]), thresholds=lenient)
    assert view.exclusions == ()
    computed = sections.category_matrix(view, options(), category="market")
    assert (matrix_of(computed).labels, matrix_of(computed).n_months) == (("AAA", "CCC"), 20)
    assert [(each.ticker, each.reason) for each in computed.exclusions] == [("BBB", "few_common_months")]


def test_macro_composites_are_means_of_their_classes() -> None:
    computed = sections.macro_composite(view_of(small_market()), options())
    matrix = matrix_of(computed)
    assert matrix.labels == ("equity", "bond", "cash", "commodity")
    # In waves: equity 8 fast, 2 medium, 6 slow (over 6); bond -4 fast, 4 medium (over 2); cash and commodity slow.
    equity, bond = sqrt(8**2 + 2**2 + 6**2), sqrt(4**2 + 4**2)
    both = (-8 * 4 + 2 * 4) / equity / bond
    expected = [[1, both, 6 / equity, 6 / equity], [both, 1, 0, 0], [6 / equity, 0, 1, 1], [6 / equity, 0, 1, 1]]
    np.testing.assert_allclose(values_of(computed), expected, atol=1e-10)


def test_only_the_classes_that_were_asked_for_are_among_the_composites() -> None:
    view = view_of(small_market())
    computed = sections.macro_composite(view, options(macro_groups=("reit", "commodity", "bond")))
    assert matrix_of(computed).labels == ("bond", "commodity")
    with pytest.raises(NotPossible):
        sections.macro_composite(view, options(macro_groups=("crypto",)))


def test_the_best_etfs_of_each_class_stand_for_it_and_near_duplicates_are_dropped() -> None:
    computed = sections.macro_etf(view_of(small_market()), options(correlation_threshold=0.99))
    found = etfs_of(computed)
    # Of equity those with the most assets, as all have the same history; cash and gold move as XLE does.
    assert found.groups == {"equity": ("SPY", "EFA", "XLE"), "bond": ("AGG", "TLT")}
    assert found.matrix.labels == ("SPY", "EFA", "XLE", "AGG", "TLT")
    assert found.matrix.strong_pairs is not None
    assert found.matrix.strong_pairs.rows == ()
    assert found.fallback == ""
    assert [pair[:2] for pair in computed.dedup_pairs] == [("BIL", "XLE"), ("GLD", "XLE")]
    assert [pair[2] for pair in computed.dedup_pairs] == pytest.approx([1, 1])
    assert computed.notes == (
        "macro:etf: cash is left out. All its ETFs are near-duplicates of ETFs of the classes before it.",
        "macro:etf: commodity is left out. All its ETFs are near-duplicates of ETFs of the classes before it.",
    )


def test_a_class_of_which_too_few_etfs_are_usable_is_left_out_and_told() -> None:
    listed = (*LISTED, entry("commodity", "OLD", "commodity"), entry("commodity", "DEAD", "commodity"))
    computed = sections.macro_etf(view_of(small_market(listed=listed)), options(macro_groups=("commodity", "bond")))
    assert list(etfs_of(computed).groups) == ["bond"]
    assert computed.notes == ("macro:etf: commodity is left out. 1 of its 3 ETFs can be used; at least 60 % must be.",)


def test_beyond_the_budget_composites_stand_instead_and_it_says_so() -> None:
    thresholds = FactorThresholds(macro_budget=5)
    computed = sections.macro_etf(view_of(small_market()), options(thresholds))
    found = etfs_of(computed)
    assert found.matrix.labels == ("equity", "bond", "cash", "commodity")
    assert found.groups == {}
    assert found.fallback == "Up to 7 ETFs would be in it, more than macro_budget, 5: composites stand instead."


def test_where_no_class_has_enough_etfs_composites_stand_instead() -> None:
    listed = (entry("commodity", "GLD", "commodity"), entry("commodity", "DEAD", "commodity"))
    computed = sections.macro_etf(view_of(small_market(listed=listed)), options())
    assert etfs_of(computed).matrix.labels == ("commodity",)
    assert etfs_of(computed).fallback == "No asset class has enough usable ETFs: composites stand instead."


def test_without_any_usable_etf_there_is_no_macro_view() -> None:
    with pytest.raises(NotPossible):
        sections.macro_etf(view_of(small_market()), options(macro_groups=("crypto",)))


def test_rate_sensitivity_is_correlation_and_return_for_a_rise_of_one_point() -> None:
    computed = sections.rate_sensitivity(view_of(small_market()), options(rate_maturities=("UST10Y", "UST2Y")))
    table = table_of(computed)
    assert table.columns == ("ticker", "category", "maturity", "correlation", "slope", "n_months")
    assert [row[:3] for row in table.rows[:2]] == [("XLE", "industry", "UST2Y"), ("XLE", "industry", "UST10Y")]
    assert {row[1] for row in table.rows} == {"bond", "industry", "market"}
    rows = rows_by_key(table)
    assert rows["SPY", "UST2Y"] == pytest.approx((1, 0.2, 24))
    assert rows["AGG", "UST10Y"] == pytest.approx((-1, -0.1, 24))
    assert rows["TLT", "UST2Y"] == pytest.approx((-0.8, -0.4, 24))
    assert rows["TLT", "UST10Y"] == pytest.approx((-0.6, -0.3, 24))
    assert computed.notes == ()


def test_maturities_that_the_market_has_not_are_told_and_the_others_computed() -> None:
    computed = sections.rate_sensitivity(view_of(small_market()), options())
    assert {row[2] for row in table_of(computed).rows} == {"UST2Y", "UST10Y"}
    assert computed.notes == ("overlays:rate: the market data has no yields of UST5Y, UST30Y.",)


def test_without_yields_there_is_no_rate_sensitivity() -> None:
    with pytest.raises(NotPossible, match="no yields of UST2Y, UST5Y, UST10Y, UST30Y"):
        sections.rate_sensitivity(view_of(small_market(yield_changes=None)), options())


def test_yields_that_never_change_have_a_slope_of_nothing() -> None:
    market = small_market(yield_changes={"UST10Y": np.zeros(MONTHS)})
    rows = rows_by_key(table_of(sections.rate_sensitivity(view_of(market), options())))
    assert rows["SPY", "UST10Y"] == (None, None, 24)


def test_cash_has_no_overlays() -> None:
    view = view_of(small_market(), beside=("SPY",))
    computed = sections.rate_sensitivity(view, options(rate_sensitivity_categories=("cash", "bond")))
    assert {row[1] for row in table_of(computed).rows} == {"bond"}
    with pytest.raises(NotPossible, match="cash has no overlays"):
        sections.rate_sensitivity(view, options(rate_sensitivity_categories=("cash",)))
    with pytest.raises(NotPossible, match="cash has no overlays"):
        sections.market_sensitivity(view, options(market_sensitivity_categories=("cash",)))


def test_market_sensitivity_is_correlation_and_beta() -> None:
    computed = sections.market_sensitivity(view_of(small_market(), beside=("SPY",)), options())
    table = table_of(computed)
    assert table.columns == ("ticker", "category", "benchmark", "correlation", "beta", "n_months")
    assert [row[0] for row in table.rows] == ["XLE", "XLK", "XLU", "MTUM"]
    rows = rows_by_key(table)
    assert rows["XLU", "SPY"] == pytest.approx((-1, -0.5, 24))
    assert rows["MTUM", "SPY"] == pytest.approx((0.6, 1.5, 24))
    assert rows["XLE", "SPY"] == pytest.approx((0, 0, 24), abs=1e-10)


def test_benchmarks_are_not_compared_with_one_another_and_one_without_data_is_told() -> None:
    asked = options(market_benchmarks=("SPY", "EFA", "EEM"), market_sensitivity_categories=("market", "bond"))
    computed = sections.market_sensitivity(view_of(small_market(), beside=("SPY", "EFA", "EEM")), asked)
    assert [row[0] for row in table_of(computed).rows] == ["AGG", "AGG", "TLT", "TLT"]
    assert rows_by_key(table_of(computed))["AGG", "EFA"][1] == pytest.approx(0.25)
    assert computed.notes == ("overlays:market: EEM can't be used: The market has no prices of it.",)


def test_without_a_usable_benchmark_there_is_no_market_sensitivity() -> None:
    view = view_of(small_market(), beside=("EEM", "ACWX"))
    with pytest.raises(NotPossible, match=r"EEM can't be used: .*; ACWX can't be used"):
        sections.market_sensitivity(view, options(market_benchmarks=("EEM", "ACWX")))
