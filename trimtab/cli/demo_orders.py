"""The last part of `trimtab demo`: its plan approved by people that it makes up, executed on paper, and followed.

All of it happens in a records database and a paper order system of the demo's own: an approval that nobody gave may not
stand in anybody's records.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from trimtab.server.callers import local_caller
from trimtab.server.compose import approvers
from trimtab.server.desks import OpenDesk
from trimtab.server.following import looks
from trimtab.workflow.ports.desk import OrderDesk
from trimtab.workflow.ports.execution import CancelOrders, ExecutionStatus, GetExecutionStatus
from trimtab.workflow.ports.records import OrderLine
from trimtab.workflow.ports.requests import ExecuteOrders, PreviewOrders
from trimtab.workflow.ports.secrets import Proof

CALLER: Final = local_caller("demo")
TICK_SECONDS: Final = 0.2
"""The pace of the demo's market: a few ticks fill everything, and that can be seen."""
LOOK_EVERY_SECONDS: Final = 0.1
QUIET_LOOKS: Final = 20
"""Looks without news after which what is left is cancelled: a buy may wait for cash for as long as approvals last.
After as many more nobody waits any longer."""
WHY_CANCELLED: Final = "The demo doesn't wait any longer"

Tell = Callable[[ExecutionStatus], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Executed:
    """What became of the plan's orders, as a whole and one by one."""

    status: ExecutionStatus
    lines: tuple[OrderLine, ...]
    approved_by: tuple[str, ...]

    @property
    def sent(self) -> int:
        """How many of them the order system had."""
        return sum(bool(line.order_key) for line in self.lines)

    @property
    def filled(self) -> int:
        """How many were filled wholly."""
        return self.status.trades_filled


async def execute(opened: OpenDesk, session_id: str, *, tell: Tell) -> Executed:
    """Approves and executes the plan of a session in Review; comes back once nothing happens to its orders any more.

    `tell` hears of every look at them.

    Raises:
        Blocked: The plan can't be executed, by the rules that are named.
    """
    orders, records = opened.office.orders, opened.office.records
    plan = await orders.preview(CALLER, PreviewOrders(session_id=session_id, limit=1))
    request = ExecuteOrders(session_id=session_id, plan_hash=plan.plan_hash)
    for proof in await _simulated_approvers(opened, plan.approval.approvers):
        await orders.approve(CALLER, request, proof=proof)
    executed = await orders.execute(CALLER, request)
    status = await until_ended(orders, session_id, tell=tell)
    return Executed(status, await records.order_lines(session_id), executed.approved_by)


async def _simulated_approvers(opened: OpenDesk, count: int) -> list[Proof]:
    """As many as the plan needs; nobody ever sees their secrets."""
    known = approvers(opened.office.records)
    made: list[Proof] = []
    for number in range(1, count + 1):
        proof = Proof(f"simulated-{number}", secrets.token_urlsafe())
        await known.add(proof, by=made, actor=CALLER.actor)
        made.append(proof)
    return made


async def until_ended(orders: OrderDesk, session_id: str, *, tell: Tell) -> ExecutionStatus:
    """The status once all orders of a session have ended; those are cancelled that nothing happens to any more.

    Orders that don't even end by that are let go as they stand.
    """
    quiet_looks = 0
    status: ExecutionStatus | None = None
    request = GetExecutionStatus(session_id=session_id, limit=1)
    async for found in looks(orders, CALLER, request=request, every_seconds=LOOK_EVERY_SECONDS):
        quiet_looks = quiet_looks + 1 if found == status else 0
        status = found
        await tell(status)
        if quiet_looks == QUIET_LOOKS:
            await orders.cancel(CALLER, CancelOrders(session_id=session_id, reason=WHY_CANCELLED))
        elif quiet_looks == 2 * QUIET_LOOKS:
            break
    assert status is not None, "there was a look"
    return status
