"""How far a session's orders are, as it is answered."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
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
    "order_keys",
    "trades",
    "trades_filled",
    "trades_partially_filled",
    "trades_pending",
    "sell_value_filled",
    "buy_value_filled",
)
_LAST_PLACE: Final = Decimal("0.000001")
_EXACT: Final = Context(prec=200)
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
    return ExecutionStatus(
        execution_mode=followed.mode,
        phase=followed.phase,
        version=followed.version,
        total=part.total,
        next_cursor=None if part.following is None else encode_cursor(followed.version, part.following),
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
    """Some rows of a longer list; `following` is where the next page starts, None where there is none."""

    table: Table
    total: int
    following: int | None


def _part(lines: Sequence[OrderLine], values: Sequence[Decimal], *, request: GetExecutionStatus, offset: int) -> _Part:
    """The page that is asked for; only its rows are made.

    Places are those in the list of all trades, or all accounts: orders that end between two pages move no other.
    """
    trades = list(zip(lines, values, strict=True))
    if request.view == "trades":
        wanted = [place for place, line in enumerate(lines) if _is_wanted(line, request)]
        page, following = _page(wanted, offset=offset, limit=request.limit)
        table = Table.model_construct(columns=TRADE_COLUMNS, rows=tuple(_trade(*trades[place]) for place in page))
        return _Part(table, len(wanted), following)
    batches: dict[str, list[tuple[OrderLine, Decimal]]] = defaultdict(list)
    for line, value in trades:
        batches[line.account_number].append((line, value))
    accounts = list(batches)
    wanted = [
        at for at, account in enumerate(accounts) if any(_is_wanted(line, request) for line, _ in batches[account])
    ]
    page, following = _page(wanted, offset=offset, limit=request.limit)
    table = Table.model_construct(columns=BATCH_COLUMNS, rows=tuple(_batch(batches[accounts[place]]) for place in page))
    return _Part(table, len(wanted), following)


def _page(places: Sequence[int], *, offset: int, limit: int) -> tuple[Sequence[int], int | None]:
    """The places of a page from `offset` on, and the first behind it."""
    left = places[bisect_left(places, offset) :]
    return left[:limit], left[limit] if len(left) > limit else None


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
        _plain(line.quantity),
        _plain(line.filled_quantity),
        _plain(line.average_price),
        line.currency,
        float(value),
        bool(line.cancel) and line.state not in ENDED,
        line.why,
    )


def _plain(value: Decimal) -> str:
    """With at most six decimals, and no more than it needs."""
    return f"{value.quantize(_LAST_PLACE, context=_EXACT).normalize(_EXACT):f}"


def _batch(batch: Sequence[tuple[OrderLine, Decimal]]) -> tuple[Cell, ...]:
    """An account's orders; the order system may have taken them as several of its own."""
    how_far = Counter(_how_far(line) for line, _ in batch)
    filled = {side: sum((value for line, value in batch if line.side == side), Decimal(0)) for side in ("sell", "buy")}
    return (
        batch[0][0].account_number,
        " ".join(dict.fromkeys(line.order_key for line, _ in batch if line.order_key)),
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
