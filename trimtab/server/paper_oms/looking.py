"""Looks at orders: by our ids, and as the order system groups them."""

from collections.abc import Sequence
from typing import Final

from trimtab.server.paper_oms.answering import batch, client_order, fulfilment, fulfilment_item, status, summary
from trimtab.server.paper_oms.distorting import distort_progress
from trimtab.server.paper_oms.plain import plain_progress
from trimtab.server.paper_oms.replies import Content, Reply, content_of, refused
from trimtab.server.paper_oms.trades import open_orders, trades_of_clients, trades_of_order
from trimtab.server.paper_oms.turns import Turn

NO_SUCH_ORDER: Final = "There is no order of this key or id."


def look_at_ids(turn: Turn, client_order_ids: Sequence[str]) -> Reply:
    """The orders with these ids, as far as there are any."""
    trades = list(trades_of_clients(turn.connection, client_order_ids).values())
    items = [content_of(client_order(each)) for each in trades]
    distort_progress(turn.strikes, items, trades=trades)
    return Reply({"orders": [*items]})


def look_at_state(turn: Turn, state: str) -> Reply:
    """The open orders in a state of `STATES`."""
    found = [
        content_of(summary(each))
        for each in open_orders(turn.connection)
        if status(is_open=True, is_filled=each.is_filled) == state
    ]
    return _said(turn, {"batches": [*found]})


def look_at_batch(turn: Turn, order_key: str) -> Reply:
    """An order with its trades."""
    trades = trades_of_order(turn.connection, order_key)
    return _said(turn, content_of(batch(trades))) if trades else refused(404, NO_SUCH_ORDER)


def look_at_fulfilment(turn: Turn, order_key: str) -> Reply:
    """How far an order is."""
    trades = trades_of_order(turn.connection, order_key)
    if not trades:
        return refused(404, NO_SUCH_ORDER)
    items = [content_of(fulfilment_item(each)) for each in trades]
    distort_progress(turn.strikes, items, trades=trades)
    content = content_of(fulfilment(trades))
    for item in items:
        # Here the key is the whole order's; an item has one only by a fault.
        content["orderKey"] = item.pop("orderKey", content["orderKey"])
    return _said(turn, {**content, "trades": [*items]})


def _said(turn: Turn, content: Content) -> Reply:
    return Reply(content if turn.settings.client_ids else plain_progress(content))
