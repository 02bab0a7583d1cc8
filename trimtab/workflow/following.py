"""Follows a session's orders until all have ended, and cancels them."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from pydantic import JsonValue

from trimtab.domain.errors import Conflict, InvalidInput, Problem, WrongPhase
from trimtab.domain.trading.order_states import ENDED
from trimtab.workflow.cancelling import cancelled_rows, unknown_orders
from trimtab.workflow.delivering import Delivered
from trimtab.workflow.evidence_contents import CANCELLATION
from trimtab.workflow.execution_progress import Followed, execution_status
from trimtab.workflow.log_details import ORDERS_ENDED
from trimtab.workflow.moving import Move, move
from trimtab.workflow.order_base import OrderBase
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.execution import CancelOrders, ExecutionStatus, GetExecutionStatus, OrdersCancelled
from trimtab.workflow.ports.records import Effects, Evidence, OrderColumns, Scope, Standing
from trimtab.workflow.ports.results import ExecutionMode
from trimtab.workflow.sessions import Change
from trimtab.workflow.state import SessionState


class Following:
    """Status and cancelling; see `OrderDesk`."""

    def __init__(self, base: OrderBase) -> None:
        self._base = base

    async def go_on(self, caller: Caller, session_id: str) -> Delivered:
        """Asks, cancels and sends what is to be, and notes in the session when all its orders have ended."""
        delivered, _ = await self._settled(caller, session_id)
        return delivered

    async def _settled(self, caller: Caller, session_id: str) -> tuple[Delivered, OrderColumns]:
        """The same, with the orders as they stand then: there may be thousands, which nobody wants to read twice."""
        delivered = await self._base.delivery.settle(session_id)
        orders = await self._base.records.order_columns(session_id)
        if orders and ENDED.issuperset(orders.texts["state"]):
            await self._note_ended(caller, session_id)
        return delivered, orders

    async def status(self, caller: Caller, request: GetExecutionStatus) -> ExecutionStatus:
        """How far the orders are; asks the order system first.

        Raises:
            WrongPhase: No orders of the session are recorded.
        """
        base = self._base
        await base.sessions.state(caller, request.session_id)  # for nobody but whom it belongs to
        delivered, orders = await self._settled(caller, request.session_id)
        stored, state = await base.sessions.state(caller, request.session_id)
        _require_some(orders, state)
        kill = (await base.records.standing(Scope())).kill
        followed = Followed(
            mode=_mode_of(orders),
            phase=state.phase,
            version=stored.version,
            plan_hash=state.executing,
            system=base.delivery.system.name,
            killed=kill is not None and kill.on,
            trouble=delivered.trouble,
            parked=await base.records.parked(request.session_id),
        )
        return execution_status(orders, request, followed=followed)

    async def cancel(self, caller: Caller, request: CancelOrders) -> OrdersCancelled:
        """Cancels what isn't filled of these orders, or of all; what left already is cancelled at the order system.

        Raises:
            WrongPhase: No orders of the session are recorded.
            InvalidInput: Some of the named orders aren't the session's; then nothing was cancelled.
        """
        base = self._base
        _, state = await base.sessions.state(caller, request.session_id)
        before = await base.records.order_columns(request.session_id)
        _require_some(before, state)
        _refuse_unknown(unknown_orders(request, before.texts["client_order_id"]))
        counted: list[Counter[str]] = []

        def decide(standing: Standing) -> Effects:
            rows, counts = cancelled_rows(standing.orders, request)
            counted[:] = [counts]
            content: dict[str, JsonValue] = {
                "reason": request.reason,
                **{name: counts[name] for name in ("orders", "cancelled", "asked")},
            }
            done = Evidence(
                kind=CANCELLATION,
                actor=caller.actor,
                source=caller.source,
                session_id=request.session_id,
                content=content,
            )
            return base.effects(caller, rows, evidence=[done] if rows else [])

        await base.records.write(Scope(session_id=request.session_id), decide)
        delivered, orders = await self._settled(caller, request.session_id)
        stored, state = await base.sessions.state(caller, request.session_id)
        (counts,) = counted
        return OrdersCancelled(
            execution_mode=_mode_of(orders),
            phase=state.phase,
            version=stored.version,
            orders=counts["orders"],
            cancelled=counts["cancelled"],
            asked=counts["asked"],
            ended=counts["ended"],
            states=dict(sorted(Counter(orders.texts["state"]).items())),
            trouble=delivered.trouble,
        )

    async def _note_ended(self, caller: Caller, session_id: str) -> None:
        """The session is done. Where its plan can't be computed any more, or somebody else was faster, that is that."""
        stored, state = await self._base.sessions.state(caller, session_id)
        if state.phase != "Executing":
            return
        request = Move(session_id=session_id, plan_hash=state.executing, expected_version=stored.version)
        change = Change(state.changed(phase="Done"), ORDERS_ENDED, {"plan_hash": state.executing})
        with suppress(Conflict, WrongPhase):
            await move(
                self._base.sessions, caller, request=request, change=change, mode=self._base.terms.execution_mode
            )


def _require_some(orders: OrderColumns, state: SessionState) -> None:
    if not orders:
        raise WrongPhase(
            f"No orders of this session are recorded; it is in {state.phase}.",
            next_action="Call preview_orders, have the plan approved, then execute_orders.",
        )


def _refuse_unknown(unknown: Sequence[str]) -> None:
    problems = [Problem("client_order_ids", f"{each} is no order of this session", "unknown_order") for each in unknown]
    if problems:
        raise InvalidInput(
            f"{len(problems)} of the orders named aren't this session's; nothing was cancelled.",
            problems=problems,
            next_action="Call get_execution_status for the session's orders, or leave client_order_ids away for all.",
        )


def _mode_of(orders: OrderColumns) -> ExecutionMode:
    """What these orders are, whatever the server is set to by now."""
    return orders.line(0).execution_mode
