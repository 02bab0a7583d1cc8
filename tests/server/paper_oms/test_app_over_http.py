"""The order system on a real socket: connections that break, answers that don't come, and others at the same file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from uvicorn import Config, Server

from tests.server.paper_oms.paper import Paper, decision, order, paper_oms, settings_in
from trimtab.server.connections import Connection
from trimtab.server.listening import Listening, listen
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.server.paper_oms.sending import BrokenOff, not_broken_off
from trimtab.settings import Settings


@asynccontextmanager
async def served(folder: Path, **given: Any) -> AsyncIterator[tuple[Paper, Server]]:
    """The order system at a free port of this machine, and who serves it."""
    app = paper_oms_app(settings_in(folder, **given))
    server = Server(Config(app, lifespan="on", http=Connection, log_config=None, timeout_graceful_shutdown=20))
    with listen(Listening(port=0), Settings(home=folder)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            async with httpx2.AsyncClient(base_url=url, timeout=20, trust_env=False) as client:
                yield Paper(client), server
        finally:
            server.should_exit = True
            await serving


async def test_an_answer_breaks_off_in_its_middle(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with served(tmp_path) as (paper, _):
        await paper.fault("answer_lost")
        with pytest.raises(httpx2.RemoteProtocolError, match=r"incomplete|without sending complete"):
            await paper.post(order(decision()))
        assert [each["status"] for each in await paper.kept()] == ["Accepted"]
    told = [each for each in caplog.records if each.exc_info]
    assert [type(each.exc_info[1]) for each in told if each.exc_info] == [BrokenOff]
    assert [not_broken_off(each) for each in caplog.records] == [not each.exc_info for each in caplog.records]


async def test_an_answer_that_is_withheld_holds_up_nobody_else_and_ends_with_its_client(tmp_path: Path) -> None:
    async with served(tmp_path, hang_seconds=3_600) as (paper, server):
        await paper.fault("timeout_after")
        with pytest.raises(httpx2.ReadTimeout):
            await paper.client.post(
                "/api/rebalancing/orders/batch", json={"portfolioOrders": [order(decision())]}, timeout=0.2
            )
        assert (await paper.one("tt-1"))["status"] == "Accepted"
        await until_idle(server)


async def until_idle(server: Server) -> None:
    """Comes back when no request is at work any more; a connection that is kept open is none."""
    async with asyncio.timeout(10):
        while any(not task.done() for task in server.server_state.tasks):
            await asyncio.sleep(0.01)


async def test_several_processes_use_one_file_and_make_an_order_once(tmp_path: Path) -> None:
    async with paper_oms(tmp_path) as one, served(tmp_path) as (other, _):
        answers = await asyncio.gather(*(paper.place(decision()) for paper in (one, other) * 10))
        await one.ticks(3)
        kept = await other.kept()
        assert await one.kept() == kept
    assert len({each["orderKey"] for each in answers}) == 1
    assert [(each["timesReceived"], each["status"]) for each in kept] == [(20, "Filled")]
