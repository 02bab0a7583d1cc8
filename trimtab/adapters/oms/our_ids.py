"""Asks about orders, and cancels them, by our own ids, where the order system keeps them."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final
from urllib.parse import quote

from trimtab.adapters.oms.matching import Matching
from trimtab.adapters.oms.messages import BASE_PATH, MOST_ASKED, ClientOrder
from trimtab.adapters.oms.reading import Unreadable, listed, object_of, read, reported
from trimtab.adapters.oms.several import answered
from trimtab.adapters.oms.wire import HttpAnswer, Wire
from trimtab.domain.trading.order_states import CONTRADICTION
from trimtab.workflow.ports.order_system import (
    CANCEL_REFUSED,
    DUPLICATE,
    OmsAnswer,
    Placing,
    Reported,
    Stray,
    TurnedDown,
)

QUESTION: Final = "a question about orders"
CANCEL: Final = "the cancelling of an order"
_PATH: Final = f"{BASE_PATH}/orders"
_UNSUPPORTED: Final = (404, 405, 501)


class OurIds:
    """The part of the interface that an order system may lack."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def understood(self, order: Placing) -> bool:
        """Whether it answers when it is asked by our ids; no where it, or something before it, knows no such address.

        Raises:
            NotSent, NoAnswer: It doesn't say.
        """
        answer = await self._asked_by_id([order])
        try:
            _shown(answer)
        except Unreadable as error:
            if answer.status in _UNSUPPORTED:
                return False
            raise self._wire.no_answer(QUESTION, error) from None
        return True

    async def look(self, orders: Sequence[Placing]) -> OmsAnswer:
        """What it says of orders; see `OrderSystem.look`.

        Raises:
            NotSent, NoAnswer: It says nothing of any.
        """
        matching = Matching(orders)
        every = list(matching.orders.values())
        chunks = [every[start : start + MOST_ASKED] for start in range(0, len(every), MOST_ASKED)]
        absent: set[str] = set()
        for chunk, items in await answered(chunks, self._items, patience_seconds=self._wire.timeout_seconds):
            absent |= _match(chunk, items, matching=matching)
        return matching.answer(absent)

    async def cancel(self, order: Placing) -> OmsAnswer:
        """Asks it to cancel; says only that, where it refuses.

        Raises:
            NotSent, NoAnswer: Nobody knows whether it did.
            TurnedDown: It can't.
        """
        answer = await self._wire.post(f"{_PATH}/{quote(order.client_order_id, safe='')}/cancel", what=CANCEL)
        if answer.status == 404:  # said by the order system, or by something before it: the question tells
            return await self.look([order])
        if answer.status == 409:
            refused = Stray(
                rule=CANCEL_REFUSED,
                message="The order system refuses to cancel the order",
                client_order_id=order.client_order_id,
                order_key=order.order_key,
            )
            return OmsAnswer(strays=(refused,))
        if answer.status in _UNSUPPORTED:
            raise no_cancelling(self._wire.name)
        try:
            found = object_of(answer)
        except Unreadable as error:
            raise self._wire.no_answer(CANCEL, error) from None
        matching = Matching([order])
        _match([order], [found], matching=matching)
        return matching.answer()

    async def _items(self, chunk: Sequence[Placing]) -> list[object]:
        answer = await self._asked_by_id(chunk)
        try:
            return _shown(answer)
        except Unreadable as error:
            raise self._wire.no_answer(QUESTION, error) from None

    async def _asked_by_id(self, orders: Sequence[Placing]) -> HttpAnswer:
        query = [("client_order_id", order.client_order_id) for order in orders]
        return await self._wire.get(_PATH, what=QUESTION, query=query)


def no_cancelling(name: str) -> TurnedDown:
    """For an order system without this part of the interface."""
    message = f"{name} can't cancel orders through this interface."
    return TurnedDown(message, next_action="Cancel the orders at the order system itself.")


def _shown(answer: HttpAnswer) -> list[object]:
    """The orders of an answer, each still to be read; some say by 404 that there are none."""
    try:
        return listed(object_of(answer, also=(404,)), "orders")
    except Unreadable as error:
        raise error if answer.ok else Unreadable(f"its HTTP status is {answer.status}") from None


def _match(chunk: Sequence[Placing], items: Sequence[object], *, matching: Matching) -> AbstractSet[str]:
    """Takes what an answer says of the orders that it was asked for; gives the ids that it surely doesn't know.

    It is sure of none where a part can't be read, or wasn't asked for: what is missing may be there, or the answer is
    to another question.
    """
    asked = {order.client_order_id: order for order in chunk}
    found: defaultdict[str, list[Reported]] = defaultdict(list)
    sure = True
    for item in items:
        try:
            said = _reported(item)
        except Unreadable as error:
            matching.park_unreadable("an order", error)
            sure = False
            continue
        if said.client_order_id in asked:
            found[said.client_order_id].append(said)
        else:
            matching.park_foreign(said)
            sure = False
    for client_order_id, several in found.items():
        _take(asked[client_order_id], several, matching=matching)
    return asked.keys() - found.keys() if sure else frozenset()


def _reported(item: object) -> Reported:
    order = read(ClientOrder, item)
    if not order.client_order_id:
        raise Unreadable("it has no `clientOrderId`")
    return reported(order, order_key=order.order_key, account_number=order.portfolio_id)


def _take(order: Placing, several: Sequence[Reported], *, matching: Matching) -> None:
    """An order that is told more than once is reported where all say the same."""
    first, others = several[0], several[1:]
    if any((said.order_key, said.trade_key) != (first.order_key, first.trade_key) for said in others):
        matching.park(DUPLICATE, "It has several trades with the id of the order", order=order)
    elif any(said != first for said in others):
        matching.park(CONTRADICTION, "It says different things of the order at once", order=order)
    else:
        matching.take(order, first)
