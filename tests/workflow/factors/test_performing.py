"""What ETFs and composites returned, and at what risk."""

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
from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.market import Market
from trimtab.domain.factors.reference import CashProxy, Reference
from trimtab.workflow.factors.performing import performance
from trimtab.workflow.factors.quality import Gathered
from trimtab.workflow.ports.factor_requests import ComputePerformance
from trimtab.workflow.ports.factor_results import Performance
from trimtab.workflow.ports.reference import FactorGroup
from trimtab.workflow.ports.results import Cell, Table

FIGURES = (
    "annualized_return",
    "volatility",
    "sharpe_ratio",
    "max_drawdown",
    "beta_vs_benchmark",
    "dividend_yield",
    "n_months",
)
SCOPE = ("factor_universe", "factor_categories", "asset_class_filters", "min_observations")


def answer(
    market: Market | None = None,
    *,
    reference: Reference | None = None,
    groups: tuple[FactorGroup, ...] = (),
    beside: tuple[str, ...] = (),
    **asked: Any,
) -> Performance:
    request = ComputePerformance(**asked)
    scope = {name: asked[name] for name in SCOPE if name in asked}
    view = view_of(market or small_market(), reference, beside=(request.benchmark or "SPY", *beside), **scope)
    return performance(view, request, groups=groups, thresholds=THRESHOLDS, gathered=Gathered())


def rows_of(table: Table | None) -> dict[Cell, dict[str, Cell]]:
    """By label; and a test that asks for one that isn't there fails."""
    assert table is not None
    return {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}


def composites_of(found: Performance) -> dict[str, dict[Cell, dict[str, Cell]]]:
    return {kind: rows_of(table) for kind, table in (found.composites or {}).items()}


def test_a_profile_has_the_figures_of_an_etfs_own_months() -> None:
    # Without cash: 12 times up by a tenth and down by a tenth, 0.99 each time.
    market = market_of({"SPY": 0.1 * FAST, "AAA": -0.05 * FAST}, [entry("market", name) for name in ("SPY", "AAA")])
    found = answer(market)
    assert found.profiles is not None
    assert found.profiles.columns == ("label", "category", *FIGURES)
    spy = rows_of(found.profiles)["SPY"]
    assert spy["annualized_return"] == pytest.approx(0.99**6 - 1)
    assert spy["volatility"] == pytest.approx(0.1 * sqrt(24 / 23) * sqrt(12))
    assert spy["sharpe_ratio"] == pytest.approx(0, abs=1e-10)
    assert spy["max_drawdown"] == pytest.approx(0.9 * 0.99**11 - 1)
    assert spy["beta_vs_benchmark"] == pytest.approx(1)
    assert spy["n_months"] == 24
    assert rows_of(found.profiles)["AAA"]["beta_vs_benchmark"] == pytest.approx(-0.5)
    assert found.benchmark == "SPY"


def test_without_cash_the_risk_free_return_is_nothing_and_it_says_so() -> None:
    returns = {"SPY": 0.01 + 0.02 * FAST}
    found = answer(market_of(returns, [entry("market", "SPY")]))
    assert found.risk_free == "0, because no ETF of cash in USD has enough data in this window"
    expected = 0.01 / (0.02 * sqrt(24 / 23)) * sqrt(12)
    assert rows_of(found.profiles)["SPY"]["sharpe_ratio"] == pytest.approx(expected)


def test_cash_of_another_currency_is_not_free_of_risk() -> None:
    market = small_market()
    euros = (CashProxy("EUR", "TLT"), CashProxy("USD", "BIL"))
    plain = answer(market)
    assert plain.risk_free == "the mean of BIL"
    assert answer(market, reference=Reference(cash_proxies=euros)).risk_free == "the mean of BIL"


def test_cash_is_what_a_sharpe_ratio_is_held_against_wherever_it_is_listed_and_whatever_is_looked_at() -> None:
    returns = {"SPY": 0.01 + 0.02 * FAST, "BIL": 0.002 + 0.001 * MEDIUM, "SGOV": 0.004 - 0.001 * MEDIUM}
    listed = [entry("market", "SPY"), entry("cash", "BIL", "cash"), entry("bond", "SGOV", "cash")]
    found = answer(market_of(returns, listed), factor_categories=("market",))
    assert found.risk_free == "the mean of BIL, SGOV"
    expected = (0.01 - 0.003) / (0.02 * sqrt(24 / 23)) * sqrt(12)
    assert rows_of(found.profiles)["SPY"]["sharpe_ratio"] == pytest.approx(expected)


