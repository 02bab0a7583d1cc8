"""What the book and the market know of products, as tables of products."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from trimtab.domain.columns import DateColumn, FloatColumn, TextColumn
from trimtab.domain.factors.market import Prices
from trimtab.domain.factors.universe import Entry
from trimtab.domain.frameworks.product_names import (
    BONDS,
    CLASSES,
    DIVERSIFIED,
    EQUITY,
    FIXED_INCOME,
    REGION_OF_EXCHANGE,
    TAG_OF_CLASS,
    group_of,
    sector_named,
)
from trimtab.domain.frameworks.products import Products
from trimtab.domain.trading.book import Instruments

OF_BOOK: Final = "book"
OF_FACTORS: Final = "factors"

ADV_DAYS: Final = 21
"""The newest days over which the money that is traded a day is averaged: a month."""


@dataclass(frozen=True, slots=True, eq=False)
class Newest:
    """What a market says of N codes; NaN and NaT where it says nothing.

    Attributes:
        price: newest close as it was traded.
        price_date: its day.
        history_months: whole months between the first and the last day with a price.
        adv_value: money traded a day, on average over the market's newest `ADV_DAYS` days.
    """

    price: FloatColumn
    price_date: DateColumn
    history_months: FloatColumn
    adv_value: FloatColumn


def of_book(instruments: Instruments) -> Products:
    """The instruments of a book as products.

    Shares are issued by the company of their name. What is a bond, or a fund in the book's sector of fixed income, is
    of the asset class Bonds, the rest Equity. The region is that of the exchange.
    """
    count = len(instruments.code)
    bonds = [
        kind == "Bond" or (kind != "Stock" and sector.casefold() == FIXED_INCOME.casefold())
        for kind, sector in zip(instruments.type, instruments.sector, strict=True)
    ]
    asset_class = tuple(BONDS if bond else EQUITY for bond in bonds)
    sector = tuple(map(sector_named, instruments.sector))
    tags = zip(asset_class, instruments.tags, strict=True)
    issuers = zip(instruments.type, instruments.name, strict=True)
    unknown = np.full(count, np.nan)
    return Products(
        code=instruments.code,
        name=instruments.name,
        type=instruments.type,
        asset_class=asset_class,
        region=tuple(REGION_OF_EXCHANGE.get(exchange, "") for exchange in instruments.exchange),
        sector=sector,
        sector_group=tuple(map(group_of, sector)),
        sleeve=("",) * count,
        issuer=tuple(name if kind == "Stock" else "" for kind, name in issuers),
        currency=instruments.currency,
        exchange=instruments.exchange,
        tags=tuple(tuple(dict.fromkeys((TAG_OF_CLASS[of_class], *own))) for of_class, own in tags),
        adv_value=instruments.adv_value,
        expense_ratio_pct=unknown,
        aum_value=unknown,
        tracking_error_pct=unknown,
        history_months=unknown,
        price=instruments.price,
        price_date=instruments.price_date,
        source=(OF_BOOK,) * count,
    )


def of_factors(entries: Iterable[Entry]) -> Products:
    """The ETFs of a factor universe as products, each ticker once."""
    listed = _once_each(entries)
    count = len(listed)
    sector = tuple(sector_named(entry.industry) if entry.industry else DIVERSIFIED for entry in listed)
    groups = zip(listed, sector, strict=True)
    unknown = np.full(count, np.nan)
    return Products(
        code=tuple(entry.ticker for entry in listed),
        name=tuple(entry.name or entry.ticker for entry in listed),
        type=("ETF",) * count,
        asset_class=tuple(CLASSES[entry.asset_class][0] for entry in listed),
        region=("",) * count,
        sector=sector,
        sector_group=tuple(entry.sector_group.capitalize() or group_of(of_entry) for entry, of_entry in groups),
        sleeve=("",) * count,
        issuer=("",) * count,
        currency=tuple(entry.currency for entry in listed),
        exchange=("",) * count,
        tags=tuple(CLASSES[entry.asset_class][1] for entry in listed),
        adv_value=unknown,
        expense_ratio_pct=unknown,
        aum_value=np.array([np.nan if entry.aum_value is None else entry.aum_value for entry in listed], np.float64),
        tracking_error_pct=unknown,
        history_months=unknown,
        price=unknown,
        price_date=np.full(count, "NaT", "datetime64[D]"),
        source=(OF_FACTORS,) * count,
    )


def newest(prices: Prices | None, codes: TextColumn) -> Newest:
    """What the market says of each code; nothing without a market."""
    figures = np.full((3, len(codes)), np.nan)
    days = np.full(len(codes), "NaT", "datetime64[D]")
    found = Newest(price=figures[0], price_date=days, history_months=figures[1], adv_value=figures[2])
    if prices is None:
        return found
    number = {ticker: column for column, ticker in enumerate(prices.tickers)}
    column = np.array([number.get(code, -1) for code in codes], dtype=np.int64)
    column = np.where(np.append(np.isfinite(prices.close).any(axis=0), False)[column], column, -1)
    row = np.flatnonzero(column >= 0)
    close, volume = prices.close[:, column[row]], prices.volume[:, column[row]]
    there = np.isfinite(close)
    first, last = there.argmax(axis=0), len(close) - 1 - there[::-1].argmax(axis=0)
    months = prices.dates.astype("datetime64[M]").astype(np.int64)
    found.price[row] = close[last, np.arange(len(row))]
    found.price_date[row] = prices.dates[last]
    found.history_months[row] = months[last] - months[first]
    found.adv_value[row] = _mean(close[-ADV_DAYS:] * volume[-ADV_DAYS:])
    return found


def _mean(values: FloatColumn) -> FloatColumn:
    """The mean of each column over the days that have a value; NaN where none has."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total: FloatColumn = np.where(known, values, 0.0).sum(axis=0)
    return total / np.where(count, count, np.nan)


def _once_each(entries: Iterable[Entry]) -> Sequence[Entry]:
    """A ticker's entries as one: as an industry where it is one, and what that doesn't say from the others."""
    found: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda each: (each.ticker, each.category != "industry", each.category)):
        first = found.setdefault(entry.ticker, entry)
        found[entry.ticker] = replace(
            first,
            name=first.name or entry.name,
            sector_group=first.sector_group or entry.sector_group,
            aum_value=entry.aum_value if first.aum_value is None else first.aum_value,
            currency=first.currency or entry.currency,
        )
    return list(found.values())
