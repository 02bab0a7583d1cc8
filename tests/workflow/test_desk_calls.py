"""Analyses with a language model: paid for once, and kept with all that they took, whatever becomes of them."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from tests.adapters.analysts.model_analysts import analyst_of
from tests.clock import FixedClock
from tests.model_wire.wire import Wire
from tests.workflow.desks import JANE, TTL, Bench, MakeBench, shelf_of
from tests.workflow.scripted_analyst import RULES
from tests.workflow.small_books import short_of_cash, two_portfolios
from trimtab.adapters.analysts.model_analyst import ModelAnalyst
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.domain.errors import Conflict, Unavailable
from trimtab.workflow.analysis import Panel
from trimtab.workflow.desk import Desk, DeskFacts
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.stores import SessionInfo, StoredSession
from trimtab.workflow.state import SCHEMA_VERSION, SessionState

HOLD = ask.InstrumentRule(code="BHP", rule="hold", reason="Escrow")
A_WHOLE_ANALYSIS = ["portfolios", "momentum", "synthesis"]
ANALYZED = [*["model_call"] * 3, "analyze_trades"]
UNFINISHED = [*["model_call"] * 3, "analysis_unfinished"]


@dataclass(frozen=True)
class Asking:
    """A provider, and an analyst that asks it."""

    wire: Wire
    analyst: ModelAnalyst

    async def begun(self, calls: int) -> None:
        """Until so many calls have come."""
        async with asyncio.timeout(10):
            while len(self.wire.calls) < calls:
                await asyncio.sleep(0.005)


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    wire = Wire()
    async with analyst_of("messages", wire) as (analyst, _):
        yield Asking(wire, analyst)


async def actions(bench: Bench) -> list[str]:
    return [str(row["action"]) for row in await bench.rows("log")][1:]


async def state_of(bench: Bench) -> SessionState:
    return SessionState.model_validate_json((await bench.store.read(bench.session_id, JANE.owner)).state)


async def taken(bench: Bench) -> int:
    """Tokens of all the calls in the log."""
    details = [json.loads(str(row["detail"])) for row in await bench.rows("log")]
    usages = [detail["usage"] for detail in details if "prompt_hash" in detail]
    return sum(usage["input_tokens"] + usage["output_tokens"] for usage in usages)


@pytest.fixture
async def benches(bench_over: MakeBench, asking: Asking) -> tuple[Bench, Bench]:
    """Two desks, as two processes have, over the same session."""
    first, second = (bench_over(two_portfolios(), analyst=asking.analyst) for _ in range(2))
    await first.open()
    second.session_id = first.session_id
    return first, second


async def test_an_analysis_is_kept_with_its_calls_and_what_they_took(bench_over: MakeBench, asking: Asking) -> None:
    bench = bench_over(two_portfolios(), analyst=asking.analyst)
    await bench.open()
    analysis = await bench.analyze()
    assert (analysis.analyst, analysis.degraded, analysis.version) == ("anthropic", (), 2)
    assert await actions(bench) == ANALYZED
    state = await state_of(bench)
    assert state.sell_analysis is not None
    usage = state.sell_analysis.usage
    assert usage is not None
    assert (usage.calls, usage.failed_calls, usage.model) == (3, 0, "claude-sonnet-4-6")
    assert state.spent_tokens == usage.input_tokens + usage.output_tokens == await taken(bench)
    assert state.spent_usd == pytest.approx(usage.cost_usd, abs=1e-6)
    detail = json.loads(str((await bench.rows("log"))[-1]["detail"]))
    assert detail["usage"] == usage.model_dump(mode="json")


async def test_an_advance_pays_for_both_analyses_and_counts_them_apart(bench_over: MakeBench, asking: Asking) -> None:
    bench = bench_over(short_of_cash(), analyst=asking.analyst)
    await bench.open()
    await bench.advance()
    assert await actions(bench) == [*["model_call"] * 4, "advance_phase"]
    state = await state_of(bench)
    usages = [record.usage for record in (state.sell_analysis, state.buy_analysis) if record]
    assert [usage.calls for usage in usages if usage] == [3, 1]
    assert state.spent_tokens == sum(u.input_tokens + u.output_tokens for u in usages if u) == await taken(bench)
    analyses = json.loads(str((await bench.rows("log"))[-1]["detail"]))["analyses"]
    assert [(each["side"], each["analyst"]) for each in analyses] == [("sell", "anthropic"), ("buy", "anthropic")]


async def test_what_was_spent_before_counts_for_the_limit(bench_over: MakeBench) -> None:
    wire = Wire()
    async with analyst_of("messages", wire, session_tokens=25_000, output_tokens=500) as (analyst, _):
        bench = bench_over(two_portfolios(), analyst=analyst)
        await bench.open()
        assert (await bench.analyze()).degraded == ()
        before = (await state_of(bench)).spent_tokens
        analysis = await bench.analyze(refresh=True)
        while not analysis.degraded:
            analysis = await bench.analyze(refresh=True)
    assert "wasn't asked, because a limit" in analysis.degraded[0]
    assert before < (await state_of(bench)).spent_tokens <= 25_000


async def test_of_a_session_there_is_one_analysis_at_a_time(bench_over: MakeBench, asking: Asking) -> None:
    asking.wire.delay_seconds = 0.05
    bench = bench_over(two_portfolios(), analyst=asking.analyst)
    await bench.open()
    answers = await asyncio.gather(*(bench.analyze() for _ in range(3)))
    assert len(asking.wire.calls) == 3
    assert answers[0] == answers[1] == answers[2]
    assert await actions(bench) == ANALYZED


async def test_analyses_of_different_sessions_run_at_the_same_time(bench_over: MakeBench, asking: Asking) -> None:
    asking.wire.together = 4
    bench = bench_over(two_portfolios(), analyst=asking.analyst)
    sessions = [(await bench.open()).session_id for _ in range(2)]
    await asyncio.gather(
        *(bench.desk.analyze(JANE, ask.AnalyzeTrades(session_id=session_id)) for session_id in sessions)
    )
    assert asking.wire.in_flight_most >= 4
    assert bench.desk._turns.keys == frozenset()


async def test_an_analysis_that_a_conflict_ends_keeps_its_calls(benches: tuple[Bench, Bench], asking: Asking) -> None:
    first, second = benches
    asking.wire.delay_seconds = 0.1
    analysis = asyncio.create_task(first.analyze(expected_version=1))
    await asking.begun(2)
    await second.update(workflow_mode="Manual")
    with pytest.raises(Conflict):
        await analysis
    assert await actions(first) == ["update_session", *UNFINISHED]
    state = await state_of(first)
    assert (state.sell_analysis, state.decisions) == (None, ())
    assert state.spent_tokens == await taken(first) > 0
    assert state.spent_usd > 0


async def test_an_analysis_that_nobody_waits_for_any_more_keeps_its_calls(
    bench_over: MakeBench, asking: Asking
) -> None:
    asking.wire.delay_seconds = 30
    bench = bench_over(two_portfolios(), analyst=asking.analyst)
    await bench.open()
    for call in (bench.analyze, bench.advance):
        asking.wire.calls.clear()
        task = asyncio.create_task(call())
        await asking.begun(2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await actions(bench) == [*["model_call"] * 2, "analysis_unfinished"] * 2
    outcomes = [json.loads(str(row["detail"])).get("outcome") for row in await bench.rows("log")]
    assert [outcome for outcome in outcomes if outcome] == ["cancelled"] * 4
    assert (await state_of(bench)).spent_tokens == await taken(bench) > 0


async def test_a_lost_race_over_the_same_inputs_asks_nothing_again(
    benches: tuple[Bench, Bench], asking: Asking
) -> None:
    first, second = benches
    asking.wire.delay_seconds = 0.1
    analysis = asyncio.create_task(first.analyze())
    await asking.begun(2)
    person = {"overrides": [{"code": "CBA", "action": "defer", "reason": "Not today"}]}
    await second.update(**person)
    assert (await analysis).degraded == ()
    assert [call.title for call in asking.wire.calls].count("PortfolioVerdicts") == 1
    assert await actions(first) == ["update_session", *ANALYZED]
    decided = {(d.account_number, d.symbol): d.source for d in (await state_of(first)).decisions}
    assert decided == {("P1", "BHP"): "model", ("P1", "CBA"): "person", ("P2", "CBA"): "person"}


async def test_a_lost_race_over_other_inputs_asks_again_and_keeps_what_came_to_nothing(
    benches: tuple[Bench, Bench], asking: Asking
) -> None:
    first, second = benches
    asking.wire.delay_seconds = 0.1
    analysis = asyncio.create_task(first.analyze())
    await asking.begun(2)
    await second.update(instrument_rules=[HOLD])
    await analysis
    assert await actions(first) == ["update_session", *UNFINISHED, *ANALYZED]
    state = await state_of(first)
    assert state.sell_analysis is not None
    assert state.sell_analysis.usage is not None
    assert state.sell_analysis.usage.calls == 3
    assert {d.symbol for d in state.decisions} == {"CBA"}
    assert state.spent_tokens == await taken(first)


async def test_who_finds_that_another_process_was_faster_keeps_what_it_paid(
    benches: tuple[Bench, Bench], asking: Asking
) -> None:
    first, second = benches
    asking.wire.delay_seconds = 0.1
    one, other = await asyncio.gather(first.analyze(), second.analyze())
    assert {one.version, other.version} == {2, 3}
    assert one.recommendations == other.recommendations
    assert await actions(first) == [*ANALYZED, *UNFINISHED, "analyze_trades"]
    last = (await first.rows("log"))[-1]
    assert json.loads(str(last["detail"])) == {"unchanged": True}
    assert (await state_of(first)).spent_tokens == await taken(first)


async def test_of_a_call_repeated_in_another_process_both_get_one_answer_and_both_are_paid_for(
    benches: tuple[Bench, Bench], asking: Asking
) -> None:
    asking.wire.delay_seconds = 0.1
    key = "key-number-1"
    one, other = await asyncio.gather(*(bench.analyze(idempotency_key=key) for bench in benches))
    assert one == other
    assert await actions(benches[0]) == [*ANALYZED, *UNFINISHED]
    assert (await state_of(benches[0])).spent_tokens == await taken(benches[0])


async def test_an_unchanged_analysis_is_asked_for_no_more(bench_over: MakeBench, asking: Asking) -> None:
    bench = bench_over(two_portfolios(), analyst=asking.analyst)
    await bench.open()
    first = await bench.analyze()
    assert await bench.analyze() == first
    again = await bench.analyze(idempotency_key="key-number-1")
    assert again == first.model_copy(update={"version": 3})
    assert len(asking.wire.calls) == 3
    assert await actions(bench) == [*ANALYZED, "analyze_trades"]


def bench_of(store: SqliteSessionStore, analyst: ModelAnalyst) -> Bench:
    """A desk over this store."""
    clock = FixedClock()
    panel = Panel(analyst, RULES)
    desk = Desk(store=store, shelf=shelf_of(two_portfolios()), panel=panel, clock=clock, facts=DeskFacts("1.2.3"))
    return Bench(desk, store, clock)


class SlowStore(SqliteSessionStore):
    """Far away: it takes its time to find a session, and to say to whoever changes one that it is `stored`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, clock=FixedClock(), ttl=TTL, schema_version=SCHEMA_VERSION)
        self.stored = asyncio.Event()

    async def look(self, session_id: str, owner: str) -> SessionInfo:
        await asyncio.sleep(0.01)
        return await super().look(session_id, owner)

    async def replace(self, *args: object, **kwargs: object) -> StoredSession:
        found = await super().replace(*args, **kwargs)  # type: ignore[arg-type]  # as it was called
        self.stored.set()
        await asyncio.sleep(0.05)
        return found


