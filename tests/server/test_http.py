"""The served process: started, used, told to end, killed, and put on a machine where not all is well."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
import httpx2
import pytest
from mcp.client import Client

from tests.redis_servers import RedisServer, binary_of
from tests.server.http_servers import HttpServer
from tests.tools.serving import Mode, error_of
from trimtab.tools.resources.uris import plan_uri

WORKER = re.compile(r"Started server process \[(\d+)\]")
MOST_SECONDS = 60.0
ERAS: tuple[Mode, ...] = ("auto", "legacy")


def server_in(home: Path, *options: str, **environ: str) -> HttpServer:
    return HttpServer(*options, environ={"TRIMTAB_HOME": str(home), **environ})


def workers_of(server: HttpServer) -> list[int]:
    """The processes that have begun to serve, in that order."""
    return [int(found) for found in WORKER.findall(server.log)]


def until(is_so: Callable[[], object]) -> None:
    """Waits for something that happens in another process."""
    give_up_at = time.monotonic() + MOST_SECONDS
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def kill_while_it_is_asked_how_it_is(worker: int) -> None:
    """Who started a worker asks it twice a second, and waits for a minute if it doesn't answer."""
    os.kill(worker, signal.SIGSTOP)
    time.sleep(1)
    os.kill(worker, signal.SIGKILL)


def is_ready(server: HttpServer) -> bool:
    return httpx2.get(f"{server.address}/readyz", timeout=10).status_code == 200


async def opened(client: Client) -> str:
    """The id of a new session."""
    result = await client.call_tool("open_session", {})
    assert result.structured_content is not None
    return str(result.structured_content["session_id"])


async def plan_a_session(url: str, mode: Mode) -> dict[str, object]:
    """Opens, analyzes and advances one; gives its summary."""
    async with Client(url, mode=mode) as client:
        session = {"session_id": await opened(client)}
        assert not (await client.call_tool("analyze_trades", session)).is_error
        assert not (await client.call_tool("advance_phase", session)).is_error
        summary = (await client.call_tool("get_session", session)).structured_content
    assert summary is not None
    return summary


async def end_while_somebody_listens(server: HttpServer, number: signal.Signals) -> int:
    """The exit code; whoever listens is told that the server ended the stream."""
    async with (
        Client(server.mcp) as client,
        client.listen(resource_subscriptions=[plan_uri(await opened(client))]) as subscription,
    ):
        code = await anyio.to_thread.run_sync(server.end, number)
        with anyio.fail_after(10):
            assert [event async for event in subscription] == []
    assert "Traceback" not in server.log
    return code


async def test_a_session_is_planned_in_both_eras_and_the_server_ends_in_order(tmp_path: Path) -> None:
    with server_in(tmp_path, "--read-only") as server:
        newer, older = [await plan_a_session(server.mcp, mode) for mode in ERAS]
        async with Client(server.mcp) as client:
            status = (await client.call_tool("get_server_status", {})).structured_content
        assert await end_while_somebody_listens(server, signal.SIGTERM) == 0
    assert newer["phase"] == older["phase"] == "Buys"
    assert newer["totals"] == older["totals"]
    assert status is not None
    assert status["read_only"] is True
    assert server.written == ""


def test_being_interrupted_is_an_exit_code_of_its_own(tmp_path: Path) -> None:
    with server_in(tmp_path) as server:
        until(lambda: is_ready(server))
        assert server.end(signal.SIGINT) == 130
    assert "Traceback" not in server.log


async def test_workers_share_sessions_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    with server_in(tmp_path, "--workers", "2") as server:
        await anyio.to_thread.run_sync(until, lambda: len(workers_of(server)) == 2)
        async with Client(server.mcp) as client:
            session = {"session_id": await opened(client)}
        await anyio.to_thread.run_sync(kill_while_it_is_asked_how_it_is, workers_of(server)[0])
        async with Client(server.mcp) as client:
            assert not (await client.call_tool("get_session", session)).is_error
        await anyio.to_thread.run_sync(until, lambda: len(workers_of(server)) == 3)
        assert await end_while_somebody_listens(server, signal.SIGINT) == 130
    assert server.written == ""


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    with server_in(tmp_path, "--workers", "2") as server:
        until(lambda: len(workers_of(server)) == 2)
        server.end(signal.SIGKILL)
        until(lambda: server.log.count("Finished server process") == 2)


def started_redis(folder: Path) -> RedisServer:
    kind = next((each for each in ("redis", "valkey") if binary_of(each) is not None), None)
    if kind is None:
        pytest.skip("this machine has neither redis-server nor valkey-server")
    return RedisServer(kind, folder)


async def test_without_its_session_server_it_starts_says_so_and_works_when_it_is_there(tmp_path: Path) -> None:
    redis = started_redis(tmp_path)
    with server_in(tmp_path, TRIMTAB_SESSIONS=redis.url) as server:
        answer = httpx2.get(f"{server.address}/readyz", timeout=10)
        assert (answer.status_code, answer.json()["problems"][0]["code"]) == (503, "unavailable")
        assert httpx2.get(f"{server.address}/healthz").status_code == 200
        async with Client(server.mcp) as client:
            said = error_of(await client.call_tool("open_session", {}))
            assert (said["code"], said["retryable"]) == ("unavailable", True)
            try:
                redis.start()
                await anyio.to_thread.run_sync(until, lambda: is_ready(server))
                session = {"session_id": await opened(client)}
                redis.kill()
                assert error_of(await client.call_tool("get_session", session))["code"] == "unavailable"
                redis.start()
                await anyio.to_thread.run_sync(until, lambda: is_ready(server))
                assert not (await client.call_tool("get_session", session)).is_error
            finally:
                redis.stop()
    assert "Traceback" not in server.log
