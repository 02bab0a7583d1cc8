"""What the fills of an order come to, and what is left of it, in whole cents. Section 11 of the trading maths."""

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal
from typing import Final

_EXACT: Final = Context(prec=200)
"""Holds products in full, and quotients so far that none is taken for the whole or half cent beside it."""
_CENTS: Final = Decimal(100)


def filled_value_cents(
    filled_quantity: Decimal, average_price: Decimal, *, quantity: Decimal, price: Decimal, value: Decimal
) -> int:
    """What was filled, in cents of the currency of `value`, half to even.

    `quantity` units at `price` were worth `value` when the order was approved. That is the rate which is used, so that
    neither pence nor foreign currencies need to be known.

    Args:
        filled_quantity: Units filled so far, 0 or more.
        average_price: Of all that was filled, per unit in the order's own currency, like `price`.
        quantity: Units ordered, above 0.
        price: The price that the order was valued at, above 0.
        value: The order's value, in the portfolio's base currency or in the reporting currency.
    """
    if not filled_quantity:
        return 0
    return _cents(
        value,
        share_of=_EXACT.multiply(quantity, price),
        share=_EXACT.multiply(filled_quantity, average_price),
        rounding=ROUND_HALF_EVEN,
    )


def rest_value_cents(quantity: Decimal, filled_quantity: Decimal, *, value: Decimal) -> int:
    """What isn't filled yet at the approved price, in cents of the currency of `value`, rounded up.

    Args:
        quantity: Units ordered, above 0.
        filled_quantity: Units filled so far, from 0 to `quantity`.
        value: The order's value.
    """
    rest = _EXACT.subtract(quantity, filled_quantity)
    return _cents(value, share_of=quantity, share=rest, rounding=ROUND_CEILING)


def _cents(value: Decimal, *, share_of: Decimal, share: Decimal, rounding: str) -> int:
    cents = _EXACT.multiply(_EXACT.multiply(value, _CENTS), share)
    return int(_EXACT.divide(cents, share_of).to_integral_value(rounding, _EXACT))
