"""Products, instruments and prices as rows, for tests; what a row doesn't say is unknown."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from trimtab.domain.factors.market import Prices
from trimtab.domain.frameworks.products import LookThrough, Products, Universe
from trimtab.domain.frameworks.universe import universe_of
from trimtab.domain.trading.book import Instruments

NAN = float("nan")
Share = tuple[str, str, str, float]
"""Code, dimension, key, share."""


@dataclass(frozen=True)
class Row:
    """A product; a day may be text, and is empty where there is none."""

    code: str
    name: str = "A name"
    type: str = "ETF"
    asset_class: str = "Equity"
    region: str = ""
    sector: str = ""
    sector_group: str = ""
    sleeve: str = ""
    issuer: str = ""
    currency: str = ""
    exchange: str = ""
    tags: tuple[str, ...] = ()
    adv_value: float = NAN
    expense_ratio_pct: float = NAN
    aum_value: float = NAN
    tracking_error_pct: float = NAN
    history_months: float = NAN
    price: float = NAN
    price_date: date | str | None = ""
    source: str = "products"


def products_of(*rows: Row) -> Products:
    """The table of these rows, in their order."""
    columns = {field.name: [getattr(row, field.name) for row in rows] for field in fields(Row)}
    numbers = {field.name for field in fields(Row) if field.type is float}
    made = {
        name: np.array(values, dtype=np.float64) if name in numbers else tuple(values)
        for name, values in columns.items()
    }
    return Products(**made | {"price_date": days_of([row.price_date for row in rows])})


def rows_of(products: Products) -> list[Row]:
    """The rows of a table."""
    columns = {field.name: _values(getattr(products, field.name)) for field in fields(Row)}
    columns["price_date"] = ["" if np.isnat(day) else str(day) for day in products.price_date]
    return [Row(*values) for values in zip(*columns.values(), strict=True)]


def _values(column: Any) -> list:
    return column.tolist() if isinstance(column, np.ndarray) else list(column)


def shares_of(codes: tuple[str, ...], *shares: Share) -> LookThrough:
    """Look-through of products with these codes, in the order given."""
    return LookThrough(
        product=np.array([codes.index(share[0]) for share in shares], dtype=np.int64),
        dimension=tuple(share[1] for share in shares),
        key=tuple(share[2] for share in shares),
        share=np.array([share[3] for share in shares], dtype=np.float64),
    )


def universe(*rows: Row, lies: tuple[Share, ...] = ()) -> Universe:
    """The universe of these rows and shares."""
    products = products_of(*rows)
    return universe_of(products, shares_of(products.code, *lies))


def days_of(given: Sequence[date | str | None]) -> np.ndarray:
    """Days, also of texts; NaT for an empty one."""
    return np.array([day or "NaT" for day in given], dtype="datetime64[D]")


@dataclass(frozen=True)
class Held:
    """An instrument of a book."""

    code: str
    price: float = NAN
    currency: str = "USD"
    exchange: str = "NYSE"
    type: str = "Stock"
    sector: str = "Energy"
    tags: tuple[str, ...] = ()
    adv_value: float = NAN
    day: str = "2026-11-20"


def instruments_of(*rows: Held) -> Instruments:
    """The instruments of a book, sorted by code."""
    rows = tuple(sorted(rows, key=lambda row: row.code))
    unknown = np.full(len(rows), np.nan)
    return Instruments(
        code=tuple(row.code for row in rows),
        exchange=tuple(row.exchange for row in rows),
        name=tuple(f"{row.code} Ltd" for row in rows),
        sector=tuple(row.sector for row in rows),
        industry=("",) * len(rows),
        type=tuple(row.type for row in rows),
        currency=tuple(row.currency for row in rows),
        tags=tuple(row.tags for row in rows),
        price=np.array([row.price for row in rows], dtype=np.float64),
        price_date=days_of([row.day for row in rows]),
        lot_size=np.ones(len(rows)),
        adv_value=np.array([row.adv_value for row in rows], dtype=np.float64),
        ex_date=days_of([""] * len(rows)),
        dividend_per_share=unknown,
        return_12m_pct=unknown,
        return_6m_pct=unknown,
        return_1m_pct=unknown,
        instrument_key=("",) * len(rows),
    )


def prices_of(days: list[str], closes: dict[str, list[float]], volume: float = NAN) -> Prices:
    """A market of closes by ticker; the same volume everywhere."""
    close = np.array([closes[ticker] for ticker in sorted(closes)], dtype=np.float64).reshape(-1, len(days)).T
    return Prices(days_of(days), tuple(sorted(closes)), close, close / 2, close * 0, np.full_like(close, volume))
