"""What was filled of an order, in money."""

from decimal import Decimal

from trimtab.domain.trading.fill_value import filled_value_cents
from trimtab.workflow.ports.records import OrderLine, OrderRow


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
    return Decimal(filled_cents(order, value)).scaleb(-2)
