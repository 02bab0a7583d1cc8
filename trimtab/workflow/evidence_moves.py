"""What became of orders, in words: one by one, or all at once where many moved in the same moment.

An order system moves orders by the thousand. Nothing is lost by telling that in one line: each order of a pack has the
states that it went through, and its fills stand beside it.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from pydantic import BaseModel

from trimtab.workflow.evidence_contents import Cancellation, Delivery
from trimtab.workflow.evidence_models import Said
from trimtab.workflow.evidence_terms import listed, plural, set_aside, state_words
from trimtab.workflow.ports.records import Fill, OrderRow, Parked

M = TypeVar("M", bound=BaseModel)

MOST_NAMED: Final = 5
"""Moves of one moment that are told one by one, and reasons that are told of more of them."""
Move = OrderRow | Fill | Parked
"""What comes by the hundred, all at once."""


def of_order(order: OrderRow) -> Said:
    """An order that came to a state."""
    return f"Order {_named(order)}", tuple(_of_order(order))


def of_fill(fill: Fill) -> Said:
    """A part of an order that was traded."""
    return f"Traded {_traded(fill)}", (f"of order {fill.client_order_id}",)


def of_parked(parked: Parked) -> Said:
    """Something of the order system that can't be right."""
    about = parked.client_order_id or parked.order_key
    named = f"about order {about}" if about else ""
    return f"Set aside for a person: {set_aside(parked.rule)}", tuple(filter(None, (parked.message, named)))


def of_cancellation(content: Cancellation) -> Said:
    """Orders that somebody had cancelled."""
    counts = (
        (content.cancelled, "cancelled before they left"),
        (content.asked, "to be cancelled at the order system"),
        (content.orders - content.cancelled - content.asked, "ended before"),
    )
    said = listed([f"{count:,} {words}" for count, words in counts if count > 0])
    return f"Asked to cancel {plural(content.orders, 'order')}: {content.reason}", tuple(filter(None, (said,)))


def of_delivery(content: Delivery) -> Said:
    """Something on the way to the order system and back."""
    where = f", {content.order_system}" if content.order_system else ""
    more = ", ".join(f"{name.replace('_', ' ')}: {_told(said)}" for name, said in (content.model_extra or {}).items())
    return f"On the way to the order system{where}", tuple(filter(None, (content.message, more)))


def of_moves(moves: Sequence[Move]) -> Said:
    """Several moves of one moment: how many orders came to which state, what was traded, and why."""
    orders, fills, parked = _of(moves, OrderRow), _of(moves, Fill), _of(moves, Parked)
    said = [_by_state(orders)] if orders else []
    said += [plural(len(fills), "fill")] if fills else []
    said += [f"{plural(len(parked), 'report')} set aside for a person"] if parked else []
    return "; ".join(said), tuple(map(_short, moves) if len(moves) <= MOST_NAMED else _reasons(orders, parked))


def _of(moves: Sequence[Move], kind: type[M]) -> list[M]:
    return [each for each in moves if isinstance(each, kind)]


def _by_state(orders: Sequence[OrderRow]) -> str:
    """`600 orders: 400 PartiallyFilled and 200 Filled`; an order that moved twice counts as it stands then."""
    standing = {order.client_order_id: order for order in orders}
    if len(standing) == 1:
        return f"Order {_named(orders[-1])}"
    states = Counter(map(_state, standing.values())).most_common()
    said = [f"{'all' if len(states) == 1 else f'{count:,}'} {state}" for state, count in states]
    return f"{plural(len(standing), 'order')}: {listed(said)}"


def _short(move: Move) -> str:
    """A move on a line of its own."""
    if isinstance(move, OrderRow):
        return "; ".join((f"order {_named(move)}", *_of_order(move)))
    headline, details = of_fill(move) if isinstance(move, Fill) else of_parked(move)
    return "; ".join((headline[:1].lower() + headline[1:], *details))


def _reasons(orders: Sequence[OrderRow], parked: Sequence[Parked]) -> Iterator[str]:
    """Why so many moved, the most frequent first."""
    reasons = Counter([*filter(None, (order.why for order in orders)), *(set_aside(each.rule) for each in parked)])
    for reason, count in reasons.most_common(MOST_NAMED):
        yield f"{reason} ({count:,})"
    if len(reasons) > MOST_NAMED:
        yield f"and {plural(len(reasons) - MOST_NAMED, 'other reason')}"


def _named(order: OrderRow) -> str:
    return f"{order.client_order_id} of {order.account_number}: {_state(order)}"


def _state(order: OrderRow) -> str:
    return state_words(order.state, cancel=order.cancel)


def _of_order(order: OrderRow) -> Iterator[str]:
    filled = f", {order.filled_quantity:f} filled at {order.average_price:f}" if order.filled_quantity else ""
    yield f"{order.side} {order.quantity:f} {order.code}{filled}"
    if order.why:
        yield order.why


def _told(said: object) -> str:
    return said if isinstance(said, str) else json.dumps(said)


def _traded(fill: Fill) -> str:
    return f"{fill.quantity:f} at {fill.price:f}"
