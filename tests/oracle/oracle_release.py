"""Section 11: cash and waiting buys of one portfolio after another, literally as written, in fractions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass
class Order:
    """An order of which some may be filled; money in whole units of the currency, not in cents."""

    account: int
    side: str
    quantity: Fraction
    price: Fraction
    value: Fraction
    state: str
    filled_quantity: Fraction
    average_price: Fraction
    progress_pct: float
    may_leave: bool = False

    @property
    def filled_cents(self) -> int:
        """Half to even, as Python rounds a fraction."""
        rate = self.value / (self.quantity * self.price)
        return round(self.filled_quantity * self.average_price * rate * 100)

    @property
    def rest_cents(self) -> int:
        return math.ceil(self.value * (self.quantity - self.filled_quantity) / self.quantity * 100)

    @property
    def outstanding(self) -> bool:
        return self.state in ("Submitted", "Unknown", "Accepted", "PartiallyFilled")


def cash_left(cash_cents: int, orders: Sequence[Order]) -> int:
    for order in orders:
        if order.side == "sell":
            cash_cents += order.filled_cents
        else:
            cash_cents -= order.filled_cents
            if order.outstanding:
                cash_cents -= order.rest_cents
    return cash_cents


def release(cash_cents: int, orders: Sequence[Order]) -> None:
    """Marks what of one account's orders may leave."""
    left = cash_left(cash_cents, orders)
    selling = any(order.side == "sell" and (order.outstanding or order.state == "Intent") for order in orders)
    waiting = [order for order in orders if order.side == "buy" and order.state == "Intent"]
    for order in sorted(waiting, key=lambda order: -order.progress_pct):
        if order.rest_cents <= left:
            order.may_leave = True
            left -= order.rest_cents
        elif selling:
            break
