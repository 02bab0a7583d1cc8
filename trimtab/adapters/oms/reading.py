"""Reads what an order system answers, item by item: one that can't be read spoils no other."""

import json
from collections.abc import Container, Mapping
from decimal import Context, Decimal
from typing import Final, NoReturn, TypeVar

from pydantic import ValidationError

from trimtab.adapters.oms.messages import Message, TradeFulfilmentItem, TradeSide, TradeStatus
from trimtab.adapters.oms.wire import HttpAnswer
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.order_states import ReportedState
from trimtab.domain.trading.orders import QUANTITY_DECIMALS
from trimtab.workflow.ports.order_system import Reported
from trimtab.workflow.ports.records import OrderSide

LONGEST_KEY: Final = 100
LONGEST_REASON: Final = 200
_AVERAGE_DECIMALS: Final = 10
_MOST_PLACES: Final = 60
MOST_ITEMS: Final = 20_000
"""Of a list; nobody asks about as many at once."""
_EXACT: Final = Context(prec=100)
SIDES: Final[Mapping[TradeSide, OrderSide]] = {"Buy": "buy", "Sell": "sell"}

M = TypeVar("M", bound=Message)


class Unreadable(Exception):
    """It isn't what it should be. The text says why, in words of ours."""


def object_of(answer: HttpAnswer, *, also: Container[int] = ()) -> Mapping[str, object]:
    """The JSON object that an answer has to be; numbers with a point are exact.

    Args:
        answer: The answer, which says that it was done.
        also: Statuses that will do beside those that say so.

    Raises:
        Unreadable: It says something else, or broke off.
    """
    if not (answer.ok or answer.status in also):
        raise Unreadable(f"its HTTP status is {answer.status}")
    try:
        found = json.loads(answer.content, parse_float=_exact, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError):
        raise Unreadable("it isn't whole JSON") from None
    if not isinstance(found, dict):
        raise Unreadable("it isn't a JSON object")
    return found


def listed(found: Mapping[str, object], name: str) -> list[object]:
    """A list of an object, each item still to be read.

    Raises:
        Unreadable: There is no such list.
    """
    items = found.get(name)
    if not isinstance(items, list):
        raise Unreadable(f"it has no list `{name}`")
    if len(items) > MOST_ITEMS:
        raise Unreadable(f"its list `{name}` has more than {MOST_ITEMS:,} items")
    return items


def read(model: type[M], item: object) -> M:
    """One item; what is null counts as left out, as many systems write out what they don't have.

    Raises:
        Unreadable: It has another shape.
    """
    if not isinstance(item, dict):
        raise Unreadable("it isn't a JSON object")
    try:
        return model.model_validate({name: value for name, value in item.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Unreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def reported(trade: TradeFulfilmentItem, *, order_key: str, account_number: str) -> Reported:
    """A trade in words of ours, with the id that it carries, empty where it has none.

    Raises:
        Unreadable: What it is called is nothing that one can ask by. A rejected one was never made, and needs no key.
    """
    if trade.status == "Rejected" and not trade.trade_key:
        order_key = ""
    elif not (is_key(trade.trade_key) and is_key(order_key)):
        raise Unreadable(f"its keys aren't visible text of 1 to {LONGEST_KEY} characters")
    return Reported(
        client_order_id=trade.client_order_id or "",
        order_key=order_key,
        trade_key=trade.trade_key,
        account_number=account_number,
        instrument_key=trade.instrument_key,
        side=SIDES[trade.trade_side],
        quantity=trade.units,
        state=_state(trade.status),
        filled_quantity=_settled(trade.units_filled, QUANTITY_DECIMALS),
        average_price=_settled(trade.average_fill_price, _AVERAGE_DECIMALS),
        why=clean(trade.status_reason, LONGEST_REASON),
    )


def is_key(text: str) -> bool:
    """Whether it can be kept and asked by as it is: short, visible, and with a letter or digit, as a path needs."""
    return len(text) <= LONGEST_KEY and any(map(str.isalnum, text)) and clean(text, None) == text


def _settled(value: Decimal, decimals: int) -> Decimal:
    """Without what is only noise of a float, or the rest of a division, and without zeros behind it."""
    settled = value.quantize(Decimal(1).scaleb(-decimals), context=_EXACT).normalize(_EXACT)
    return Decimal(f"{settled:f}") if settled else Decimal(0)


def _state(status: TradeStatus) -> ReportedState:
    return "Accepted" if status == "Pending" else status


def _exact(text: str) -> Decimal:
    """A number with a point or an exponent; one that would fill the memory if it were written out is none."""
    number = Decimal(text)
    if number and abs(number.adjusted()) > _MOST_PLACES:
        raise ValueError("a number has too many places")
    return number


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
