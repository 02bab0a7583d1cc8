"""Section 10: the orders of decided plans one after another, in fractions, and what the limits make of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from tests.oracle.oracle_rows import InstrumentRow, PortfolioRow
from tests.oracle.oracle_types import Line, Plan
from tests.oracle.oracle_valuation import Rates, rate
from trimtab.domain.trading.policy import Policy


@dataclass(frozen=True)
class PlainOrder:
    """An order; `reported` is None without a rate to the reporting currency."""

    account_number: str
    side: str
    code: str
    quantity: Fraction
    price: Decimal
    limit_price: Decimal
    value: Fraction
    reported: Fraction | None
    whole: bool


@dataclass(frozen=True)
class Sums:
    """What orders come to beside what portfolios are worth, in the reporting currency."""

    orders: Fraction
    session: Fraction
    book: Fraction
    unknown: int


def reporting_currency(portfolios: Sequence[PortfolioRow]) -> str:
    """The base currency of most, of several the first by name."""
    bases = [portfolio.base_currency for portfolio in portfolios]
    return sorted(set(bases), key=lambda base: (-bases.count(base), base))[0]


def orders_of(
    plans: Sequence[Plan],
    *,
    portfolios: Sequence[PortfolioRow],
    instruments: Mapping[str, InstrumentRow],
    fx: Rates,
    policy: Policy,
) -> list[PlainOrder]:
    """By account, sells before buys, by code."""
    base = {portfolio.account_number: portfolio.base_currency for portfolio in portfolios}
    currency = reporting_currency(portfolios)
    found = [
        _order(line, instruments[line.code], reporting=rate(fx, base[line.account_number], currency), policy=policy)
        for plan in plans
        for line in plan.lines
        if _units(line)
    ]
    return sorted(found, key=lambda order: (order.account_number, order.side != "sell", order.code))


def sums_of(
    orders: Sequence[PlainOrder], plans: Sequence[Plan], *, portfolios: Sequence[PortfolioRow], fx: Rates
) -> Sums:
    """Over the plans that can be checked, and for the book over all that have a total."""
    base = {portfolio.account_number: portfolio.base_currency for portfolio in portfolios}
    currency = reporting_currency(portfolios)
    session = book = Fraction(0)
    for plan in plans:
        to_reporting = rate(fx, base[plan.account_number], currency)
        total = Fraction(plan.total) * Fraction(to_reporting or 0)
        book += total
        session += 0 if plan.unable else total
    known = [order.reported for order in orders if order.reported is not None]
    return Sums(sum(known, Fraction(0)), session, book, len(orders) - len(known))


def _units(line: Line) -> float:
    """Signed: a sell is final with its decision, a buy when cash is dealt out."""
    return line.decided_units if line.planned_units < 0 or line.late_raise_units else line.final_units


def _order(line: Line, instrument: InstrumentRow, *, reporting: float | None, policy: Policy) -> PlainOrder:
    units = Fraction(abs(_units(line)))
    side = "sell" if _units(line) < 0 else "buy"
    assert instrument.price is not None
    price = Decimal(str(instrument.price))
    percent = Decimal(str(policy.limits.price_move_pct)) * (1 if side == "buy" else -1)
    value = units * Fraction(line.unit_value)
    lots = float(units / Fraction(line.lot_size))
    return PlainOrder(
        account_number=line.account_number,
        side=side,
        code=line.code,
        quantity=units,
        price=price,
        limit_price=(price + price * percent / 100).quantize(Decimal("0.0001"), ROUND_HALF_EVEN),
        value=value,
        reported=None if reporting is None else value * Fraction(reporting),
        whole=abs(lots - round(lots)) < 1e-9 or (side == "sell" and abs(float(units) - line.units) < 1e-9),
    )