@pytest.fixture
async def far_bench(asking: Asking, tmp_path: Path) -> AsyncIterator[Bench]:
    """A desk over a slow store, with an open session."""
    store = SlowStore(tmp_path / "slow.db")
    bench = bench_of(store, asking.analyst)
    await bench.open()
    yield bench
    await store.close()


async def test_who_leaves_an_analysis_through_a_scope_leaves_its_calls_kept(far_bench: Bench, asking: Asking) -> None:
    asking.wire.delay_seconds = 30
    async with anyio.create_task_group() as group:
        group.start_soon(far_bench.analyze)
        await asking.begun(2)
        group.cancel_scope.cancel()
    assert await actions(far_bench) == [*["model_call"] * 2, "analysis_unfinished"]
    assert (await state_of(far_bench)).spent_tokens == await taken(far_bench) > 0


async def test_who_leaves_while_the_store_writes_is_not_booked_twice(far_bench: Bench) -> None:
    assert isinstance(far_bench.store, SlowStore)
    async with anyio.create_task_group() as group, asyncio.timeout(10):
        group.start_soon(far_bench.analyze)
        await far_bench.store.stored.wait()
        group.cancel_scope.cancel()
    assert await actions(far_bench) == ANALYZED
    assert (await state_of(far_bench)).spent_tokens == await taken(far_bench) > 0


