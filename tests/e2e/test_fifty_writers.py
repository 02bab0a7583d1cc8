"""Fifty writers change one session at once, through two servers, on every store: nothing accepted is lost, and whoever
lost the race learns the version that stands."""

import asyncio
from pathlib import Path

import pytest
from mcp.client import Client
from mcp_types import CallToolResult

from tests.adapters.sessions.stores import STORES, place_of
from tests.e2e.driving import call
from tests.server.http_serving import serving_http
from tests.tools.serving import error_of
from trimtab.settings import Settings

WRITERS = 50


async def write(client: Client, session_id: str, *, number: int) -> tuple[int, CallToolResult]:
    """One writer's change of the version that it read; that version, and the answer."""
    seen = int((await call(client, "get_session", session_id=session_id))["version"])
    rule = {"code": "XRO", "rule": "hold", "reason": f"writer {number}"}
    change = {"session_id": session_id, "expected_version": seen, "instrument_rules": [rule]}
    return seen, await client.call_tool("update_session", change)


@pytest.mark.parametrize("kind", STORES)
async def test_every_accepted_change_is_there_and_every_other_got_the_fresh_version(kind: str, tmp_path: Path) -> None:
    settings = Settings.model_validate({"home": tmp_path, "sessions": place_of(kind, tmp_path)})
    async with (
        serving_http(settings) as one,
        serving_http(settings) as other,
        Client(f"{one}/mcp") as here,
        Client(f"{other}/mcp") as there,
    ):
        session_id = str((await call(here, "open_session", portfolios=["ACC100021"]))["session_id"])
        writers = (write((here, there)[number % 2], session_id, number=number) for number in range(WRITERS))
        answers = dict(enumerate(await asyncio.gather(*writers)))
        log = await call(there, "get_session", session_id=session_id, view="log", limit=1000)
        summary = await call(here, "get_session", session_id=session_id)
    accepted = {number for number, (_, answer) in answers.items() if not answer.is_error}
    for number, (seen, answer) in answers.items():
        if number not in accepted:
            said = error_of(answer)
            assert (said["code"], said["retryable"]) == ("conflict", True)
            assert isinstance(said["version"], int)
            assert said["version"] > seen
    details = [str(row[log["items"]["columns"].index("detail")]) for row in log["items"]["rows"][1:]]
    assert {number for number in range(WRITERS) if any(f'"writer {number}"' in each for each in details)} == accepted
    assert len(details) == len(accepted) == summary["version"] - 1
    assert accepted
