"""Positions: the line table of a book's checkable portfolios, joined once and used by every computation.

A line is an instrument that a portfolio holds or that its model names. Lines are sorted by (portfolio, instrument), so
segment operations need no sorting, and "by code" is row order.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import EDGE_PCT, BoolColumn, FloatColumn, IntColumn
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.segments import grouped_sum, segment_rows, starts_of
from trimtab.domain.trading.valuation import base_rows, unit_values


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """Lines (n) of portfolios (p) with their tax lots (m). Values are money in the portfolio's base currency.

    `portfolio_row` (p,) is the portfolio's row in the book; `start` (p + 1,) the lines of each, `portfolio`
    (n,) the reverse; `price_row` (n,) where a line stands in flat tables by (base currency, instrument); `edge_pct`
    (n,) the tolerance plus `EDGE_PCT`; `lot_start` (n + 1,) the rows of `lot_row` (m,), the book's tax lots by line.
    """

    portfolio_row: IntColumn
    start: IntColumn
    portfolio: IntColumn
    instrument: IntColumn
    price_row: IntColumn
    unit_value: FloatColumn
    units: FloatColumn
    target_pct: FloatColumn
    tolerance_pct: FloatColumn
    edge_pct: FloatColumn
    cash: FloatColumn
    pending_withdrawal: FloatColumn
    cash_target_pct: FloatColumn
    cash_tolerance_pct: FloatColumn
    lot_start: IntColumn
    lot_row: IntColumn


def build_positions(book: Book, portfolio_row: IntColumn, *, extra: Collection[tuple[int, int]] = ()) -> Positions:
    """Joins holdings and model lines of the portfolios `portfolio_row` (p,), rows of the book in rising order.

    `extra` adds lines without units and target: pairs of (portfolio row in the book, instrument), for substitutes. The
    portfolios must be checkable: a known model, known instruments.
    """
    book_count, width = len(book.portfolios.account_number), len(book.instruments.code)
    number = np.full(book_count, -1, dtype=np.int64)
    number[portfolio_row] = np.arange(len(portfolio_row))
    lot_row = np.flatnonzero(number[book.lots.portfolio] >= 0)
    lot_key = number[book.lots.portfolio[lot_row]] * width + book.lots.instrument[lot_row]
    model_key, model_line = _model_keys(book, portfolio_row)
    added = [number[portfolio] * width + instrument for portfolio, instrument in extra if number[portfolio] >= 0]
    key = _merged(lot_key, model_key, np.array(added, dtype=np.int64))
    model = book.portfolios.model[portfolio_row]
    portfolio = key // width
    target, tolerance = _bands(
        book, key, keys=(model_key, model_line), default=book.models.tolerance_pct[model][portfolio]
    )
    lot_start = np.searchsorted(lot_key, np.append(key, len(portfolio_row) * width)).astype(np.int64)
    line_of_lot = segment_rows(lot_start)
    price_row = base_rows(book)[portfolio_row][portfolio] * width + key % width
    return Positions(
        portfolio_row=portfolio_row,
        start=starts_of(portfolio, len(portfolio_row)),
        portfolio=portfolio,
        instrument=key % width,
        price_row=price_row,
        unit_value=unit_values(book).ravel()[price_row],
        units=grouped_sum(line_of_lot, book.lots.units[lot_row], count=len(key)).astype(np.float64),
        target_pct=target,
        tolerance_pct=tolerance,
        edge_pct=tolerance + EDGE_PCT,
        cash=book.portfolios.cash[portfolio_row],
        pending_withdrawal=book.portfolios.pending_withdrawal[portfolio_row],
        cash_target_pct=book.models.target_cash_pct[model],
        cash_tolerance_pct=book.models.tolerance_pct[model],
        lot_start=lot_start,
        lot_row=lot_row,
    )


def _model_keys(book: Book, portfolio_row: IntColumn) -> tuple[IntColumn, IntColumn]:
    """(portfolio, instrument) keys of every model line in every portfolio, sorted, and the model line behind each."""
    models, width = book.models, len(book.instruments.code)
    order = np.lexsort((models.line_instrument, models.line_model))
    line_start = starts_of(models.line_model[order], len(models.name))
    model = book.portfolios.model[portfolio_row]
    count = (line_start[1:] - line_start[:-1])[model]
    first = np.repeat(np.cumsum(count) - count, count)
    line = order[np.repeat(line_start[model], count) + np.arange(int(count.sum())) - first]
    return np.repeat(np.arange(len(model)), count) * width + models.line_instrument[line], line


def _merged(*sorted_keys: IntColumn) -> IntColumn:
    """Union of keys; a stable sort of sorted runs is a merge."""
    key = np.sort(np.concatenate(sorted_keys), kind="stable")
    first: BoolColumn = np.ones(len(key), dtype=np.bool_)
    first[1:] = key[1:] != key[:-1]
    return key[first]


def _bands(
    book: Book, key: IntColumn, *, keys: tuple[IntColumn, IntColumn], default: FloatColumn
) -> tuple[FloatColumn, FloatColumn]:
    """Target and tolerance of each line: 0 and the model's default where the model doesn't name the instrument."""
    model_key, model_line = keys
    target, tolerance = np.zeros(len(key)), default.astype(np.float64, copy=True)
    row = np.searchsorted(key, model_key)
    target[row] = book.models.line_target_pct[model_line]
    tolerance[row] = book.models.line_tolerance_pct[model_line]
    return target, tolerance
