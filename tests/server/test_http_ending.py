"""A server that is told to end: what runs may still answer, but not for ever."""

import asyncio
import signal
import sys
from pathlib import Path

import anyio.to_thread
import httpx2

from tests.server.http_servers import HttpServer
from tests.server.http_serving import modern, modern_headers
from tests.server.test_http import until

SLOW_SERVER = """
import asyncio, sys
from trimtab.cli.main import run
from trimtab.server import uvicorn_config
from trimtab.workflow.desk import Desk

status, seconds = Desk.status, float(sys.argv[1])

async def slow(self, caller):
    print("a call runs", file=sys.stderr, flush=True)
    await asyncio.sleep(seconds)
    return await status(self, caller)

Desk.status = slow
uvicorn_config.END_WITHIN_SECONDS = float(sys.argv[2])
run(["serve", "--http", "--port", "0"])
"""


def slow_server(home: Path, *, call_seconds: float, end_within_seconds: float) -> HttpServer:
    command = (sys.executable, "-c", SLOW_SERVER, str(call_seconds), str(end_within_seconds))
    return HttpServer(environ={"TRIMTAB_HOME": str(home)}, command=command)


async def end_while_a_call_runs(server: HttpServer) -> tuple[int, int | None]:
    """The exit code, and the status that the call was answered with, if it was."""

    async def status() -> int | None:
        body = modern("tools/call", name="get_server_status", arguments={})
        headers = modern_headers("tools/call", "get_server_status")
        async with httpx2.AsyncClient(timeout=60) as client:
            try:
                answer = await client.post(server.mcp, json=body, headers=headers)
            except httpx2.TransportError:
                return None
        return answer.status_code

    call = asyncio.create_task(status())
    await anyio.to_thread.run_sync(until, lambda: "a call runs" in server.log)
    code = await anyio.to_thread.run_sync(server.end, signal.SIGTERM)
    return code, await call


async def test_a_call_that_runs_is_answered_before_the_server_ends(tmp_path: Path) -> None:
    with slow_server(tmp_path, call_seconds=0.5, end_within_seconds=30) as server:
        assert await end_while_a_call_runs(server) == (0, 200)


async def test_a_call_that_goes_on_for_ever_does_not_keep_the_server(tmp_path: Path) -> None:
    with slow_server(tmp_path, call_seconds=3_600, end_within_seconds=0.2) as server:
        code, status = await end_while_a_call_runs(server)
    assert (code, status == 200) == (0, False)
