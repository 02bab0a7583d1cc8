"""What became of a framework portfolio's sessions: what was filled, when, and whether its cash is at work."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.domain.trading.order_states import ENDED
from trimtab.workflow.ports.records import Fill, OrderLine, RecordStore


@dataclass(frozen=True, slots=True)
class Bought:
    """Units of a product that were filled, and what they cost in its currency; both below 0 where more was sold."""

    units: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, eq=False)
class Traded:
    """Of all sessions of a portfolio together.

    Attributes:
        bought: by code, with the currency of its price.
        completed_on: the last day with a fill of an execution that has ended; None where none has.
        at_work: whether orders were filled, or still may be.
    """

    bought: Mapping[tuple[str, str], Bought]
    completed_on: date | None
    at_work: bool


async def traded(records: RecordStore, sessions: Sequence[str]) -> Traded:
    """What the orders of these sessions came to."""
    lines: list[OrderLine] = []
    days: list[date] = []
    for session_id in sessions:
        orders = await records.order_lines(session_id)
        lines += orders
        if orders and all(each.state in ENDED for each in orders):
            days += map(_day, await records.fills(session_id))
    bought: dict[tuple[str, str], Bought] = defaultdict(Bought)
    for each in lines:
        sign = 1 if each.side == "buy" else -1
        was, units = bought[each.code, each.currency], sign * each.filled_quantity
        bought[each.code, each.currency] = Bought(was.units + units, was.cost + units * each.average_price)
    working = any(each.filled_quantity or each.state not in ENDED for each in lines)
    return Traded(dict(bought), max(days, default=None), working)


def _day(fill: Fill) -> date:
    return fill.filled_at.date()
