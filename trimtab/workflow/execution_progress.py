"""How far a session's orders are, as it is answered."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from itertools import compress
from typing import Final

from trimtab.domain.trading.order_states import ENDED
from trimtab.workflow.filled_values import filled_cents_of, money_of
from trimtab.workflow.ports.cursors import decode_cursor, encode_cursor
from trimtab.workflow.ports.execution import ExecutionStatus, GetExecutionStatus, ParkedItem, SideProgress
from trimtab.workflow.ports.records import OrderColumns, OrderLine, OrderSide, Parked
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
MOST_PARKED_SHOWN: Final = 20
_LAST_PLACE: Final = Decimal("0.000001")
_EXACT: Final = Context(prec=200)
_PARTLY: Final = "partly"
_PENDING: Final = "pending"
_FILLED: Final = "filled"

_Valued = tuple[OrderLine, Decimal]
"""An order, and what was filled of it in the reporting currency."""


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


def execution_status(orders: OrderColumns, request: GetExecutionStatus, *, followed: Followed) -> ExecutionStatus:
    """How far these orders are, with a page of them."""
    cents = filled_cents_of(orders)
    counts = _counts(orders)
    sells, buys = (_side(orders, cents, side=side) for side in ("sell", "buy"))
    offset = decode_cursor(request.cursor, followed.version) if request.cursor else 0
    part = _part(orders, cents, request=request, offset=offset)
    return ExecutionStatus(
        execution_mode=followed.mode,
        phase=followed.phase,
        version=followed.version,
        total=part.total,
        next_cursor=None if part.following is None else encode_cursor(followed.version, part.following),
        plan_hash=followed.plan_hash,
        order_system=followed.system,
        done=ENDED.issuperset(counts.states),
        kill_switch=followed.killed,
        orders=len(orders),
        states=dict(sorted(counts.states.items())),
        trades_filled=counts.how_far[_FILLED],
        trades_partially_filled=counts.how_far[_PARTLY],
        trades_pending=counts.how_far[_PENDING],
        waiting_for_cash=counts.waiting_for_cash,
        sells=sells,
        buys=buys,
        total_sell_value_filled=sells.filled_value,
        total_buy_value_filled=buys.filled_value,
        currency=next(iter(orders.texts["reporting_currency"]), ""),
        parked_total=len(followed.parked),
        parked=tuple(map(_parked_item, sorted(followed.parked, key=_seen_at)[: -MOST_PARKED_SHOWN - 1 : -1])),
        trouble=followed.trouble,
        items=part.table,
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many orders there are of each kind."""

    states: Counter[str]
    how_far: Counter[str]
    waiting_for_cash: int


def _counts(orders: OrderColumns) -> _Counts:
    """Thousands of orders are of a few kinds."""
    columns = (orders.texts["state"], orders.texts["side"], map(bool, orders.numbers["filled_quantity"]))
    states, how_far, waiting = Counter[str](), Counter[str](), 0
    for (state, side, is_filled), count in Counter(zip(*columns, strict=True)).items():
        states[state] += count
        how_far[_how_far(state, is_filled=is_filled)] += count
        waiting += count if (state, side) == ("Intent", "buy") else 0
    return _Counts(states, how_far, waiting)


def _side(orders: OrderColumns, cents: Sequence[int], *, side: OrderSide) -> SideProgress:
    of_side = [each == side for each in orders.texts["side"]]
    ordered = map(Decimal, compress(orders.texts["reported_value"], of_side))
    return SideProgress(
        orders=sum(of_side),
        ordered_value=float(sum(ordered, Decimal(0))),
        filled_value=float(money_of(sum(compress(cents, of_side)))),
    )


def _how_far(state: str, *, is_filled: bool) -> str:
    """As an order system counts trades: what ended unfilled is none of these."""
    if state == "Filled":
        return _FILLED
    if is_filled:
        return _PARTLY
    return "ended" if state in ENDED else _PENDING


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows of a longer list; `following` is where the next page starts, None where there is none."""

    table: Table
    total: int
    following: int | None


def _part(orders: OrderColumns, cents: Sequence[int], *, request: GetExecutionStatus, offset: int) -> _Part:
    """The page that is asked for; only its rows are made.

    Places are those in the list of all trades, or all accounts: orders that end between two pages move no other.
    """
    open_ones: Sequence[int] = range(len(orders))
    if request.open_only:
        open_ones = [place for place, state in enumerate(orders.texts["state"]) if state not in ENDED]

    def trades(places: Iterable[int]) -> list[_Valued]:
        return [(orders.line(place), money_of(cents[place])) for place in places]

    if request.view == "trades":
        page, following = _page(open_ones, offset=offset, limit=request.limit)
        rows = tuple(_trade(*trade) for trade in trades(page))
        return _Part(Table.model_construct(columns=TRADE_COLUMNS, rows=rows), len(open_ones), following)
    # A batch is wanted with all its trades while one of them is.
    batches: dict[str, list[int]] = defaultdict(list)
    for place, account in enumerate(orders.texts["account_number"]):
        batches[account].append(place)
    accounts, open_accounts = list(batches), {orders.texts["account_number"][place] for place in open_ones}
    wanted = [at for at, account in enumerate(accounts) if account in open_accounts]
    page, following = _page(wanted, offset=offset, limit=request.limit)
    rows = tuple(_batch(trades(batches[accounts[at]])) for at in page)
    return _Part(Table.model_construct(columns=BATCH_COLUMNS, rows=rows), len(wanted), following)


def _page(places: Sequence[int], *, offset: int, limit: int) -> tuple[Sequence[int], int | None]:
    """The places of a page from `offset` on, and the first behind it."""
    left = places[bisect_left(places, offset) :]
    return left[:limit], left[limit] if len(left) > limit else None


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


def _batch(batch: Sequence[_Valued]) -> tuple[Cell, ...]:
    """An account's orders; the order system may have taken them as several of its own."""
    how_far = Counter(_how_far(line.state, is_filled=bool(line.filled_quantity)) for line, _ in batch)
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


def _seen_at(each: Parked) -> datetime:
    return each.seen_at


def _parked_item(each: Parked) -> ParkedItem:
    return ParkedItem(
        rule=each.rule,
        message=each.message,
        client_order_id=each.client_order_id,
        order_key=each.order_key,
        seen_at=each.seen_at.isoformat(timespec="seconds"),
    )
