"""What can be traded at the paper order system: the instruments of a book, and products."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from trimtab.domain.frameworks.products import Universe
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.instrument_keys import instrument_key
from trimtab.domain.trading.orders import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An instrument that can be traded: `price` per unit in `currency` (GBX: pence), `lot_size` in units; above 0."""

    code: str
    exchange: str
    price: Decimal
    lot_size: Decimal
    currency: str


Listing = Mapping[str, Listed]
"""By the instrument's key."""


def listed_instruments(book: Book) -> dict[str, Listed]:
    """The instruments of a book that have a price, by the book's own key, or by the one of the rule."""
    table = book.instruments
    found = {}
    columns = (table.instrument_key, table.code, table.exchange, table.price, table.lot_size, table.currency)
    for own_key, code, exchange, price, lot_size, currency in zip(*columns, strict=True):
        if 0 < price < math.inf and 0 < lot_size < math.inf:
            key = own_key or instrument_key(exchange, code)
            terms = {"price": exact(float(price)), "lot_size": exact(float(lot_size))}
            found[key] = Listed(code=code, exchange=exchange, currency=currency, **terms)
    return found


def listed_products(universe: Universe) -> dict[str, Listed]:
    """The products that have a price and an exchange, one by one, by the key of the rule."""
    table = universe.products
    found = {}
    for code, exchange, price, currency in zip(table.code, table.exchange, table.price, table.currency, strict=True):
        if exchange and currency and 0 < price < math.inf:
            key = instrument_key(exchange, code)
            found[key] = Listed(
                code=code, exchange=exchange, currency=currency, price=exact(float(price)), lot_size=exact(1.0)
            )
    return found
