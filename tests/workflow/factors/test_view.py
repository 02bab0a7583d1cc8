"""What a request looks at."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from tests.workflow.factors.small_markets import (
    FAST,
    LISTED,
    MONTHS,
    NONE,
    RETURNS,
    SLOW,
    entry,
    market_of,
    material_of,
    small_market,
    view_of,
)
from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.universe import Entry
from trimtab.workflow.factors.view import View, require_known, unknown_ticker
from trimtab.workflow.ports.factor_requests import Scope

LATE = np.where(np.arange(MONTHS) < 6, NONE, FAST * 0.02)
STILL = np.full(MONTHS, 0.01)


def tickers(entries: tuple[Entry, ...]) -> list[str]:
    return [each.ticker for each in entries]


def uneven() -> View:
    """AAA has all months, and so has BBB; LATE began half a year later, STILL doesn't move, and GONE has no prices."""
    listed = [entry("market", name) for name in ("AAA", "LATE", "GONE", "STILL")]
    listed += [entry("style", "BBB"), entry("style", "AAA")]
    returns = {"AAA": FAST * 0.02, "BBB": SLOW * 0.02, "LATE": LATE, "STILL": STILL, "NOT": FAST * 0.01}
    return view_of(market_of(returns, listed), min_observations=4, beside=("NOT",), factor_categories=("market",))


def test_without_filters_everything_is_looked_at_over_the_months_that_the_market_has() -> None:
    view = view_of(small_market())
    assert view.entries == tuple(sorted(LISTED))
    assert view.panel.tickers == tuple(sorted(RETURNS))
    assert (view.window.start, view.window.end, view.window.months) == (date(2024, 2, 1), date(2026, 2, 28), 25)


@pytest.mark.parametrize(
    ("scope", "looked_at"),
    [
        ({"factor_universe": ("SPY", "AGG")}, ["AGG", "SPY"]),
        ({"factor_categories": ("bond", "cash")}, ["AGG", "TLT", "BIL"]),
        ({"factor_categories": ("fixed_income",)}, ["AGG", "TLT"]),
        ({"asset_class_filters": ("commodity",)}, ["GLD"]),
        ({"factor_universe": ("SPY", "AGG", "XLE"), "asset_class_filters": ("equity",)}, ["XLE", "SPY"]),
    ],
)
def test_filters_together_choose_the_entries(scope: dict[str, Any], looked_at: list[str]) -> None:
    view = view_of(small_market(), **scope)
    assert sorted(tickers(view.entries)) == sorted(looked_at)
    assert view.panel.tickers == tuple(sorted(RETURNS))


def test_filters_that_leave_nothing_are_refused() -> None:
    with pytest.raises(InvalidInput, match="leave no ETF") as caught:
        view_of(small_market(), factor_categories=("bond",), asset_class_filters=("equity",))
    assert caught.value.field == "factor_categories"
    assert "Leave out" in (caught.value.next_action or "")


def test_an_empty_universe_is_refused_by_what_fills_it() -> None:
    with pytest.raises(InvalidInput, match="The universe is empty") as caught:
        view_of(small_market(listed=()))
    assert "trimtab ref" in (caught.value.next_action or "")


def test_a_window_of_too_few_months_is_refused_unless_fewer_are_asked_for() -> None:
    with pytest.raises(InvalidInput, match="fewer than min_observations, 24") as caught:
        view_of(small_market(), start_date=date(2025, 3, 1))
    assert caught.value.field == "start_date"
    view = view_of(small_market(), start_date=date(2025, 3, 1), min_observations=12)
    assert (view.window.months, view.min_observations) == (12, 12)
    assert len(view.panel.months) == 12


def test_the_window_ends_with_the_last_whole_month_before_today() -> None:
    view = view_of(small_market(), today=date(2026, 2, 27), min_observations=12)
    assert view.window.end == date(2026, 1, 31)


def test_usable_entries_come_by_the_categories_asked_for_and_then_by_ticker() -> None:
    view = view_of(small_market())
    assert tickers(view.of(["market", "bond"])) == ["EFA", "SPY", "AGG", "TLT"]
    assert tickers(view.of(["crypto"])) == []
    assert tickers(view.all_usable()) == tickers(tuple(sorted(LISTED)))


