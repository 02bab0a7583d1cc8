"""A request for new orders is answered, or isn't: the faults that strike on the way there and back."""

from collections.abc import Sequence
from typing import Final

from trimtab.adapters.oms.messages import OrderCreationResult
from trimtab.server.paper_oms.answering import created_item
from trimtab.server.paper_oms.distorting import distort_created
from trimtab.server.paper_oms.faults import FaultKind, Target
from trimtab.server.paper_oms.intake import Ruling, Taken, take_orders
from trimtab.server.paper_oms.plain import plain_created
from trimtab.server.paper_oms.replies import Content, Reply, content_of, refused, withheld
from trimtab.server.paper_oms.trades import trades_of_clients
from trimtab.server.paper_oms.turns import Turn
from trimtab.server.paper_oms.wanted import Wanted

_MALFORMED: Final[Content] = {"result": "accepted"}
_LOST: Final[tuple[FaultKind, ...]] = ("error_after", "timeout_after", "answer_lost", "malformed")
"""What may happen to the answer, once the orders are made; one at a time."""


def create_orders(turn: Turn, wanted: Sequence[Wanted]) -> Reply:
    """Makes the orders and says what became of each portfolio's, but for the faults that strike one of them."""
    targets = [target for each in wanted for target in each.targets(turn.settings.listed)]
    if turn.strikes.strike("timeout_before", targets):
        return withheld()
    if turn.strikes.strike("error_before", targets):
        return refused(500, "The fault error_before is switched on; nothing was done.")
    ruling = _ruling(turn, targets)
    taken = take_orders(turn, wanted, ruling=ruling)
    if turn.strikes.strike("duplicate", targets):
        taken = take_orders(turn, wanted, ruling=ruling)
    return _answer(turn, taken, lost=next((kind for kind in _LOST if turn.strikes.strike(kind, targets)), None))


def _ruling(turn: Turn, targets: Sequence[Target]) -> Ruling:
    """What strikes orders as they are made; those that are there already are past it."""
    known = trades_of_clients(turn.connection, [each.client_order_id for each in targets if each.client_order_id])
    new = [each for each in targets if each.client_order_id not in known]
    strike = turn.strikes.strike
    return Ruling(
        fail_portfolio=strike("fail_portfolio", new),
        reject=strike("reject", new),
        partial_then_cancel=strike("partial_then_cancel", new),
        expire=strike("expire", new),
    )


def _answer(turn: Turn, taken: Sequence[Taken], *, lost: FaultKind | None) -> Reply:
    if lost == "error_after":
        return refused(500, "The fault error_after is switched on; the orders were made.")
    if lost == "timeout_after":
        return withheld()
    if lost == "malformed":
        return Reply(_MALFORMED)
    content: Content = {"results": [_result(turn, each) for each in taken]}
    told = content if turn.settings.client_ids else plain_created(content)
    return Reply(told, manner="cut off" if lost == "answer_lost" else "whole")


def _result(turn: Turn, taken: Taken) -> Content:
    """What became of an order; the trades are what a fault may add to."""
    items = [content_of(created_item(each)) for each in taken.trades]
    distort_created(turn.strikes, items, trades=taken.trades)
    result = OrderCreationResult(
        portfolio_id=taken.portfolio_id,
        order_key=taken.order_key,
        success=not taken.failure,
        failure_reason=taken.failure or None,
    )
    return {**content_of(result), "createdTrades": [*items]}
