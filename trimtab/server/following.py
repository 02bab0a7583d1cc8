"""Follows a session's orders until all of them have ended, for whoever wants to hear how far they are."""

from collections.abc import AsyncIterator, Iterator

import anyio

from trimtab.domain.trading.order_states import ENDED
from trimtab.workflow.ports.desk import Caller, OrderDesk, Step
from trimtab.workflow.ports.execution import ExecutionStatus, GetExecutionStatus


async def looks(
    orders: OrderDesk, caller: Caller, *, request: GetExecutionStatus, every_seconds: float
) -> AsyncIterator[ExecutionStatus]:
    """What each look at the orders finds, however long it takes; the last one finds that all have ended.

    Raises:
        What `OrderDesk.execution_status` does.
    """
    while True:
        status = await orders.execution_status(caller, request)
        yield status
        if status.done:
            return
        await anyio.sleep(every_seconds)


def step_of(status: ExecutionStatus) -> Step:
    """How far the orders are: `done` are those that have ended, in whatever way."""
    return Step(
        done=sum(count for state, count in status.states.items() if state in ENDED),
        total=status.orders,
        message=", ".join(_said(status)),
        stage="executing",
    )


def _said(status: ExecutionStatus) -> Iterator[str]:
    filled_value = status.sells.filled_value + status.buys.filled_value
    ordered_value = status.sells.ordered_value + status.buys.ordered_value
    yield (
        f"{status.trades_filled} of {status.orders} orders filled: "
        f"{filled_value:,.0f} of {ordered_value:,.0f} {status.currency}"
    )
    if status.waiting_for_cash:
        yield f"{status.waiting_for_cash} buys wait for cash"
    if status.trouble:
        yield f"trouble: {status.trouble}"
