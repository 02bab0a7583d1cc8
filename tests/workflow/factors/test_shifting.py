"""The shift that offsets are judged by."""

from typing import Any

import numpy as np
import pytest

from tests.workflow.factors.small_markets import (
    FAST,
    LISTED,
    MONTHS,
    NONE,
    RETURNS,
    entry,
    small_market,
    view_of,
)
from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.market import Market
from trimtab.workflow.factors.exposures import exposure
from trimtab.workflow.factors.shifting import Shift, planned_shift
from trimtab.workflow.ports.factor_requests import RecommendOffsets

HALF_AND_HALF = {"SPY": 0.4, "XLK": 0.1, "AGG": 0.3}


def planned(
    market: Market | None = None,
    *,
    factor: str = "SPY",
    portfolio: dict[str, float] | None = None,
    **asked: Any,
) -> Shift:
    request = RecommendOffsets(portfolio=portfolio or HALF_AND_HALF, overexposed_factor=factor, **asked)
    beside = (request.benchmark or "SPY", *request.portfolio)
    view = view_of(market or small_market(), beside=tuple(dict.fromkeys(beside)))
    return planned_shift(view, request, factor=exposure(view, factor, group=None), adv_share_pct=10)


def test_the_shift_is_sold_from_the_factors_members_in_proportion() -> None:
    assert planned(factor="equity", shift_pct=10).sold == pytest.approx({"SPY": 0.08, "XLK": 0.02})
    assert planned(factor="SPY", shift_pct=10).sold == pytest.approx({"SPY": 0.1})
    assert planned(factor="SPY", shift_pct=10).weight == pytest.approx(0.1)


def test_a_shift_larger_than_what_is_held_is_all_of_it() -> None:
    shift = planned(factor="equity", shift_pct=90)
    assert shift.sold == pytest.approx({"SPY": 0.4, "XLK": 0.1})
    assert shift.weight == pytest.approx(0.5)


def test_where_nothing_of_the_factor_is_held_all_holdings_are_sold_from() -> None:
    assert planned(factor="commodity", shift_pct=8).sold == pytest.approx({"SPY": 0.04, "XLK": 0.01, "AGG": 0.03})


def test_what_is_restricted_is_not_sold() -> None:
    assert planned(factor="equity", shift_pct=10, restricted=("SPY",)).sold == pytest.approx({"XLK": 0.1})


@pytest.mark.parametrize(
    "asked",
    [
        {"restricted": ("SPY", "XLK", "AGG")},
        {"portfolio": {"SPY": 0.0, "AGG": 0.0}},
        {"restricted": ("SPY", "XLK"), "factor": "equity"},  # AGG could be sold, and would reduce nothing
    ],
)
def test_where_nothing_may_be_sold_there_is_no_shift(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="Nothing that the shift would be taken from may be sold") as caught:
        planned(**asked)
    assert caught.value.field == "restricted"


def test_trades_are_weights_alone_while_the_portfolios_value_is_not_known() -> None:
    shift = planned(shift_pct=10)
    sell, buy = shift.trades("GLD")
    assert (sell.ticker, buy.ticker) == ("SPY", "GLD")
    assert (sell.weight_change, buy.weight_change) == pytest.approx((-0.1, 0.1))
    assert (sell.value, sell.units, sell.cost) == (None, None, None)
    assert shift.liquidity("GLD") == "unknown"
    assert shift.illiquid("GLD") == ""


def test_trades_have_values_units_at_the_last_close_and_costs_of_both_sides() -> None:
    sell, buy = planned(shift_pct=10, portfolio_value=1_000_000.0, cost_bps=20.0).trades("GLD")
    assert (sell.value, buy.value) == pytest.approx((-100_000, 100_000))
    close = 100 * (1.02 * 0.98) ** 12
    assert sell.units == pytest.approx(-100_000 / close)
    assert (sell.cost, buy.cost) == pytest.approx((200, 200))


def test_a_ticker_without_a_close_is_bought_in_no_number_of_units() -> None:
    shift = planned(shift_pct=10, portfolio_value=1_000.0)
    _, buy = Shift(shift.weight, shift.sold, 1_000.0, cost_bps=10, closes={}, adv_values={}, adv_share_pct=10).trades(
        "GLD"
    )
    assert buy.units is None
    assert (buy.value, buy.cost) == pytest.approx((100, 0.1))


def test_a_purchase_beyond_the_share_of_the_daily_value_is_illiquid() -> None:
    # GLD's close stays near 100: 1,000 shares a day are some 100,000, of which a tenth may be bought.
    market = small_market(volumes={"GLD": 1_000.0})
    assert planned(market, shift_pct=10, portfolio_value=90_000.0).illiquid("GLD") == ""
    assert planned(market, shift_pct=10, portfolio_value=90_000.0).liquidity("GLD") == "within"
    said = planned(market, shift_pct=10, portfolio_value=200_000.0).illiquid("GLD")
    assert said.startswith("20,000 would be over 10 % of its average daily value, 10,")
    assert planned(market, shift_pct=10).illiquid("GLD") == ""


def test_of_a_ticker_without_volume_liquidity_is_not_known() -> None:
    shift = planned(small_market(volumes={"GLD": 1_000.0}), portfolio_value=1e9)
    assert (shift.illiquid("TLT"), shift.liquidity("TLT")) == ("", "unknown")


def troubled() -> Market:
    old = np.where(np.arange(MONTHS) > 10, NONE, FAST * 0.01)
    return small_market(returns={**RETURNS, "OLD": old}, listed=(*LISTED, entry("style", "OLD")))


def test_everything_that_is_wrong_with_a_portfolio_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        planned(troubled(), portfolio={"SPY": 0.9, "OLD": 0.3}, benchmark="EEM")
    assert [(each.field, each.message) for each in caught.value.problems] == [
        ("portfolio.OLD", "OLD can't be used: It has 11 returns in 25 months; at least 24 are needed."),
        ("benchmark", "EEM can't be used: The market has no prices of it."),
        ("portfolio", "The weights sum to 1.2; they may be at most 1, and what is missing to 1 is cash."),
    ]
    assert caught.value.field == "portfolio.OLD"


def test_weights_of_one_but_for_rounding_are_taken() -> None:
    assert planned(portfolio={"SPY": 0.1 + 0.2, "AGG": 0.7 + 1e-9}, shift_pct=1).weight == pytest.approx(0.01)
