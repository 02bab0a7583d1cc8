"""Fifty writers change one session at once, through two servers, on every store: nothing accepted is lost, and whoever
lost the race learns the version that stands."""

import asyncio
from pathlib import Path

import pytest
from mcp.client import Client
from mcp_types import CallToolResult

from tests.adapters.sessions.stores import BOTH_WAYS, place_of
from tests.e2e.driving import Json, call
from tests.server.http_servers import HttpServer
from tests.tools.serving import error_of

WRITERS = 50


async def write(client: Client, session_id: str, *, number: int) -> tuple[int, CallToolResult]:
    """One writer's change; the version that it had read, and the answer.

    Every other writer wants to change no other version than that; the rest are content with whatever stands.
    """
    seen = int((await call(client, "get_session", session_id=session_id))["version"])
    expected: Json = {"expected_version": seen} if number % 4 < 2 else {}
    rule = {"code": "XRO", "rule": "hold", "reason": f"writer {number}"}
    return seen, await client.call_tool(
        "update_session", {"session_id": session_id, "instrument_rules": [rule], **expected}
    )


@pytest.mark.parametrize("kind", BOTH_WAYS)
async def test_every_accepted_change_is_there_and_every_other_got_the_fresh_version(kind: str, tmp_path: Path) -> None:
    environ = {"TRIMTAB_SESSIONS": place_of(kind, tmp_path), "TRIMTAB_HOME": str(tmp_path)}
    with HttpServer(environ=environ) as one, HttpServer(environ=environ) as other:
        async with Client(one.mcp) as here, Client(other.mcp) as there:
            session_id = str((await call(here, "open_session", portfolios=["ACC100021"]))["session_id"])
            await call(there, "get_session", session_id=session_id)
            writers = (write((here, there)[number % 2], session_id, number=number) for number in range(WRITERS))
            answers = dict(enumerate(await asyncio.gather(*writers)))
            log = await call(there, "get_session", session_id=session_id, view="log", limit=1000)
            summary = await call(here, "get_session", session_id=session_id)
    refused = {number for number, (_, answer) in answers.items() if answer.is_error}
    for number in refused:
        seen, answer = answers[number]
        said = error_of(answer)
        assert (said["code"], said["retryable"]) == ("conflict", True)
        assert isinstance(said["version"], int)
        assert said["version"] > seen
    accepted = set(range(WRITERS)) - refused
    assert all(number % 4 < 2 for number in refused)
    details = [str(row[log["items"]["columns"].index("detail")]) for row in log["items"]["rows"][1:]]
    assert {number for number in range(WRITERS) if any(f'"writer {number}"' in each for each in details)} == accepted
    assert len(details) == len(accepted) == summary["version"] - 1
