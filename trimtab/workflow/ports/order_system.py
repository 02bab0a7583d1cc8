"""The order system as the workflow sees it: what is sent, what it says of orders, and what can go wrong on the way.

Nothing here retries. Whoever sends has to be told the difference between what never left, what was turned down, and
what nobody knows: only the first may simply be sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from trimtab.domain.errors import Unavailable
from trimtab.domain.trading.order_states import ReportedState
from trimtab.workflow.ports.records import OrderSide
from trimtab.workflow.ports.results import ExecutionMode

FOREIGN: Final = "oms_foreign_order"
DUPLICATE: Final = "oms_duplicate_order"
WRONG_SHAPE: Final = "oms_wrong_shape"
TERMS_DIFFER: Final = "oms_terms_differ"
KEY_CHANGED: Final = "oms_order_key_changed"
FORGOTTEN: Final = "oms_forgot_order"
AMBIGUOUS: Final = "oms_ambiguous"
CANCEL_REFUSED: Final = "oms_cancel_refused"
"""Rules by which a part of what an order system says can't be used; those of an order's life are in the domain."""


class OrderSystemTrouble(Unavailable):
    """Base of what goes wrong between us and the order system."""


class NotSent(OrderSystemTrouble):
    """Nothing left: the order system can't be reached, so it has none of this."""


class NoAnswer(OrderSystemTrouble):
    """The request left, and nobody knows what became of it: it timed out, broke off, failed, or can't be read."""


class TurnedDown(OrderSystemTrouble):
    """The order system refused the whole request, and so has none of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """An order to be sent, or asked about. `limit_price` is per unit in the order's `currency`."""

    client_order_id: str
    account_number: str
    instrument_key: str
    code: str
    exchange: str
    side: OrderSide
    quantity: Decimal
    limit_price: Decimal
    currency: str
    order_key: str = ""
    trade_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """An order as the order system says it is; `average_price` is of all that was filled, 0 where nothing was."""

    client_order_id: str
    order_key: str
    trade_key: str
    account_number: str
    instrument_key: str
    side: OrderSide
    quantity: Decimal
    state: ReportedState
    filled_quantity: Decimal
    average_price: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A part of an answer that can't be used, by the name of the rule."""

    rule: str
    message: str
    client_order_id: str = ""
    order_key: str = ""


@dataclass(frozen=True, slots=True)
class OmsAnswer:
    """What an order system said. `absent` are orders asked about that it surely doesn't know."""

    reports: tuple[Reported, ...] = ()
    strays: tuple[Stray, ...] = ()
    absent: frozenset[str] = frozenset()


class OrderSystem(Protocol):
    """Reaches one order system. Every operation may raise OrderSystemTrouble, as one of its kinds."""

    @property
    def name(self) -> str:
        """Which one it is, for people and for the records; without secrets."""

    async def require(self, mode: ExecutionMode) -> None:
        """Comes back where orders of this mode may be sent there.

        Raises:
            Blocked: `oms_not_paper`, simulated orders for a system that doesn't say that it is paper; `oms_is_paper`,
                live orders for one that does.
        """

    async def place(self, orders: Sequence[Placing]) -> OmsAnswer:
        """Sends new orders in one request, once. What is neither reported nor turned down is unknown."""

    async def look(self, orders: Sequence[Placing]) -> OmsAnswer:
        """What it says of these orders."""

    async def cancel(self, order: Placing) -> OmsAnswer:
        """Asks it to cancel an order; says how the order stands then. What is filled stays filled."""

    async def close(self) -> None:
        """Lets go of connections."""
