"""Section 6: which tax lots a sell takes, and when each one's holding period is complete."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from tests.oracle.oracle_compare import UNIT, more_money, sort_key
from tests.oracle.oracle_types import Line, Lot, TaxRule


def first_discount_day(acquired: date, months: int) -> date:
    """`acquired` + months + 1 day; a day that doesn't exist becomes the month's last."""
    month_index = acquired.month - 1 + months
    year, month = acquired.year + month_index // 12, month_index % 12 + 1
    last_day = calendar.monthrange(year, month)[1]
    return date(year, month, min(acquired.day, last_day)) + timedelta(days=1)


def in_force(rule: TaxRule, on: date) -> bool:
    return rule.valid_from <= on and (rule.valid_until is None or on <= rule.valid_until)


def discount_day(acquired: date, rules: Sequence[TaxRule]) -> date | None:
    """The discount's first day, by the rule in force on that very day; of several the first."""
    days = [(rule, first_discount_day(acquired, rule.months)) for rule in rules]
    return min((day for rule, day in days if in_force(rule, day)), default=None)


def unit_gain(lot: Lot, unit_value: float) -> float:
    return unit_value - lot.cost_base / lot.units


def taxable_unit_gain(lot: Lot, unit_value: float, *, rules: Sequence[TaxRule], as_of: date) -> float:
    """A loss counts whole; of a gain, what today's discount leaves where the holding period is complete."""
    gain = unit_gain(lot, unit_value)
    day = discount_day(lot.acquired, rules)
    if gain > 0 and day is not None and day <= as_of:
        return gain * (1 - sum(rule.discount_pct for rule in rules if in_force(rule, as_of)) / 100)
    return gain


def lots_in_order(line: Line, rules: Sequence[TaxRule], *, method: str, as_of: date) -> list[Lot]:
    """The line's lots as the method takes them; equal ones by date, then as the file has them."""
    by_date = sorted(line.lots, key=lambda lot: lot.acquired)
    if method == "fifo":
        return by_date
    if method == "lifo":
        return sorted(by_date, key=lambda lot: -lot.acquired.toordinal())
    if method == "hifo":
        return sorted(by_date, key=lambda lot: -sort_key(lot.cost_base / lot.units))
    return sorted(
        by_date,
        key=lambda lot: sort_key(taxable_unit_gain(lot, line.unit_value, rules=rules, as_of=as_of)),
    )


def days_to_discount(line: Line, rules: Sequence[TaxRule], *, method: str, as_of: date) -> list[int]:
    """For each lot in gain that the planned sell takes from: the days until its discount begins."""
    to_take = -line.planned_units
    days = []
    for lot in lots_in_order(line, rules, method=method, as_of=as_of):
        if to_take <= UNIT:
            break
        to_take -= lot.units
        day = discount_day(lot.acquired, rules)
        if day is not None and more_money(unit_gain(lot, line.unit_value) * lot.units, 0.0):
            days.append((day - as_of).days)
    return days
