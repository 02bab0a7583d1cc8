"""Writes what becomes of orders, each time of the orders as they stand under the lock of the records."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from trimtab.workflow.order_changes import Concluding, News, changes, of_ours, sent
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.order_system import OmsAnswer
from trimtab.workflow.ports.records import Effects, OrderRow, Parked, RecordStore, Scope, Standing

ACTOR: Final = "delivery"
AT_ONCE: Final = 1_000
"""Orders written in one transaction, so that nobody waits long for the lock."""

Become = Callable[[OrderRow], OrderRow | None]
"""What becomes of an order; None where it stays as it is."""
Choose = Callable[[Standing], Sequence[OrderRow]]
_N = TypeVar("_N", bound=News)


@dataclass(frozen=True, slots=True)
class OrderLedger:
    """The orders of the records, as those change them who talk to an order system."""

    records: RecordStore
    clock: Clock
    absent_after: timedelta

    async def take(self, orders: Sequence[OrderRow], answer: OmsAnswer) -> int:
        """Stores what an answer about these orders leads to; says of how many of them that is news.

        What is parked is none: nothing follows from it.
        """
        asked = {order.client_order_id: order for order in orders}
        answer = of_ours(answer, asked)
        news = changes(orders, answer, asked=asked, concluding=self._concluding())
        parked = tuple({each.client_order_id for each in news if isinstance(each, Parked)})
        if parked:  # most likely they are known, and nobody has to wait for that
            known = (await self.records.standing(Scope(client_order_ids=parked))).parked
            news = changes(orders, answer, asked=asked, concluding=self._concluding(), known=known)
        changed = 0
        for ids in portions(_named(news)):
            taking = self._taking(_about(answer, frozenset(ids)), asked)
            stored = await self._write(Scope(client_order_ids=tuple(ids)), taking)
            changed += sum(isinstance(row, OrderRow) for row in stored)
        return changed

    async def become(self, orders: Sequence[OrderRow], become: Become) -> int:
        """Stores what becomes of these orders by a deed of ours; says of how many something did."""

        def rows(standing: Standing) -> Sequence[OrderRow]:
            changed = (become(order) for order in standing.orders)
            return [order for order in changed if order is not None]

        named = [order.client_order_id for order in orders if become(order) is not None]
        return sum([len(await self._write(Scope(client_order_ids=tuple(ids)), rows)) for ids in portions(named)])

    async def claim(self, scope: Scope, *, choose: Choose, system: str) -> tuple[OrderRow, ...]:
        """Writes of the scope's orders those that are chosen as sent, before they leave; gives them.

        Nothing is chosen where the kill switch is on: it is looked at under the same lock.
        """

        def rows(standing: Standing) -> Sequence[OrderRow]:
            if standing.kill is not None and standing.kill.on:
                return []
            now = self.clock.now()
            return [
                sent(order, to=system, at=now)
                for order in choose(standing)
                if is_ready(order) and now < order.valid_until and order.order_system in ("", system)
            ]

        return tuple(await self._write(scope, rows))

    def _taking(self, answer: OmsAnswer, asked: Mapping[str, OrderRow]) -> Callable[[Standing], Sequence[News]]:
        return lambda standing: changes(
            standing.orders, answer, asked=asked, concluding=self._concluding(), known=standing.parked
        )

    def _concluding(self) -> Concluding:
        return Concluding(self.clock.now(), self.absent_after)

    async def _write(self, scope: Scope, rows: Callable[[Standing], Sequence[_N]]) -> Sequence[_N]:
        """Stores the rows that follow from where things stand under the lock; gives them."""
        stored: list[_N] = []

        def decide(standing: Standing) -> Effects:
            stored[:] = rows(standing)
            return Effects(at=self.clock.now(), actor=ACTOR, source="rules", rows=tuple(stored))

        await self.records.write(scope, decide)
        return stored


def is_ready(order: OrderRow) -> bool:
    """Whether it may be sent, as far as its own row says."""
    return order.state == "Intent" and not order.cancel


def portions(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """The items in order, in portions that are written at once."""
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def _about(answer: OmsAnswer, ids: frozenset[str]) -> OmsAnswer:
    """What of an answer is about these orders."""
    return OmsAnswer(
        reports=tuple(said for said in answer.reports if said.client_order_id in ids),
        strays=tuple(each for each in answer.strays if each.client_order_id in ids),
        absent=answer.absent & ids,
    )


def _named(news: Iterable[News]) -> Sequence[str]:
    """The orders that these rows are about, each once."""
    return list(dict.fromkeys(row.client_order_id for row in news))
