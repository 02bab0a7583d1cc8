"""How sessions are loaded, kept and changed."""

import pytest

from tests.workflow.desks import JANE, MakeBench, recommend, shelf_of
from tests.workflow.small_books import two_portfolios
from trimtab.domain.errors import Conflict
from trimtab.workflow.ports.requests import UpdateSession
from trimtab.workflow.ports.results import SessionSummaryResult
from trimtab.workflow.sessions import MOST_TRIES, Change, Open, Sessions


async def test_of_a_session_only_the_plan_of_the_last_version_is_kept(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    for _ in range(3):
        await bench.apply(recommend("BHP", "proceed"))
    [(head, _)] = bench.desk._sessions._plans.values()
    assert head.seq == 4


async def test_plans_are_kept_for_as_many_sessions_as_their_lines_allow(
    bench_over: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    lines = len((await bench.desk._sessions.load(JANE, bench.session_id)).plan.trade_amount)
    for room, kept in ((2 * lines, 2), (lines - 1, 1)):
        monkeypatch.setattr("trimtab.workflow.sessions.KEPT_LINES", room)
        opened = [(await bench.open()).session_id for _ in range(4)]
        assert list(bench.desk._sessions._plans) == opened[-kept:]


async def test_a_plan_is_computed_once_per_version(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    sessions = bench.desk._sessions
    assert (await sessions.load(JANE, bench.session_id)).plan is (await sessions.load(JANE, bench.session_id)).plan


async def test_whoever_always_loses_gets_the_conflict_in_the_end(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    slow = Sessions(bench.store, shelf=shelf_of(two_portfolios()), clock=bench.clock)
    tries = 0

    async def while_others_write(opened: Open) -> Change:
        nonlocal tries
        tries += 1
        await bench.update(workflow_mode="Manual")
        return Change(opened.plan.state, "update_session", {})

    with pytest.raises(Conflict) as lost:
        await slow.change(
            JANE,
            UpdateSession(session_id=bench.session_id),
            answer_type=SessionSummaryResult,
            decide=while_others_write,
            answer=bench.desk._summary,
        )
    assert (tries, lost.value.version) == (MOST_TRIES, MOST_TRIES + 1)


async def test_a_failed_decision_leaves_no_trace(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()

    async def decide(_opened: Open) -> Change:
        raise RuntimeError("the analyst's machine is gone")

    with pytest.raises(RuntimeError):
        await bench.desk._sessions.change(
            JANE,
            UpdateSession(session_id=bench.session_id),
            answer_type=SessionSummaryResult,
            decide=decide,
            answer=bench.desk._summary,
        )
    assert ((await bench.summary()).version, len(await bench.rows("log"))) == (1, 1)
