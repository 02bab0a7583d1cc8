"""Makes the universe of products: one table of those of the products' files, of the book and of the factor universe."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trimtab.domain.columns import BoolColumn, IntColumn, TextColumn
from trimtab.domain.factors.market import Prices
from trimtab.domain.factors.universe import Entry
from trimtab.domain.frameworks.product_layers import newest, of_book, of_factors
from trimtab.domain.frameworks.products import LookThrough, Products, Universe
from trimtab.domain.trading.book import Instruments

OF_PRODUCTS: Final = "products"
"""The source of what the products' own files hold."""

_VERSION: Final = b"products-1"
_COLUMNS: Final = tuple(field.name for field in fields(Products))
_OWN, _BOOK, _FACTORS = range(3)

_Column = npt.NDArray[Any]
"""A column of any kind; texts and tags are objects."""


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """Tables laid side by side: `at` has the rows of all codes in each of them, -1 where a table lacks the code."""

    code: TextColumn
    tables: tuple[Products, Products, Products]
    at: tuple[IntColumn, ...]

    def of(self, table: int, name: str) -> _Column:
        """A column of one table for all codes; blank where it lacks the code."""
        column = _array(getattr(self.tables[table], name))
        padded = np.empty(len(column) + 1, column.dtype)
        padded[:-1] = column
        padded[-1] = _blank(name, column)
        return padded[self.at[table]]

    def every(self, name: str) -> list[_Column]:
        """The same of all tables."""
        return [self.of(table, name) for table in range(len(self.tables))]

    def owners(self, name: str) -> _Column:
        """A column as the first table has it that has the code, blank or not."""
        has = [rows >= 0 for rows in self.at]
        own, book, factors = self.every(name)
        return np.where(has[_OWN], own, np.where(has[_BOOK], book, factors))


def universe_of(products: Products, look_through: LookThrough) -> Universe:
    """A universe of these products, in any order, each code once; `look_through` has their rows as they are given."""
    order = np.array(sorted(range(len(products)), key=products.code.__getitem__), dtype=np.int64)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    columns = {name: _array(getattr(products, name))[order] for name in _COLUMNS}
    return _universe(columns, look_through, product=place[look_through.product])


def merged(
    own: Universe,
    *,
    book: Instruments | None = None,
    listed: Iterable[Entry] = (),
    prices: Prices | None = None,
    quoted_in: str = "",
) -> Universe:
    """The products of the files, and those of the book and of the factor universe that the files don't have.

    A row of the files stands over one of the book, and that over one of the factor universe. What it lacks of exchange,
    currency, `adv_value` and `aum_value` the others give. What has a price in the book is traded as the book has it,
    with its exchange, currency, price and day; else the market's newest close counts, and the file's price only where
    there is none. The market also gives `history_months`, and `adv_value` where nobody else does. What is known in
    another currency than the price's isn't used, and the market's money only where its currency is known.

    Args:
        own: the products of the files.
        book: the instruments of the book.
        listed: the entries of the factor universe.
        prices: those of the market.
        quoted_in: the currency of prices whose ticker the factor universe has none of; empty where it isn't known.
    """
    tables = (own.products, of_factors(()) if book is None else of_book(book), of_factors(listed))
    code = tuple(sorted({code for table in tables for code in table.code}))
    laid = _Laid(code, tables, tuple(_rows(code, table.code) for table in tables))
    columns = {name: laid.owners(name) for name in _COLUMNS} | _filled(laid, prices, quoted_in=quoted_in)
    return _universe(columns, own.look_through, product=_rows(own.products.code, code)[own.look_through.product])


