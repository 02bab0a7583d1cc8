"""What no plan may exceed, whoever approves it. An unknown number is never within a limit."""

import math
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, BoolColumn, FloatColumn, TextColumn
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.checks import Finding, account_of
from trimtab.domain.trading.orders import OrderColumns
from trimtab.domain.trading.segments import grouped_sum
from trimtab.domain.trading.sell_plan import TradingFacts
from trimtab.domain.trading.valuation import (
    base_rows,
    cash_or_estimate,
    reporting_currency,
    reporting_rates,
    unit_values,
)

NO_SYMBOL: Final = ""
"""A finding about an account, or about the whole plan."""
PERCENT: Final = "%"


@dataclass(frozen=True, slots=True)
class KnownSum:
    """A sum of money and how many of its parts are unknown: with any, it is only the least that it may be."""

    value: float
    unknown: int = 0

    def __add__(self, other: "KnownSum") -> "KnownSum":
        return KnownSum(self.value + other.value, self.unknown + other.unknown)


@dataclass(frozen=True, slots=True)
class LimitValue:
    """What a plan comes to beside what is allowed, both in `unit`; `value` is finite, be it only the least known."""

    rule: str
    allowed: float
    value: float
    unit: str
    passed: bool
    message: str


def orders_sum(orders: OrderColumns) -> tuple[KnownSum, KnownSum]:
    """What sells and buys come to in the reporting currency."""
    return known_sum(orders.reported_value[orders.side < 0]), known_sum(orders.reported_value[orders.side > 0])


def known_sum(values: FloatColumn) -> KnownSum:
    """The sum of money (k,) that is known."""
    finite = np.isfinite(values)
    return KnownSum(math.fsum(values[finite]), int((~finite).sum()))


def exposed(value: Mapping[str, Decimal], currency: str) -> KnownSum:
    """What other orders come to in `currency`, given by currency."""
    money = value.get(currency, Decimal(0))
    return KnownSum(float(money)) if money.is_finite() else KnownSum(0.0, 1)


def largest_order(facts: TradingFacts, orders: OrderColumns, *, over: bool) -> LimitValue:
    """`max_order_value`: the most money that one order comes to, as a number of its portfolio's base currency.

    `over` says that `checks.orders_over_limit` found orders over the limit.
    """
    allowed = facts.policy.limits.max_order_value
    finite = np.isfinite(orders.value)
    most, currency = 0.0, reporting_currency(facts.book)
    if finite.any():
        row = int(np.argmax(np.where(finite, orders.value, -np.inf)))
        most = float(orders.value[row])
        currency = facts.book.portfolios.base_currency[facts.positions.portfolio_row[orders.portfolio[row]]]
    found = _held_against("max_order_value", KnownSum(most, int((~finite).sum())), allowed=allowed, unit=currency)
    return replace(found, passed=bool(finite.all()) and not over)


def session_turnover(facts: TradingFacts, money: KnownSum, *, total: FloatColumn) -> LimitValue:
    """`max_session_turnover_pct`: what all orders come to, as a share of portfolios worth `total` (p,) each."""
    turnover = share_pct(money, known_sum(total * facts.reporting_rate).value)
    allowed = facts.policy.limits.max_session_turnover_pct
    return _held_against("max_session_turnover_pct", turnover, allowed=allowed, unit=PERCENT)


def daily_value(facts: TradingFacts, money: KnownSum, *, of_day: Mapping[str, Decimal]) -> LimitValue:
    """`max_daily_value`: what all orders come to with those of the day, in the reporting currency."""
    currency = reporting_currency(facts.book)
    both = money + exposed(of_day, currency)
    return _held_against("max_daily_value", both, allowed=facts.policy.limits.max_daily_value, unit=currency)


def book_turnover(facts: TradingFacts, money: KnownSum, *, of_book: Mapping[str, Decimal]) -> LimitValue:
    """`max_book_turnover_pct`: all orders with the others over this state of the book, as a share of the whole book."""
    turnover = share_pct(money + exposed(of_book, reporting_currency(facts.book)), book_value(facts.book))
    allowed = facts.policy.limits.max_book_turnover_pct
    return _held_against("max_book_turnover_pct", turnover, allowed=allowed, unit=PERCENT)


def share_pct(money: KnownSum, total: float) -> KnownSum:
    """Money as a percentage of a total; nothing is 0 % of anything, and of no total the share is unknown."""
    if total > 0:
        return KnownSum(money.value / total * 100, money.unknown)
    return KnownSum(0.0, money.unknown + (money.value > 0))


def book_value(book: Book) -> float:
    """What all portfolios of a book are worth in the reporting currency.

    Those that can't be valued are left out, so that the share of what is traded is rather too high.
    """
    lots, held = book.lots, book.lots.instrument >= 0
    per_unit = np.where(held, unit_values(book)[base_rows(book)[lots.portfolio], lots.instrument], np.nan)
    holdings = grouped_sum(lots.portfolio, lots.units * per_unit, count=len(book.portfolios.account_number))
    total = cash_or_estimate(book.portfolios.cash, holdings) + holdings
    return known_sum(total * reporting_rates(book)).value


