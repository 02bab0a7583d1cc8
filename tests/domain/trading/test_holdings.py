"""What a portfolio of the book holds, as money in its base currency."""

import numpy as np
import pytest

from tests.oracle.book_rows import UNKNOWN, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from trimtab.domain.errors import InvalidInput, NotFound
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.holdings import holdings_of


def two_currencies() -> Book:
    return make_book(
        instruments=[NewInstrument("AUS", 10), NewInstrument("NYC", 16, "USD"), NewInstrument("OFF", UNKNOWN)],
        models=[NewModel()],
        portfolios=[NewPortfolio("P1", cash=7.0), NewPortfolio("P2", base_currency="USD"), NewPortfolio("P3")],
        lots=[
            NewLot("P1", "NYC", 2.0),
            NewLot("P1", "AUS", 1.0),
            NewLot("P1", "AUS", 3.0),
            NewLot("P2", "AUS", 5.0),
            NewLot("P3", "OFF", 1.0),
            NewLot("P3", "GONE", 1.0),
        ],
        fx={("AUD", "USD"): 0.64},
    )


def test_lots_of_one_code_are_one_holding_in_the_base_currency() -> None:
    held = holdings_of(two_currencies(), "P1")
    assert (held.code, held.cash_value, held.base_currency) == (("AUS", "NYC"), 7.0, "AUD")
    np.testing.assert_allclose(held.value, [40.0, 2 * 16 / 0.64])
    np.testing.assert_allclose(holdings_of(two_currencies(), "P2").value, [5 * 10 * 0.64])


def test_what_has_no_price_is_told_with_all_others() -> None:
    with pytest.raises(InvalidInput) as refused:
        holdings_of(two_currencies(), "P3")
    assert [problem.field for problem in refused.value.problems] == ["holdings.GONE", "holdings.OFF"]


def test_another_account_is_not_found() -> None:
    with pytest.raises(NotFound, match="no portfolio"):
        holdings_of(two_currencies(), "P9")
