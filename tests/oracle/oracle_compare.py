"""How numbers are compared and counted in whole lots, with a note of what float noise could turn.

`close_calls` collects comparisons so near their threshold that another order of additions could answer them
the other way. A test against another computation may leave such an example out, and clears the list before.
"""

import math

EDGE_PCT = 1e-9
HALF_CENT = 0.005
UNIT = 1e-6
LOT_PART = 1e-6
MONEY = 1e-6

NOISE_PCT = 1e-10
NOISE_MONEY = 1e-7
NOISE_FIT = 1e-8
NOISE_LOT = 1e-8

close_calls: list[str] = []


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


def _lots(units: float, lot_size: float, *, up: bool) -> int:
    lots = units / lot_size - LOT_PART if up else units / lot_size + LOT_PART
    if abs(lots - round(lots)) < NOISE_LOT:
        close_calls.append(f"{units!r} units in lots of {lot_size!r}")
    return math.ceil(lots) if up else math.floor(lots)


def lots_down(units: float, lot_size: float, *, most: float = math.inf) -> float:
    """Units in whole lots, rounded down, never over `most`."""
    return min(max(_lots(units, lot_size, up=False), 0) * lot_size, most)


def lots_up(units: float, lot_size: float, *, most: float = math.inf) -> float:
    """Units in whole lots, rounded up, never over `most`."""
    return min(max(_lots(units, lot_size, up=True), 0) * lot_size, most)


def up_to_five(percent: float) -> float:
    """A percentage up to the next multiple of 5, at most 100."""
    fives = (percent - EDGE_PCT) / 5
    if abs(fives - round(fives)) < NOISE_PCT:
        close_calls.append(f"{percent!r} % up to the next 5")
    return float(min(100, max(0, math.ceil(fives)) * 5))


def sort_key(number: float) -> float:
    """A number as sort keys see it."""
    return round(number, 6)
