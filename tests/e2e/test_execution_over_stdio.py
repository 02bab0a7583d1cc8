"""A client over stdio takes a session from its opening to fills, which come whether or not anybody asks for them."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import httpx2
from mcp.client import Client

from tests.cli.order_desk import FEW, STANDS_STILL_SECONDS
from tests.cli.test_paper_oms import PaperServer
from tests.e2e.driving import Json, call, over_stdio
from tests.tools.trading.test_execute_orders import YES, Person
from tests.tools.trading.test_preview_orders import session_in_review
from trimtab.adapters.records.store import SqlRecordStore

WITHIN_SECONDS = 60
LOOKS_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Sent:
    """Orders that a person at the client has approved, and the records beside the server that follows them."""

    client: Client
    session_id: str
    executed: Json
    records: SqlRecordStore

    async def filled(self) -> int:
        """Orders of which something is filled, as the records have it; the server isn't asked."""
        return sum(line.filled_quantity > 0 for line in await self.records.order_lines(self.session_id))

    async def until_done(self) -> Json:
        """The status once all orders have ended."""
        while not (found := await call(self.client, "get_execution_status", session_id=self.session_id))["done"]:
            await anyio.sleep(LOOKS_EVERY_SECONDS)
        return found


@asynccontextmanager
async def sent_by(client: Client, home: Path) -> AsyncIterator[Sent]:
    """Opens a session over a few portfolios, brings it to Review, looks at its orders, and executes."""
    session_id = await session_in_review(client, **FEW)
    shown = await call(client, "preview_orders", session_id=session_id, limit=1)
    executed = await call(client, "execute_orders", session_id=session_id, plan_hash=shown["plan_hash"])
    assert executed["orders"] == shown["totals"]["orders"]
    records = SqlRecordStore(f"sqlite:///{home / 'records.db'}", create=False)
    try:
        yield Sent(client, session_id, executed, records)
    finally:
        await records.close()


async def test_a_served_order_system_gets_each_order_once_and_fills_come_unasked(tmp_path: Path) -> None:
    """The market moves when the test says so; all the while the client says nothing."""
    person, pace = Person(YES), ("--tick-seconds", str(STANDS_STILL_SECONDS))
    with PaperServer(tmp_path / "oms", *pace) as there, anyio.fail_after(WITHIN_SECONDS):
        environ = {"TRIMTAB_HOME": str(tmp_path), "TRIMTAB_OMS": there.address}
        async with over_stdio(environ, person=person) as client, sent_by(client, tmp_path) as sent:
            before = await sent.filled()
            while await sent.filled() < sent.executed["orders"]:
                httpx2.post(f"{there.address}/paper/ticks", json={"count": 100})
                await anyio.sleep(LOOKS_EVERY_SECONDS)
            status = await sent.until_done()
        kept = there.get("/paper/orders")["orders"]
    assert (before, len(person.asked)) == (0, 1)
    assert (status["phase"], status["states"]) == ("Done", {"Filled": sent.executed["orders"]})
    assert Counter(each["timesReceived"] for each in kept) == {1: sent.executed["orders"]}


async def test_the_embedded_order_system_fills_unasked_and_until_all_is_done(tmp_path: Path) -> None:
    with anyio.fail_after(WITHIN_SECONDS):
        environ = {"TRIMTAB_HOME": str(tmp_path)}
        async with over_stdio(environ, person=Person(YES)) as client, sent_by(client, tmp_path) as sent:
            before = await sent.filled()
            while await sent.filled() == before:
                await anyio.sleep(LOOKS_EVERY_SECONDS)
            status = await sent.until_done()
    assert (status["phase"], status["states"]) == ("Done", {"Filled": sent.executed["orders"]})
