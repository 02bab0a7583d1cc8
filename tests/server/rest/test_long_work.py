"""Analysis and phase changes by POST: the plain answer, the stream where one is asked for, and one at a time."""

import asyncio

import anyio
import pytest

from tests.server.rest.guided_desk import GuidedDesk
from tests.server.rest.rest_serving import (
    ADVANCE,
    ANALYSIS,
    AS_STREAM,
    PROBLEM,
    SESSIONS,
    asking,
    desk_of,
    heard_of,
    serving,
)
from tests.tools.scripted_desk import VERSION, ScriptedDesk
from trimtab.domain.errors import Unavailable, WrongPhase
from trimtab.server.rest.runs import Pace
from trimtab.workflow.ports.requests import AdvancePhase

ONE = f"{SESSIONS}/s"
BOTH = pytest.mark.parametrize("what", ["analysis", "advance-phase"])


@BOTH
async def test_the_plain_answer_is_the_streams_result(what: str) -> None:
    desk = GuidedDesk()
    async with asking(desk_of(desk)) as client:
        desk.go_to_the_end()
        plain = await client.post(f"{ONE}/{what}")
        desk.go_to_the_end()
        *steps, last = await heard_of(await client.post(f"{ONE}/{what}", headers=AS_STREAM))
    assert (plain.status_code, plain.headers["cache-control"]) == (200, "no-store")
    assert last.data == {"type": "result", "data": plain.json()}
    assert plain.json()["success"] is True
    assert [step.data["currentStep"] for step in steps] == [1, 2, 3]


@pytest.mark.parametrize(
    ("accept", "streams"),
    [
        ("application/json, text/event-stream", True),
        ("Text/Event-Stream;q=0.9", True),
        ("application/json", False),
        ("*/*", False),
        ("text/*", False),
        ("", False),
    ],
)
async def test_a_stream_is_the_answer_to_who_names_it(accept: str, streams: bool) -> None:
    async with asking(desk_of(ScriptedDesk())) as client:
        answer = await client.post(f"{ONE}/analysis", headers={"accept": accept})
    assert answer.headers["content-type"].startswith("text/event-stream" if streams else "application/json")


@BOTH
async def test_what_fails_is_a_problem_document_with_its_status(what: str) -> None:
    operation = "analyze" if what == "analysis" else "advance"
    for error, status in ((WrongPhase("Not now."), 409), (Unavailable("Away."), 503), (KeyError("secret"), 500)):
        async with asking(desk_of(ScriptedDesk({operation: error}))) as client:
            answer = await client.post(f"{ONE}/{what}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
        assert "secret" not in answer.text
        assert ("retry-after" in answer.headers) is (status == 503)


async def test_two_clients_that_ask_for_the_same_get_the_same_and_it_is_done_once() -> None:
    desk = GuidedDesk()
    async with serving(desk_of(desk)) as client:
        plain = asyncio.create_task(client.post(f"{ONE}/analysis"))
        await desk.started.wait()
        async with client.stream("GET", ANALYSIS, params={"sessionId": "s"}) as stream:
            desk.go_to_the_end()
            events = await heard_of(stream)
        assert events[-1].data["data"] == (await plain).json()
    assert desk.begun == 1


async def test_other_work_on_the_session_has_to_wait_and_is_told_what_is_running() -> None:
    desk = GuidedDesk()
    async with serving(desk_of(desk)) as client:
        running = asyncio.create_task(client.post(f"{ONE}/analysis"))
        await desk.started.wait()
        refused = [
            await client.post(f"{ONE}/advance-phase"),
            await client.post(f"{ONE}/analysis", json={"refresh": True}, headers=AS_STREAM),
            await client.get(ADVANCE, params={"sessionId": "s", "to": "Buys"}),
        ]
        desk.go_to_the_end()
        assert (await running).status_code == 200
        desk.go_to_the_end()
        assert (await client.post(f"{ONE}/advance-phase")).status_code == 200
    for answer in refused:
        said = answer.json()
        assert (answer.status_code, said["code"], said["retryable"], said["version"]) == (
            409,
            "conflict",
            True,
            VERSION,
        )
        assert said["detail"].startswith("An analysis of this session is running")


async def test_reading_and_deciding_go_on_meanwhile() -> None:
    desk = GuidedDesk()
    async with serving(desk_of(desk)) as client:
        running = asyncio.create_task(client.post(f"{ONE}/analysis"))
        await desk.started.wait()
        assert (await client.get(ONE)).status_code == 200
        assert (await client.post(f"{ONE}/recommendations")).status_code == 200
        desk.go_to_the_end()
        assert (await running).status_code == 200


async def test_a_client_that_leaves_stops_the_work_unless_somebody_else_waits_for_it() -> None:
    desk = GuidedDesk()
    async with serving(desk_of(desk), pace=Pace(grace_seconds=0.2)) as client:
        first, second = [asyncio.create_task(client.post(f"{ONE}/analysis")) for _ in range(2)]
        await desk.started.wait()
        await asyncio.sleep(0.3)
        first.cancel()
        await asyncio.sleep(0.6)
        assert not desk.stopped.is_set()
        second.cancel()
        with anyio.fail_after(10):
            await desk.stopped.wait()
    assert (desk.begun, desk.finished) == (1, 0)


async def test_a_client_that_comes_back_in_time_finds_its_work_going_on() -> None:
    desk = GuidedDesk()
    async with serving(desk_of(desk)) as client:
        first = asyncio.create_task(client.post(f"{ONE}/analysis"))
        await desk.started.wait()
        first.cancel()
        await asyncio.sleep(0.2)
        async with client.stream("GET", ANALYSIS, params={"sessionId": "s"}) as stream:
            desk.go_to_the_end()
            events = await heard_of(stream)
    assert [event.data.get("currentStep") for event in events] == [1, 2, 3, None]
    assert (desk.begun, desk.finished) == (1, 1)


async def test_a_phase_change_by_a_stream_names_its_phase() -> None:
    desk = ScriptedDesk()
    async with asking(desk_of(desk)) as client:
        unnamed = await client.get(ADVANCE, params={"sessionId": "s"})
        await heard_of(await client.get(ADVANCE, params={"sessionId": "s", "to": "Buys", "reason": "once more"}))
    assert (unnamed.status_code, unnamed.json()["field"]) == (422, "to")
    assert desk.asked[-1] == ("advance", AdvancePhase(session_id="s", to="Buys", reason="once more"))
    assert type(desk.asked[-1][1]) is AdvancePhase
