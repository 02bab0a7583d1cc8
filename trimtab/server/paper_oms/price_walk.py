"""The made-up market: a walk of each instrument's price, and the ticks at which waiting parts of orders trade."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, IntColumn
from trimtab.server.paper_oms.chance import drawn_bytes
from trimtab.server.paper_oms.market_time import Stretch

STEP: Final = Decimal("0.0001")
"""A step of the walk, as a part of the book's price."""
EDGE: Final = 100
"""Steps from the book's price to where the walk turns back: 1 %."""
LAP: Final = 2**14
"""Ticks after which a walk starts again from the book's price, so that no look has to compute many."""
EXACT: Final = Context(prec=100)
"""Holds the products and sums of all quantities and prices that are accepted."""
_NEVER: Final = -1

PathOf = Callable[[int, int], IntColumn]
"""The walk of a day and lap, shape (LAP,): steps from the book's price."""


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Parts of orders (n,) of one instrument: `side` +1 buys or -1 sells, `due` the first tick at which it may trade.

    `most_steps` is how many steps the price may have gone against the order (up for a buy, down for a sell).
    """

    due: IntColumn
    side: IntColumn
    most_steps: IntColumn


@dataclass(frozen=True, slots=True, eq=False)
class Traded:
    """When parts trade, and at which steps of the walk, both (n,); tick -1: not yet."""

    tick: IntColumn
    steps: IntColumn


def walk(seed: int, instrument_key: str, *, day: int, lap: int) -> IntColumn:
    """Steps from the book's price after each tick of a lap, shape (LAP,): one up or down, turned back at the edges."""
    bits = np.frombuffer(drawn_bytes(LAP // 8, seed, "walk", instrument_key, day, lap), dtype=np.uint8)
    free = np.cumsum(np.unpackbits(bits).astype(np.int64) * 2 - 1)
    return EDGE - np.abs((free + EDGE) % (4 * EDGE) - 2 * EDGE)


def price_at(price: Decimal, steps: int) -> Decimal:
    """The price so many steps from the book's, exactly."""
    return EXACT.multiply(price, 1 + steps * STEP)


def most_steps(price: Decimal, limit_price: Decimal | None, *, side: int) -> int:
    """How many steps the price may go against an order with this limit; below -EDGE no walk ever gets there."""
    if limit_price is None:
        return EDGE
    steps = EXACT.divide(EXACT.subtract(limit_price, price), EXACT.multiply(price, STEP))
    whole = steps.to_integral_value(ROUND_FLOOR if side > 0 else ROUND_CEILING)
    return int(min(max(whole * side, Decimal(-EDGE - 1)), Decimal(EDGE)))


def trade_waiting(waiting: Waiting, stretches: Iterable[Stretch], *, path_of: PathOf) -> Traded:
    """Lets each part trade at the first tick that it is due at, or later, and at which the price isn't past its limit.

    It looks at the ticks of these stretches, and stops as soon as nothing waits any more.
    """
    traded = Traded(np.full(len(waiting.due), _NEVER), np.zeros(len(waiting.due), dtype=np.int64))
    for day, lap, first, last in _laps(stretches):
        open_parts = (traded.tick == _NEVER) & (waiting.due <= last) & (waiting.most_steps >= -EDGE)
        if open_parts.any():
            _trade(waiting, open_parts, path=path_of(day, lap)[first % LAP : last % LAP + 1], first=first, into=traded)
    return traded


def _laps(stretches: Iterable[Stretch]) -> Iterable[tuple[int, int, int, int]]:
    """Day, lap, first and last tick of each part of the stretches that lies in one lap."""
    for day, first, last in stretches:
        for lap in range(first // LAP, last // LAP + 1):
            yield day, lap, max(first, lap * LAP), min(last, (lap + 1) * LAP - 1)


def _trade(waiting: Waiting, open_parts: BoolColumn, *, path: IntColumn, first: int, into: Traded) -> None:
    """Parts with the same side and limit look for the same ticks."""
    rows = np.flatnonzero(open_parts)
    _, example, group = np.unique(
        waiting.side[rows] * LAP + waiting.most_steps[rows], return_index=True, return_inverse=True
    )
    for number, one in enumerate(rows[example].tolist()):
        taken = np.flatnonzero(path * waiting.side[one] <= waiting.most_steps[one])
        mine = rows[group == number]
        at = np.searchsorted(taken, waiting.due[mine] - first)
        found = at < len(taken)
        tick = taken[at[found]]
        into.tick[mine[found]] = tick + first
        into.steps[mine[found]] = path[tick]
