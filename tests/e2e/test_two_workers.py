"""Two servers behind one address serve one session in turns, and tell each other's clients what changed."""

from collections.abc import Iterator

import anyio
import pytest
from mcp.client import Client
from mcp.shared.subscriptions import ResourceUpdated

from tests.adapters.sessions.stores import BOTH_WAYS, place_of
from tests.e2e.driving import call, demo_plan, plan_in_pages, whole_session
from tests.e2e.round_robin import balanced
from tests.server.http_servers import HttpServer

ERAS = {"2026-07-28": "2026-07-28", "2025-11-25": "legacy"}


@pytest.fixture(params=BOTH_WAYS, scope="module")
def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[HttpServer, HttpServer]]:
    """Two servers over the same sessions; each test works on sessions of its own."""
    home = tmp_path_factory.mktemp("home")
    environ = {
        "TRIMTAB_SESSIONS": place_of(request.param, home),
        "TRIMTAB_HOME": str(home),
        "TRIMTAB_STATE_KEYS": "k" * 32,
    }
    with HttpServer(environ=environ) as one, HttpServer(environ=environ) as two:
        yield one, two


async def test_two_servers_serve_one_session_in_turns(servers: tuple[HttpServer, HttpServer]) -> None:
    async with balanced([server.address for server in servers]) as (address, balancer):
        for mode in ERAS.values():
            async with Client(f"{address}/mcp", mode=mode) as client:
                session_id = await whole_session(client)
                assert await plan_in_pages(client, session_id) == demo_plan()
        assert min(balancer.served.values()) > 5


async def test_whoever_listens_at_one_server_hears_of_changes_made_at_the_other(
    servers: tuple[HttpServer, HttpServer],
) -> None:
    one, two = servers
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
