"""A delivery of which the test says what its rounds come to; it rests for no time, and remembers how long it should."""

from collections.abc import Sequence
from typing import cast

import anyio

from tests.server.noticing_store import NoticingStore
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.server.desks import BackOffice, OpenDesk
from trimtab.workflow.ports.desk import OrderDesk, SessionKeeper
from trimtab.workflow.ports.order_system import OrderSystem
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.stores import SessionStore

WITHIN_SECONDS = 10


class RestingDelivery:
    """Each round says the next pause, or fails by it; then nothing more happens."""

    def __init__(self, *, pauses: Sequence[float | Exception]) -> None:
        self.records = cast("RecordStore", NoticingStore())
        self.system = cast("OrderSystem", NoticingStore())
        self.rests: list[float] = []
        self._pauses = list(pauses)
        self._rested = anyio.Event()

    async def deliver(self) -> float:
        if not self._pauses:
            await anyio.sleep_forever()
        pause = self._pauses.pop(0)
        if isinstance(pause, Exception):
            raise pause
        return pause

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        self._rested.set()
        self._rested = anyio.Event()

    async def has_rested(self, times: int) -> None:
        """Comes back after so many rests."""
        with anyio.fail_after(WITHIN_SECONDS):
            while len(self.rests) < times:
                await self._rested.wait()


def delivered_by(delivery: RestingDelivery) -> OpenDesk:
    """A desk whose orders go this way."""
    office = BackOffice(cast("OrderDesk", None), cast("SessionKeeper", None), delivery)
    return OpenDesk(ScriptedDesk(), cast("SessionStore", NoticingStore()), office)
