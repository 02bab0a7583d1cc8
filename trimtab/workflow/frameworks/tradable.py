"""A portfolio's products as instruments of a trading session, and what keeps them from being any."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trimtab.domain.frameworks.portfolio import Portfolio
from trimtab.domain.frameworks.products import Products
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.own_model import NewInstrument, OwnLine
from trimtab.domain.trading.valuation import rate
from trimtab.workflow.ports.framework_results import FrameworkFinding

WHOLE_PCT = Decimal(100)
_NO_SECTOR = "Diversified"
_PLACES = 9
"""Of points; what lies behind them is noise."""


@dataclass(frozen=True, slots=True)
class TradingTerms:
    """What of the policy a portfolio will meet when it is traded: calendar days, and percent of its value."""

    stale_price_days: int = 5
    max_session_turnover_pct: float = 60.0


def untradable(
    portfolio: Portfolio, products: Products, *, book: Book, base_ccy: str, terms: TradingTerms
) -> tuple[FrameworkFinding, ...]:
    """Each product of the portfolio that can't be ordered, and why."""
    found = []
    for row, path in {each.row: each.path for each in portfolio.positions}.items():
        for code, said in _why_not(row, products, book=book, base_ccy=base_ccy, terms=terms):
            found.append(FrameworkFinding(code=code, path=clean(path, None), message=said))
    return tuple(found)


def _why_not(
    row: int, products: Products, *, book: Book, base_ccy: str, terms: TradingTerms
) -> Iterator[tuple[str, str]]:
    code, currency = clean(products.code[row], None), products.currency[row]
    day, most = products.price_date[row], terms.stale_price_days
    if not products.price[row] > 0:
        yield "unpriced", f"{code} has no price: put it into the book, the market or products.csv."
    elif np.isnat(day):
        yield "undated_price", f"Nobody knows of which day the price of {code} is: give its price_date."
    elif (np.datetime64(book.as_of, "D") - day).astype(int) > most:
        yield "stale_price", f"The price of {code} is of {day}, more than {most} days older than the book."
    if not products.exchange[row]:
        yield "no_exchange", f"{code} has no exchange, so it can't be ordered: give it one in products.csv."
    if not np.isfinite(rate(book, from_currency=currency, to_currency=base_ccy)):
        unknown = clean(currency) or "an unknown currency"
        yield "unknown_rate", f"The book has no rate from {unknown} ({code}) to {base_ccy}."


def below_one_lot(
    portfolio: Portfolio, products: Products, *, book: Book, base_ccy: str, total_value: float
) -> Iterator[FrameworkFinding]:
    """Positions whose money isn't enough for one unit."""
    for each in portfolio.positions:
        currency = products.currency[each.row]
        unit = float(products.price[each.row]) * rate(book, from_currency=currency, to_currency=base_ccy)
        value = total_value * float(each.weight)
        if 0 < value < unit:
            said = f"{value:,.2f} {base_ccy} buy no unit of {clean(each.code, None)}, which costs {unit:,.2f}."
            yield FrameworkFinding(code="below_one_lot", path=clean(each.path, None), message=said)


def lines_of(portfolio: Portfolio, *, held: frozenset[str]) -> tuple[OwnLine, ...]:
    """The model's lines: a product of several leaves is one line, which is as wide as their bands together.

    What isn't held yet is bought whatever the band: its tolerance is at most half of its target.
    """
    target: dict[str, Decimal] = {}
    tolerance: dict[str, float] = {}
    for each in portfolio.positions:
        target[each.code] = target.get(each.code, Decimal(0)) + each.weight
        tolerance[each.code] = tolerance.get(each.code, 0.0) + each.tolerance_weight
    widest = {code: 1.0 if code in held else float(weight) / 2.0 for code, weight in target.items()}
    return tuple(
        OwnLine(code, float(weight * WHOLE_PCT), round(min(tolerance[code], widest[code]) * 100.0, _PLACES))
        for code, weight in sorted(target.items())
    )


def instruments_of(rows: Iterable[int], products: Products) -> tuple[NewInstrument, ...]:
    """These products as instruments, by code; all have a price and its day."""
    return tuple(instrument_of(row, products) for row in sorted(set(rows)))


def instrument_of(row: int, products: Products) -> NewInstrument:
    """A product as an instrument; it has a price and its day."""
    adv = float(products.adv_value[row])
    return NewInstrument(
        code=products.code[row],
        exchange=products.exchange[row],
        name=products.name[row],
        sector=products.sector[row] or _NO_SECTOR,
        type=products.type[row],
        currency=products.currency[row],
        price=float(products.price[row]),
        price_date=products.price_date[row].astype("datetime64[D]").item(),
        adv_value=adv if np.isfinite(adv) else None,
    )
