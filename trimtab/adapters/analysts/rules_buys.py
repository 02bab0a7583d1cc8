"""Which buys the rules analyst puts off when cash is short, and how much of each."""

import math
from collections.abc import Sequence

from trimtab.domain.trading.overview import BuyBlock, BuyRow
from trimtab.domain.trading.reasons import buy_reason
from trimtab.workflow.ports.analysts import BuyVerdict

HALF_PCT = 50
WHOLE_PCT = 100
EDGE = 1e-9


def judge_buys(block: BuyBlock) -> tuple[BuyVerdict, ...]:
    """A verdict per buy of a portfolio; all proceed where there is cash for all."""
    waiting = _deferred_percents(block)
    return tuple(_verdict(row, waiting.get(row.symbol, 0)) for row in block.rows)


def priority(row: BuyRow) -> tuple[bool, bool, float, str]:
    """What waits first: no ex-date ahead, then no dip, then the smaller gap, then the code."""
    return (row.ex_dividend_days is not None, is_dip(row), row.gap_pct, row.symbol)


def is_dip(row: BuyRow) -> bool:
    """Weak this month after a good half year."""
    return (row.return_1m_pct or 0.0) < 0 and (row.return_6m_pct or 0.0) > 0


def _deferred_percents(block: BuyBlock) -> dict[str, int]:
    """Percent of each buy that waits, whole.

    In pairs half of each first, then the other halves, until the need is met.
    """
    order = sorted(block.rows, key=priority)
    waiting = dict.fromkeys((row.symbol for row in order), 0)
    if len(order) == 1:
        _defer(order, waiting, need=block.deferral_needed, most=WHOLE_PCT)
        return waiting
    need = block.deferral_needed
    for _ in range(2):
        for pair in _pairs(order):
            need -= _defer(pair, waiting, need=need, most=HALF_PCT)
    return waiting


def _pairs(order: Sequence[BuyRow]) -> list[Sequence[BuyRow]]:
    return [order[first : first + 2] for first in range(0, len(order), 2)]


def _defer(rows: Sequence[BuyRow], waiting: dict[str, int], *, need: float, most: int) -> float:
    """Adds the same whole percent to every row, the smallest that meets the need, and returns the money that frees."""
    amount = sum(row.amount for row in rows)
    if need <= EDGE or amount <= 0:
        return 0.0
    percent = min(math.ceil(need / amount * WHOLE_PCT - EDGE), most)
    for row in rows:
        waiting[row.symbol] += percent
    return amount * percent / WHOLE_PCT


def _verdict(row: BuyRow, waiting_pct: int) -> BuyVerdict:
    if not waiting_pct:
        return BuyVerdict(row.symbol, "proceed", None, _favour(row) or buy_reason("proceed"))
    if waiting_pct >= WHOLE_PCT:
        return BuyVerdict(row.symbol, "defer", None, buy_reason("defer"))
    return BuyVerdict(row.symbol, "partial", WHOLE_PCT - waiting_pct, buy_reason("partial"))


def _favour(row: BuyRow) -> str:
    """What speaks for buying now."""
    if row.ex_dividend_days is not None:
        return "An ex-date is ahead."
    return "Weak this month after a good half year." if is_dip(row) else ""
