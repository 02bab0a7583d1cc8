"""What is asked and answered about orders on their way: how far they are, and cancelling them."""

from typing import Annotated, Literal

from pydantic import Field

from trimtab.workflow.ports.requests import Page, Reason, Request, SessionId
from trimtab.workflow.ports.results import PageResult, Result, SessionResult, Table

MOST_CANCELLED = 10_000
ClientOrderId = Annotated[str, Field(pattern=r"^tt-[0-9a-f]{24}$")]
ExecutionView = Literal["trades", "batches"]


class GetExecutionStatus(Page):
    """How far a session's orders are, trade by trade or batch by batch; `open_only` leaves out what has ended."""

    session_id: SessionId
    view: ExecutionView = "trades"
    open_only: bool = False


class CancelOrders(Request):
    """Cancels what isn't filled: these orders of the session, or all. The same call again changes nothing."""

    session_id: SessionId
    reason: Reason
    client_order_ids: Annotated[tuple[ClientOrderId, ...], Field(min_length=1, max_length=MOST_CANCELLED)] | None = None


class ParkedItem(Result):
    """Something of the order system that can't be right; it changed nothing. `seen_at` is ISO 8601 in UTC."""

    rule: str
    message: str
    client_order_id: str
    order_key: str
    seen_at: str


class SideProgress(Result):
    """One side's orders: what was ordered and what was filled, in the reporting currency."""

    orders: int
    ordered_value: float
    filled_value: float


class ExecutionStatus(PageResult):
    """How far the orders are. `states` counts them; `done` says that all have ended.

    `waiting_for_cash` are buys that wait for what their portfolio's sells bring. `trouble` says why the order system
    couldn't be asked, empty where it could. `parked` are the newest of what can't be right. Prices and quantities are
    decimals as text.
    """

    plan_hash: str
    order_system: str
    done: bool
    kill_switch: bool
    orders: int
    states: dict[str, int]
    trades_filled: int
    trades_partially_filled: int
    trades_pending: int
    waiting_for_cash: int
    sells: SideProgress
    buys: SideProgress
    total_sell_value_filled: float
    total_buy_value_filled: float
    currency: str
    parked_total: int
    parked: tuple[ParkedItem, ...]
    trouble: str
    items: Table


class OrdersCancelled(SessionResult):
    """What became of orders that were to be cancelled.

    `cancelled` never left; `asked` are at the order system, which may have filled some: ask for the status. `ended`
    had ended before.
    """

    orders: int
    cancelled: int
    asked: int
    ended: int
    states: dict[str, int]
    trouble: str
