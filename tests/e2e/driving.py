"""How the end-to-end tests drive the product: by its command line, and as a client of its server."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from mcp.client import Client
from mcp.client.session import ElicitationFnT
from mcp.client.stdio import StdioServerParameters
from mcp_types import TextResourceContents

TRIMTAB = (sys.executable, "-m", "trimtab.cli.main")
REPO = Path(__file__).parents[2]

Json = dict[str, Any]
"""An answer, as JSON comes."""


def command(*arguments: str, home: Path) -> str:
    """What this command prints."""
    environ = {**os.environ, "TRIMTAB_HOME": str(home)}
    done = subprocess.run(
        (*TRIMTAB, *arguments), cwd=REPO, env=environ, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


@cache
def demo_plan() -> str:
    """The plan that `trimtab demo --plan` prints; asked once, as it is always the same."""
    with tempfile.TemporaryDirectory() as home:
        return command("demo", "--plan", home=Path(home)).removesuffix("\n")


@asynccontextmanager
async def over_stdio(environ: dict[str, str], *, person: ElicitationFnT | None = None) -> AsyncIterator[Client]:
    """A client of a server that it starts itself; where there is a person at the client, they can be asked."""
    server = StdioServerParameters(command=TRIMTAB[0], args=[*TRIMTAB[1:], "serve"], env=environ, cwd=REPO)
    async with Client(server, elicitation_callback=person) as client:
        yield client


async def call(client: Client, tool: str, **arguments: object) -> Json:
    """The structured answer of a tool that must not fail."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def whole_session(client: Client) -> str:
    """Opens a session, lets the analyst judge, and goes on to the review; its id."""
    session_id = str((await call(client, "open_session", workflow_mode="AiPlan"))["session_id"])
    await call(client, "get_trading_overview", session_id=session_id)
    assert (await call(client, "analyze_trades", session_id=session_id))["applied"] is True
    assert (await call(client, "advance_phase", session_id=session_id))["current_phase"] == "Buys"
    assert (await call(client, "advance_phase", session_id=session_id))["current_phase"] == "Review"
    return session_id


async def plan_in_pages(client: Client, session_id: str) -> str:
    """The plan document, put together from the pages of `get_session view=plan`."""
    rows: list[object] = []
    cursor: Json = {}
    while True:
        page = await call(client, "get_session", session_id=session_id, view="plan", limit=1000, **cursor)
        rows += page["items"]["rows"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(rows) == page["total"]
    summary = await call(client, "get_session", session_id=session_id)
    status = await call(client, "get_server_status")
    document = {
        "as_of": summary["as_of"],
        "book": summary["book"],
        "book_digest": status["book"]["digest"],
        "columns": page["items"]["columns"],
        "phase": summary["phase"],
        "policy_digest": summary["policy_digest"],
        "rows": rows,
        "workflow_mode": summary["workflow_mode"],
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == page["plan_digest"]
    return text


async def plan_resource(client: Client, session_id: str) -> str:
    """The plan document, read as a resource."""
    (found,) = (await client.read_resource(f"trimtab://session/{session_id}/plan")).contents
    assert isinstance(found, TextResourceContents)
    return found.text
