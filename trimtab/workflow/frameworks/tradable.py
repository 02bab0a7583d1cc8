"""A portfolio's products as instruments of a trading session, and what keeps them from being any."""

from collections.abc import Iterable, Iterator
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


def untradable(portfolio: Portfolio, products: Products, *, book: Book, base_ccy: str) -> tuple[FrameworkFinding, ...]:
    """Each product of the portfolio that can't be ordered, and why."""
    found = _untradable({each.row: each.path for each in portfolio.positions}, products, book=book, base_ccy=base_ccy)
    return tuple(found)


def _untradable(
    path_of: dict[int, str], products: Products, *, book: Book, base_ccy: str
) -> Iterator[FrameworkFinding]:
    for row, path in path_of.items():
        code, currency = clean(products.code[row], None), products.currency[row]
        where = clean(path, None)
        if not products.price[row] > 0:
            yield FrameworkFinding(code="unpriced", path=where, message=f"{code} has no price: put it into the book.")
        if not products.exchange[row]:
            said = f"{code} has no exchange, so it can't be ordered: give it one in products.csv."
            yield FrameworkFinding(code="no_exchange", path=where, message=said)
        if not np.isfinite(rate(book, from_currency=currency, to_currency=base_ccy)):
            said = f"The book has no rate from {clean(currency) or 'an unknown currency'} ({code}) to {base_ccy}."
            yield FrameworkFinding(code="unknown_rate", path=where, message=said)


def lines_of(portfolio: Portfolio, *, new_money: bool) -> tuple[OwnLine, ...]:
    """The model's lines: a product of several leaves is one line, which is as wide as their bands together.

    Of new money nothing is held yet, and no band may be so wide that nothing is bought: it is at most half the target.
    """
    target: dict[str, Decimal] = {}
    tolerance: dict[str, float] = {}
    for each in portfolio.positions:
        target[each.code] = target.get(each.code, Decimal(0)) + each.weight
        tolerance[each.code] = tolerance.get(each.code, 0.0) + each.tolerance_weight
    return tuple(
        OwnLine(
            code,
            float(weight * WHOLE_PCT),
            round(min(tolerance[code], float(weight) / 2.0 if new_money else 1.0) * 100.0, _PLACES),
        )
        for code, weight in sorted(target.items())
    )


def instruments_of(rows: Iterable[int], products: Products) -> tuple[NewInstrument, ...]:
    """These products as instruments, by code; all have a price."""
    found = (_instrument(row, products) for row in sorted(set(rows)))
    return tuple(found)


def _instrument(row: int, products: Products) -> NewInstrument:
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
