"""How far a session's orders are, as it is answered."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from trimtab.domain.trading.order_states import ENDED
from trimtab.workflow.filled_values import filled_value
from trimtab.workflow.ports.cursors import decode_cursor, encode_cursor
from trimtab.workflow.ports.execution import ExecutionStatus, GetExecutionStatus, ParkedItem, SideProgress
from trimtab.workflow.ports.records import OrderLine, OrderSide, Parked
from trimtab.workflow.ports.requests import Phase
from trimtab.workflow.ports.results import Cell, ExecutionMode, Table

TRADE_COLUMNS: Final = (
    "client_order_id",
    "account_number",
    "code",
    "side",
    "state",
    "quantity",
    "filled_quantity",
    "average_price",
    "currency",
    "filled_value",
    "cancelling",
    "why",
)
BATCH_COLUMNS: Final = (
    "account_number",
    "order_key",
    "trades",
    "trades_filled",
    "trades_partially_filled",
    "trades_pending",
    "sell_value_filled",
    "buy_value_filled",
)
_PARTLY: Final = "partly"
_PENDING: Final = "pending"
_FILLED: Final = "filled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What a status is told of: the session as it stands, and what came of asking the order system."""

    mode: ExecutionMode
    phase: Phase
    version: int
    plan_hash: str
    system: str
    killed: bool
    trouble: str
    parked: tuple[Parked, ...]


def execution_status(lines: Sequence[OrderLine], request: GetExecutionStatus, *, followed: Followed) -> ExecutionStatus:
    """How far these orders are, with a page of them."""
    values = [filled_value(line, line.reported_value) for line in lines]
    sells, buys = (_side(lines, values, side=side) for side in ("sell", "buy"))
    how_far = Counter(map(_how_far, lines))
    offset = decode_cursor(request.cursor, followed.version) if request.cursor else 0
    part = _part(lines, values, request=request, offset=offset)
    following = offset + request.limit
    return ExecutionStatus(
        execution_mode=followed.mode,
        phase=followed.phase,
        version=followed.version,
        total=part.total,
        next_cursor=encode_cursor(followed.version, following) if following < part.total else None,
        plan_hash=followed.plan_hash,
        order_system=followed.system,
        done=all(line.state in ENDED for line in lines),
        kill_switch=followed.killed,
        orders=len(lines),
        states=dict(sorted(Counter(line.state for line in lines).items())),
        trades_filled=how_far[_FILLED],
        trades_partially_filled=how_far[_PARTLY],
        trades_pending=how_far[_PENDING],
        waiting_for_cash=sum(line.state == "Intent" and line.side == "buy" for line in lines),
        sells=sells,
        buys=buys,
        total_sell_value_filled=sells.filled_value,
        total_buy_value_filled=buys.filled_value,
        currency=lines[0].reporting_currency if lines else "",
        parked=tuple(map(_parked_item, followed.parked)),
        trouble=followed.trouble,
        items=part.table,
    )


def _side(lines: Sequence[OrderLine], values: Sequence[Decimal], *, side: OrderSide) -> SideProgress:
    ordered = [line.reported_value for line in lines if line.side == side]
    filled = (value for line, value in zip(lines, values, strict=True) if line.side == side)
    return SideProgress(
        orders=len(ordered),
        ordered_value=float(sum(ordered, Decimal(0))),
        filled_value=float(sum(filled, Decimal(0))),
    )


def _how_far(line: OrderLine) -> str:
    """As an order system counts trades: what ended unfilled is none of these."""
    if line.state == "Filled":
        return _FILLED
    if line.filled_quantity:
        return _PARTLY
    return "ended" if line.state in ENDED else _PENDING


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows of a longer list."""

    table: Table
    total: int


def _part(lines: Sequence[OrderLine], values: Sequence[Decimal], *, request: GetExecutionStatus, offset: int) -> _Part:
    """The page that is asked for; only its rows are made."""
    page = slice(offset, offset + request.limit)
    every = zip(lines, values, strict=True)
    if request.view == "trades":
        trades = [(line, value) for line, value in every if _is_wanted(line, request)]
        rows = tuple(_trade(line, value) for line, value in trades[page])
        return _Part(Table.model_construct(columns=TRADE_COLUMNS, rows=rows), len(trades))
    batches: dict[tuple[str, str], list[tuple[OrderLine, Decimal]]] = defaultdict(list)
    for line, value in every:
        batches[line.account_number, line.order_key].append((line, value))
    wanted = [each for each in batches.items() if any(_is_wanted(line, request) for line, _ in each[1])]
    rows = tuple(_batch(key, batch) for key, batch in wanted[page])
    return _Part(Table.model_construct(columns=BATCH_COLUMNS, rows=rows), len(wanted))


def _is_wanted(line: OrderLine, request: GetExecutionStatus) -> bool:
    """A batch is wanted with all its trades while one of them is."""
    return not (request.open_only and line.state in ENDED)


def _trade(line: OrderLine, value: Decimal) -> tuple[Cell, ...]:
    return (
        line.client_order_id,
        line.account_number,
        line.code,
        line.side,
        line.state,
        f"{line.quantity:f}",
        f"{line.filled_quantity:f}",
        f"{line.average_price:f}",
        line.currency,
        float(value),
        bool(line.cancel) and line.state not in ENDED,
        line.why,
    )


def _batch(key: tuple[str, str], batch: Sequence[tuple[OrderLine, Decimal]]) -> tuple[Cell, ...]:
    account_number, order_key = key
    how_far = Counter(_how_far(line) for line, _ in batch)
    filled = {side: sum((value for line, value in batch if line.side == side), Decimal(0)) for side in ("sell", "buy")}
    return (
        account_number,
        order_key,
        len(batch),
        how_far[_FILLED],
        how_far[_PARTLY],
        how_far[_PENDING],
        float(filled["sell"]),
        float(filled["buy"]),
    )


def _parked_item(each: Parked) -> ParkedItem:
    return ParkedItem(
        rule=each.rule,
        message=each.message,
        client_order_id=each.client_order_id,
        order_key=each.order_key,
        seen_at=each.seen_at.isoformat(timespec="seconds"),
    )
