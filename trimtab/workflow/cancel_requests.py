"""Asks the order system to cancel orders that nobody wants any more, and writes how they stand then."""

import time
from collections.abc import Sequence
from typing import Final

from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_changes import at_the_order_system, placing
from trimtab.workflow.order_ledger import OrderLedger
from trimtab.workflow.ports.order_system import OmsAnswer, OrderSystem, OrderSystemTrouble
from trimtab.workflow.ports.records import OrderRow
from trimtab.workflow.together import together

AT_ONCE: Final = 8


class CancelRequests:
    """Each is sent as long as the order works there: it is no harm to ask twice."""

    def __init__(self, ledger: OrderLedger, system: OrderSystem, *, pace: DeliveryPace) -> None:
        self._ledger = ledger
        self._system = system
        self._pace = pace

    async def send(self, orders: Sequence[OrderRow]) -> tuple[int, str]:
        """Cancels what of these orders is to be cancelled there.

        Says of how many orders there is news, and what went wrong, empty where nothing did: an order that can't be
        cancelled keeps no other from it.
        """
        wanted = [order for order in orders if order.cancel and at_the_order_system(order)]
        begun, changed, troubles = time.monotonic(), 0, list[str]()
        for start in range(0, len(wanted), AT_ONCE):
            if troubles and time.monotonic() - begun > self._pace.answered_within:
                break
            portion = wanted[start : start + AT_ONCE]
            answers = await together(self._answer(order, troubles) for order in portion)
            changed += await self._ledger.take(portion, _as_one(answers))
        return changed, next(iter(troubles), "")

    async def _answer(self, order: OrderRow, troubles: list[str]) -> OmsAnswer:
        try:
            return await self._system.cancel(placing(order))
        except OrderSystemTrouble as error:
            troubles.append(error.message)
            return OmsAnswer()


def _as_one(answers: Sequence[OmsAnswer]) -> OmsAnswer:
    return OmsAnswer(
        reports=tuple(said for answer in answers for said in answer.reports),
        strays=tuple(each for answer in answers for each in answer.strays),
        absent=frozenset().union(*(answer.absent for answer in answers)),
    )
