"""Puts what an order system says beside the orders that it should be about: each is reported at most once, and what
doesn't fit is set aside by the name of a rule."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from trimtab.adapters.oms.reading import LONGEST_KEY
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.order_system import (
    DUPLICATE,
    FOREIGN,
    KEY_CHANGED,
    TERMS_DIFFER,
    WRONG_SHAPE,
    OmsAnswer,
    Placing,
    Reported,
    Stray,
)
from trimtab.workflow.ports.records import OrderSide

MOST_OF_NOBODY: Final = 100
"""Strays about no order of ours: an answer may be nothing else."""


class Terms(NamedTuple):
    """What an order is, whatever it is called."""

    account_number: str
    instrument_key: str
    side: OrderSide
    quantity: Decimal


def terms_of(order: Placing | Reported) -> Terms:
    """The terms of an order, as it was sent or as it is told."""
    return Terms(order.account_number, order.instrument_key, order.side, order.quantity)


class Matching:
    """What is found out about some orders, by their ids of ours; `answer` is the sum of it."""

    def __init__(self, orders: Iterable[Placing]) -> None:
        self.orders = {order.client_order_id: order for order in orders}
        self._by_terms: defaultdict[Terms, list[Placing]] = defaultdict(list)
        for order in self.orders.values():
            self._by_terms[terms_of(order)].append(order)
        self._reports: dict[str, Reported] = {}
        self._strays: dict[Stray, None] = {}
        self._of_nobody = 0

    def with_terms(self, terms: Terms) -> Sequence[Placing]:
        """The orders that have these terms."""
        return self._by_terms.get(terms, ())

    def take(self, order: Placing, said: Reported) -> None:
        """Reports an order, unless it can't be the one that was meant, or was reported with other keys."""
        first = self._reports.get(order.client_order_id)
        if first is not None:
            if _keys(first) != _keys(said):
                self.park(DUPLICATE, "It made more than one trade of the order", order=order, order_key=said.order_key)
            return
        conflict = _conflict(order, said)
        if conflict is None:
            named = said if said.client_order_id else replace(said, client_order_id=order.client_order_id)
            self._reports[order.client_order_id] = named
        else:
            self.park(*conflict, order=order, order_key=said.order_key)

    def park(self, rule: str, message: str, *, order: Placing, order_key: str = "") -> None:
        """Sets aside what is about an order of ours."""
        stray = Stray(
            rule=rule,
            message=f"{message}.",
            client_order_id=order.client_order_id,
            order_key=clean(order_key, LONGEST_KEY) or order.order_key,
        )
        self._strays[stray] = None

    def park_foreign(self, said: Reported) -> None:
        """Sets aside a trade that nobody sent or asked about."""
        self._park_of_nobody(
            FOREIGN,
            "Its answer holds a trade that wasn't sent or asked about",
            client_order_id=said.client_order_id,
            order_key=said.order_key,
        )

    def park_unreadable(self, part: str, why: object, *, order_key: str = "") -> None:
        """Sets aside a part of an answer that can't be read."""
        self._park_of_nobody(WRONG_SHAPE, f"A part of its answer ({part}) can't be read: {why}", order_key=order_key)

    def answer(self, absent: Iterable[str] = ()) -> OmsAnswer:
        """All that was found out."""
        return OmsAnswer(tuple(self._reports.values()), tuple(self._strays), frozenset(absent))

    def _park_of_nobody(self, rule: str, message: str, *, client_order_id: str = "", order_key: str = "") -> None:
        stray = Stray(
            rule=rule,
            message=f"{message}.",
            client_order_id=clean(client_order_id, LONGEST_KEY),
            order_key=clean(order_key, LONGEST_KEY),
        )
        if stray not in self._strays and self._of_nobody < MOST_OF_NOBODY:
            self._of_nobody += 1
            self._strays[stray] = None


def _keys(order: Placing | Reported) -> tuple[str, str]:
    return order.order_key, order.trade_key


def _conflict(order: Placing, said: Reported) -> tuple[str, str] | None:
    """The rule, and what is wrong, where a trade can't be what was made of this order."""
    if said.client_order_id not in ("", order.client_order_id):
        return TERMS_DIFFER, "It has another id than the order"
    if terms_of(order) != terms_of(said):
        names = ("account", "instrument", "side", "units")
        differing = [
            name for name, ours, theirs in zip(names, terms_of(order), terms_of(said), strict=True) if ours != theirs
        ]
        return TERMS_DIFFER, f"It differs from what was sent in {', '.join(differing)}"
    if order.order_key and _keys(order) != _keys(said):
        return KEY_CHANGED, "It is called by other keys than before"
    return None
