"""Two servers behind one address serve one session in turns, and tell each other's clients what changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from mcp.client import Client
from mcp.shared.subscriptions import ResourceUpdated

from tests.adapters.sessions.stores import BOTH_WAYS, place_of
from tests.e2e.driving import call, command, plan_in_pages, whole_session
from tests.e2e.round_robin import RoundRobin, balanced
from tests.server.http_servers import HttpServer

ERAS = {"2026-07-28": "2026-07-28", "2025-11-25": "legacy"}


@pytest.fixture(params=BOTH_WAYS)
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    return {
        "TRIMTAB_SESSIONS": place_of(request.param, tmp_path),
        "TRIMTAB_HOME": str(tmp_path),
        "TRIMTAB_STATE_KEYS": "k" * 32,
    }


@asynccontextmanager
async def two_servers(environ: dict[str, str]) -> AsyncIterator[tuple[str, RoundRobin]]:
    with HttpServer(environ=environ) as one, HttpServer(environ=environ) as two:
        async with balanced([one.address, two.address]) as (address, balancer):
            yield address, balancer


async def test_two_servers_serve_one_session_in_turns(environ: dict[str, str], tmp_path: Path) -> None:
    wanted = command("demo", "--plan", home=tmp_path / "demo")
    async with two_servers(environ) as (address, balancer):
        for mode in ERAS.values():
            async with Client(f"{address}/mcp", mode=mode) as client:
                session_id = await whole_session(client)
                assert await plan_in_pages(client, session_id) + "\n" == wanted
        assert min(balancer.served.values()) > 5


async def test_whoever_listens_at_one_server_hears_of_changes_made_at_the_other(environ: dict[str, str]) -> None:
    with HttpServer(environ=environ) as one, HttpServer(environ=environ) as two:
        async with Client(one.mcp, mode="2026-07-28") as here, Client(two.mcp, mode="2026-07-28") as there:
            session_id = str((await call(there, "open_session"))["session_id"])
            uri = f"trimtab://session/{session_id}/plan"
            with anyio.fail_after(30):
                async with here.listen(resource_subscriptions=[uri]) as heard:
                    for tool in ("analyze_trades", "advance_phase"):
                        changed = await call(there, tool, session_id=session_id)
                        event = await anext(heard)
                        assert event == ResourceUpdated(uri=uri)
                        seen = await call(here, "get_session", session_id=session_id)
                        assert seen["version"] == changed["version"]
