"""What would offset a factor that a portfolio has too much of."""

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
    SLOW,
    entry,
    market_of,
    small_market,
    view_of,
)
from trimtab.domain.errors import InvalidInput, Unavailable
from trimtab.domain.factors.market import Market
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.factors.offsetting import offsets
from trimtab.workflow.factors.quality import Gathered
from trimtab.workflow.ports.factor_requests import RecommendOffsets
from trimtab.workflow.ports.factor_results import Offset, Offsets
from trimtab.workflow.ports.reference import FactorGroup

YEARLY = sqrt(24 / 23 * 12)
PORTFOLIO = {"SPY": 0.6, "AGG": 0.2}
SCOPE = ("factor_universe", "factor_categories", "asset_class_filters", "min_observations")


def answer(
    market: Market | None = None,
    *,
    group: FactorGroup | Unavailable | None = None,
    thresholds: FactorThresholds | None = None,
    **asked: Any,
) -> Offsets:
    request = RecommendOffsets(**{"portfolio": PORTFOLIO, "overexposed_factor": "SPY", "shift_pct": 10, **asked})
    scope = {name: asked[name] for name in SCOPE if name in asked}
    policy = Policy(factors=thresholds or FactorThresholds())
    beside = tuple(dict.fromkeys((request.benchmark or "SPY", *request.portfolio)))
    view = view_of(market or small_market(), beside=beside, thresholds=policy.factors, **scope)
    return offsets(view, request, group=group, policy=policy, gathered=Gathered())


def by_ticker(found: Offsets) -> dict[str, Offset]:
    return {each.ticker: each for each in found.recommendations}


def test_the_portfolio_is_told_as_it_stands() -> None:
    found = answer()
    assert (found.overexposed_factor, found.factor_members, found.benchmark) == ("SPY", ("SPY",), "SPY")
    assert found.sold_from == pytest.approx({"SPY": 0.1})
    assert found.shift_pct == pytest.approx(10)
    # 0.6 of 2 % fast, 0.2 of 1 % medium; the rest is cash.
    risk = found.portfolio
    assert risk.volatility == pytest.approx(sqrt(0.012**2 + 0.002**2) * YEARLY)
    assert risk.beta == pytest.approx(0.6)
    assert risk.correlation_with_factor == pytest.approx(0.012 / sqrt(0.012**2 + 0.002**2))
    assert (risk.n_months, risk.cash_weight) == pytest.approx((24, 0.2))
    assert risk.max_drawdown is not None
    assert -0.1 < risk.max_drawdown < 0


def test_candidates_come_by_their_correlation_with_the_factor_the_lowest_first() -> None:
    found = answer()
    ranked = [each.ticker for each in found.recommendations]
    assert ranked[:2] == ["XLU", "TLT"]
    assert sorted(ranked[2:6]) == ["AGG", "BIL", "GLD", "XLE"]  # all of them without a correlation
    assert ranked[6:] == ["MTUM", "EFA", "XLK"]
    assert found.total == 9


def test_what_moves_against_the_factor_and_calms_the_portfolio_offsets_it() -> None:
    found = by_ticker(answer())
    xlu, tlt = found["XLU"], found["TLT"]
    # A tenth goes from 2 % fast to -1 % fast.
    before, after = sqrt(0.012**2 + 0.002**2), sqrt(0.009**2 + 0.002**2)
    assert xlu.correlation == pytest.approx(-1)
    assert (xlu.t_stat, xlu.distinguishable, xlu.verdict, xlu.note) == (None, True, "offsets", "")
    assert xlu.volatility_change == pytest.approx((after - before) * YEARLY)
    assert xlu.beta_change == pytest.approx(-0.15)
    assert xlu.max_drawdown_change > 0
    assert (xlu.category, xlu.asset_class, xlu.n_months) == ("industry", "equity", 24)
    assert tlt.correlation == pytest.approx(-0.8)
    assert tlt.t_stat == pytest.approx(-0.8 * sqrt(22 / (1 - 0.64)))
    assert tlt.verdict == "offsets"


