"""What was filled of an order, in money."""

from decimal import Decimal

import numpy as np

from trimtab.domain.trading.fill_value import filled_value_cents, sure_filled_value_cents
from trimtab.workflow.ports.records import OrderColumns, OrderLine, OrderRow


def filled_cents(order: OrderRow | OrderLine, value: Decimal) -> int:
    """In cents of the currency in which all of the order is worth `value`.

    0 where that can't be told, because the order was worth nothing: whatever was recorded can be shown.
    """
    if order.quantity <= 0 or order.price <= 0:
        return 0
    return filled_value_cents(
        order.filled_quantity, order.average_price, quantity=order.quantity, price=order.price, value=value
    )


def filled_value(order: OrderRow | OrderLine, value: Decimal) -> Decimal:
    """The same as money."""
    return money_of(filled_cents(order, value))


def money_of(cents: int) -> Decimal:
    """Cents as money, with both decimals."""
    return Decimal(cents).scaleb(-2)


def filled_cents_of(orders: OrderColumns) -> list[int]:
    """Of each order, in cents of the reporting currency."""
    columns = {name: np.array(numbers) for name, numbers in orders.numbers.items()}
    cents, sure = sure_filled_value_cents(
        columns["filled_quantity"],
        columns["average_price"],
        quantity=columns["quantity"],
        price=columns["price"],
        value=columns["reported_value"],
    )
    found: list[int] = cents.tolist()
    for place in np.flatnonzero(~sure).tolist():
        line = orders.line(place)
        found[place] = filled_cents(line, line.reported_value)
    return found
