"""Recorded orders of a desk, and a paper order system inside the test's process: the line between them may be cut."""

import json
import shutil
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from starlette.applications import Starlette

from tests.clock import FixedClock
from tests.paper_systems import NAME, paper_app
from tests.workflow.order_bench import OrderBench, later, make_order_bench
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.trading.book import Book
from trimtab.server.order_systems import InProcess
from trimtab.workflow.delivering import Delivered
from trimtab.workflow.delivery_pace import DeliveryPace
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.ports.records import OrderRow

PACE: Final = DeliveryPace(
    answered_within=15, absent_after=20, leaves_within=600, ended_asked_every=0, quiet_rounds=0, busy=1, troubled=5
)
"""On a machine that is busy an order may leave late, and a round take long; orders that have ended are asked about each
time."""
STANDS: Final = 1_000_000.0
"""Seconds of a tick of a market that only moves when it is told to."""
BATCH: Final = "POST /api/rebalancing/orders/batch"
LOOK: Final = "GET /api/rebalancing/orders"
CANCEL: Final = "/cancel"

Meanwhile = Callable[[], Awaitable[object]]


class Line(httpx2.AsyncBaseTransport):
    """Carries requests to an application. A request is named `METHOD PATH`, and matched by a part of that.

    `down`: nobody listens. `stopped` never arrive, the answers of `lost` don't come back, and `refused` are answered
    with a status: in each case at once, as if whoever sent it had waited long enough. `meanwhile` happens once, as the
    request is on its way; `edits` make other answers of those that come back.
    """

    def __init__(self, make: Callable[[], Starlette]) -> None:
        self._inner = InProcess(make)
        self.down = False
        self.stopped: tuple[str, ...] = ()
        self.lost: tuple[str, ...] = ()
        self.refused: dict[str, int] = {}
        self.meanwhile: dict[str, Meanwhile] = {}
        self.edits: dict[str, Callable[[Any], Any]] = {}
        self.arrived: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        named = f"{request.method} {request.url.path}"
        for part in [part for part in self.meanwhile if part in named]:
            await self.meanwhile.pop(part)()
        if self.down:
            raise httpx2.ConnectError("nobody listens")
        if any(part in named for part in self.stopped):
            raise httpx2.ReadTimeout("it took too long")
        for part, status in self.refused.items():
            if part in named:
                return httpx2.Response(status, json={"error": "not today"})
        answer = await self._inner.handle_async_request(request)
        self.arrived.append(named)
        if any(part in named for part in self.lost):
            raise httpx2.ReadTimeout("it took too long")
        for part, edit in self.edits.items():
            if part in named:
                return httpx2.Response(answer.status_code, json=edit(json.loads(await answer.aread())))
        return answer

    def count(self, part: str) -> int:
        """How many requests with this in their name arrived."""
        return sum(part in named for named in self.arrived)

    async def ask(self, method: str, path: str, content: object = None) -> Any:
        """Asks the order system itself, whatever the line is like."""
        asked = httpx2.Request(method, f"http://oms{path}", json=content)
        answer = await self._inner.handle_async_request(asked)
        return json.loads(await answer.aread())

    async def aclose(self) -> None:
        await self._inner.aclose()


