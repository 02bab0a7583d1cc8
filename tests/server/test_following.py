"""Following orders: looks until all have ended, each said in words."""

import pytest

from tests.tools.scripted_orders import ScriptedOrders, status_of
from trimtab.domain.errors import Unavailable
from trimtab.server.callers import local_caller
from trimtab.server.following import looks, step_of
from trimtab.workflow.ports.execution import ExecutionStatus, GetExecutionStatus

CALLER = local_caller("test")
REQUEST = GetExecutionStatus(session_id="s")


async def found(orders: ScriptedOrders, *, every_seconds: float = 0) -> list[ExecutionStatus]:
    return [status async for status in looks(orders, CALLER, request=REQUEST, every_seconds=every_seconds)]


async def test_it_looks_until_all_orders_have_ended() -> None:
    statuses = [status_of(0), status_of(1), status_of(1), status_of(4)]
    orders = ScriptedOrders(*statuses)
    assert await found(orders) == statuses
    assert orders.asked == [("execution_status", REQUEST)] * 4


async def test_orders_that_have_ended_are_looked_at_once_and_at_once() -> None:
    assert await found(ScriptedOrders(status_of(4)), every_seconds=3_600) == [status_of(4)]


async def test_what_the_desk_raises_ends_it() -> None:
    with pytest.raises(Unavailable, match="away"):
        await found(ScriptedOrders(status_of(0), Unavailable("The records are away.")))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (status_of(1), "1 of 4 orders filled: 100 of 400 AUD"),
        (status_of(1, waiting=2), "1 of 4 orders filled: 100 of 400 AUD, 2 buys wait for cash"),
        (status_of(0, trouble="It is away."), "0 of 4 orders filled: 0 of 400 AUD, trouble: It is away."),
    ],
)
def test_a_step_says_in_words_how_far_the_orders_are(status: ExecutionStatus, said: str) -> None:
    step = step_of(status)
    assert (step.message, step.stage) == (said, "executing")


def test_orders_that_ended_without_being_filled_are_done_too() -> None:
    status = status_of(1).model_copy(update={"states": {"Accepted": 1, "Cancelled": 1, "Filled": 1, "Rejected": 1}})
    assert (step_of(status).done, step_of(status).total) == (3, 4)