def over_limits(*limits: LimitValue) -> tuple[Finding, ...]:
    """A finding for each limit that isn't kept; money over it in `excess_value`, points in `excess_pct`."""
    return tuple(
        Finding(
            rule=limit.rule,
            symbol=NO_SYMBOL,
            message=limit.message,
            excess_pct=max(limit.value - limit.allowed, 0.0) if limit.unit == PERCENT else None,
            excess_value=None if limit.unit == PERCENT else max(limit.value - limit.allowed, 0.0),
        )
        for limit in limits
        if not limit.passed
    )


def unknown_money(facts: TradingFacts, orders: OrderColumns) -> tuple[Finding, ...]:
    """`price_missing`, an order without a value in its base currency; `no_rate`, a portfolio without a rate."""
    priced = np.isfinite(orders.value) & np.isfinite(facts.book.instruments.price[orders.instrument])
    missing = (
        Finding(
            rule="price_missing",
            symbol=facts.book.instruments.code[orders.instrument[row]],
            message="there is no price to value the order at, so no limit can be checked",
            account_number=account_of(facts, int(orders.portfolio[row])),
        )
        for row in np.flatnonzero(~priced)
    )
    no_rate = (
        f"there is no rate to {reporting_currency(facts.book)}, so no limit can be checked",
        ~np.isfinite(facts.reporting_rate),
    )
    return (*missing, *_of_accounts(facts, orders, rule="no_rate", why=no_rate))


def not_allowed(facts: TradingFacts, orders: OrderColumns) -> tuple[Finding, ...]:
    """`exchange_not_allowed` and `type_not_allowed`: one for each instrument that has orders, by code."""
    limits, instruments = facts.policy.limits, facts.book.instruments
    return (
        *_outside(
            facts, orders, rule="exchange_not_allowed", allowed=limits.allowed_exchanges, of=instruments.exchange
        ),
        *_outside(facts, orders, rule="type_not_allowed", allowed=limits.allowed_types, of=instruments.type),
    )


def accounts_not_allowed(facts: TradingFacts, orders: OrderColumns, *, allowed: Set[str]) -> tuple[Finding, ...]:
    """`account_not_allowed`: accounts with orders that aren't among those that may trade live."""
    outside = np.array([account not in allowed for account in _accounts(facts)], dtype=np.bool_)
    message = "the account isn't among those that may trade live"
    return _of_accounts(facts, orders, rule="account_not_allowed", why=(message, outside))


def accounts_already_traded(
    facts: TradingFacts, orders: OrderColumns, *, session_of: Mapping[str, str], session_id: str
) -> tuple[Finding, ...]:
    """`account_already_traded`: accounts that another session has orders for over the same state of the book.

    Their holdings and cash are no longer what the book says. `session_of` is the session by account.
    """
    if not session_of:
        return ()
    other = np.array(
        [session_of.get(account, session_id) != session_id for account in _accounts(facts)], dtype=np.bool_
    )
    message = "another session has orders for the account over the same book; load what came of them first"
    return _of_accounts(facts, orders, rule="account_already_traded", why=(message, other))


def other_currencies(facts: TradingFacts, *exposures: Mapping[str, Decimal]) -> tuple[Finding, ...]:
    """`other_currency`: other orders were summed in a currency that isn't this book's reporting currency."""
    currency = reporting_currency(facts.book)
    others = sorted({name for value in exposures for name, money in value.items() if name != currency and money != 0})
    return tuple(
        Finding(
            rule="other_currency",
            symbol=NO_SYMBOL,
            message=f"other orders are summed in {name}, these in {currency}: they can't be added up",
        )
        for name in others
    )


def _held_against(rule: str, found: KnownSum, *, allowed: float, unit: str) -> LimitValue:
    """Exactly at the limit is within it."""
    percent = unit == PERCENT
    finite = math.isfinite(found.value)
    passed = not found.unknown and finite and found.value <= allowed + (EDGE_PCT if percent else CENT / 2)
    value = found.value if finite else 0.0
    told = f"{value:,.2f} {unit} of {allowed:,.2f} {unit} allowed"
    if found.unknown or not finite:
        told = f"at least {told}; what can't be valued can't be checked"
    return LimitValue(rule=rule, allowed=allowed, value=value, unit=unit, passed=passed, message=told)


def _outside(
    facts: TradingFacts, orders: OrderColumns, *, rule: str, allowed: TextColumn, of: TextColumn
) -> Iterator[Finding]:
    if not allowed:
        return
    rows, count = np.unique(orders.instrument, return_counts=True)
    for row, orders_of in zip(rows.tolist(), count.tolist(), strict=True):
        if of[row] not in allowed:
            yield Finding(
                rule=rule,
                symbol=facts.book.instruments.code[row],
                message=f"the policy allows no orders of {of[row]}, only of {', '.join(allowed)}",
                count=orders_of,
            )


def _of_accounts(
    facts: TradingFacts, orders: OrderColumns, *, rule: str, why: tuple[str, BoolColumn]
) -> tuple[Finding, ...]:
    """One finding for each portfolio with orders for which `why` (p,) holds, with the number of its orders."""
    message, holds = why
    count = np.bincount(orders.portfolio, minlength=len(holds))
    return tuple(
        Finding(
            rule=rule,
            symbol=NO_SYMBOL,
            message=message,
            account_number=account_of(facts, int(row)),
            count=int(count[row]),
        )
        for row in np.flatnonzero(holds & (count > 0))
    )


def _accounts(facts: TradingFacts) -> Iterator[str]:
    account_numbers = facts.book.portfolios.account_number
    return (account_numbers[row] for row in facts.positions.portfolio_row.tolist())
