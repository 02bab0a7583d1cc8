from datetime import timedelta

import numpy as np
import pytest

from tests.oracle.book_rows import (
    AS_OF,
    UNKNOWN,
    NewInstrument,
    NewLot,
    NewModel,
    NewPortfolio,
    make_book,
    one_portfolio,
)
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.valuation import (
    base_currencies,
    base_rows,
    cash_or_estimate,
    find_unable,
    rate,
    stale_instruments,
    unit_values,
)

POLICY = Policy()


def world() -> Book:
    """Two base currencies; 0.64 USD for an AUD, 1.9 AUD for a pound."""
    return make_book(
        instruments=[NewInstrument("AUS", 10), NewInstrument("LON", 250, "GBX"), NewInstrument("NYC", 16, "USD")],
        models=[NewModel()],
        portfolios=[NewPortfolio("P1"), NewPortfolio("P2", base_currency="USD")],
        lots=[],
        fx={("AUD", "USD"): 0.64, ("GBP", "AUD"): 1.9},
    )


@pytest.mark.parametrize(
    ("from_currency", "to_currency", "expected"),
    [
        ("AUD", "AUD", 1.0),
        ("AUD", "USD", 0.64),
        ("USD", "AUD", 1.5625),
        ("GBX", "AUD", 0.019),
        ("GBX", "GBP", 0.01),
        ("GBP", "GBX", 100.0),
        ("GBX", "GBX", 1.0),
        ("AUD", "GBX", 100 / 1.9),
    ],
)
def test_a_rate_is_a_pair_or_its_inverse_and_pence_are_a_hundredth(
    from_currency: str, to_currency: str, expected: float
) -> None:
    assert rate(world(), from_currency=from_currency, to_currency=to_currency) == pytest.approx(expected)


def test_rates_are_not_chained():
    # GBP > AUD and AUD > USD are known, GBP > USD isn't.
    assert np.isnan(rate(world(), from_currency="GBP", to_currency="USD"))


def test_a_unit_is_worth_its_price_in_each_base_currency():
    book = world()
    assert base_currencies(book) == ("AUD", "USD")
    assert base_rows(book).tolist() == [0, 1]
    assert unit_values(book)[0] == pytest.approx([10, 250 * 0.019, 16 / 0.64])
    assert unit_values(book)[1] == pytest.approx([6.4, np.nan, 16], nan_ok=True)


@pytest.mark.parametrize(("price", "age_days", "stale"), [(1, 5, False), (1, 6, True), (UNKNOWN, 6, False)])
def test_a_price_may_be_five_days_old_and_a_missing_one_can_not_be_old(price, age_days, stale):
    dated = NewInstrument("A", price, price_date=AS_OF - timedelta(days=age_days))
    book = make_book(instruments=[dated], models=[NewModel()], portfolios=[NewPortfolio()], lots=[])
    assert stale_instruments(book, POLICY).tolist() == [stale]


def test_unknown_cash_is_two_percent_of_the_total():
    # 98,000 of holdings are 98 %, so 2,000 is the cash.
    cash = cash_or_estimate(np.array([np.nan, 5.0]), np.array([98_000.0, 98_000.0]))
    assert cash == pytest.approx([2_000, 5])


def test_a_portfolio_that_can_not_be_valued_says_every_reason():
    book = make_book(
        instruments=[
            NewInstrument("FREE", 0, price_date=AS_OF - timedelta(days=9)),
            NewInstrument("OLD", 1, price_date=AS_OF - timedelta(days=6)),
            NewInstrument("YEN", 1, "JPY"),
            NewInstrument("OK", 1),
        ],
        models=[NewModel("Core", lines=(("OLD", 50.0), ("OK", 50.0))), NewModel("Plain", lines=(("OK", 100.0),))],
        portfolios=[
            NewPortfolio("P1", "Plain", cash=100),
            NewPortfolio("P2", "Core", cash=100),
            NewPortfolio("P3", "Gone"),
            NewPortfolio("P4", "Plain"),
        ],
        lots=[
            NewLot("P3", "FREE", 1),
            NewLot("P3", "YEN", 1),
            NewLot("P3", "GONE", 1),
            NewLot("P3", "GONE", 1),
            NewLot("P4", "OLD", 1),
        ],
    )
    found = {p.account_number: [(r.field, r.code) for r in p.reasons] for p in find_unable(book, POLICY)}
    assert found == {
        "P2": [("OLD", "stale_price")],
        "P3": [
            ("model", "unknown_model"),
            ("FREE", "missing_price"),
            ("FREE", "stale_price"),
            ("GONE", "unknown_instrument"),
            ("YEN", "unknown_currency"),
        ],
        "P4": [("OLD", "stale_price")],
    }


@pytest.mark.parametrize(("withdrawal", "missing"), [(10_000.0, None), (10_000.004, None), (10_001.0, "1.00 AUD")])
def test_a_withdrawal_may_take_all_but_not_more(withdrawal: float, missing: str | None) -> None:
    unable = find_unable(one_portfolio({"CBA": (8_000, 60)}, cash=2_000, withdrawal=withdrawal), POLICY)
    messages = [reason.message for portfolio in unable for reason in portfolio.reasons]
    expected = f"the pending withdrawal is {missing} more than cash and holdings together"
    assert messages == ([expected] if missing else [])
