"""Tax lots: which parcels a sell takes, and which of them would soon be taxed less."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import CENT, UNIT, BoolColumn, DayCountColumn, FloatColumn, IntColumn
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import Positions
from trimtab.domain.trading.segments import running_sum_before, segment_rows, segment_sum, starts_of
from trimtab.domain.trading.tax import TaxRules

KEY_DECIMALS = 9
"""Gains and costs per unit are compared after rounding, so that float noise never decides which lot is sold first."""


@dataclass(frozen=True, slots=True, eq=False)
class LotFacts:
    """Facts of the tax lots (m), in segments of the lines (n) and in the order in which a sell takes them.

    `row` is the lot's row in the book; `wait_days` days until a gain's holding period is complete, 0 where waiting
    changes nothing within the policy's window; `line_waits` (n,) lines with such a lot.
    """

    start: IntColumn
    row: IntColumn
    units: FloatColumn
    wait_days: IntColumn
    line_waits: BoolColumn


def lot_facts(book: Book, positions: Positions, *, tax_rules: TaxRules, policy: Policy) -> LotFacts:
    """Prepares a book's tax lots; they depend on the book, the tax rules and the policy, not on the session."""
    row, line = positions.lot_row, segment_rows(positions.lot_start)
    units = book.lots.units[row]
    unit_value = positions.unit_value[line]
    unit_cost = book.lots.cost_base[row] / np.where(units > 0, units, 1.0)
    portfolios = book.portfolios
    pairs = sorted(set(zip(portfolios.tax_country, portfolios.entity, strict=True)))
    number = {pair: n for n, pair in enumerate(pairs)}
    pair_of_portfolio = np.array(
        [number[pair] for pair in zip(portfolios.tax_country, portfolios.entity, strict=True)], dtype=np.int64
    )
    pair = pair_of_portfolio[book.lots.portfolio[row]]
    table = tax_rules.table(pairs)
    as_of = np.datetime64(book.as_of, "D")
    acquired = book.lots.acquired[row]
    qualifies = table.qualifies_from(pair, acquired)
    gain = unit_value - unit_cost
    days = np.where(np.isnat(qualifies), 0, (qualifies - as_of).astype("timedelta64[D]").astype(np.int64))
    waits = (gain * units > CENT / 2) & (days >= 1) & (days <= policy.cgt_window_days)
    reduced = np.where(~np.isnat(qualifies) & (days <= 0), table.discount_pct(pair, as_of), 0.0)
    taxable = np.where(gain > 0, gain * (1 - reduced / 100), gain)
    order = _take_order(policy.lot_method, line=line, acquired=acquired, taxable=taxable, unit_cost=unit_cost)
    wait_days = np.where(waits, days, 0)[order]
    return LotFacts(
        start=positions.lot_start,
        row=row[order],
        units=units[order],
        wait_days=wait_days,
        line_waits=segment_sum(wait_days.astype(np.float64), positions.lot_start) > 0,
    )


def _take_order(
    method: str, *, line: IntColumn, acquired: np.ndarray, taxable: FloatColumn, unit_cost: FloatColumn
) -> IntColumn:
    """Lots in selling order within their line; ties by date, then file order."""
    dates = acquired.astype(np.int64)
    first = {"fifo": dates, "lifo": -dates, "hifo": -unit_cost, "min_gain": taxable}[method]
    return np.lexsort((dates, np.round(first, KEY_DECIMALS), line))


def cgt_wait_days(facts: LotFacts, sold_units: FloatColumn) -> DayCountColumn:
    """For each line, shape (n,): the fewest days until a lot that the sell would take is taxed less; 0 without one."""
    days = np.zeros(len(sold_units), dtype=np.int16)
    line = np.flatnonzero(facts.line_waits & (sold_units > UNIT))
    if not len(line):
        return days
    count = facts.start[line + 1] - facts.start[line]
    lot = np.arange(int(count.sum())) + np.repeat(facts.start[line] - (np.cumsum(count) - count), count)
    segment = np.repeat(np.arange(len(line)), count)
    before = running_sum_before(facts.units[lot], starts_of(segment, len(line)))
    taken = np.repeat(sold_units[line], count) - before > UNIT
    waits = taken & (facts.wait_days[lot] > 0) & (facts.units[lot] > UNIT)
    far = np.iinfo(np.int64).max
    nearest = np.minimum.reduceat(np.where(waits, facts.wait_days[lot], far), np.cumsum(count) - count)
    days[line] = np.where(nearest < far, nearest, 0)
    return days