def test_what_only_calms_the_portfolio_diversifies_and_says_that_its_correlation_is_no_evidence() -> None:
    gld = by_ticker(answer())["GLD"]
    # A tenth goes from 2 % fast to 1 % slow.
    before, after = sqrt(0.012**2 + 0.002**2), sqrt(0.01**2 + 0.002**2 + 0.001**2)
    assert gld.volatility_change == pytest.approx((after - before) * YEARLY)
    assert (gld.distinguishable, gld.verdict) == (False, "diversifies")
    assert gld.note == "Its correlation with the factor can't be told from zero."
    assert gld.t_stat == pytest.approx(0, abs=1e-8)


def test_what_does_not_calm_the_portfolio_adds_risk() -> None:
    found = by_ticker(answer())
    assert found["MTUM"].volatility_change > 0
    assert (found["MTUM"].verdict, found["XLK"].verdict) == ("adds_risk", "adds_risk")
    assert found["XLK"].volatility_change == pytest.approx(0, abs=1e-12)


def test_only_as_many_are_shown_as_are_wanted_and_the_total_is_told() -> None:
    found = answer(limit=2)
    assert ([each.ticker for each in found.recommendations], found.total) == (["XLU", "TLT"], 9)


def test_neither_the_factors_own_nor_what_is_sold_is_a_candidate() -> None:
    assert set(by_ticker(answer(overexposed_factor="equity"))) == {"AGG", "BIL", "GLD", "TLT"}
    nothing_held = answer(overexposed_factor="commodity")
    assert nothing_held.sold_from == pytest.approx({"SPY": 0.075, "AGG": 0.025})
    assert not {"SPY", "AGG", "GLD"} & set(by_ticker(nothing_held))


def test_filters_choose_the_candidates_and_not_the_portfolio() -> None:
    assert set(by_ticker(answer(factor_categories=("cash", "commodity")))) == {"BIL", "GLD"}


def test_filters_that_leave_the_factor_alone_leave_no_candidate() -> None:
    found = answer(factor_universe=("SPY",))
    assert (found.recommendations, found.total, found.left_out.rows) == ((), 0, ())
    assert found.portfolio.beta == pytest.approx(0.6)


def test_what_may_not_be_bought_or_is_too_thinly_traded_is_left_out_and_listed() -> None:
    market = small_market(volumes={"GLD": 10.0, "TLT": 10.0, "XLE": 1e9})
    found = answer(market, restricted=("BIL", "TLT"), portfolio_value=1_000_000.0)
    assert found.left_out.columns == ("ticker", "reason", "detail")
    restricted, illiquid, both = found.left_out.rows
    assert restricted == ("BIL", "restricted", "It is restricted.")
    assert illiquid[:2] == ("GLD", "illiquid")
    assert str(illiquid[2]).startswith("100,000 would be over 10 % of its average daily value, ")
    assert both == ("TLT", "restricted", "It is restricted.")
    assert not {"BIL", "GLD", "TLT"} & set(by_ticker(found))
    assert (by_ticker(found)["XLE"].liquidity, by_ticker(found)["XLU"].liquidity) == ("within", "unknown")


def test_a_shift_becomes_trades_with_costs() -> None:
    found = by_ticker(answer(portfolio_value=1_000_000.0, cost_bps=25.0))["XLU"]
    assert [trade.ticker for trade in found.trades] == ["SPY", "XLU"]
    assert [trade.value for trade in found.trades] == pytest.approx([-100_000, 100_000])
    assert [trade.cost for trade in found.trades] == pytest.approx([250, 250])


def test_a_shift_larger_than_what_is_held_is_told_as_it_can_be() -> None:
    found = answer(shift_pct=80)
    assert found.shift_pct == pytest.approx(60)
    assert by_ticker(found)["XLU"].beta_change == pytest.approx(-0.9)


def test_a_portfolio_without_cash_says_so() -> None:
    assert answer(portfolio={"SPY": 0.3 + 0.4, "AGG": 0.3 + 1e-9}).portfolio.cash_weight == 0


