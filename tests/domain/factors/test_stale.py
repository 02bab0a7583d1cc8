import pytest

from tests.domain.factors.panels import NONE, make_panel, make_prices
from trimtab.domain.factors.reference import Category
from trimtab.domain.factors.stale import StaleCandidate, stale_candidates
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.total_returns import monthly_panel
from trimtab.domain.factors.universe import Entry, Universe

FOUR = FactorThresholds(min_observations=4)
PANEL = make_panel(
    {
        "FINE": [NONE, 0.1, 0.2, 0.1, 0.3],
        "ENDED": [0.1, 0.2, 0.1, 0.3, NONE],
        "YOUNG": [NONE, NONE, 0.1, 0.2, 0.3],
        "EMPTY": [NONE] * 5,
        "ASIDE": [NONE] * 5,
    }
)


def universe(*keys: tuple[Category, str]) -> Universe:
    return Universe(tuple(Entry(category, ticker, asset_class="equity") for category, ticker in keys))


@pytest.mark.parametrize(
    ("ticker", "reason", "detail"),
    [
        ("ABSENT", "no_data", "The market has no monthly return of it."),
        ("EMPTY", "no_data", "The market has no monthly return of it."),
        ("ENDED", "dead", "Its last monthly return is that of 2020-04; the market's is that of 2020-05."),
        ("YOUNG", "thin_history", "It has 3 returns in all; at least 4 are needed."),
    ],
)
def test_an_entry_that_nobody_should_rely_on_says_why(ticker, reason, detail):
    found = stale_candidates(universe(("market", ticker)), PANEL, thresholds=FOUR)
    assert found == (StaleCandidate(ticker, "market", reason, detail),)


def test_an_entry_with_enough_returns_up_to_the_last_month_is_fine():
    assert stale_candidates(universe(("market", "FINE")), PANEL, thresholds=FOUR) == ()


def test_one_that_ended_is_dead_however_thin_it_is():
    panel = make_panel({"A": [0.1, NONE, NONE], "B": [0.1, 0.1, 0.1]})
    assert [each.reason for each in stale_candidates(universe(("market", "A")), panel, thresholds=FOUR)] == ["dead"]


def test_they_go_by_ticker_and_category_and_only_entries_of_the_universe_are_told():
    found = stale_candidates(
        universe(("style", "YOUNG"), ("market", "YOUNG"), ("bond", "ENDED")), PANEL, thresholds=FOUR
    )
    assert [(each.ticker, each.category) for each in found] == [
        ("ENDED", "bond"),
        ("YOUNG", "market"),
        ("YOUNG", "style"),
    ]


def test_one_ticker_that_goes_on_alone_makes_no_others_dead():
    days = [*(f"2026-{month:02}-27" for month in range(1, 9)), "2026-09-10", "2026-09-30"]
    prices = make_prices(
        days,
        {"A": [*range(1, 10), NONE], "B": [*range(2, 11), NONE], "AHEAD": [*range(3, 13)]},
    )
    panel = monthly_panel(prices, None)
    found = stale_candidates(universe(("market", "A"), ("market", "AHEAD")), panel, thresholds=FOUR)
    assert found == ()


def test_in_a_market_without_months_nothing_has_data():
    found = stale_candidates(universe(("market", "A")), make_panel({"A": []}), thresholds=FOUR)
    assert [each.reason for each in found] == ["no_data"]
