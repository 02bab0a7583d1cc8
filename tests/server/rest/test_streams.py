"""Event streams on the wire: read by curl and by a plain client, broken off, come back to, and ended by the server."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import anyio
import anyio.to_thread
import httpx2
import pytest

from tests.server.rest.guided_desk import STEPS, GuidedDesk
from tests.server.rest.rest_serving import ADVANCE, ANALYSIS, Heard, desk_of, heard, heard_of, serving
from tests.tools.demo_desk import open_demo_desk
from trimtab.domain.errors import Blocked
from trimtab.server.rest.runs import Pace

CURL = shutil.which("curl")
OF = {"sessionId": "s"}
STAGES = ["momentum", "analyzing", "analyzing", "analyzing", "synthesizing", "validating"]


def last_id(events: list[Heard]) -> dict[str, str]:
    """The header of a reconnect."""
    return {"last-event-id": events[-1].event_id}


async def first_events(client: httpx2.AsyncClient, count: int, **headers: str) -> list[Heard]:
    """So many events of the stream; then the client leaves."""
    lines = []
    async with client.stream("GET", ANALYSIS, params=OF, headers=headers) as answer:
        async for line in answer.aiter_lines():
            lines.append(line)
            if len(heard(lines)) == count:
                break
    return heard(lines)


@pytest.mark.skipif(CURL is None, reason="there is no curl on this machine")
async def test_curl_hears_an_analysis_of_the_demo_book_step_by_step_and_the_result_once(tmp_path: Path) -> None:
    assert CURL is not None
    async with serving(lambda: open_demo_desk(tmp_path)) as client:
        opened = (await client.post("/api/trading-copilot/sessions")).json()
        url = f"{client.base_url}{ANALYSIS}?sessionId={opened['sessionId']}"
        done = await anyio.to_thread.run_sync(
            lambda: subprocess.run([CURL, "-sNi", url], capture_output=True, text=True, check=True, timeout=60)
        )
        standing = (await client.get(f"/api/trading-copilot/sessions/{opened['sessionId']}")).json()
    head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.lower().splitlines()[1:])
    assert fields.items() >= {"cache-control": "no-store", "x-accel-buffering": "no"}.items()
    assert body.startswith("retry: 2000\n\nid: ")
    events = heard(body.split("\n"))
    run_id = events[0].event_id.rpartition("-")[0]
    assert [event.event_id for event in events] == [f"{run_id}-{number}" for number in range(1, 8)]
    *steps, result = [event.data for event in events]
    assert [step["stage"] for step in steps] == STAGES
    assert [(step["currentStep"], step["totalSteps"]) for step in steps] == [(number, 6) for number in range(1, 7)]
    batches = [(step["batchNumber"], step["totalBatches"]) for step in steps if "batchNumber" in step]
    assert sorted(batches) == [(1, 3), (2, 3), (3, 3)]
    assert (result["type"], result["data"]["success"], result["data"]["phase"]) == ("result", True, "Sells")
    assert result["data"]["version"] == standing["version"] == 2
    assert standing["analyzed"] is True


async def test_an_analysis_that_stands_is_answered_at_once(tmp_path: Path) -> None:
    async with serving(lambda: open_demo_desk(tmp_path)) as client:
        session = {"sessionId": (await client.post("/api/trading-copilot/sessions")).json()["sessionId"]}
        whole = await heard_of(await client.get(ANALYSIS, params=session))
        again = await heard_of(await client.get(ANALYSIS, params=session))
        afresh = await heard_of(await client.get(ANALYSIS, params={**session, "refresh": "true"}))
    assert [event.data for event in again] == [whole[-1].data]
    assert [event.data["type"] for event in afresh] == [event.data["type"] for event in whole]


async def test_who_comes_back_hears_what_was_missed_and_the_result_once_and_then_that_there_is_no_more() -> None:
    desk = GuidedDesk()
    async with serving(desk_of(desk)) as client:
        desk.go_on(2)
        before = await first_events(client, 2)
        desk.go_to_the_end()
        after = await heard_of(await client.get(ANALYSIS, params=OF, headers=last_id(before)))
        nothing = await client.get(ANALYSIS, params=OF, headers=last_id(after))
        desk.go_to_the_end()
        elsewhere = await client.get(ANALYSIS, params={"sessionId": "t"}, headers=last_id(after))
    events = [event.data for event in (*before, *after)]
    assert [event.get("currentStep") for event in events] == [1, 2, 3, None]
    assert [event["type"] for event in events].count("result") == 1
    assert (nothing.status_code, nothing.content, desk.begun) == (204, b"", 2)
    assert elsewhere.status_code == 200


async def test_who_joins_late_hears_all_from_the_start_beside_who_was_there() -> None:
    desk = GuidedDesk()
    async with serving(desk_of(desk)) as client:
        first = asyncio.create_task(client.get(ANALYSIS, params=OF))
        await desk.started.wait()
        desk.go_on(2)
        async with client.stream("GET", ANALYSIS, params=OF) as second:
            desk.go_to_the_end()
            heard_second = await heard_of(second)
        heard_first = await heard_of(await first)
    assert heard_first == heard_second
    assert desk.begun == 1


async def test_an_id_of_a_run_that_is_forgotten_starts_from_the_session_as_it_stands() -> None:
    desk = GuidedDesk()
    desk.go_to_the_end()
    async with serving(desk_of(desk)) as client:
        events = await heard_of(await client.get(ANALYSIS, params=OF, headers={"last-event-id": f"{'0' * 32}-3"}))
    assert [event.data.get("currentStep") for event in events] == [1, 2, 3, None]


async def test_the_connection_is_kept_alive_while_nothing_happens() -> None:
    desk = GuidedDesk()
    lines = []
    async with (
        serving(desk_of(desk), pace=Pace(heartbeat_seconds=0.1)) as client,
        client.stream("GET", ANALYSIS, params=OF) as answer,
    ):
        async for line in answer.aiter_lines():
            lines.append(line)
            if lines.count(": heartbeat") == 3:
                desk.go_to_the_end()
    assert lines[:4] == ["retry: 2000", "", ": heartbeat", ""]
    assert [event.data["type"] for event in heard(lines)] == ["progress"] * STEPS + ["result"]


async def test_work_stops_when_nobody_comes_back() -> None:
    desk = GuidedDesk()
    async with serving(desk_of(desk), pace=Pace(grace_seconds=0.1)) as client:
        desk.go_on()
        await first_events(client, 1)
        with anyio.fail_after(10):
            await desk.stopped.wait()
    assert desk.finished == 0


async def test_work_that_fails_says_so_in_the_stream_and_is_not_done_again() -> None:
    desk = GuidedDesk({"advance": Blocked("A hard failure.")})
    desk.go_to_the_end()
    async with serving(desk_of(desk)) as client:
        events = await heard_of(await client.get(ADVANCE, params={**OF, "to": "Buys"}))
        nothing = await client.get(ADVANCE, params={**OF, "to": "Buys"}, headers=last_id(events))
    *steps, error = [event.data for event in events]
    assert [step["type"] for step in steps] == ["progress"] * STEPS
    assert error["type"] == "error"
    assert error["error"].items() >= {"status": 409, "code": "blocked", "detail": "A hard failure."}.items()
    assert (nothing.status_code, desk.begun) == (204, 1)


async def test_text_in_an_event_is_one_line_whatever_is_in_it() -> None:
    desk = GuidedDesk()
    desk.go_to_the_end()
    async with serving(desk_of(desk)) as client:
        text = (await client.get(ANALYSIS, params=OF)).text
    data = [line.removeprefix("data: ") for line in text.split("\n") if line.startswith("data: ")]
    assert len(data) == STEPS + 1
    assert all(json.loads(each) for each in data)
