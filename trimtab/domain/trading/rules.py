"""Rules on instruments: what a line may not do, how much of it may be sold, and what is bought instead."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from trimtab.domain.columns import EDGE_PCT, BoolColumn, FloatColumn, IntColumn, SmallIntColumn
from trimtab.domain.trading.book import Book, Restriction
from trimtab.domain.trading.drift import Drift, band_status
from trimtab.domain.trading.positions import Positions

NO_BUY: Final = 1
NO_SELL: Final = 2
HOLD: Final = 4 | NO_BUY | NO_SELL
RULE_BITS: Final = {"do_not_buy": NO_BUY, "do_not_sell": NO_SELL, "hold": HOLD}


@dataclass(frozen=True, slots=True)
class GradualExit:
    """At most `max_sell_percent` of the units at the session's start are sold, and never below `target_units`."""

    code: str
    max_sell_percent: float
    target_units: float = 0.0
    account_number: str | None = None


@dataclass(frozen=True, slots=True)
class Substitution:
    """What would be bought of `code` is bought of `substitute`."""

    code: str
    substitute: str
    account_number: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRules:
    """All rules in force in a session: the book's restrictions and the session's own."""

    restrictions: tuple[Restriction, ...] = ()
    gradual_exits: tuple[GradualExit, ...] = ()
    substitutions: tuple[Substitution, ...] = ()

    def in_force(self, as_of: date) -> tuple[Restriction, ...]:
        """The restrictions whose `until` (inclusive) hasn't passed."""
        return tuple(rule for rule in self.restrictions if rule.until is None or as_of <= rule.until)


def rule_bits(book: Book, positions: Positions, *, restrictions: Sequence[Restriction]) -> SmallIntColumn:
    """What each line may not do, as bits of `NO_BUY`, `NO_SELL`, `HOLD`, shape (n,)."""
    width = len(book.instruments.code)
    of_instrument = np.zeros(width, dtype=np.int8)
    for rule in restrictions:
        if rule.account_number is None:
            of_instrument[_instrument(book, rule.code)] |= RULE_BITS[rule.rule]
    bits: SmallIntColumn = of_instrument[positions.instrument]
    for rule in restrictions:
        if rule.account_number is not None:
            bits[lines_of(book, positions, code=rule.code, account_number=rule.account_number)] |= RULE_BITS[rule.rule]
    return bits


def lines_of(book: Book, positions: Positions, *, code: str, account_number: str | None = None) -> IntColumn:
    """The lines of an instrument, in all portfolios or in one; empty when there are none."""
    instrument = _instrument(book, code)
    if account_number is None:
        return np.flatnonzero(positions.instrument == instrument)
    row = bisect_left(book.portfolios.account_number, account_number)
    portfolio = int(np.searchsorted(positions.portfolio_row, row))
    if portfolio == len(positions.portfolio_row) or positions.portfolio_row[portfolio] != row:
        return np.zeros(0, dtype=np.int64)
    first, last = positions.start[portfolio : portfolio + 2]
    rows: IntColumn = first + np.flatnonzero(positions.instrument[first:last] == instrument)
    return rows


def _instrument(book: Book, code: str) -> int:
    """Row of an instrument that the book has; callers check codes before they become rules."""
    return book.instruments.code.index(code)


def sell_caps(book: Book, positions: Positions, *, exits: Sequence[GradualExit]) -> FloatColumn | None:
    """Most units that each line may sell in the session, shape (n,); infinite without an exit, None when there is none.

    With several exits on a line the strictest binds. Caps are in units; callers round them down to whole lots.
    """
    if not exits:
        return None
    caps = np.full(len(positions.units), np.inf)
    for gradual in exits:
        lines = lines_of(book, positions, code=gradual.code, account_number=gradual.account_number)
        units = positions.units[lines]
        cap = np.minimum(gradual.max_sell_percent / 100 * units, units - gradual.target_units)
        caps[lines] = np.minimum(caps[lines], np.maximum(cap, 0.0))
    return caps


def substitute_lines(
    book: Book, positions: Positions, *, substitutions: Sequence[Substitution]
) -> frozenset[tuple[int, int]]:
    """Lines to add to the positions: (portfolio row in the book, instrument) of each substitute."""
    extra: set[tuple[int, int]] = set()
    for swap in substitutions:
        lines = lines_of(book, positions, code=swap.code, account_number=swap.account_number)
        substitute = _instrument(book, swap.substitute)
        rows = positions.portfolio_row[positions.portfolio[lines]]
        extra.update((int(row), substitute) for row in rows)
    return frozenset(extra)


@dataclass(frozen=True, slots=True, eq=False)
class Substituted:
    """Drift with the substitutions in it.

    `replaced` (n,) lines whose buy moved away, and `progress_pct` (n,) the replaced line's actual over target x 100
    where a line without a target of its own buys in its place, NaN elsewhere.
    """

    drift: Drift
    replaced: BoolColumn
    progress_pct: FloatColumn


def substitute(book: Book, positions: Positions, *, drift: Drift, substitutions: Sequence[Substitution]) -> Substituted:
    """Moves the missing share of each replaced line to its substitute, with its band.

    One account's rule goes before all's.
    """
    replaced = np.zeros(len(positions.units), dtype=np.bool_)
    progress = np.full(len(positions.units), np.nan)
    if not substitutions:
        return Substituted(drift, replaced, progress)
    target, edge = drift.target_pct.copy(), drift.edge_pct.copy()
    portfolio = positions.portfolio
    for swap in sorted(substitutions, key=lambda swap: swap.account_number is None):
        wanted = lines_of(book, positions, code=swap.code, account_number=swap.account_number)
        wanted = wanted[(drift.variance_pct[wanted] < -EDGE_PCT) & ~replaced[wanted]]
        everywhere = lines_of(book, positions, code=swap.substitute)
        bought = everywhere[np.searchsorted(portfolio[everywhere], portfolio[wanted])]
        target[bought] += drift.target_pct[wanted] - drift.actual_pct[wanted]
        edge[bought] = drift.edge_pct[wanted]
        taken_over = positions.target_pct[bought] == 0
        progress[bought[taken_over]] = (drift.actual_pct[wanted] / drift.target_pct[wanted] * 100)[taken_over]
        target[wanted] = drift.actual_pct[wanted]
        replaced[wanted] = True
    variance = drift.actual_pct - target
    moved = replace(
        drift,
        target_pct=target,
        edge_pct=edge,
        variance_pct=variance,
        status=band_status(variance, edge),
    )
    return Substituted(moved, replaced, progress)


def within_wide_band(drift: Drift) -> BoolColumn:
    """Lines inside a band that is as wide as their target: they can't come under it, so they are never bought."""
    wide: BoolColumn = (drift.status == 0) & (drift.target_pct > 0) & (drift.target_pct <= drift.edge_pct)
    return wide
