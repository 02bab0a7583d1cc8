"""What becomes of an order's row: by our own deeds, and by what the order system says. Pure functions.

What an order system says never changes a row unless it can be true; else it is parked, by the name of its rule.
"""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Context, Decimal
from typing import Final

from trimtab.domain.outside_text import clean
from trimtab.domain.trading.order_states import (
    ENDED,
    MAY_BE_OLD,
    Known,
    OrderDeed,
    OrderState,
    Refused,
    Report,
    after_deed,
    after_report,
)
from trimtab.workflow.ports.order_system import (
    FOREIGN,
    FORGOTTEN,
    KEY_CHANGED,
    OmsAnswer,
    Placing,
    Reported,
    Stray,
)
from trimtab.workflow.ports.records import DESK, Fill, OrderRow, Parked, moment

IMPOSSIBLE_PRICE: Final = "oms_impossible_price"
PAST_LIMIT: Final = "oms_price_past_limit"
ASKED: Final = "asked"
MOST_TIMES_THE_PRICE: Final = 2
"""A fill at more than so many times the approved price, or less than that part of it, is a slip, not a market."""
ROUNDED_TO_NOTHING: Final = 100
"""Of so many times fewer units than before the price may be lost in the rounding of the averages."""
_ID_SHOWN: Final = 60
MOST_PARKED: Final = 100
"""Of one answer; an order system that has gone mad shall not fill the records."""
_PRICE_DECIMALS: Final = Decimal("0.000001")
_NO_DOUBT: Final = Decimal(0)
_EXACT: Final = Context(prec=200)
"""Holds what can be told of an order in full: what is filled is the sum of its fills, to the last digit."""

News = OrderRow | Fill | Parked
"""What an answer may lead to."""


def placing(order: OrderRow) -> Placing:
    """An order as the order system is told, or asked, of it."""
    return Placing(
        client_order_id=order.client_order_id,
        account_number=order.account_number,
        instrument_key=order.instrument_key,
        code=order.code,
        exchange=order.exchange,
        side=order.side,
        quantity=order.quantity,
        limit_price=order.limit_price,
        currency=order.currency,
        order_key=order.order_key,
        trade_key=order.trade_key,
    )


def after(order: OrderRow, deed: OrderDeed, *, why: str = "", **fields: object) -> OrderRow:
    """The order after a deed of ours; raises ValueError where that isn't possible.

    That nobody answered takes away no reason why the order is to be cancelled.
    """
    if order.cancel and deed == "hear_nothing":
        why = order.why or why
    return order.model_copy(update={"state": after_deed(order.state, deed), "why": why, **fields})


def sent(order: OrderRow, *, to: str, at: datetime) -> OrderRow:
    """The order as it is written before it leaves."""
    return after(order, "send", order_system=to, sent_at=moment(at))


def lapsed(order: OrderRow, *, why: str) -> OrderRow:
    """The order once its approval has ended. If it left it may yet arrive, and nobody wants it then."""
    return after(order, "lapse", why=why, cancel=ASKED if may_have_left(order) else order.cancel)


def silent_for(order: OrderRow, now: datetime) -> timedelta:
    """How long ago a request with the order may have left last."""
    return now - datetime.fromisoformat(order.sent_at)


def may_have_left(order: OrderRow) -> bool:
    """Whether the order system may know it."""
    return bool(order.sent_at)


def at_the_order_system(order: OrderRow) -> bool:
    """Whether it works there, as far as we know."""
    return order.state in ("Accepted", "PartiallyFilled")


@dataclass(frozen=True, slots=True)
class Concluding:
    """What we conclude of orders that the order system surely doesn't know.

    An order is believed absent once nothing of it has left for `absent_after`: a request may still be on its way.
    """

    now: datetime
    absent_after: timedelta

    def of_absent(self, order: OrderRow) -> OrderRow | Parked | None:
        """What becomes of an absent order; None where it stays as it is.

        Of orders that have ended many order systems don't know for long.
        """
        if order.order_key and order.state not in ENDED:
            return _parked(
                order, FORGOTTEN, message="The order system doesn't know an order that it had taken", at=self.now
            )
        if order.state not in ("Submitted", "Unknown"):
            return None
        if silent_for(order, self.now) < self.absent_after:
            return self.of_silent(order, why="The order system doesn't know it yet")
        if order.cancel:
            return after(order, "withdraw", why="It hadn't arrived when it was cancelled")
        if self.now >= order.valid_until:
            return lapsed(order, why="Its approval ended before it arrived")
        return after(order, "send_again", why="It never arrived; it is sent again")

    def of_silent(self, order: OrderRow, *, why: str) -> OrderRow | None:
        """An order of which nobody said anything, although we asked."""
        return after(order, "hear_nothing", why=why) if order.state == "Submitted" else None


