"""A client whose orders were sent, and the paper order system that has them: its market moves when the test says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from mcp.client import Client
from mcp_types import CallToolResult

from tests.clock import FixedClock
from tests.paper_systems import NAME
from tests.server.paper_oms.paper import Paper
from tests.tools.demo_desk import open_desk_over
from tests.tools.serving import text_of
from tests.tools.trading.test_execute_orders import YES, Person, planned
from tests.workflow.desks import shelf_of
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.server.app import build_server
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.server.paper_oms.listing import listed_instruments
from trimtab.server.paper_oms.settings import PaperOmsSettings
from trimtab.settings import Settings

STANDS_STILL_SECONDS = 86_400.0
MOST_LOOKS = 30
Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SentOrders:
    """The orders of a plan in `two_portfolios`: three sells, and three buys of which one has its cash."""

    client: Client
    paper: Paper
    session: Said

    async def status(self, **asked: object) -> Said:
        return done(await self.client.call_tool("get_execution_status", {**self.session, **asked}))

    async def cancel(self, **asked: object) -> CallToolResult:
        return await self.client.call_tool("cancel_orders", {**self.session, "reason": "too late", **asked})

    async def until_done(self) -> Said:
        """Lets the market move and looks, until all orders have ended."""
        for _ in range(MOST_LOOKS):
            await self.paper.ticks()
            found = await self.status()
            if found["done"]:
                return found
        raise AssertionError(found)


def done(reply: CallToolResult) -> Said:
    """What was answered to a call that went through."""
    assert not reply.is_error, text_of(reply)
    assert reply.structured_content is not None
    return reply.structured_content


def rows(answered: Said) -> list[Said]:
    """The rows of a page, by the names of its columns."""
    table = answered["items"]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


@asynccontextmanager
async def orders_sent(folder: Path, *, executed: bool = True) -> AsyncIterator[SentOrders]:
    """Orders that people approved and that left, as far as their cash is there; or else a plan in Review."""
    clock, shelf = FixedClock(), shelf_of(two_portfolios())
    app = paper_oms_app(
        PaperOmsSettings(
            db=folder / "paper_oms.db",
            listed=listed_instruments(shelf.book),
            clock=clock,
            tick_seconds=STANDS_STILL_SECONDS,
        )
    )
    transport = httpx2.ASGITransport(app)
    system = HttpOrderSystem(name=NAME, transport=transport)
    server = build_server(Settings(), make_desk=lambda: open_desk_over(shelf, folder, clock=clock, system=system))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://paper") as asking,
        Client(server, elicitation_callback=Person(YES)) as client,
    ):
        plan = await planned(client)
        if executed:
            done(await client.call_tool("execute_orders", plan))
        yield SentOrders(client, Paper(asking), {"session_id": plan["session_id"]})
