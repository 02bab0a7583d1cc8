"""How numbers are compared and counted in whole lots, with a note of what float noise could turn.

`close_calls` collects comparisons so near their threshold that another order of additions could answer them
the other way. `watched` marks the plans they belong to, and a comparison leaves those out.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from tests.oracle.oracle_types import Line, Plan

EDGE_PCT = 1e-9
HALF_CENT = 0.005
UNIT = 1e-9
MONEY = 1e-6

NOISE_PCT = 1e-10
NOISE_MONEY = 1e-7
NOISE_FIT = 1e-8
NOISE_VALUE = 3e-10  # money: what weighing a million there and back leaves

close_calls: list[str] = []


@contextmanager
def watched(plan: Plan) -> Iterator[None]:
    """Marks the plan if a close call comes up meanwhile."""
    before = len(close_calls)
    yield
    plan.close_call = plan.close_call or len(close_calls) > before


def _more(a: float, b: float, *, allowance: float, noise: float) -> bool:
    gap = a - (b + allowance)
    if abs(gap) < noise:
        close_calls.append(f"{a!r} against {b!r} + {allowance!r}")
    return gap > 0


def more_pct(a: float, b: float) -> bool:
    """Is `a` over `b`, in percentage points?"""
    return _more(a, b, allowance=EDGE_PCT, noise=NOISE_PCT)


def more_money(a: float, b: float) -> bool:
    """Is `a` over `b`, in money?"""
    return _more(a, b, allowance=HALF_CENT, noise=NOISE_MONEY)


def fits(cost: float, cash: float) -> bool:
    """Does the cash pay for buys of `cost`?"""
    return not _more(cost, cash, allowance=MONEY, noise=NOISE_FIT)


def _lots(units: float, line: Line, *, up: bool) -> int:
    lots = units / line.lot_size - UNIT if up else units / line.lot_size + UNIT
    noise = NOISE_VALUE / (line.lot_size * line.unit_value) + 1e-15 * abs(lots)
    if abs(lots - round(lots)) < noise:
        close_calls.append(f"{units!r} units in lots of {line.lot_size!r}")
    return math.ceil(lots) if up else math.floor(lots)


def lots_down(units: float, line: Line, *, most: float = math.inf) -> float:
    """Units in whole lots of the line, rounded down, never over `most`."""
    return min(max(_lots(units, line, up=False), 0) * line.lot_size, most)


def lots_up(units: float, line: Line, *, most: float = math.inf) -> float:
    """Units in whole lots of the line, rounded up, never over `most`."""
    return min(max(_lots(units, line, up=True), 0) * line.lot_size, most)


def up_to_five(percent: float) -> float:
    """A percentage up to the next multiple of 5, at most 100."""
    fives = (percent - EDGE_PCT) / 5
    if abs(fives - round(fives)) < NOISE_PCT:
        close_calls.append(f"{percent!r} % up to the next 5")
    return float(min(100, max(0, math.ceil(fives)) * 5))


def sort_key(number: float) -> float:
    """A number as sort keys see it."""
    return round(number, 6)