class FailingStore(SqliteSessionStore):
    """Can't store the next `failures` changes."""

    failures = 0

    async def replace(self, *args: object, **kwargs: object) -> StoredSession:
        if self.failures:
            self.failures -= 1
            raise Unavailable("The disk is full.")
        return await super().replace(*args, **kwargs)  # type: ignore[arg-type]  # as it was called


@pytest.mark.parametrize(("failures", "kept"), [(1, UNFINISHED), (2, [])])
async def test_an_error_after_paid_calls_is_what_the_caller_hears_and_calls_that_are_lost_are_logged(
    asking: Asking, tmp_path: Path, failures: int, kept: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    store = FailingStore(tmp_path / "failing.db", clock=FixedClock(), ttl=TTL, schema_version=SCHEMA_VERSION)
    bench = bench_of(store, asking.analyst)
    await bench.open()
    store.failures = failures
    with pytest.raises(Unavailable, match="The disk is full"):
        await bench.analyze()
    assert await actions(bench) == kept
    assert (await state_of(bench)).spent_tokens == await taken(bench)
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert [re.sub(r"[\d,]{3,}", "9", each) for each in told] == (
        [] if kept else ["3 calls of a model, 9 tokens, are in no session's log"]
    )
    await bench.analyze()
    assert await actions(bench) == [*kept, *ANALYZED]
    await store.close()
