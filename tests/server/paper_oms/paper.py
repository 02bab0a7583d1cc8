"""A paper order system in the test's own process, and the requests that tests make of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx2

from tests.clock import FixedClock
from trimtab.domain.trading.instrument_keys import instrument_key
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.server.paper_oms.listing import Listed
from trimtab.server.paper_oms.settings import PaperOmsSettings

BHP: Final = instrument_key("ASX", "BHP")
AAPL: Final = instrument_key("NASDAQ", "AAPL")
LISTED: Final = {
    BHP: Listed(code="BHP", exchange="ASX", price=Decimal("40.5"), lot_size=Decimal(10), currency="AUD"),
    AAPL: Listed(code="AAPL", exchange="NASDAQ", price=Decimal(200), lot_size=Decimal(1), currency="USD"),
}
BASE: Final = "/api/rebalancing"
Json = dict[str, Any]


class Paper:
    """Asks an order system, wherever it is."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def post(self, *orders: Json) -> httpx2.Response:
        """New orders, one for each portfolio."""
        return await self.client.post(f"{BASE}/orders/batch", json={"portfolioOrders": orders})

    async def place(self, *decisions: Json, portfolio: str = "ACC1") -> Json:
        """New trades of one portfolio; the one result."""
        answer = await self.post(order(*decisions, portfolio=portfolio))
        assert answer.status_code == 200, answer.text
        [result] = answer.json()["results"]
        return dict(result)

    async def look(self, *ids: str) -> list[Json]:
        """The orders with these ids."""
        answer = await self.client.get(f"{BASE}/orders", params=[("client_order_id", each) for each in ids])
        assert answer.status_code == 200, answer.text
        return list(answer.json()["orders"])

    async def one(self, client_order_id: str) -> Json:
        """The order with this id."""
        [found] = await self.look(client_order_id)
        return found

    async def get(self, path: str) -> Json:
        """An answer below the base path."""
        answer = await self.client.get(BASE + path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def cancel(self, client_order_id: str) -> httpx2.Response:
        """Asks to cancel an order."""
        return await self.client.post(f"{BASE}/orders/{client_order_id}/cancel")

    async def ticks(self, count: int = 1) -> int:
        """Moves the market."""
        answer = await self.client.post("/paper/ticks", json={"count": count})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["tick"])

    async def fault(self, kind: str, **more: object) -> None:
        """Switches a fault on."""
        answer = await self.client.post("/paper/faults", json={"kind": kind, **more})
        assert answer.status_code == 200, answer.text

    async def kept(self) -> list[Json]:
        """All trades as they are kept."""
        return list((await self.client.get("/paper/orders")).json()["orders"])


def decision(client_order_id: str | None = "tt-1", *, units: object = 30, side: str = "Buy", **more: object) -> Json:
    """A trade that is wanted, of BHP unless it says otherwise."""
    named = {} if client_order_id is None else {"clientOrderId": client_order_id}
    return {"instrumentKey": BHP, "expectedQuantity": units, "tradeSide": side, **named, **more}


def order(*decisions: Json, portfolio: str = "ACC1") -> Json:
    """The order of one portfolio."""
    return {"portfolioId": portfolio, "tradeDecisions": decisions}


def settings_in(folder: Path, **given: Any) -> PaperOmsSettings:
    """Settings whose market stands still until it is told to move."""
    return PaperOmsSettings(**{"db": folder / "paper.db", "listed": LISTED, "clock": FixedClock(), **given})


@asynccontextmanager
async def paper_oms(folder: Path, **given: Any) -> AsyncIterator[Paper]:
    """The order system over the folder's file, asked without a socket."""
    app = paper_oms_app(settings_in(folder, **given))
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://paper") as client,
    ):
        yield Paper(client)


def told(found: Mapping[str, object], *names: str) -> tuple[object, ...]:
    """These fields of an answer."""
    return tuple(found[name] for name in names)
