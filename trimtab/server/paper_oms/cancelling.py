"""Cancels an order: what is filled stays filled, and what has ended stays as it is."""

from typing import Final

from trimtab.server.paper_oms.answering import client_order
from trimtab.server.paper_oms.looking import NO_SUCH_ORDER
from trimtab.server.paper_oms.replies import Reply, content_of, refused
from trimtab.server.paper_oms.trades import OPEN, cancel_trade, trades_of_clients
from trimtab.server.paper_oms.turns import Turn

_ON_REQUEST: Final = "Cancelled on request."


def cancel_order(turn: Turn, client_order_id: str) -> Reply:
    """Cancels the order with this id, and says how it stands then, but for the faults that strike it."""
    trade = trades_of_clients(turn.connection, [client_order_id]).get(client_order_id)
    if trade is None:
        return refused(404, NO_SUCH_ORDER)
    targets = [trade.target]
    if trade.state in OPEN:
        if turn.strikes.strike("cancel_refused", targets):
            return refused(409, "The order can't be cancelled now: the fault cancel_refused is switched on.")
        late_due = turn.tick + 1 if turn.strikes.strike("late_fill", targets) else None
        trade = cancel_trade(turn.connection, trade, reason=_ON_REQUEST, late_due=late_due)
    reply = Reply(content_of(client_order(trade)))
    return reply._replace(manner="cut off") if turn.strikes.strike("cancel_lost", targets) else reply