def test_a_benchmark_without_data_leaves_betas_undefined_and_is_told() -> None:
    found = answer(benchmark="EEM")
    assert found.benchmark is None
    assert {row["beta_vs_benchmark"] for row in rows_of(found.profiles).values()} == {None}
    (missing,) = found.data_quality.unavailable
    assert (missing.section, missing.reason) == (
        "beta_vs_benchmark",
        "EEM can't be used: The market has no prices of it",
    )
    assert found.analysis_metadata.options["benchmark"] == "EEM"


def test_composites_stand_by_asset_class_category_and_industry() -> None:
    found = composites_of(answer())
    assert {kind: list(rows) for kind, rows in found.items()} == {
        "macro": ["equity", "bond", "cash", "commodity"],
        "category": ["industry", "style", "market", "bond", "cash", "commodity"],
        "industry": ["defensive", "sensitive"],
    }
    market = found["category"]["market"]
    assert (market["members"], market["n_members"]) == ("EFA, SPY", 2)
    # The mean of SPY and EFA is 2 % fast and 1 % medium.
    assert market["volatility"] == pytest.approx(sqrt((0.02**2 + 0.01**2) * 24 / 23 * 12))
    assert market["beta_vs_benchmark"] == pytest.approx(1)
    assert list(market) == ["label", "members", "n_members", *FIGURES]


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ({"include_macro_composite_performance": False}, ["category", "industry"]),
        ({"include_factor_composite_performance": False}, ["macro"]),
        ({"include_factor_composite_performance": False, "include_macro_composite_performance": False}, []),
        ({"factor_categories": ("cash",)}, ["macro", "category"]),
    ],
)
def test_what_is_not_wanted_or_has_no_member_is_not_there(asked: dict[str, Any], kinds: list[str]) -> None:
    found = answer(**asked)
    assert list(found.composites or {}) == kinds
    assert (found.composites is None) == (not kinds)


def test_profiles_may_be_left_out() -> None:
    assert answer(include_profiles=False).profiles is None


def test_weights_by_cap_and_given_ones_shape_composites() -> None:
    by_cap = answer(factor_categories=("market",), composite_weighting_method="cap")
    # Three quarters SPY, one quarter EFA: 2 % fast and a half percent medium.
    assert composites_of(by_cap)["category"]["market"]["volatility"] == pytest.approx(
        sqrt((0.02**2 + 0.005**2) * 24 / 23 * 12)
    )
    given = answer(composite_weighting_method="custom", custom_weights={"market": {"EFA": 1.0}})
    assert list(composites_of(given)) == ["category"]
    assert composites_of(given)["category"]["market"]["members"] == "EFA"
    assert given.analysis_metadata.options["composite_weighting_method"] == "custom"


def test_weights_that_can_not_be_are_refused() -> None:
    with pytest.raises(InvalidInput, match="sum to 2"):
        answer(composite_weighting_method="custom", custom_weights={"market": {"EFA": 1.0, "SPY": 1.0}})


def test_the_most_per_composite_is_told_where_it_was_given() -> None:
    found = answer(composite_max_per_group=1)
    assert composites_of(found)["macro"]["equity"]["members"] == "SPY"
    assert found.analysis_metadata.options["composite_max_per_group"] == 1
    assert "composite_max_per_group" not in answer().analysis_metadata.options


def paying(**more: Any) -> Market:
    """SPY, AGG and GLD pay a fixed amount each month; AGG more than a fifth of its price a year."""
    return small_market(dividends={"SPY": 0.25, "AGG": 2.0, "GLD": 0.1, "XLU": 0.0}, **more)


def test_a_dividend_yield_is_a_years_dividends_over_the_last_close_of_equity_bonds_and_cash_only() -> None:
    found = answer(paying())
    profiles = rows_of(found.profiles)
    close = 100 * (1.02 * 0.98) ** 12
    assert profiles["SPY"]["dividend_yield"] == pytest.approx(12 * 0.25 / close)
    assert profiles["GLD"]["dividend_yield"] is None
    assert profiles["XLU"]["dividend_yield"] == 0
    assert profiles["EFA"]["dividend_yield"] is None


