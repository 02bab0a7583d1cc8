"""The same session gives the same plan, byte for byte, over every transport and on every store."""

from pathlib import Path

import pytest
from mcp.client import Client

from tests.adapters.sessions.stores import BOTH_WAYS, place_of
from tests.e2e.driving import demo_plan, over_stdio, plan_in_pages, plan_resource, whole_session
from tests.server.http_servers import HttpServer


@pytest.fixture(params=BOTH_WAYS)
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    return {"TRIMTAB_SESSIONS": place_of(request.param, tmp_path), "TRIMTAB_HOME": str(tmp_path)}


async def plans(client: Client) -> tuple[str, str]:
    session_id = await whole_session(client)
    return await plan_in_pages(client, session_id), await plan_resource(client, session_id)


async def test_over_stdio(environ: dict[str, str]) -> None:
    async with over_stdio(environ) as client:
        assert await plans(client) == (demo_plan(), demo_plan())


async def test_over_http_in_both_eras_of_the_protocol(environ: dict[str, str]) -> None:
    with HttpServer(environ=environ) as server:
        for era in ("2026-07-28", "2025-11-25"):
            async with Client(server.mcp, mode="legacy" if era == "2025-11-25" else era) as client:
                assert client.protocol_version == era
                assert await plans(client) == (demo_plan(), demo_plan())
