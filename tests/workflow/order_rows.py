"""Orders at points of their lives, and what an order system says of them."""

from decimal import Decimal
from typing import Any

from tests.adapters.records.stores import order
from tests.clock import NOON
from trimtab.domain.trading.order_states import ReportedState
from trimtab.workflow.ports.order_system import Reported
from trimtab.workflow.ports.records import ORDER_DECIMALS, OrderColumns, OrderLine, OrderRow, moment

SYSTEM = "the OMS"
WHEN_SENT = moment(NOON)


def order_id(number: int) -> str:
    return f"tt-{number:024x}"


def waiting(number: int = 1, **changes: Any) -> OrderRow:
    """A buy of 10 units at 40.00 EUR that never left."""
    facts = {
        "client_order_id": order_id(number),
        "quantity": Decimal(10),
        "price": Decimal(40),
        "limit_price": Decimal(41),
        "value": Decimal("400.00"),
        "reported_value": Decimal("400.00"),
    }
    return order(number, **{**facts, **changes})


def sent_out(number: int = 1, **changes: Any) -> OrderRow:
    """The same, sent at noon: nobody has said anything yet."""
    return waiting(number, **{"state": "Submitted", "order_system": SYSTEM, "sent_at": WHEN_SENT, **changes})


def at_work(number: int = 1, *, filled: int = 0, **changes: Any) -> OrderRow:
    """The same, which the order system has; what is filled was at 40.00."""
    facts = {
        "state": "PartiallyFilled" if filled else "Accepted",
        "order_key": "order-9",
        "trade_key": f"trade-{number}",
        "filled_quantity": Decimal(filled),
        "average_price": Decimal(40 if filled else 0),
    }
    return sent_out(number, **{**facts, **changes})


def said_of(of: OrderRow, state: ReportedState, *, filled: object = 0, average: object = 0, **changes: Any) -> Reported:
    """A report about an order, by the keys that `at_work` gives it."""
    facts = {
        "client_order_id": of.client_order_id,
        "order_key": "order-9",
        "trade_key": f"trade-{int(of.client_order_id[3:], 16)}",
        "account_number": of.account_number,
        "instrument_key": of.instrument_key,
        "side": of.side,
        "quantity": of.quantity,
        "state": state,
        "filled_quantity": Decimal(str(filled)),
        "average_price": Decimal(str(average)),
    }
    return Reported(**{**facts, **changes})


def line_of(of: OrderRow) -> OrderLine:
    """What of an order is told of its progress."""
    return OrderLine(**{name: getattr(of, name) for name in OrderLine._fields})


def columns_of(*orders: OrderRow) -> OrderColumns:
    """The same of orders, as a store gives them."""
    texts = {name: [str(getattr(of, name)) for of in orders] for name in OrderLine._fields}
    return OrderColumns(texts, {name: list(map(float, texts[name])) for name in ORDER_DECIMALS})