def test_a_yield_that_nobody_believes_is_held_and_one_that_is_not_known_is_told() -> None:
    found = answer(paying())
    assert rows_of(found.profiles)["AGG"]["dividend_yield"] == 0.2
    held, unknown = found.data_quality.notes
    raw = 100 * 12 * 2.0 / (100 * (1.01 * 0.99) ** 12)
    assert held == f"dividend_yield: AGG would have {raw:.2f} %, which was held at 20 %."
    assert unknown == "dividend_yield: none is known of BIL, EFA, MTUM, TLT, XLE, XLK."


def test_of_many_without_dividends_some_are_named() -> None:
    returns = {f"T{number:02}": 0.01 * SLOW for number in range(23)}
    found = answer(market_of(returns, [entry("market", name) for name in returns]))
    (note,) = found.data_quality.notes
    assert note.endswith("T18, T19 and 3 more.")


def test_a_composites_yield_is_the_mean_of_those_that_have_one() -> None:
    found = composites_of(answer(paying()))
    spy = 12 * 0.25 / (100 * (1.02 * 0.98) ** 12)
    assert found["category"]["bond"]["dividend_yield"] == 0.2
    assert found["macro"]["equity"]["dividend_yield"] == pytest.approx(spy / 2)  # SPY's, and none of XLU
    assert found["macro"]["commodity"]["dividend_yield"] is None


def test_factor_groups_stand_beside_the_composites() -> None:
    mine = FactorGroup("mine", ("SPY", "AGG"), "custom", {"SPY": 0.75, "AGG": 0.25})
    found = answer(paying(), groups=(mine,), factor_categories=("market",))
    row = composites_of(found)["factor_groups"]["mine"]
    assert row["members"] == "SPY, AGG"
    assert row["volatility"] == pytest.approx(sqrt((0.015**2 + 0.0025**2) * 24 / 23 * 12))
    spy = 12 * 0.25 / (100 * (1.02 * 0.98) ** 12)
    assert row["dividend_yield"] == pytest.approx(0.75 * spy + 0.25 * 0.2)  # AGG's, though it isn't looked at


def test_a_group_is_computed_without_members_that_have_too_little_and_says_so() -> None:
    old = np.where(np.arange(MONTHS) > 10, NONE, FAST * 0.01)
    market = small_market(returns={**RETURNS, "OLD": old}, listed=(*LISTED, entry("style", "OLD")))
    groups = (FactorGroup("mixed", ("SPY", "OLD")), FactorGroup("gone", ("OLD",)))
    found = answer(market, groups=groups)
    assert composites_of(found)["factor_groups"]["mixed"]["members"] == "SPY"
    assert "gone" not in composites_of(found)["factor_groups"]
    assert found.data_quality.notes[:2] == (
        "dividend_yield: none is known of AGG, BIL, EFA, MTUM, SPY, TLT, XLE, XLK, XLU.",
        "factor_groups: mixed is without OLD: too little data.",
    )
    assert "factor_groups: gone is without OLD: too little data." in found.data_quality.notes


def test_a_group_that_can_not_be_weighted_any_more_fails_nothing_else() -> None:
    groups = (FactorGroup("mine", ("SPY", "GLD"), "cap"), FactorGroup("yours", ("SPY",)))
    found = answer(groups=groups)
    assert list(composites_of(found)["factor_groups"]) == ["yours"]
    (missing,) = found.data_quality.unavailable
    assert missing.section == "factor_groups.mine"
    assert "no assets under management of GLD" in missing.reason


def test_a_member_that_is_not_of_the_universe_counts_too() -> None:
    market = small_market(listed=LISTED[:-1])
    found = answer(market, groups=(FactorGroup("gold", ("GLD",)),), beside=("GLD",))
    assert composites_of(found)["factor_groups"]["gold"]["beta_vs_benchmark"] == pytest.approx(0, abs=1e-10)
    assert "GLD" not in rows_of(found.profiles)


def test_both_parts_are_timed() -> None:
    taken = answer().analysis_metadata.performance
    assert list(taken) == ["performance_profiles_ms", "composite_performance_ms", "total_ms"]


def test_of_many_members_some_are_named_and_all_are_counted() -> None:
    names = [f"F{number:02}" for number in range(27)]
    found = answer(market_of(dict.fromkeys(names, FAST * 0.01), [entry("market", name) for name in names]))
    equity = composites_of(found)["macro"]["equity"]
    assert str(equity["members"]).endswith("F19 and 7 more")
    assert equity["n_members"] == 27
