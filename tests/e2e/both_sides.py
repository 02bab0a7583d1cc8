"""What our records say of orders, beside what a paper order system has kept of them."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import httpx2

from tests.workflow.order_bench import OrderBench
from trimtab.domain.errors import Blocked, TrimtabError
from trimtab.workflow.ports.records import OrderRow

Kept = dict[str, list[dict[str, Any]]]
"""An order system's trades as it stores them, by our id."""


async def kept_by(order_system: httpx2.AsyncBaseTransport) -> Kept:
    """Everything that it has, whatever its answers say."""
    found: Kept = {}
    answer = await order_system.handle_async_request(httpx2.Request("GET", "http://oms/paper/orders"))
    for trade in json.loads(await answer.aread())["orders"]:
        found.setdefault(trade["clientOrderId"], []).append(trade)
    return found


async def differences(bench: OrderBench, theirs: Kept) -> list[str]:
    """Where the two sides differ, order by order; what is parked waits for a person, and may."""
    parked = {each.client_order_id for each in await bench.records.parked(bench.session_id)}
    ours = await bench.order_rows()
    wrong = [f"{each} isn't ours" for each in theirs.keys() - {order.client_order_id for order in ours}]
    for order in ours:
        trades = theirs.get(order.client_order_id, [])
        wrong += _differing(order, trades, parked=order.client_order_id in parked)
    return wrong


async def replayed(bench: OrderBench, *, plan_hash: str, order_system: httpx2.AsyncBaseTransport) -> list[str]:
    """Whole requests and approvals once more: nothing may come of them."""
    before = await kept_by(order_system)
    with suppress(TrimtabError):  # it is said to the caller, and that is all
        await bench.execute(plan_hash)
    try:
        await bench.reply(plan_hash)
    except Blocked:
        pass
    else:
        return ["an approval counted twice"]
    return [] if set(before) == set(await kept_by(order_system)) else ["a replay made new orders"]


def _differing(order: OrderRow, trades: list[dict[str, Any]], *, parked: bool) -> list[str]:
    name = f"{order.client_order_id} ({order.state})"
    if len(trades) > 1:
        return [f"{name} is there {len(trades)} times"]
    if not trades:
        absent = order.state in ("Rejected", "Cancelled", "Expired") and order.why and not order.filled_quantity
        return [] if absent else [f"{name} isn't there"]
    (trade,) = trades
    if parked:
        return []
    if order.state not in ("Filled", "Cancelled", "Rejected", "Expired"):
        return [f"{name} hasn't ended, and nothing is parked"]
    if order.state == "Rejected" and not order.why:
        return [f"{name} says no reason"]
    theirs = (trade["status"], Decimal(str(trade["unitsFilled"])))
    return [] if theirs == (order.state, order.filled_quantity) else [f"{name} {order.filled_quantity}, there {theirs}"]
