"""The orders of a session: the states that each went through, and what all of them came to, in plain sentences."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from trimtab.domain.trading.order_states import ENDED, OrderState
from trimtab.workflow.evidence_models import OrderStory, StateAt
from trimtab.workflow.evidence_reading import Readings
from trimtab.workflow.evidence_terms import EXECUTION_MODES, listed, plural, words_for
from trimtab.workflow.filled_values import filled_value
from trimtab.workflow.ports.records import OrderRow, Parked

_UNFILLED: Final[tuple[tuple[OrderState, str], ...]] = (
    ("Cancelled", "cancelled"),
    ("Rejected", "rejected"),
    ("Expired", "expired"),
)
_OPEN: Final[dict[str, str]] = {"Intent": "waiting to be sent", "Unknown": "of unknown fate"}


def order_stories(readings: Readings) -> Iterator[OrderStory]:
    """Each order as it stands, with every state it came to."""
    history: dict[str, list[StateAt]] = {}
    for reading, order in readings.of(OrderRow):
        history.setdefault(order.client_order_id, []).append(
            StateAt(
                seq=reading.entry.seq,
                at=reading.at,
                actor=reading.entry.actor,
                state=order.state,
                filled_quantity=f"{order.filled_quantity:f}",
                cancel=bool(order.cancel),
                why=order.why,
            )
        )
    for order in readings.latest(OrderRow, "client_order_id"):
        yield OrderStory(order=order, history=tuple(history[order.client_order_id]))


def money_sums(money: Iterable[tuple[str, Decimal]]) -> str:
    """Sums of each currency in cents, without signs: `AUD 1,234.50 and USD 7.00`."""
    sums: dict[str, Decimal] = {}
    for currency, value in money:
        sums[currency] = sums.get(currency, Decimal(0)) + abs(value)
    return listed([f"{currency} {value:,.2f}" for currency, value in sorted(sums.items())])


def what_was_sent(stories: Sequence[OrderStory], parked: Sequence[Parked], *, mode: str) -> str:
    """What was ordered and sent to which order system, what of it was traded, and what became of the rest."""
    orders = [story.order for story in stories]
    if not orders:
        return "No order was recorded and none was sent."
    said = (_sent(orders, mode), _filled(orders), _ended(orders), _open(orders), _set_aside(parked))
    return " ".join(filter(None, said))


def _sent(orders: Sequence[OrderRow], mode: str) -> str:
    ordered = money_sums((order.reporting_currency, order.reported_value) for order in orders)
    recorded = f"{plural(len(orders), 'order')} for {ordered} in all, {words_for(mode, EXECUTION_MODES)}"
    systems = Counter(order.order_system for order in orders if order.sent_at)
    if not systems:
        return f"{recorded}: none was sent."
    all_of_them = len(systems) == 1 and systems.total() == len(orders)
    to = [f"{'all' if all_of_them else f'{count:,}'} sent to {system}" for system, count in sorted(systems.items())]
    return f"{recorded}: {listed(to)}."


def _filled(orders: Sequence[OrderRow]) -> str:
    """How many were traded, for how much; empty where nothing was sent."""
    if not any(order.sent_at for order in orders):
        return ""
    traded = [order for order in orders if order.filled_quantity]
    if not traded:
        return "Nothing was filled."
    whole = sum(order.filled_quantity == order.quantity for order in traded)
    counts = ((whole, "in full"), (len(traded) - whole, "in part"))
    said = listed([f"{count:,} {words}" for count, words in counts if count])
    value = money_sums((order.reporting_currency, filled_value(order, order.reported_value)) for order in traded)
    return f"Filled for {value}: {said}."


def _ended(orders: Sequence[OrderRow]) -> str:
    states = Counter(order.state for order in orders)
    said = [f"{states[state]:,} {words}" for state, words in _UNFILLED if states[state]]
    return f"Ended without being filled in full: {listed(said)}." if said else ""


def _open(orders: Sequence[OrderRow]) -> str:
    states = Counter(_OPEN.get(order.state, order.state) for order in orders if order.state not in ENDED)
    said = [f"{count:,} {state}" for state, count in states.most_common()]
    return f"Not ended: {listed(said)}." if said else ""


def _set_aside(parked: Sequence[Parked]) -> str:
    return f"{plural(len(parked), 'report')} of the order system set aside for a person." if parked else ""
