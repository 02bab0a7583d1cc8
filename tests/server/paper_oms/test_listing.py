"""What can be traded: the instruments of a book that have a price."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from tests.workflow.frameworks.framework_desks import demo_universe
from trimtab.adapters.books.load import load_book
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.instrument_keys import instrument_key
from trimtab.domain.trading.orders import exact
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.paper_oms.listing import Listed, listed_instruments, listed_products


@pytest.fixture(scope="module")
def demo() -> Book:
    return load_book(DEMO_BOOK)


def test_instruments_are_listed_by_the_key_of_the_rule_at_the_books_price(demo: Book) -> None:
    listed = listed_instruments(demo)
    assert len(listed) == len(demo.instruments.code)
    assert listed[instrument_key("NASDAQ", "AAPL")] == Listed(
        code="AAPL", exchange="NASDAQ", price=Decimal("271.4"), lot_size=Decimal(1), currency="USD"
    )


def test_a_key_of_the_books_own_comes_first(demo: Book) -> None:
    own = "0b0bb0b0-0000-4000-8000-000000000001"
    table = demo.instruments
    keys = tuple(own if code == "AAPL" else "" for code in table.code)
    listed = listed_instruments(replace(demo, instruments=replace(table, instrument_key=keys)))
    assert listed[own].code == "AAPL"
    assert instrument_key("NASDAQ", "AAPL") not in listed


@pytest.mark.parametrize("price", [np.nan, 0.0, np.inf])
def test_what_has_no_price_is_not_listed(demo: Book, price: float) -> None:
    table = demo.instruments
    prices = np.where(np.array(table.code) == "AAPL", price, table.price)
    listed = listed_instruments(replace(demo, instruments=replace(table, price=prices)))
    assert len(listed) == len(table.code) - 1
    assert instrument_key("NASDAQ", "AAPL") not in listed


def test_products_with_a_price_and_an_exchange_are_listed_one_by_one() -> None:
    universe = demo_universe()
    listed, products = listed_products(universe), universe.products
    row = products.code.index("VOO")
    assert listed[instrument_key("NYSE", "VOO")] == Listed(
        code="VOO", exchange="NYSE", price=exact(float(products.price[row])), lot_size=Decimal(1), currency="USD"
    )
    assert all(each.price > 0 for each in listed.values())
    assert len(listed) < len(products)