def changes(
    orders: Sequence[OrderRow],
    answer: OmsAnswer,
    *,
    asked: Mapping[str, OrderRow],
    concluding: Concluding,
    known: Iterable[Parked] = (),
) -> tuple[News, ...]:
    """The rows that an answer of `of_ours` about these orders leads to; `known` is what is parked already.

    `asked` are the orders as they stood before the order system was asked, by id: what has changed since may be newer
    than the answer. The same answer again leads to nothing new.
    """
    by_id = {order.client_order_id: order for order in orders}
    found: list[News] = []
    for said in answer.reports:
        order = by_id.get(said.client_order_id)
        if order is None:
            continue
        is_newer = asked[order.client_order_id] != order
        rows = after_reported(order, said, at=concluding.now, is_newer=is_newer)
        # What is told twice in one answer is filled once.
        by_id |= {row.client_order_id: row for row in rows if isinstance(row, OrderRow)}
        found += rows
    for client_order_id in sorted(answer.absent & by_id.keys()):
        order = by_id[client_order_id]
        changed = concluding.of_absent(order) if asked.get(client_order_id) == order else None
        found += [] if changed is None else [changed]
    found += (_stray(each, asked, at=concluding.now) for each in answer.strays)
    return tuple(_new_ones(found, frozenset(each.parked_id for each in known)))


def of_ours(answer: OmsAnswer, asked: Container[str]) -> OmsAnswer:
    """The answer, in which what is about no order that was asked about is only a stray, of no order.

    Ids that nobody asked for may be anything, and another in every answer: they are in the text, never a key.
    """
    foreign = [
        Stray(
            rule=FOREIGN, message=f"News of an order that nobody asked about: {clean(said.client_order_id, _ID_SHOWN)}"
        )
        for said in answer.reports
        if said.client_order_id not in asked
    ]
    strays = (
        each if each.client_order_id in asked else replace(each, client_order_id="", order_key="")
        for each in answer.strays
    )
    return replace(
        answer,
        reports=tuple(said for said in answer.reports if said.client_order_id in asked),
        strays=(*strays, *foreign),
    )


def _new_ones(found: Iterable[News], known: frozenset[str]) -> Iterator[News]:
    """Without what is parked already, and no more of the rest than `MOST_PARKED`."""
    seen = set(known)
    for row in found:
        if isinstance(row, Parked):
            if row.parked_id in seen or len(seen) - len(known) >= MOST_PARKED:
                continue
            seen.add(row.parked_id)
        yield row


def after_reported(order: OrderRow, said: Reported, *, at: datetime, is_newer: bool = False) -> Sequence[News]:
    """The order as it is reported, with the fill that is new; nothing where nothing is.

    `is_newer`: the order has changed since its order system was asked, so the report may be old news.
    """
    if order.order_key and (said.order_key, said.trade_key) != (order.order_key, order.trade_key):
        message = "The order system calls the order by another key than before"
        return [_parked(order, KEY_CHANGED, message=message, at=at, order_key=said.order_key)]
    held = Known(
        state=order.state,
        quantity=order.quantity,
        filled_quantity=order.filled_quantity,
        sent=may_have_left(order),
        confirmed=bool(order.order_key),
    )
    state = after_report(held, Report(said.state, said.filled_quantity))
    if isinstance(state, Refused):
        if is_newer and state.rule in MAY_BE_OLD:
            return []
        return [_parked(order, state.rule, message=state.message, at=at, order_key=said.order_key)]
    traded = _EXACT.subtract(said.filled_quantity, order.filled_quantity)
    price = _price_of(order, said, traded=traded)
    if traded and not _is_possible(price, order):
        message = f"{traded:f} units more at an average of {said.average_price:f} for all: that price can't be"
        return [_parked(order, IMPOSSIBLE_PRICE, message=message, at=at, order_key=said.order_key)]
    told = {
        "state": state,
        "why": _why(order, said, state=state),
        "order_key": said.order_key,
        "trade_key": said.trade_key,
        "filled_quantity": said.filled_quantity,
        "average_price": said.average_price if traded else order.average_price,
    }
    differing = {name: value for name, value in told.items() if getattr(order, name) != value}
    rows: list[News] = [order.model_copy(update=differing)] if differing else []
    return [*rows, *(_fill(order, said, quantity=traded, price=price, at=at) if traded else ())]


