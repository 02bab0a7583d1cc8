"""The digest of a book's content: the same whatever the format and the order of rows it was read from."""

import hashlib
import json
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from trimtab.adapters.books.cells import object_array
from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.trading.book import Book, Instruments, Lots, Models, Portfolios

_VERSION = "book-1"


class _Hasher:
    """Feeds columns to SHA-256, each with its length, so that no two books run together into the same
    bytes.
    """

    def __init__(self) -> None:
        self._sha = hashlib.sha256(_VERSION.encode())

    def text(self, values: Iterable[object]) -> None:
        self._block(json.dumps(list(values), separators=(",", ":")).encode())

    def number(self, *columns: FloatColumn) -> None:
        for column in columns:
            # Adding 0.0 makes one zero of two; every missing number becomes the same NaN.
            self._block(np.where(np.isnan(column), np.nan, column + 0.0).astype("<f8").tobytes())

    def whole(self, *columns: npt.NDArray[np.int64]) -> None:
        for column in columns:
            self._block(column.astype("<i8").tobytes())

    def date(self, column: npt.NDArray[np.datetime64]) -> None:
        self.whole(column.astype("datetime64[D]").astype(np.int64))

    def _block(self, content: bytes) -> None:
        self._sha.update(len(content).to_bytes(8, "little"))
        self._sha.update(content)

    def hexdigest(self) -> str:
        return self._sha.hexdigest()


def book_digest(book: Book) -> str:
    """SHA-256 of everything in the book but its `digest` field."""
    hasher = _Hasher()
    hasher.text([book.name, book.as_of.isoformat()])
    _add_instruments(hasher, book.instruments)
    _add_models(hasher, book.models)
    _add_portfolios(hasher, book.portfolios)
    _add_lots(hasher, book.lots)
    hasher.text([*pair, rate.hex()] for pair, rate in sorted(book.fx.items()))
    hasher.text(
        [
            rule.code,
            rule.rule,
            rule.reason,
            rule.account_number,
            None if rule.until is None else rule.until.isoformat(),
        ]
        for rule in book.restrictions
    )
    return hasher.hexdigest()


def _add_instruments(hasher: _Hasher, rows: Instruments) -> None:
    for texts in (
        rows.code,
        rows.exchange,
        rows.name,
        rows.sector,
        rows.industry,
        rows.type,
        rows.currency,
        rows.tags,
    ):
        hasher.text(texts)
    hasher.number(rows.price, rows.lot_size, rows.adv_value, rows.dividend_per_share)
    hasher.number(rows.return_12m_pct, rows.return_6m_pct, rows.return_1m_pct)
    hasher.date(rows.price_date)
    hasher.date(rows.ex_date)
    if any(rows.instrument_key):
        hasher.text(rows.instrument_key)  # a book without keys of its own keeps the digest that it always had


def _add_models(hasher: _Hasher, rows: Models) -> None:
    hasher.text(rows.name)
    hasher.text(rows.line_code)
    hasher.number(rows.target_cash_pct, rows.tolerance_pct, rows.line_target_pct, rows.line_tolerance_pct)
    hasher.whole(rows.line_model)


def _add_portfolios(hasher: _Hasher, rows: Portfolios) -> None:
    for texts in (
        rows.account_number,
        rows.client_name,
        rows.entity,
        rows.model_name,
        rows.base_currency,
        rows.tax_country,
    ):
        hasher.text(texts)
    hasher.number(rows.cash, rows.pending_withdrawal)


def _add_lots(hasher: _Hasher, rows: Lots) -> None:
    code, names = pd.factorize(object_array(rows.code), sort=True)
    order = _settled_order(rows, code)
    hasher.text(names.tolist())
    hasher.whole(rows.portfolio[order], code[order])
    hasher.number(rows.units[order], rows.cost_base[order])
    hasher.date(rows.acquired[order])


def _settled_order(rows: Lots, code: IntColumn) -> IntColumn:
    """The book's order, with lots of one line and day by units and cost instead of by file order."""
    order = np.arange(len(code))
    tied = (
        (rows.portfolio[1:] == rows.portfolio[:-1])
        & (code[1:] == code[:-1])
        & (rows.acquired[1:] == rows.acquired[:-1])
    )
    if tied.any():
        touched = np.flatnonzero(np.append(tied, False) | np.insert(tied, 0, False))
        keys = (rows.cost_base, rows.units, rows.acquired, code, rows.portfolio)
        order[touched] = touched[np.lexsort([key[touched] for key in keys])]
    return order
