"""The book's columns read row by row into small records; NaN, NaT and -1 become None."""

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.oracle.oracle_types import Lot
from trimtab.domain.trading.book import Book


@dataclass(frozen=True)
class InstrumentRow:
    code: str
    sector: str
    currency: str
    price: float | None
    price_date: date | None
    lot_size: float
    ex_date: date | None
    dividend_per_share: float | None
    return_6m_pct: float | None
    return_1m_pct: float | None


@dataclass(frozen=True)
class ModelRow:
    name: str
    target_cash_pct: float
    tolerance_pct: float
    targets: dict[str, float]
    tolerances: dict[str, float]


@dataclass(frozen=True)
class PortfolioRow:
    account_number: str
    entity: str
    tax_country: str
    base_currency: str
    model: ModelRow | None
    cash: float | None
    pending_withdrawal: float
    lots: dict[str, list[Lot]] = field(default_factory=dict)

    def units(self, code: str) -> float:
        return sum(lot.units for lot in self.lots.get(code, []))


def number(cell: Any) -> float | None:
    return None if math.isnan(cell) else float(cell)


def day(cell: Any) -> date | None:
    """NaT becomes None, as numpy itself says."""
    return cell.astype("datetime64[D]").item()


def read_instruments(book: Book) -> dict[str, InstrumentRow]:
    table = book.instruments
    return {
        table.code[i]: InstrumentRow(
            code=table.code[i],
            sector=table.sector[i],
            currency=table.currency[i],
            price=number(table.price[i]),
            price_date=day(table.price_date[i]),
            lot_size=float(table.lot_size[i]),
            ex_date=day(table.ex_date[i]),
            dividend_per_share=number(table.dividend_per_share[i]),
            return_6m_pct=number(table.return_6m_pct[i]),
            return_1m_pct=number(table.return_1m_pct[i]),
        )
        for i in range(len(table.code))
    }


def read_models(book: Book) -> list[ModelRow]:
    table = book.models
    models = [
        ModelRow(table.name[i], float(table.target_cash_pct[i]), float(table.tolerance_pct[i]), {}, {})
        for i in range(len(table.name))
    ]
    for k in range(len(table.line_code)):
        model = models[int(table.line_model[k])]
        model.targets[table.line_code[k]] = float(table.line_target_pct[k])
        model.tolerances[table.line_code[k]] = float(table.line_tolerance_pct[k])
    return models


def read_portfolios(book: Book) -> list[PortfolioRow]:
    table, models = book.portfolios, read_models(book)
    portfolios = [
        PortfolioRow(
            account_number=table.account_number[i],
            entity=table.entity[i],
            tax_country=table.tax_country[i],
            base_currency=table.base_currency[i],
            model=None if table.model[i] < 0 else models[int(table.model[i])],
            cash=number(table.cash[i]),
            pending_withdrawal=float(table.pending_withdrawal[i]),
        )
        for i in range(len(table.account_number))
    ]
    lots = book.lots
    for k in range(len(lots.code)):
        acquired = day(lots.acquired[k])
        assert acquired is not None
        portfolio = portfolios[int(lots.portfolio[k])]
        portfolio.lots.setdefault(lots.code[k], []).append(
            Lot(float(lots.units[k]), acquired, float(lots.cost_base[k]))
        )
    return portfolios
