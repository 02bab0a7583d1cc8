"""A book in which one portfolio follows a model of its own: an account of the book, or a new one that is all cash."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn, TextColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.book import Book, Instruments, Lots, Models, Portfolios

UNKNOWN = -1
Columns = TypeVar("Columns", Instruments, Portfolios)


@dataclass(frozen=True, slots=True)
class NewInstrument:
    """An instrument that may be missing in the book; where the book has the code, the book's own stands.

    `price` is per unit in `currency`; `adv_value` average daily value traded in `currency`, None where it isn't known.
    """

    code: str
    exchange: str
    name: str
    sector: str
    type: str
    currency: str
    price: float
    price_date: date
    adv_value: float | None = None


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line of the model, in points: how much of the portfolio, and how far it may be from that."""

    code: str
    target_pct: float
    tolerance_pct: float


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A portfolio that the book doesn't have, all in cash."""

    base_currency: str
    cash_value: float


@dataclass(frozen=True, slots=True)
class OwnModel:
    """What one portfolio follows.

    Attributes:
        name: the model's.
        account_number: an account of the book, or the new one's number.
        target_cash_pct: with the lines' targets it sums to 100.
        lines: each code once.
        account: None where the account is in the book.
        instruments: those that lines name.
    """

    name: str
    account_number: str
    target_cash_pct: float
    lines: tuple[OwnLine, ...]
    account: NewAccount | None = None
    instruments: tuple[NewInstrument, ...] = ()


def with_own_model(book: Book, own: OwnModel) -> Book:
    """The book with the model, the instruments that it lacks, and the portfolio following the model.

    Its digest stays: orders of all sessions over one book are counted together.

    Raises:
        InvalidInput: the account isn't in the book, or, being a new one, is; or the model's name is taken.
    """
    _refuse_clash(book, own)
    instruments, moved = _instruments(book.instruments, own.instruments)
    models, number = _models(book.models, own, codes=instruments.code, moved=moved)
    portfolios, place = _portfolios(book.portfolios, own, model=number)
    return replace(
        book,
        instruments=instruments,
        models=models,
        portfolios=portfolios,
        lots=_lots(book.lots, moved=moved, place=place),
    )


def _refuse_clash(book: Book, own: OwnModel) -> None:
    there = own.account_number in book.portfolios.account_number
    problems = []
    if own.account is None and not there:
        problems.append(Problem("account_number", "the book has no such portfolio", "unknown_portfolio"))
    if own.account is not None and there:
        problems.append(Problem("account_number", "the book has a portfolio of this number", "known_portfolio"))
    if own.name in book.models.name:
        problems.append(Problem("name", "the book has a model of this name", "known_model"))
    if problems:
        raise InvalidInput(
            f"The portfolio {clean(own.account_number)} doesn't fit the book: {problems[0].message}.",
            problems=problems,
            next_action="Call build_portfolio for this book as it is now.",
        )


def _instruments(table: Instruments, more: Sequence[NewInstrument]) -> tuple[Instruments, IntColumn]:
    """The table with those that it lacks; and the new row of each old one, with `UNKNOWN` behind them."""
    known = frozenset(table.code)
    new = [each for each in {each.code: each for each in more}.values() if each.code not in known]
    code = (*table.code, *(each.code for each in new))
    order = np.array(sorted(range(len(code)), key=code.__getitem__), dtype=np.int64)
    found: dict[str, Any] = {
        field.name: _joined(getattr(table, field.name), field.name, new=new) for field in fields(table)
    }
    moved = np.append(_inverse(order)[: len(table.code)], UNKNOWN)
    return _taken(Instruments(**found), order), moved


def _joined(column: TextColumn | FloatColumn, name: str, *, new: Sequence[NewInstrument]) -> object:
    """A column with the new rows behind it; what they don't say is empty, NaN or NaT."""
    nothing = {"lot_size": 1.0, "tags": ()}
    said = [getattr(each, name, nothing.get(name)) for each in new]
    if isinstance(column, tuple):
        return (*column, *("" if each is None else each for each in said))
    empty = np.datetime64("NaT", "D") if column.dtype.kind == "M" else np.nan
    return np.append(column, np.array([empty if each is None else each for each in said], dtype=column.dtype))


def _taken(table: Columns, order: IntColumn) -> Columns:
    """The rows in another order."""
    rows = order.tolist()
    found = {field.name: getattr(table, field.name) for field in fields(table)}
    taken: dict[str, Any] = {
        name: tuple(column[row] for row in rows) if isinstance(column, tuple) else column[order]
        for name, column in found.items()
    }
    return replace(table, **taken)


def _inverse(order: IntColumn) -> IntColumn:
    """Where each row went."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def _models(table: Models, own: OwnModel, *, codes: TextColumn, moved: IntColumn) -> tuple[Models, IntColumn]:
    """The models with the new one, all by name; and the new number of each, the new one's behind the others."""
    names = (*table.name, own.name)
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    place = _inverse(order)
    row_of = {code: row for row, code in enumerate(codes)}
    lines = sorted(own.lines, key=lambda line: line.code)
    model = np.append(place[table.line_model], np.full(len(lines), place[-1]))
    by_model = np.argsort(model, kind="stable")
    instrument = np.append(
        moved[table.line_instrument], np.array([row_of.get(line.code, UNKNOWN) for line in lines], dtype=np.int64)
    )
    code = (*table.line_code, *(line.code for line in lines))
    widest = max((line.tolerance_pct for line in lines), default=0.0)
    target = np.append(table.line_target_pct, [line.target_pct for line in lines])
    tolerance = np.append(table.line_tolerance_pct, [line.tolerance_pct for line in lines])
    made = Models(
        name=tuple(names[row] for row in order.tolist()),
        target_cash_pct=np.append(table.target_cash_pct, own.target_cash_pct)[order],
        tolerance_pct=np.append(table.tolerance_pct, widest)[order],
        line_model=model[by_model],
        line_instrument=instrument[by_model],
        line_code=tuple(code[row] for row in by_model.tolist()),
        line_target_pct=target[by_model],
        line_tolerance_pct=tolerance[by_model],
    )
    return made, place


def _portfolios(table: Portfolios, own: OwnModel, *, model: IntColumn) -> tuple[Portfolios, IntColumn]:
    """The portfolios with one following the new model; and the new row of each old one."""
    numbered = replace(table, model=np.append(model[:-1], UNKNOWN)[table.model])
    if own.account is None:
        row = table.account_number.index(own.account_number)
        names = (*table.model_name[:row], own.name, *table.model_name[row + 1 :])
        follows = numbered.model.copy()
        follows[row] = model[-1]
        return replace(numbered, model_name=names, model=follows), np.arange(len(table.account_number))
    opened = Portfolios(
        account_number=(*table.account_number, own.account_number),
        client_name=(*table.client_name, ""),
        entity=(*table.entity, "individual"),
        model_name=(*table.model_name, own.name),
        model=np.append(numbered.model, model[-1]),
        base_currency=(*table.base_currency, own.account.base_currency),
        tax_country=(*table.tax_country, ""),
        cash=np.append(table.cash, own.account.cash_value),
        pending_withdrawal=np.append(table.pending_withdrawal, 0.0),
    )
    accounts = opened.account_number
    order = np.array(sorted(range(len(accounts)), key=accounts.__getitem__), dtype=np.int64)
    return _taken(opened, order), _inverse(order)


def _lots(table: Lots, *, moved: IntColumn, place: IntColumn) -> Lots:
    """The lots with their new rows, which keep their order: codes and accounts stay sorted as they were."""
    return replace(table, portfolio=place[table.portfolio], instrument=moved[table.instrument])
