"""What one process writes to the reference data counts in the next answer of every other, without a restart."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from tests.server.http_servers import HttpServer

SECTIONS = {"sections": ["matrices:commodity"]}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"TRIMTAB_HOME": str(tmp_path / "home")}


@asynccontextmanager
async def servers(environ: dict[str, str]) -> AsyncIterator[list[Client]]:
    """A client of a server on stdio, and one of a server over HTTP: two processes over the same records."""
    on_stdio = StdioServerParameters(command=sys.executable, args=["-m", "trimtab.cli.main", "serve"], env=environ)
    async with AsyncExitStack() as stack:
        server = stack.enter_context(HttpServer(environ=environ))
        yield [await stack.enter_async_context(Client(target)) for target in (on_stdio, server.mcp)]


def ref(environ: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "trimtab.cli.main", "ref", *words]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def seen(client: Client) -> tuple[str, str, list[str]]:
    """The hash of the universe, where reference data came from, and the commodities of the matrix."""
    result = await client.call_tool("compute_correlations", SECTIONS)
    assert not result.is_error, result.structured_content
    answer = result.structured_content
    assert answer is not None
    metadata = answer["analysis_metadata"]
    return metadata["universe_hash"], metadata["data_source"]["reference"], answer["matrices"]["commodity"]["labels"]


async def test_a_write_changes_the_next_answer_of_servers_that_run(environ: dict[str, str]) -> None:
    async with servers(environ) as clients:
        before = [await seen(client) for client in clients]
        assert before[0] == before[1]
        assert before[0][1] == "yaml"
        assert "GLD" in before[0][2]

        dry = json.loads(ref(environ, "asset-proxy", "sync-from-yaml", "--dry-run", "--format", "json"))
        assert {row["change"] for row in dry["changes"]} == {"add"}
        assert "GLD" in {row["after"]["etf_ticker"] for row in dry["changes"]}
        assert [await seen(client) for client in clients] == before

        ref(environ, "asset-proxy", "deactivate", "commodity", "gold")
        after = [await seen(client) for client in clients]
    assert after[0] == after[1]
    assert after[0][0] != before[0][0]
    assert after[0][1] == "database"
    assert "GLD" not in after[0][2]
    assert "IAU" in after[0][2]
