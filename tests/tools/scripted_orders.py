"""An order desk that answers by script, with the real request and result models; it remembers what it was asked."""

from collections.abc import Mapping
from typing import TypeVar

from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.desk import Caller, OpenQuestion
from trimtab.workflow.ports.execution import (
    CancelOrders,
    ExecutionStatus,
    GetExecutionStatus,
    OrdersCancelled,
    SideProgress,
)
from trimtab.workflow.ports.secrets import Proof

Answer = TypeVar("Answer")
PLAN = "c" * 64
VERSION = 7
EXECUTING = answer.SessionResult(execution_mode="simulated", phase="Executing", version=VERSION)
COLUMNS = ("client_order_id", "code", "side", "state", "filled_quantity")
EXECUTED = answer.OrdersExecuted(
    **dict(EXECUTING),
    plan_hash=PLAN,
    orders=4,
    states={"Accepted": 2, "Intent": 2},
    total_value=400.0,
    currency="AUD",
    approved_by=("anne", "bert"),
    note="Orders go to the paper OMS.",
)
CANCELLED = OrdersCancelled(
    **dict(EXECUTING), orders=4, cancelled=2, asked=1, ended=1, states={"Cancelled": 2, "Filled": 2}, trouble=""
)
PREVIEW = answer.OrderPreview(
    **dict(EXECUTING),
    total=1,
    plan_hash=PLAN,
    executable=True,
    kill_switch=False,
    totals=answer.OrderTotals(
        orders=1,
        sells=1,
        sell_value=100.0,
        buys=0,
        buy_value=0.0,
        total_value=100.0,
        turnover_pct=1.0,
        currency="AUD",
    ),
    limits=(),
    hard_failures=(),
    soft_warnings=(),
    approval=answer.ApprovalNeed(
        approvers=1, given=(), missing=1, minutes=30, price_move_pct=2.0, how=("`trimtab approve`",)
    ),
    items=answer.Table(columns=COLUMNS, rows=(("tt-1", "CBA", "sell", "Intent", "0"),)),
)


def status_of(filled: int = 0, *, orders: int = 4, trouble: str = "", waiting: int = 0) -> ExecutionStatus:
    """So many of these orders, of 100 each, are filled; the others work, or wait for cash."""
    states = {"Accepted": orders - filled - waiting, "Filled": filled, "Intent": waiting}
    done = filled == orders
    return ExecutionStatus(
        execution_mode="simulated",
        phase="Done" if done else "Executing",
        version=VERSION + 1 if done else VERSION,
        total=orders,
        next_cursor=None,
        plan_hash=PLAN,
        order_system="the paper OMS",
        done=done,
        kill_switch=False,
        orders=orders,
        states={state: count for state, count in states.items() if count},
        trades_filled=filled,
        trades_partially_filled=0,
        trades_pending=orders - filled,
        waiting_for_cash=waiting,
        sells=SideProgress(orders=orders, ordered_value=100.0 * orders, filled_value=100.0 * filled),
        buys=SideProgress(orders=0, ordered_value=0.0, filled_value=0.0),
        total_sell_value_filled=100.0 * filled,
        total_buy_value_filled=0.0,
        currency="AUD",
        parked_total=0,
        parked=(),
        trouble=trouble,
        items=answer.Table(columns=COLUMNS, rows=(("tt-1", "CBA", "sell", "Accepted", "0"),)),
    )


class ScriptedOrders:
    """Answers every operation; `statuses` one after the other, the last for good.

    `says` replaces single answers; an exception, there or among the statuses, is raised.
    """

    def __init__(self, *statuses: ExecutionStatus | Exception, says: Mapping[str, object] | None = None) -> None:
        self.asked: list[tuple[str, object]] = []
        self._statuses = list(statuses or (status_of(),))
        self._says = dict(says or {})

    def become(self, *statuses: ExecutionStatus | Exception) -> None:
        """What the next looks find."""
        self._statuses = list(statuses)

    async def preview(self, caller: Caller, request: ask.PreviewOrders) -> answer.OrderPreview:
        return self._answer("preview", request, PREVIEW)

    async def question(
        self, caller: Caller, request: ask.ExecuteOrders, *, answering: bool = False
    ) -> OpenQuestion | None:
        return self._answer("question", request, None)

    async def take_answer(
        self, caller: Caller, request: ask.ExecuteOrders, *, question_id: str, approved: bool
    ) -> None:
        self._answer("take_answer", request, None)

    async def approve(self, caller: Caller, request: ask.ExecuteOrders, *, proof: Proof) -> answer.OrderPreview:
        return self._answer("approve", request, PREVIEW)

    async def execute(self, caller: Caller, request: ask.ExecuteOrders) -> answer.OrdersExecuted:
        return self._answer("execute", request, EXECUTED)

    async def execution_status(self, caller: Caller, request: GetExecutionStatus) -> ExecutionStatus:
        found = self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]
        if isinstance(found, Exception):
            raise found
        return self._answer("execution_status", request, found)

    async def cancel(self, caller: Caller, request: CancelOrders) -> OrdersCancelled:
        return self._answer("cancel", request, CANCELLED)

    def _answer(self, operation: str, request: object, result: Answer) -> Answer:
        self.asked.append((operation, request))
        said = self._says.get(operation, result)
        if isinstance(said, Exception):
            raise said
        return said  # type: ignore[return-value]  # the test says what it answers
