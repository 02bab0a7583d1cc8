"""Checks in three levels: hard failures block, soft warnings stay and are shown, advisories inform."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, FloatColumn
from trimtab.domain.trading.aftermath import Aftermath
from trimtab.domain.trading.segments import grouped_sum
from trimtab.domain.trading.sell_plan import Offers, TradingFacts
from trimtab.domain.trading.valuation import rate, reporting_currency

SIDES: Final = {-1: "sells", 1: "buys"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Our own words; `symbol` and `account_number` are data. One per instrument for soft warnings, with the number of
    lines and the largest excess in points and in money of its portfolio.
    """

    rule: str
    symbol: str
    message: str
    account_number: str | None = None
    count: int | None = None
    excess_pct: float | None = None
    excess_value: float | None = None


def tolerance_breaches(
    facts: TradingFacts, *, offers: Offers, aftermath: Aftermath, cure_pct: FloatColumn
) -> tuple[Finding, ...]:
    """`tolerance_breach`: one soft warning per instrument, largest excess first."""
    instrument = facts.positions.instrument[offers.line]
    found: list[tuple[float, Finding]] = []
    for row in np.unique(instrument[aftermath.breached]):
        rows = np.flatnonzero(aftermath.breached & (instrument == row))
        worst = rows[np.argmax(aftermath.excess_pct[rows])]
        excess, money = float(aftermath.excess_pct[worst]), float(aftermath.excess_value[worst])
        cure = int(cure_pct[rows].max())
        message = (
            f"{_portfolios(len(rows))} outside the band, the worst by {excess:.2f} points ({money:,.0f});"
            f" proceeding with {cure} % would end it"
        )
        finding = Finding(
            rule="tolerance_breach",
            symbol=facts.book.instruments.code[row],
            message=message,
            account_number=account_of(facts, int(offers.portfolio[worst])),
            count=len(rows),
            excess_pct=excess,
            excess_value=money,
        )
        found.append((-excess, finding))
    return tuple(finding for _, finding in sorted(found, key=lambda pair: (pair[0], pair[1].symbol)))


def large_trades(facts: TradingFacts, *, offers: Offers, units: FloatColumn) -> tuple[Finding, ...]:
    """`adv_share`: instruments of which the plan sells, or buys, over the policy's share of the average daily value."""
    instruments, limit = facts.book.instruments, facts.policy.adv_share_pct
    traded = grouped_sum(facts.positions.instrument[offers.line], units, count=len(instruments.code))
    value = traded * np.nan_to_num(instruments.price)
    daily = instruments.adv_value
    known = np.isfinite(daily) & (daily > 0)
    share = np.where(known, value / np.where(known, daily, 1.0) * 100, 0.0)
    rows = np.flatnonzero(share > limit + EDGE_PCT)

    def reported(currency: str, amount: float) -> float | None:
        """In the book's reporting currency; None where the book has no rate."""
        to_reporting = rate(facts.book, from_currency=currency, to_currency=reporting_currency(facts.book))
        return amount * to_reporting if np.isfinite(to_reporting) else None

    found = [
        Finding(
            rule="adv_share",
            symbol=instruments.code[row],
            message=(
                f"the plan's {SIDES[offers.side]} are {share[row]:.1f} % of an average day's value, over {limit:g} %;"
                f" {math.floor(limit / share[row] * 100)} % of it would stay within"
            ),
            excess_pct=float(share[row] - limit),
            excess_value=reported(instruments.currency[row], float(value[row] - daily[row] * limit / 100)),
        )
        for row in rows[np.argsort(-share[rows], kind="stable")]
    ]
    return tuple(found)


def orders_over_limit(facts: TradingFacts, *, offers: Offers, units: FloatColumn) -> tuple[Finding, ...]:
    """`max_order_value`: orders worth more than the policy allows for one order."""
    value, limit = units * offers.offered.unit_value, facts.policy.limits.max_order_value
    return tuple(
        Finding(
            rule="max_order_value",
            symbol=symbol_of(facts, offers.line[row]),
            message=f"the order is worth {value[row]:,.0f}, over the limit of {limit:,.0f} for one order",
            account_number=account_of(facts, int(offers.portfolio[row])),
            excess_value=float(value[row] - limit),
        )
        for row in np.flatnonzero(value > limit + CENT / 2)
    )


def cash_overdrawn(facts: TradingFacts, missing_cash: FloatColumn) -> tuple[Finding, ...]:
    """`cash_overdrawn`: portfolios that can't pay their withdrawal and minimum cash with the sells that are allowed."""
    return tuple(
        Finding(
            rule="cash_overdrawn",
            symbol="CASH",
            message=f"{missing_cash[row]:,.2f} are missing for the withdrawal and the minimum cash",
            account_number=account_of(facts, int(row)),
            excess_value=float(missing_cash[row]),
        )
        for row in np.flatnonzero(missing_cash > CENT / 2)
    )


def raised_to_block(findings: Iterable[Finding], blocking_rules: tuple[str, ...]) -> tuple[Finding, ...]:
    """The soft warnings that the firm's policy turns into hard failures."""
    return tuple(finding for finding in findings if finding.rule in blocking_rules)


def account_of(facts: TradingFacts, portfolio: int) -> str:
    """Account number of a portfolio of the positions."""
    return facts.book.portfolios.account_number[int(facts.positions.portfolio_row[portfolio])]


def symbol_of(facts: TradingFacts, line: int) -> str:
    """Code of a line's instrument."""
    return facts.book.instruments.code[int(facts.positions.instrument[line])]


def _portfolios(count: int) -> str:
    return "1 portfolio stays" if count == 1 else f"{count} portfolios stay"
