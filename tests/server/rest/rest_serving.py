"""The REST application inside the test's own process, over a desk of the test's choice; and its streams, read."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2
from uvicorn import Config, Server

from tests.server.noticing_store import NoticingStore, over
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.server.desks import MakeDesk
from trimtab.server.http_app import build_http_app
from trimtab.server.listening import Listening, listen
from trimtab.server.rest.runs import Pace
from trimtab.settings import Settings
from trimtab.workflow.ports.desk import OrderDesk

SETTINGS = Settings(toolsets=("trading",))
SESSIONS = "/api/trading-copilot/sessions"
ANALYSIS = "/api/trading-copilot/analyze-sells/stream"
ADVANCE = "/api/trading-copilot/advance-phase/stream"
JSON = {"content-type": "application/json"}
AS_STREAM = {"accept": "text/event-stream"}
PROBLEM = "application/problem+json"
MOST_SECONDS = 60

Json = dict[str, Any]


def desk_of(desk: ScriptedDesk, orders: OrderDesk | None = None) -> MakeDesk:
    return lambda: over(NoticingStore(), desk, orders)


@asynccontextmanager
async def serving(
    make_desk: MakeDesk, *, settings: Settings = SETTINGS, pace: Pace | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server at a free port of this machine."""
    config = Config(
        build_http_app(settings, make_desk=make_desk, pace=pace),
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    server = Server(config)
    with listen(Listening(port=0), settings) as listening:
        served = asyncio.create_task(server.serve(sockets=[listening]))
        at = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            with anyio.fail_after(MOST_SECONDS):
                async with httpx2.AsyncClient(base_url=at, timeout=MOST_SECONDS) as client:
                    yield client
        finally:
            server.should_exit = True
            await served


@asynccontextmanager
async def asking(
    make_desk: MakeDesk, *, settings: Settings = SETTINGS, pace: Pace | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client whose requests go straight to the application, where a socket makes no difference."""
    app = build_http_app(settings, make_desk=make_desk, pace=pace)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8765", timeout=60) as client,
    ):
        yield client


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as a browser has it: its id, and what its data say."""

    event_id: str
    data: Json


def heard(lines: Iterable[str]) -> list[Heard]:
    """The whole events of a stream."""
    found, event_id, data = [], "", ""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "id":
            event_id = value
        elif name == "data":
            data = value
        elif not line and data:
            found.append(Heard(event_id, json.loads(data)))
            data = ""
    return found


async def heard_of(answer: httpx2.Response) -> list[Heard]:
    """The events of a stream, once it has ended."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    return heard((await answer.aread()).decode().split("\n"))
