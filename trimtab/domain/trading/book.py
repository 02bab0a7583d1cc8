"""The book: everything a session works on, in columns.

A row is an instrument, model, model line, portfolio, tax lot or restriction. Text columns are tuples, numbers and dates
are arrays of one length per table. Books are made by `build_book`, which sorts every table by its key, so that "by
code" and "by account" are plain index order everywhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trimtab.domain.columns import DateColumn, FloatColumn, IntColumn, TextColumn


@dataclass(frozen=True, slots=True, eq=False)
class Instruments:
    """What can be held. Sorted by `code`; NaN or NaT where the file says nothing.

    `price` is per unit in `currency` (GBX: pence); `adv_value` average daily value traded in `currency`; returns in
    points. `instrument_key` is what an order system calls it, empty where the book leaves that to the rule.
    """

    code: TextColumn
    exchange: TextColumn
    name: TextColumn
    sector: TextColumn
    industry: TextColumn
    type: TextColumn
    currency: TextColumn
    tags: tuple[tuple[str, ...], ...]
    price: FloatColumn
    price_date: DateColumn
    lot_size: FloatColumn
    adv_value: FloatColumn
    ex_date: DateColumn
    dividend_per_share: FloatColumn
    return_12m_pct: FloatColumn
    return_6m_pct: FloatColumn
    return_1m_pct: FloatColumn
    instrument_key: TextColumn


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """Model portfolios, sorted by `name`, with their lines sorted by (model, code).

    `line_model` and `line_instrument` are row numbers (instrument -1: not in the book); `line_tolerance_pct` is filled
    with the model's where the file has none.
    """

    name: TextColumn
    target_cash_pct: FloatColumn
    tolerance_pct: FloatColumn
    line_model: IntColumn
    line_instrument: IntColumn
    line_code: TextColumn
    line_target_pct: FloatColumn
    line_tolerance_pct: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class Portfolios:
    """Client portfolios, sorted by `account_number`; `model` is a row of the models, -1 unknown.

    NaN cash is unknown cash.
    """

    account_number: TextColumn
    client_name: TextColumn
    entity: TextColumn
    model_name: TextColumn
    model: IntColumn
    base_currency: TextColumn
    tax_country: TextColumn
    cash: FloatColumn
    pending_withdrawal: FloatColumn


@dataclass(frozen=True, slots=True, eq=False)
class Lots:
    """Tax lots, sorted by (portfolio, code, acquired, file order); `instrument` -1: not in the book.

    `cost_base` is the whole lot's, in the portfolio's base currency.
    """

    portfolio: IntColumn
    instrument: IntColumn
    code: TextColumn
    units: FloatColumn
    acquired: DateColumn
    cost_base: FloatColumn


@dataclass(frozen=True, slots=True)
class Restriction:
    """A standing rule of the book; no account number: for all portfolios; `until` is inclusive."""

    code: str
    rule: str
    reason: str
    account_number: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """A whole book as of one day. `digest` is the SHA-256 of its content, so a session can tell when it changed."""

    name: str
    as_of: date
    digest: str
    instruments: Instruments
    models: Models
    portfolios: Portfolios
    lots: Lots
    fx: Mapping[tuple[str, str], float]
    restrictions: tuple[Restriction, ...]
