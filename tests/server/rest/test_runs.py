"""Long work and its listeners: who comes late hears all, who leaves may come back, and for nobody it isn't done."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import pytest

from tests.server.rest.guided_desk import STEPS, GuidedDesk
from trimtab.domain.errors import Blocked, Unavailable
from trimtab.server.callers import local_caller
from trimtab.server.rest.runs import Busy, Job, Pace, Run, Runs
from trimtab.workflow.ports.desk import Caller, Progress, Step
from trimtab.workflow.ports.execution import GetExecutionStatus
from trimtab.workflow.ports.requests import AdvancePhase, AnalyzeTrades
from trimtab.workflow.ports.results import Result

CALLER = local_caller("rest")
JOB = Job(CALLER, AnalyzeTrades(session_id="s"))
QUICK = Pace(grace_seconds=0.05)


def work_of(desk: GuidedDesk) -> Callable[[Progress], Awaitable[Result]]:
    async def work(progress: Progress) -> Result:
        return await desk.analyze(CALLER, AnalyzeTrades(session_id="s"), progress=progress)

    return work


@asynccontextmanager
async def running(pace: Pace = QUICK) -> AsyncIterator[Runs]:
    runs = Runs(pace)
    with anyio.fail_after(20):
        async with runs.running():
            yield runs


async def ended(runs: Runs, desk: GuidedDesk, job: Job = JOB) -> Run:
    """A run that came to its end with somebody listening."""
    desk.go_to_the_end()
    run = runs.join(job, work_of(desk), version=1)
    with run.listening():
        await run.end()
    return run


async def test_a_run_tells_each_step_and_then_the_result() -> None:
    async with running() as runs:
        run = await ended(runs, GuidedDesk())
    assert [event.get("currentStep", event["type"]) for event in run.events] == [1, 2, 3, "result"]
    assert run.events[0] == {
        "type": "progress",
        "stage": "analyzing",
        "message": "Step 1...",
        "currentStep": 1,
        "totalSteps": STEPS,
        "batchNumber": 1,
        "totalBatches": STEPS,
    }
    assert run.answer is run.events[-1]["data"]
    assert run.answer is not None
    assert run.answer.items() >= {"success": True, "executionMode": "simulated", "analysis": "One sell."}.items()


async def test_a_step_that_goes_back_or_says_nothing_new_is_left_out_and_a_stage_without_batches_counts_none() -> None:
    async def work(progress: Progress) -> Result:
        for done in (0, 0, 1, 1, 3, 2):
            await progress(Step(done, 4, "A step\u202e", "momentum"))
        await progress(Step(3, 4, "More of it", "momentum"))
        raise Blocked("No.")

    async with running() as runs:
        run = runs.join(JOB, work, version=1)
        await run.end()
    told = {"type": "progress", "stage": "momentum", "message": "A step", "totalSteps": 4}
    steps = [{**told, "currentStep": done} for done in (0, 1, 3)]
    assert run.events[:-1] == [*steps, {**told, "currentStep": 3, "message": "More of it"}]


async def test_work_that_fails_tells_its_problem_document() -> None:
    async with running() as runs:
        run = await ended(runs, GuidedDesk({"analyze": Blocked("No.", next_action="Do otherwise.")}))
    assert run.problem is not None
    assert run.events[-1] == {"type": "error", "error": run.problem.document}
    assert run.problem.document.items() >= {"status": 409, "code": "blocked", "nextAction": "Do otherwise."}.items()
    assert run.answer is None


async def test_a_fault_is_logged_once_and_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    async with running() as runs:
        run = await ended(runs, GuidedDesk({"analyze": KeyError("a secret")}))
    assert run.problem is not None
    assert run.problem.status == 500
    assert "secret" not in str(run.events)
    assert [record.levelno for record in caplog.records if record.name == "trimtab.tools.errors"] == [logging.ERROR]


async def test_the_same_call_joins_the_run_that_is_on_its_way() -> None:
    desk = GuidedDesk()
    async with running() as runs:
        first = runs.join(JOB, work_of(desk), version=1)
        again = runs.join(Job(CALLER, AnalyzeTrades(session_id="s")), work_of(desk), version=1)
        assert again is first
        await ended(runs, desk)
    assert desk.begun == 1


@pytest.mark.parametrize(
    "job",
    [
        Job(CALLER, AnalyzeTrades(session_id="s", refresh=True)),
        Job(CALLER, AnalyzeTrades(session_id="s", idempotency_key="another-key")),
        Job(CALLER, AdvancePhase(session_id="s")),
    ],
)
async def test_another_call_on_the_same_session_has_to_wait(job: Job) -> None:
    desk = GuidedDesk()
    async with running() as runs:
        runs.join(JOB, work_of(desk), version=7)
        with pytest.raises(Busy, match="An analysis of this session is running") as refused:
            runs.join(job, work_of(desk), version=7)
    assert (refused.value.code, refused.value.retryable, refused.value.version) == ("conflict", True, 7)
    assert refused.value.field is None


async def test_other_sessions_and_other_owners_have_runs_of_their_own() -> None:
    desk = GuidedDesk()
    async with running() as runs:
        jobs = [JOB, Job(CALLER, AnalyzeTrades(session_id="t")), Job(Caller("other", "rest"), JOB.request)]
        found = [runs.join(job, work_of(desk), version=1) for job in jobs]
    assert len({run.id for run in found}) == 3
    assert all(len(run.id) == 32 for run in found)


async def test_following_orders_hinders_nothing_and_each_question_about_them_is_a_run() -> None:
    desk = GuidedDesk()
    first, other = GetExecutionStatus(session_id="s"), GetExecutionStatus(session_id="s", open_only=True)
    async with running() as runs:
        found = [runs.join(Job(CALLER, asked), work_of(desk), version=1) for asked in (first, other, first)]
        analysis = runs.join(JOB, work_of(desk), version=1)
    assert found[2] is found[0]
    assert len({run.id for run in (*found, analysis)}) == 3


async def test_after_the_end_the_same_call_is_a_new_run() -> None:
    desk = GuidedDesk()
    async with running() as runs:
        first, second = await ended(runs, desk), await ended(runs, desk)
    assert first is not second
    assert desk.begun == 2


async def test_work_is_cancelled_some_time_after_the_last_listener_left() -> None:
    desk = GuidedDesk()
    async with running() as runs:
        run = runs.join(JOB, work_of(desk), version=1)
        with run.listening():
            with run.listening():
                await desk.started.wait()
            await anyio.sleep(4 * QUICK.grace_seconds)
            assert not desk.stopped.is_set()
        await desk.stopped.wait()
        assert desk.finished == 0
        assert runs.heard(JOB, f"{run.id}-0") is None


async def test_work_that_nobody_ever_listens_to_is_cancelled_too() -> None:
    desk = GuidedDesk()
    async with running() as runs:
        runs.join(JOB, work_of(desk), version=1)
        await desk.stopped.wait()
    assert desk.finished == 0


async def test_who_comes_back_too_late_does_not_get_work_that_is_being_cancelled() -> None:
    desk = GuidedDesk()

    async def slow_to_stop(progress: Progress) -> Result:
        try:
            return await work_of(desk)(progress)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.1)

    async with running() as runs:
        late = runs.join(JOB, slow_to_stop, version=1)
        await desk.stopped.wait()
        again = runs.join(JOB, work_of(desk), version=1)
        with again.listening():
            await late.end()
            assert runs.join(JOB, work_of(desk), version=1) is again
            desk.go_to_the_end()
            await again.end()
    assert (late.answer, again.answer is None, desk.finished) == (None, False, 1)


async def test_who_comes_back_in_time_keeps_the_work_going() -> None:
    desk = GuidedDesk()
    async with running(Pace(grace_seconds=0.4)) as runs:
        run = runs.join(JOB, work_of(desk), version=1)
        for _ in range(4):
            with run.listening():
                pass
            await anyio.sleep(0.2)
        with runs.join(JOB, work_of(desk), version=1).listening():
            desk.go_to_the_end()
            await run.end()
    assert (desk.begun, desk.finished, run.answer is None) == (1, 1, False)


async def test_a_run_is_found_by_the_event_that_was_heard_last() -> None:
    desk = GuidedDesk()
    async with running() as runs:
        run = runs.join(JOB, work_of(desk), version=1)
        with run.listening():
            desk.go_on(2)
            await run.told_more_than(1)
            assert runs.heard(JOB, f"{run.id}-2") == (run, 2)
            assert runs.heard(JOB, f"{run.id}-3") is None
            desk.go_to_the_end()
            await run.end()
        assert runs.heard(JOB, f"{run.id}-2") == (run, 2)
        assert runs.heard(JOB, f"{run.id}-4") == (run, 4)
        assert runs.heard(Job(CALLER, AnalyzeTrades(session_id="s", refresh=True)), f"{run.id}-4") is None
        assert runs.heard(Job(Caller("other", "rest"), JOB.request), f"{run.id}-4") is None


@pytest.mark.parametrize("number", ["", "x", "-1", "1.0", "\u0661", "9" * 5000, " 1"])
async def test_an_event_that_no_run_told_is_unknown(number: str) -> None:
    async with running() as runs:
        run = await ended(runs, GuidedDesk())
        assert runs.heard(JOB, f"{run.id}-{number}") is None
        assert runs.heard(JOB, number) is None


async def test_of_runs_that_ended_the_last_few_are_kept_for_a_while() -> None:
    async with running(Pace(most_kept=2, kept_seconds=0.3)) as runs:
        found = [await ended(runs, GuidedDesk()) for _ in range(3)]
        known = [runs.heard(JOB, f"{run.id}-0") is not None for run in found]
        assert known == [False, True, True]
        await anyio.sleep(0.4)
        assert runs.heard(JOB, f"{found[-1].id}-0") is None


async def test_a_server_that_ends_lets_work_have_the_last_word_and_begins_none() -> None:
    desk = GuidedDesk()
    async with running(Pace(last_word_seconds=5)) as runs:
        run = runs.join(JOB, work_of(desk), version=1)
        with run.listening():
            await desk.started.wait()
            runs.end()
            with pytest.raises(Unavailable, match="The server is being ended"):
                runs.join(Job(CALLER, AnalyzeTrades(session_id="t")), work_of(desk), version=1)
            desk.go_to_the_end()
            await run.end()
    assert run.answer is not None


async def test_work_that_goes_on_for_long_is_cut_off_when_the_server_ends() -> None:
    desk = GuidedDesk()
    async with running(Pace(last_word_seconds=0.05)) as runs:
        run = runs.join(JOB, work_of(desk), version=1)
        with run.listening():
            await desk.started.wait()
            desk.go_on()
            await run.told_more_than(0)
            runs.end()
            await run.end()
    assert desk.finished == 0
    assert [event["type"] for event in run.events] == ["progress"]
    assert run.problem is not None
    assert run.problem.document.items() >= {"status": 503, "code": "unavailable", "retryable": True}.items()


async def test_what_still_runs_when_the_process_stops_is_cancelled() -> None:
    desk = GuidedDesk()
    async with running() as runs:
        runs.join(JOB, work_of(desk), version=1)
        await desk.started.wait()
    assert desk.stopped.is_set()
