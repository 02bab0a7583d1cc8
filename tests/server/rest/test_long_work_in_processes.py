"""Long work in served processes: told to end they do, and another process goes on from the session as it stands."""

import signal
import sys
from pathlib import Path

import anyio
import anyio.to_thread
import httpx2
import pytest

from tests.server.http_servers import HttpServer
from tests.server.rest.rest_serving import ANALYSIS, SESSIONS, heard
from tests.server.test_http import until

SLOW_SERVER = """
import asyncio, sys
from trimtab.cli.main import run
from trimtab.workflow.desk import Desk
from trimtab.workflow.ports.desk import Step

analyze, seconds = Desk.analyze, float(sys.argv[1])

async def slow(self, caller, request, *, progress):
    await progress(Step(1, 100, "a step", "analyzing"))
    print("the work runs", file=sys.stderr, flush=True)
    await asyncio.sleep(seconds)
    return await analyze(self, caller, request)

Desk.analyze = slow
run(["serve", "--http", "--port", "0"])
"""
FOR_EVER = 3_600.0


def slow_server(home: Path, *, work_seconds: float) -> HttpServer:
    command = (sys.executable, "-c", SLOW_SERVER, str(work_seconds))
    return HttpServer(environ={"TRIMTAB_HOME": str(home)}, command=command)


def opened(server: HttpServer) -> str:
    """The id of a new session."""
    answer = httpx2.post(f"{server.address}{SESSIONS}", json={"portfolios": ["ACC100001"]}, timeout=60)
    return str(answer.json()["sessionId"])


def streamed(server: HttpServer, session_id: str, **headers: str) -> httpx2.Response:
    """The analysis as a stream, whole."""
    return httpx2.get(f"{server.address}{ANALYSIS}", params={"sessionId": session_id}, headers=headers, timeout=60)


async def end_while_it_works(server: HttpServer, *, as_stream: bool) -> tuple[httpx2.Response, int]:
    """What the client got, and the exit code; nobody had to be thrown out."""
    session_id = opened(server)
    got: list[httpx2.Response] = []

    async def call() -> None:
        accept = {"accept": "text/event-stream"} if as_stream else {}
        async with httpx2.AsyncClient(timeout=60) as client:
            got.append(await client.post(f"{server.address}{SESSIONS}/{session_id}/analysis", headers=accept))

    async with anyio.create_task_group() as calls:
        calls.start_soon(call)
        await anyio.to_thread.run_sync(until, lambda: "the work runs" in server.log)
        code = await anyio.to_thread.run_sync(server.end, signal.SIGTERM)
    assert "Traceback" not in server.log
    assert "graceful shutdown exceeded" not in server.log
    return got[0], code


@pytest.mark.parametrize("as_stream", [False, True])
async def test_work_that_is_nearly_done_is_answered_before_the_server_ends(as_stream: bool, tmp_path: Path) -> None:
    with slow_server(tmp_path, work_seconds=0.5) as server:
        answer, code = await end_while_it_works(server, as_stream=as_stream)
    assert (answer.status_code, code) == (200, 0)
    result = heard(answer.text.split("\n"))[-1].data["data"] if as_stream else answer.json()
    assert (result["success"], result["version"]) == (True, 2)


async def test_work_that_goes_on_for_long_is_cut_off_and_its_client_told_to_call_again(tmp_path: Path) -> None:
    with slow_server(tmp_path, work_seconds=FOR_EVER) as server:
        answer, code = await end_while_it_works(server, as_stream=False)
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "unavailable", True)
    assert code == 0


async def test_a_stream_ends_without_a_result_so_that_its_client_comes_back(tmp_path: Path) -> None:
    with slow_server(tmp_path, work_seconds=FOR_EVER) as server:
        answer, code = await end_while_it_works(server, as_stream=True)
    assert [event.data["type"] for event in heard(answer.text.split("\n"))] == ["progress"]
    assert code == 0


def test_a_reconnect_that_reaches_another_process_is_answered_with_the_analysis_that_stands(tmp_path: Path) -> None:
    environ = {"TRIMTAB_HOME": str(tmp_path)}
    with HttpServer(environ=environ) as one, HttpServer(environ=environ) as other:
        session_id = opened(one)
        first = heard(streamed(one, session_id).text.split("\n"))
        again = heard(streamed(other, session_id, **{"last-event-id": first[2].event_id}).text.split("\n"))
        assert streamed(other, session_id, **{"last-event-id": again[-1].event_id}).status_code == 204
    assert [event.data for event in again] == [first[-1].data]
