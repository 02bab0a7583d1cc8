"""The demo's orders: followed until they end, and cancelled where nothing happens to them any more."""

import pytest

from tests.tools.scripted_orders import CANCELLED, ScriptedOrders, status_of
from trimtab.cli import demo_orders
from trimtab.cli.demo_orders import QUIET_LOOKS, until_ended
from trimtab.workflow.ports.execution import CancelOrders, ExecutionStatus, OrdersCancelled
from trimtab.workflow.ports.requests import Request


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_orders, "LOOK_EVERY_SECONDS", 0)


class EndingOrders(ScriptedOrders):
    """Orders that have ended once they were cancelled."""

    async def cancel(self, caller: object, request: Request) -> OrdersCancelled:
        self.asked.append(("cancel", request))
        self.become(status_of(4))
        return CANCELLED


async def told_of(orders: ScriptedOrders) -> list[ExecutionStatus]:
    """What is told on the way, the last of which is what comes of it."""
    told: list[ExecutionStatus] = []

    async def tell(status: ExecutionStatus) -> None:
        told.append(status)

    assert await until_ended(orders, "s", tell=tell) == told[-1]
    return told


async def test_every_look_is_told_and_orders_that_go_on_are_let_alone() -> None:
    statuses = [status_of(filled) for filled in (0, 1, 1, 2, 3, 4)]
    orders = ScriptedOrders(*statuses)
    assert await told_of(orders) == statuses
    assert {operation for operation, _ in orders.asked} == {"execution_status"}


async def test_orders_that_nothing_happens_to_are_cancelled_once() -> None:
    orders = EndingOrders(status_of(1), *[status_of(2, waiting=1)] * 2)
    told = await told_of(orders)
    assert len(told) == 1 + 1 + QUIET_LOOKS + 1
    [cancelled] = [request for operation, request in orders.asked if operation == "cancel"]
    assert isinstance(cancelled, CancelOrders)
    assert (cancelled.session_id, cancelled.client_order_ids) == ("s", None)


async def test_orders_that_dont_even_end_by_that_are_let_go_as_they_stand() -> None:
    orders = ScriptedOrders(status_of(2))
    told = await told_of(orders)
    assert (len(told), told[-1].done) == (1 + 2 * QUIET_LOOKS, False)
    assert [operation for operation, _ in orders.asked].count("cancel") == 1