class Floor:
    """A process of ours with the orders, and the line to the order system."""

    def __init__(self, bench: OrderBench, line: Line) -> None:
        self.bench = bench
        self.line = line

    async def round(self) -> Delivered:
        return await self.bench.delivery.round()

    async def rounds(self, count: int, *, every_seconds: float = 0) -> Delivered:
        """So many rounds, and so much time after each."""
        for _ in range(count):
            done = await self.round()
            later(self.bench, seconds=every_seconds)
        return done

    async def orders(self) -> dict[str, OrderRow]:
        """By account and code, such as `P1 BHP`."""
        return {f"{order.account_number} {order.code}": order for order in await self.bench.order_rows()}

    async def states(self) -> dict[str, str]:
        return {name: order.state for name, order in (await self.orders()).items()}

    async def parked(self) -> list[tuple[str, str]]:
        """Rule and order, for each thing that waits for a person."""
        names = {order.client_order_id: name for name, order in (await self.orders()).items()}
        return [
            (each.rule, names.get(each.client_order_id, ""))
            for each in await self.bench.records.parked(self.bench.session_id)
        ]

    async def kept(self) -> dict[str, dict[str, Any]]:
        """The order system's trades as it keeps them, by account and code; none may be there twice."""
        trades = (await self.line.ask("GET", "/paper/orders"))["orders"]
        found = {f"{trade['portfolioId']} {trade['code']}": trade for trade in trades}
        assert len(found) == len(trades), "an order is there twice"
        return found

    async def tick(self, count: int = 1) -> None:
        """Moves the market."""
        await self.line.ask("POST", "/paper/ticks", {"count": count})

    async def switch_on(self, kind: str, **rule: object) -> None:
        """Switches a fault of the order system on."""
        await self.line.ask("POST", "/paper/faults", {"kind": kind, **rule})


class Floors:
    """Opens floors over one folder, as several processes would, and closes them.

    What is recorded is recorded once for all tests, and copied.
    """

    def __init__(self, tmp_path: Path, clock: FixedClock) -> None:
        self._shared = tmp_path.parent
        self._folder = tmp_path / "desk"
        self._clock = clock
        self._open: list[OrderBench] = []

    async def open(
        self,
        make_book: Callable[[], Book] = two_portfolios,
        *,
        pace: DeliveryPace = PACE,
        terms: OrderTerms | None = None,
        name: str = NAME,
        **oms: Any,
    ) -> Floor:
        """A floor with the orders of a whole plan of this book, recorded at noon and never sent.

        Without `tick_seconds` the market only moves when it is told to; an order is filled at once unless `most_parts`
        are more.
        """
        settings = {"tick_seconds": STANDS, "most_parts": 1, **oms}
        line = Line(partial(paper_app, self._folder / "oms.db", make_book(), clock=self._clock, **settings))
        system = HttpOrderSystem(name=name, transport=line)
        return Floor(await self.bench(make_book, system=system, pace=pace, terms=terms), line)

    async def bench(
        self, make_book: Callable[[], Book] = two_portfolios, *, terms: OrderTerms | None = None, **named: Any
    ) -> OrderBench:
        """A bench over the same orders, with another order system or none."""
        await self._copy(make_book, terms or OrderTerms())
        bench = make_order_bench(self._folder, make_book(), clock=self._clock, terms=terms, **named)
        bench.session_id = (self._folder / "session").read_text()
        self._open.append(bench)
        return bench

    async def close(self) -> None:
        for bench in self._open:
            await bench.close()

    async def _copy(self, make_book: Callable[[], Book], terms: OrderTerms) -> None:
        if self._folder.exists():
            return
        made = self._shared / f"recorded-{make_book.__name__}-{terms.execution_mode}"
        if not (made / "session").exists():
            await _record(made, make_book(), terms=terms)
        shutil.copytree(made, self._folder)


async def _record(folder: Path, book: Book, *, terms: OrderTerms) -> None:
    """Records the orders of a plan, which nobody is there to take, and makes the file of an order system."""
    folder.mkdir()
    bench = make_order_bench(folder, book, clock=FixedClock(), terms=terms)
    with pytest.MonkeyPatch.context() as patched:
        # The orders' ids are made of it, and what an order system draws for an order of that.
        patched.setattr(bench.store, "new_id", lambda: "ts_recorded")
        await bench.execute(await bench.approved())
    await bench.close()
    line = Line(partial(paper_app, folder / "oms.db", book))
    await line.ask("GET", "/paper/orders")
    await line.aclose()
    (folder / "session").write_text(bench.session_id)
