"""What cancelling does to orders: those that never left are cancelled here, the others at the order system."""

from collections import Counter
from collections.abc import Iterable, Sequence

from trimtab.domain.trading.order_states import ENDED
from trimtab.workflow.order_changes import ASKED, after, may_have_left
from trimtab.workflow.ports.execution import CancelOrders
from trimtab.workflow.ports.records import OrderRow


def unknown_orders(request: CancelOrders, client_order_ids: Iterable[str]) -> Sequence[str]:
    """Named orders that the session doesn't have, in the order given; `client_order_ids` are those it has."""
    known = frozenset(client_order_ids)
    return [each for each in dict.fromkeys(request.client_order_ids or ()) if each not in known]


def cancelled_rows(orders: Sequence[OrderRow], request: CancelOrders) -> tuple[list[OrderRow], Counter[str]]:
    """What becomes of the orders that are named, or of all, and how many were `cancelled`, `asked` and `ended`."""
    named = None if request.client_order_ids is None else frozenset(request.client_order_ids)
    rows, counts = [], Counter[str]()
    for order in orders:
        if named is not None and order.client_order_id not in named:
            continue
        counts["orders"] += 1
        if order.state in ENDED:
            counts["ended"] += 1
            continue
        changed = without(order, why=f"Cancelled: {request.reason}")
        counts["cancelled" if changed.state == "Cancelled" else "asked"] += 1
        rows += [] if changed == order else [changed]
    return rows, counts


def without(order: OrderRow, *, why: str) -> OrderRow:
    """An order that hasn't ended, once nobody wants it any more.

    Of what may have left it is noted that it is to be cancelled, also where it surely isn't there now: it may arrive.
    """
    if may_have_left(order):
        order = order.model_copy(update={"cancel": ASKED, "why": why})
    return after(order, "withdraw", why=why) if order.state == "Intent" else order
