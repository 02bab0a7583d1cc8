"""What the fills of an order come to, and what is left of it, in whole cents. Section 11 of the trading maths."""

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn

_EXACT: Final = Context(prec=200)
"""Holds products in full, and quotients so far that none is taken for the whole or half cent beside it."""
_CENTS: Final = Decimal(100)
_SURE_CENTS: Final = 1e11
"""Up to here a float errs by far less than a thousandth of a cent."""
_FROM_HALF: Final = 0.499


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


def sure_filled_value_cents(
    filled_quantity: FloatColumn,
    average_price: FloatColumn,
    *,
    quantity: FloatColumn,
    price: FloatColumn,
    value: FloatColumn,
) -> tuple[IntColumn, BoolColumn]:
    """`filled_value_cents` of n orders, and whether floats are sure of it, both of shape (n,).

    They aren't beside half a cent, in very large values, and where nothing was ordered or at no price. Of thousands of
    orders that leaves a few, and to compute the others exactly too would take several times as long.
    """
    with np.errstate(all="ignore"):
        cents = value * 100 * filled_quantity * average_price / (quantity * price)
        whole = np.rint(cents)
        sure = (quantity > 0) & (price > 0) & (np.abs(cents - whole) < _FROM_HALF) & (np.abs(cents) < _SURE_CENTS)
    return np.where(sure, whole, 0).astype(np.int64), sure


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
