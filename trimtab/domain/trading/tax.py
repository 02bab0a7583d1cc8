"""Holding periods and discounts of capital gains, by country, entity and date, for columns of tax lots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np

from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn, IntColumn

Benefit = Literal["discount", "rate", "none"]

_NEVER: Final = np.datetime64("NaT", "D")
_ALWAYS: Final = -(2**23)
"""A day before every day of a calendar with four-digit years; days count from 1970."""
_SPAN: Final = 2**24


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRule:
    """What a country grants an entity for long holdings, on gains from `valid_from` to `valid_until`.

    Both days are inclusive; None is open. `benefit` is a `discount` (`discount_pct` of the gain is tax free),
    a `rate` (the whole gain is taxed, at a lower rate: `discount_pct` is 0) or `none`, which states that
    waiting brings nothing.
    """

    country: str
    entity: str
    benefit: Benefit
    source: str
    valid_from: date | None = None
    valid_until: date | None = None
    holding_months: int = 0
    discount_pct: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TaxTable:
    """Tax rules laid out for the pairs (country, entity) of a book; made by `TaxRules.table`.

    The rules (r) are in the order of `start` (r,), which packs pair and first day into one number, so that
    one binary search finds the rule of a pair on a day. A rule that grants nothing has -1 `holding_months`.
    """

    start: IntColumn
    until: IntColumn
    holding_months: IntColumn
    granted_pct: FloatColumn

    def qualifies_from(self, pair_index: IntColumn, acquired: DateColumn) -> DateColumn:
        """The first day on which a lot's gain has the benefit.

        Args:
            pair_index: Each lot's pair, shape (n,): a position in the pairs the table was made for.
            acquired: Each lot's day of acquisition, shape (n,), datetime64[D].

        Returns:
            Days, shape (n,): `acquired` + months + 1 day, by the rule that is in force on that very day; of
            several the earliest; NaT where there is none.
        """
        first = np.full(len(acquired), _NEVER)
        for months in np.unique(self.holding_months[self.holding_months >= 0]):
            day = _after_months(acquired, int(months)) + np.timedelta64(1, "D")
            rule, in_force = self._in_force(pair_index, day)
            granted = in_force & (self.holding_months[rule] == months)
            first = np.fmin(first, np.where(granted, day, _NEVER))
        return first

    def discount_pct(self, pair_index: IntColumn, day: DateColumn | np.datetime64) -> FloatColumn:
        """The percentage that is tax free of a long-held gain realised on `day`, shape (n,); 0 where none is.

        Args:
            pair_index: Each lot's pair, shape (n,).
            day: One day for all or one each, datetime64[D].
        """
        rule, in_force = self._in_force(pair_index, day)
        return np.where(in_force, self.granted_pct[rule], 0.0)

    def _in_force(self, pair_index: IntColumn, day: DateColumn | np.datetime64) -> tuple[IntColumn, BoolColumn]:
        """The rule (its row) of each pair on the day, and whether there is one; NaT is before every day."""
        days = np.maximum(day.astype("datetime64[D]").astype(np.int64), _ALWAYS)
        rule = np.searchsorted(self.start, _packed(pair_index, days), side="right") - 1
        return rule, (days > _ALWAYS) & (days <= self.until[rule])


@dataclass(frozen=True, slots=True)
class TaxRules:
    """All tax rules there are; the rules of a country and entity don't overlap in time."""

    rules: tuple[TaxRule, ...] = ()

    def table(self, pairs: Sequence[tuple[str, str]]) -> TaxTable:
        """The rules of these pairs (country, entity), in columns; a pair without rules is granted nothing."""
        by_pair: dict[tuple[str, str], list[TaxRule]] = {}
        for rule in self.rules:
            by_pair.setdefault((rule.country, rule.entity), []).append(rule)
        # Before a pair's first rule nothing is granted: these rows keep the search from finding another pair's.
        rows = [(n, _ALWAYS, _ALWAYS, -1, 0.0) for n in range(-1, len(pairs))]
        rows += [(n, *_columns_of(rule)) for n, pair in enumerate(pairs) for rule in by_pair.get(pair, ())]
        number, start, until, months, discount = (np.array(column) for column in zip(*sorted(rows), strict=True))
        return TaxTable(start=_packed(number, start), until=until, holding_months=months, granted_pct=discount)


def _columns_of(rule: TaxRule) -> tuple[int, int, int, float]:
    grants = rule.benefit != "none"
    return (
        _ALWAYS + 1 if rule.valid_from is None else _day_number(rule.valid_from),
        _SPAN if rule.valid_until is None else _day_number(rule.valid_until),
        rule.holding_months if grants else -1,
        rule.discount_pct if rule.benefit == "discount" else 0.0,
    )


def _day_number(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _packed(pair_index: IntColumn, days: IntColumn) -> IntColumn:
    return pair_index * _SPAN + days


def _after_months(day: DateColumn, months: int) -> DateColumn:
    """The same day of a later month, or that month's last where it has no such day.

    Each day of the span is computed once and then looked up: tax lots are many, days are few.
    """
    if not len(day):
        return day
    first = day.min()
    span = np.arange(first, day.max() + np.timedelta64(1, "D"))
    later: DateColumn = _same_day(span, months)[(day - first).astype(np.int64)]
    return later


def _same_day(day: DateColumn, months: int) -> DateColumn:
    month = day.astype("datetime64[M]")
    later = month + np.timedelta64(months, "M")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    same: DateColumn = later.astype("datetime64[D]") + (day - month.astype("datetime64[D]"))
    return np.minimum(same, last)