def _why(order: OrderRow, said: Reported, *, state: OrderState) -> str:
    """The reason of whoever had it cancelled stays; else it is the order system's, once the order has ended."""
    if order.cancel and state not in ("Filled", "Rejected", "Expired"):
        return order.why
    return said.why if state in ENDED else ""


def _price_of(order: OrderRow, said: Reported, *, traded: Decimal) -> Decimal:
    """What the units cost that are new, from the averages of all; 0 where it can't be told.

    Averages are rounded, and for a few units behind many that is a large part of their price: where it comes to a price
    that can't be, but rounding explains that, the average of all has to do.
    """
    if not traded or not said.average_price.is_finite():
        return Decimal(0)
    before = _EXACT.multiply(order.average_price, order.filled_quantity)
    value = _EXACT.subtract(_EXACT.multiply(said.average_price, said.filled_quantity), before)
    price = _EXACT.divide(value, traded).quantize(_PRICE_DECIMALS, context=_EXACT)
    if _is_possible(price, order) or order.filled_quantity < traded * ROUNDED_TO_NOTHING:
        return price
    doubt = _lost_in_rounding(order, said, traded=traded)
    return said.average_price if _is_possible(price, order, doubt=doubt) else price


def _lost_in_rounding(order: OrderRow, said: Reported, *, traded: Decimal) -> Decimal:
    """By how much the price of the new units may be wrong, as both averages have no more decimals than they have."""
    last_place = min(0, *(int(each.as_tuple().exponent) for each in (order.average_price, said.average_price)))
    value = _EXACT.multiply(_EXACT.add(order.filled_quantity, said.filled_quantity), Decimal(5).scaleb(last_place - 1))
    return _EXACT.divide(value, traded)


def _is_possible(price: Decimal, order: OrderRow, *, doubt: Decimal = _NO_DOUBT) -> bool:
    return order.price / MOST_TIMES_THE_PRICE - doubt < price < order.price * MOST_TIMES_THE_PRICE + doubt


def _fill(order: OrderRow, said: Reported, *, quantity: Decimal, price: Decimal, at: datetime) -> Iterator[News]:
    """The fill, and where its price is past the limit that was approved, what has to be looked at: both happened."""
    yield Fill(
        session_id=order.session_id,
        fill_id=f"{order.client_order_id}:{said.filled_quantity.normalize(_EXACT):f}",
        client_order_id=order.client_order_id,
        quantity=quantity,
        price=price,
        filled_at=at,
    )
    past = price - order.limit_price if order.side == "buy" else order.limit_price - price
    if past > _PRICE_DECIMALS:
        message = f"{quantity:f} units traded at {price:f} {order.currency}, past the limit of {order.limit_price:f}"
        yield _parked(order, PAST_LIMIT, message=message, at=at, order_key=said.order_key)


def _parked(order: OrderRow, rule: str, *, message: str, at: datetime, order_key: str = "") -> Parked:
    return parked(
        Stray(
            rule=rule, message=message, client_order_id=order.client_order_id, order_key=order_key or order.order_key
        ),
        session_id=order.session_id,
        at=at,
    )


def parked(stray: Stray, *, session_id: str, at: datetime) -> Parked:
    """Something that can't be used, as it is kept: once a day for an order and a rule, however often it comes."""
    named = "\n".join((session_id, stray.rule, stray.client_order_id, at.date().isoformat()))
    return Parked(
        session_id=session_id,
        parked_id=f"pk-{hashlib.sha256(named.encode(errors='replace')).hexdigest()[:24]}",
        rule=stray.rule,
        message=stray.message,
        client_order_id=stray.client_order_id,
        order_key=stray.order_key,
        seen_at=at,
    )


def _stray(stray: Stray, asked: Mapping[str, OrderRow], *, at: datetime) -> Parked:
    order = asked.get(stray.client_order_id)
    return parked(stray, session_id=DESK if order is None else order.session_id, at=at)
