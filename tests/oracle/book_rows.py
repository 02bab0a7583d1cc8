"""Books made from rows: only what an example needs is said, all else has a plain default."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from trimtab.domain.trading.book import Book, Instruments, Lots, Models, Portfolios, Restriction

AS_OF = date(2026, 6, 30)
UNKNOWN = math.nan


@dataclass(frozen=True)
class NewInstrument:
    code: str
    price: float = 1.0
    currency: str = "AUD"
    sector: str = "Financials"
    lot_size: float = 1.0
    price_date: date | None = AS_OF
    ex_date: date | None = None
    dividend_per_share: float = UNKNOWN
    return_12m_pct: float = UNKNOWN
    return_6m_pct: float = UNKNOWN
    return_1m_pct: float = UNKNOWN
    exchange: str = "ASX"
    adv_value: float = 1e9
    instrument_key: str = ""


@dataclass(frozen=True)
class NewModel:
    """`lines` is code, target and, where it isn't the model's, tolerance."""

    name: str = "Core"
    target_cash_pct: float = 0.0
    tolerance_pct: float = 2.0
    lines: tuple[tuple[str, float] | tuple[str, float, float], ...] = ()


@dataclass(frozen=True)
class NewLot:
    account_number: str
    code: str
    units: float
    acquired: date = date(2020, 1, 2)
    cost_base: float = 0.0


@dataclass(frozen=True)
class NewPortfolio:
    account_number: str = "P1"
    model: str = "Core"
    cash: float = 0.0
    pending_withdrawal: float = 0.0
    base_currency: str = "AUD"
    entity: str = "individual"
    tax_country: str = "AU"


def make_book(
    *,
    instruments: Sequence[NewInstrument],
    models: Sequence[NewModel],
    portfolios: Sequence[NewPortfolio],
    lots: Sequence[NewLot],
    fx: Mapping[tuple[str, str], float] | None = None,
    restrictions: Sequence[Restriction] = (),
) -> Book:
    """A book whose tables are sorted as the book's own description says."""
    sorted_instruments = sorted(instruments, key=lambda row: row.code)
    sorted_models = sorted(models, key=lambda row: row.name)
    sorted_portfolios = sorted(portfolios, key=lambda row: row.account_number)
    codes = [row.code for row in sorted_instruments]
    return Book(
        name="example",
        as_of=AS_OF,
        digest="0" * 64,
        instruments=_instruments(sorted_instruments),
        models=_models(sorted_models, codes),
        portfolios=_portfolios(sorted_portfolios, [row.name for row in sorted_models]),
        lots=_lots(lots, [row.account_number for row in sorted_portfolios], codes),
        fx=dict(fx or {}),
        restrictions=tuple(restrictions),
    )


def one_portfolio(
    lines: Mapping[str, tuple[float, float]],
    *,
    cash: float,
    withdrawal: float = 0.0,
    target_cash_pct: float = 0.0,
    lot_size: float = 1.0,
    restrictions: Sequence[Restriction] = (),
) -> Book:
    """Portfolio P1: code > (units at $1, target); a line with target 0 isn't in the model. The tolerance is 2."""
    targets = tuple((code, target) for code, (_, target) in lines.items() if target)
    return make_book(
        instruments=[NewInstrument(code, lot_size=lot_size) for code in lines],
        models=[NewModel(target_cash_pct=target_cash_pct, lines=targets)],
        portfolios=[NewPortfolio(cash=cash, pending_withdrawal=withdrawal)],
        lots=[NewLot("P1", code, units) for code, (units, _) in lines.items() if units],
        restrictions=restrictions,
    )


def _row_of(name: str, names: Sequence[str]) -> int:
    return names.index(name) if name in names else -1


def _floats(numbers: Sequence[float]) -> np.ndarray:
    return np.array(numbers, dtype=np.float64)


def _rows(numbers: Sequence[int]) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def _days(days: Sequence[date | None]) -> np.ndarray:
    return np.array(["NaT" if day is None else day.isoformat() for day in days], dtype="datetime64[D]")


def _instruments(rows: Sequence[NewInstrument]) -> Instruments:
    return Instruments(
        code=tuple(row.code for row in rows),
        exchange=tuple(row.exchange for row in rows),
        name=tuple(f"{row.code} Ltd" for row in rows),
        sector=tuple(row.sector for row in rows),
        industry=("",) * len(rows),
        type=("Stock",) * len(rows),
        currency=tuple(row.currency for row in rows),
        tags=((),) * len(rows),
        price=_floats([row.price for row in rows]),
        price_date=_days([row.price_date for row in rows]),
        lot_size=_floats([row.lot_size for row in rows]),
        adv_value=_floats([row.adv_value for row in rows]),
        ex_date=_days([row.ex_date for row in rows]),
        dividend_per_share=_floats([row.dividend_per_share for row in rows]),
        return_12m_pct=_floats([row.return_12m_pct for row in rows]),
        return_6m_pct=_floats([row.return_6m_pct for row in rows]),
        return_1m_pct=_floats([row.return_1m_pct for row in rows]),
        instrument_key=tuple(row.instrument_key for row in rows),
    )


def _models(rows: Sequence[NewModel], codes: Sequence[str]) -> Models:
    lines = [(i, line) for i, row in enumerate(rows) for line in sorted(row.lines)]
    own = [line[2] if len(line) == 3 else rows[i].tolerance_pct for i, line in lines]
    return Models(
        name=tuple(row.name for row in rows),
        target_cash_pct=_floats([row.target_cash_pct for row in rows]),
        tolerance_pct=_floats([row.tolerance_pct for row in rows]),
        line_model=_rows([i for i, _ in lines]),
        line_instrument=_rows([_row_of(line[0], codes) for _, line in lines]),
        line_code=tuple(line[0] for _, line in lines),
        line_target_pct=_floats([line[1] for _, line in lines]),
        line_tolerance_pct=_floats(own),
    )


def _portfolios(rows: Sequence[NewPortfolio], models: Sequence[str]) -> Portfolios:
    return Portfolios(
        account_number=tuple(row.account_number for row in rows),
        client_name=tuple(f"Client {row.account_number}" for row in rows),
        entity=tuple(row.entity for row in rows),
        model_name=tuple(row.model for row in rows),
        model=_rows([_row_of(row.model, models) for row in rows]),
        base_currency=tuple(row.base_currency for row in rows),
        tax_country=tuple(row.tax_country for row in rows),
        cash=_floats([row.cash for row in rows]),
        pending_withdrawal=_floats([row.pending_withdrawal for row in rows]),
    )


def _lots(rows: Sequence[NewLot], accounts: Sequence[str], codes: Sequence[str]) -> Lots:
    in_order = sorted(rows, key=lambda row: (row.account_number, row.code, row.acquired))
    return Lots(
        portfolio=_rows([_row_of(row.account_number, accounts) for row in in_order]),
        instrument=_rows([_row_of(row.code, codes) for row in in_order]),
        code=tuple(row.code for row in in_order),
        units=_floats([row.units for row in in_order]),
        acquired=_days([row.acquired for row in in_order]),
        cost_base=_floats([row.cost_base for row in in_order]),
    )