def _filled(laid: _Laid, prices: Prices | None, *, quoted_in: str) -> dict[str, _Column]:
    """The columns that a row has from several tables.

    Of a market whose currency isn't known the months may still be told, but no money: it may be in pence.
    """
    market = newest(prices, laid.code)
    currencies, exchanges, priced = laid.every("currency"), laid.every("exchange"), laid.every("price")
    days = laid.every("price_date")
    in_book = _known(priced[_BOOK])
    quoted = _first(currencies[_FACTORS], np.where(_known(market.price), np.array(quoted_in, np.object_), ""))
    currency = _first(np.where(in_book, currencies[_BOOK], ""), *currencies, quoted)
    same = [(its == "") | (its == currency) for its in currencies]
    in_money, not_elsewhere = _known(quoted) & (quoted == currency), (quoted == "") | (quoted == currency)
    which = [in_book, in_money & _known(market.price)]
    traded = zip([*same, in_money], [*laid.every("adv_value"), market.adv_value], strict=True)
    months = np.where(not_elsewhere, market.history_months, np.nan)
    assets = zip(same, laid.every("aum_value"), strict=True)
    return {
        "exchange": _first(np.where(in_book, exchanges[_BOOK], ""), *exchanges),
        "currency": currency,
        "adv_value": _first(*(np.where(usable, values, np.nan) for usable, values in traded)),
        "aum_value": _first(*(np.where(usable, values, np.nan) for usable, values in assets)),
        "history_months": _first(laid.of(_OWN, "history_months"), months),
        "price": np.select(which, [priced[_BOOK], market.price], priced[_OWN]),
        "price_date": np.select(which, [days[_BOOK], market.price_date], days[_OWN]),
    }


def _rows(codes: TextColumn, among: TextColumn) -> IntColumn:
    """The row of each code among others, -1 where it isn't."""
    number = {code: row for row, code in enumerate(among)}
    return np.array([number.get(code, -1) for code in codes], dtype=np.int64)


def _array(column: TextColumn | tuple[TextColumn, ...] | _Column) -> _Column:
    if isinstance(column, np.ndarray):
        return column
    return np.fromiter(column, dtype=np.object_, count=len(column))


def _blank(name: str, column: _Column) -> object:
    if column.dtype != np.object_:
        return np.nan if column.dtype == np.float64 else np.datetime64("NaT")
    return () if name == "tags" else ""


def _known(column: _Column) -> BoolColumn:
    """Where a column of texts, numbers or days isn't blank."""
    if column.dtype == np.object_:
        known: BoolColumn = (column != "").astype(np.bool_)
        return known
    return np.isfinite(column)


def _first(*columns: _Column) -> _Column:
    """What the first of the columns says that isn't blank."""
    found = columns[-1]
    for column in reversed(columns[:-1]):
        found = np.where(_known(column), column, found)
    return found


def _universe(columns: Mapping[str, _Column], look_through: LookThrough, *, product: IntColumn) -> Universe:
    filled: dict[str, Any] = dict(columns)
    filled |= {name: tuple(column.tolist()) for name, column in columns.items() if column.dtype == np.object_}
    products = Products(**filled)
    rank = [_rows(texts, tuple(sorted(set(texts)))) for texts in (look_through.key, look_through.dimension)]
    order = np.lexsort((*rank, product))
    moved = LookThrough(
        product=product[order],
        dimension=tuple(_array(look_through.dimension)[order].tolist()),
        key=tuple(_array(look_through.key)[order].tolist()),
        share=look_through.share[order],
    )
    return Universe(products, moved, _digest(products, moved))


def _digest(products: Products, look_through: LookThrough) -> str:
    """SHA-256 of all columns, each with its length, so that no two universes run together into the same bytes."""
    sha = hashlib.sha256(_VERSION)
    for table in (products, look_through):
        for field in fields(table):
            block = _bytes(getattr(table, field.name))
            sha.update(len(block).to_bytes(8, "little"))
            sha.update(block)
    return sha.hexdigest()


def _bytes(column: TextColumn | _Column) -> bytes:
    """Adding 0.0 makes one zero of two, and every missing number becomes the same NaN."""
    if not isinstance(column, np.ndarray):
        return json.dumps(column, separators=(",", ":")).encode()
    if column.dtype == np.float64:
        return np.where(np.isnan(column), np.nan, column + 0.0).astype("<f8").tobytes()
    return column.astype("<i8").tobytes()