def test_who_has_too_little_is_left_out_and_listed_if_it_was_looked_at_or_is_needed() -> None:
    view = uneven()
    assert tickers(view.all_usable()) == ["AAA"]
    assert [(each.ticker, each.reason) for each in view.exclusions] == [
        ("GONE", "no_data"),
        ("LATE", "low_coverage"),
        ("STILL", "constant"),
    ]
    style = view_of(view.material.market, factor_categories=("style",), beside=("STILL",), min_observations=4)
    assert [each.ticker for each in style.exclusions] == ["STILL"]


def test_what_is_needed_beside_them_has_a_column_though_it_is_not_of_the_universe() -> None:
    view = uneven()
    assert view.column("NOT") is not None
    assert "NOT" not in tickers(view.entries)
    assert view_of(view.material.market, min_observations=4).column("NOT") is None


def test_columns_come_in_the_order_asked_for() -> None:
    view = view_of(small_market())
    found = view.columns(["XLE", "SPY"])
    assert found.shape == (25, 2)
    np.testing.assert_allclose(found[1:], np.column_stack([RETURNS["XLE"], RETURNS["SPY"]]), atol=1e-12)
    np.testing.assert_array_equal(view.column("SPY"), found[:, 1])
    assert view.columns([]).shape == (25, 0)
    assert view.column("XYZ") is None


def test_rank_is_by_coverage_then_by_length_of_history_then_by_name() -> None:
    half = MONTHS // 2
    since = np.where(np.arange(MONTHS) < half, NONE, SLOW * 0.02)
    fewer = np.where(np.arange(MONTHS) < half + 2, NONE, SLOW * 0.02)
    returns = {"C": FAST * 0.02, "B": FAST * 0.01, "ANEW": since, "AFEW": fewer}
    listed = [entry("market", name) for name in returns]
    view = view_of(market_of(returns, listed), start_date=date(2025, 3, 1), min_observations=4)
    assert view.ranking.order(["AFEW", "ANEW", "C", "B"]) == ("B", "C", "ANEW", "AFEW")


def test_views_of_the_same_have_the_same_key() -> None:
    same = view_of(small_market(), factor_categories=("bond", "cash"))
    assert view_of(small_market(), factor_categories=("cash", "bond")).key == same.key
    assert view_of(small_market(), factor_categories=("bond",)).key != same.key
    assert view_of(small_market(), factor_categories=("bond", "cash"), min_observations=20).key != same.key
    assert view_of(small_market(), factor_categories=("bond", "cash"), beside=("SPY",)).key != same.key


def test_everything_that_nobody_knows_is_told_at_once() -> None:
    scope = Scope(factor_universe=("SPY", "SPX", "QQQQ"))
    named = [("benchmark", "EFQ"), ("portfolio.AGG", "AGG"), ("portfolio.T", "T")]
    with pytest.raises(InvalidInput) as caught:
        require_known(material_of(small_market()), scope, named=named)
    problems = caught.value.problems
    assert [each.field for each in problems] == [
        "factor_universe[1]",
        "factor_universe[2]",
        "benchmark",
        "portfolio.T",
    ]
    assert problems[0].message == "SPX isn't in the universe. Allowed are tickers of the universe, such as SPY."
    assert "such as AGG, BIL, EFA" in problems[1].message
    assert problems[2].message == "EFQ is neither in the universe nor in the market data. Nearest: EFA."
    assert caught.value.field == "factor_universe[1]"


def test_what_the_market_has_prices_of_may_be_named_but_is_not_of_the_universe() -> None:
    material = material_of(small_market(listed=LISTED[:-1]))
    require_known(material, Scope(), named=[("benchmark", "GLD")])
    with pytest.raises(InvalidInput, match="GLD isn't in the universe"):
        require_known(material, Scope(factor_universe=("GLD",)))


def test_near_names_are_given_whatever_the_case() -> None:
    assert unknown_ticker("spx", ["SPY", "AGG"]) == (
        "spx is neither in the universe nor in the market data. Nearest: SPY."
    )
    assert unknown_ticker("1234", ["SPY"]) == "1234 is neither in the universe nor in the market data."