def test_who_shares_too_few_months_with_the_portfolio_is_left_out_and_listed() -> None:
    first = np.arange(MONTHS) < 12
    returns = {
        "SPY": 0.02 * FAST,
        "HELD": np.where(first, 0.02 * SLOW, NONE),
        "LATER": np.where(first, NONE, 0.01 * SLOW),
        "ALWAYS": 0.01 * MEDIUM,
    }
    market = market_of(returns, [entry("market", name) for name in returns])
    thresholds = FactorThresholds(min_observations=6, min_coverage_pct=0)
    found = answer(market, thresholds=thresholds, portfolio={"HELD": 0.5, "SPY": 0.5})
    assert set(by_ticker(found)) == {"ALWAYS", "HELD"}
    assert found.left_out.rows == (
        ("LATER", "few_common_months", "It shares too few months with portfolio, factor and benchmark."),
    )
    assert found.portfolio.n_months == 12


def test_the_portfolios_risk_is_that_of_the_months_it_shares_with_the_benchmark() -> None:
    first = np.arange(MONTHS) < 16
    held = np.where(first, FAST, MEDIUM)
    returns = {"SPY": 0.02 * FAST, "HELD": 0.01 * held, "LATE": np.where(first, NONE, 0.02 * SLOW)}
    market = market_of(returns, [entry("market", name) for name in returns])
    thresholds = FactorThresholds(min_observations=6, min_coverage_pct=0)
    found = answer(market, thresholds=thresholds, portfolio={"HELD": 1.0}, benchmark="LATE")
    # With SPY it moves alike in the first 16 months, which the benchmark hasn't, and not at all in the last 8.
    assert found.portfolio.n_months == 8
    assert found.portfolio.correlation_with_factor == pytest.approx(0, abs=1e-10)
    assert found.portfolio.volatility == pytest.approx(0.01 * sqrt(8 / 7 * 12))


def test_holdings_that_have_no_month_in_common_have_no_risk_and_no_offsets() -> None:
    first = np.arange(MONTHS) < 12
    returns = {"SPY": 0.02 * FAST, "ONE": np.where(first, 0.02 * SLOW, NONE), "TWO": np.where(first, NONE, 0.01 * SLOW)}
    market = market_of(returns, [entry("market", name) for name in returns])
    thresholds = FactorThresholds(min_observations=6, min_coverage_pct=0)
    found = answer(market, thresholds=thresholds, portfolio={"ONE": 0.5, "TWO": 0.5}, overexposed_factor="ONE")
    assert found.portfolio.model_dump() == {
        "volatility": None,
        "beta": None,
        "max_drawdown": None,
        "correlation_with_factor": None,
        "n_months": 0,
        "cash_weight": 0,
    }
    assert [row[:2] for row in found.left_out.rows] == [("SPY", "few_common_months"), ("TWO", "few_common_months")]


def test_a_factor_that_is_a_group_of_the_caller_is_sold_from_by_its_members() -> None:
    group = FactorGroup("mine", ("AGG", "GLD"))
    found = answer(overexposed_factor="mine", group=group, shift_pct=5)
    assert (found.factor_members, found.sold_from) == (("AGG", "GLD"), {"AGG": 0.05})


def test_while_groups_are_away_other_factors_are_answered() -> None:
    away = Unavailable("The records can't be reached.")
    assert answer(group=away).total == 9
    with pytest.raises(Unavailable):
        answer(group=away, overexposed_factor="mine")


def test_a_portfolio_of_more_than_everything_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"The weights sum to 1\.1"):
        answer(portfolio={"SPY": 0.6, "AGG": 0.5})


def test_the_answer_says_what_it_rests_on_and_how_long_it_took() -> None:
    found = answer(small_market(listed=(*LISTED, entry("style", "GONE"))), benchmark="EFA")
    assert found.data_quality.exclusions.rows[0][:3] == ("GONE", "style", "no_data")
    assert found.analysis_metadata.options == {"benchmark": "EFA"}
    assert list(found.analysis_metadata.performance) == ["offsets_ms", "total_ms"]
