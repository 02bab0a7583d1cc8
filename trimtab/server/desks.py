"""A trading desk with what it holds open, made when the first call needs it."""

from collections.abc import Callable
from dataclasses import dataclass

import anyio
import anyio.to_thread

from trimtab.adapters.analysts.clients import ModelClient
from trimtab.workflow.ports.desk import Deliverer, OrderDesk, SessionKeeper, TradingDesk
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.stores import SessionStore


@dataclass(frozen=True, slots=True)
class BackOffice:
    """Who makes orders of plans, who keeps sessions in the records, and who brings orders to the order system."""

    orders: OrderDesk
    keeper: SessionKeeper
    delivery: Deliverer

    @property
    def records(self) -> RecordStore:
        """Where approvals and orders are recorded."""
        return self.delivery.records

    async def close(self) -> None:
        """Lets go of records and order system."""
        try:
            await self.delivery.system.close()
        finally:
            await self.records.close()


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """A desk, the store that it works on, its back office, and the client of the language model that judges, if any."""

    desk: TradingDesk
    store: SessionStore
    office: BackOffice
    client: ModelClient | None = None

    async def close(self) -> None:
        """Lets go of what the desk holds."""
        try:
            if self.client is not None:
                await self.client.close()
        finally:
            try:
                await self.office.close()
            finally:
                await self.store.close()


MakeDesk = Callable[[], OpenDesk]


class DeskOnNeed:
    """Makes the desk once, on a thread; after a failure (a broken book) the next call tries again."""

    def __init__(self, make: MakeDesk) -> None:
        self._make = make
        self._made: OpenDesk | None = None
        self._lock = anyio.Lock()

    async def get(self) -> TradingDesk:
        """The desk."""
        return (await self.opened()).desk

    async def orders(self) -> OrderDesk:
        """Who makes orders of the desk's plans."""
        return (await self.opened()).office.orders

    async def opened(self) -> OpenDesk:
        """The desk and its store; raises what making them raises."""
        async with self._lock:
            if self._made is None:
                self._made = await anyio.to_thread.run_sync(self._make)
            return self._made

    @property
    def made(self) -> OpenDesk | None:
        """The desk where there is one already."""
        return self._made

    async def close(self) -> None:
        """Lets go of what the desk holds, if it was ever made; the next call would make it anew."""
        made, self._made = self._made, None
        if made is not None:
            await made.close()
