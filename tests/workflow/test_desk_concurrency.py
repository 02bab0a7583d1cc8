"""Several writers, repeated calls, other owners: no update is lost and no change is made twice."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.workflow.desks import JANE, TOM, TTL, MakeBench, recommend
from tests.workflow.small_books import two_portfolios
from trimtab.domain.errors import Conflict, InvalidInput, NotFound, WrongPhase
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.stores import StoredSession
from trimtab.workflow.state import MOST_REMEMBERED_ANSWERS


def no_buys_of(code: str) -> ask.InstrumentRule:
    return ask.InstrumentRule(code=code, rule="do_not_buy", reason="Under research")


async def test_the_loser_of_a_race_learns_the_fresh_version(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.update(workflow_mode="Manual", expected_version=1)
    with pytest.raises(Conflict) as conflict:
        await bench.update(workflow_mode="AiPlan", expected_version=1)
    assert (conflict.value.version, conflict.value.retryable, conflict.value.code) == (2, True, "conflict")
    assert "expected_version 2" in conflict.value.next_action


async def test_writers_without_an_expected_version_all_get_through(bench_over: MakeBench) -> None:
    first, second = bench_over(two_portfolios()), bench_over(two_portfolios())
    await first.open()
    second.session_id = first.session_id
    codes = ("BHP", "CBA", "NAB", "REST", "WBC")
    await asyncio.gather(
        *(bench.update(instrument_rules=[no_buys_of(code)]) for code in codes for bench in (first, second))
    )
    found = await first.summary()
    assert {rule["code"] for rule in found.instrument_rules} == set(codes)
    assert found.version == 11


async def test_of_two_writers_with_the_same_expected_version_one_wins(bench_over: MakeBench) -> None:
    first, second = bench_over(two_portfolios()), bench_over(two_portfolios())
    await first.open()
    second.session_id = first.session_id
    answers = await asyncio.gather(
        first.update(instrument_rules=[no_buys_of("NAB")], expected_version=1),
        second.update(instrument_rules=[no_buys_of("WBC")], expected_version=1),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "SessionSummaryResult"]
    assert (await first.summary()).version == 2


async def test_a_repeated_key_gives_the_first_answer_and_changes_nothing(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    first = await bench.apply(recommend("BHP", "proceed"), idempotency_key="key-number-1")
    await bench.update(instrument_rules=[no_buys_of("NAB")])
    again = await bench.apply(recommend("BHP", "proceed"), idempotency_key="key-number-1", expected_version=2)
    assert again == first
    assert (await bench.summary()).version == 3


@pytest.mark.parametrize("expected", [None, 1])
async def test_a_call_repeated_while_the_first_still_runs_gets_the_same_answer(
    bench_over: MakeBench, expected: int | None
) -> None:
    benches = [bench_over(two_portfolios()) for _ in range(4)]
    await benches[0].open()
    for bench in benches:
        bench.session_id = benches[0].session_id
    answers = await asyncio.gather(
        *(
            bench.update(
                instrument_rules=[no_buys_of("NAB")], idempotency_key="key-number-1", expected_version=expected
            )
            for bench in benches
        )
    )
    assert {answer.version for answer in answers} == {2}
    assert (await benches[0].summary()).version == 2


async def test_a_plan_is_not_taken_for_that_of_another_change_with_the_same_version(
    bench_over: MakeBench, tmp_path: Path
) -> None:
    first, second = bench_over(two_portfolios()), bench_over(two_portfolios())
    await first.open()
    second.session_id = first.session_id
    before = await first.store.read(first.session_id, "jane")
    await first.update(workflow_mode="Manual")
    roll_back(tmp_path, before)
    second.clock.advance(timedelta(seconds=1))
    await second.update(workflow_mode="QuickRebalance")
    for bench in (first, second):
        found = await bench.summary()
        assert (found.version, found.workflow_mode) == (2, "QuickRebalance")
    moved = await first.advance()
    assert moved.version == 3
    assert (await second.summary()).workflow_mode == "QuickRebalance"


def roll_back(folder: Path, to: StoredSession) -> None:
    """Puts the session back, as a store does that has lost its last change."""
    head = to.log_head
    with closing(sqlite3.connect(folder / "sessions.sqlite", isolation_level=None)) as file:
        file.execute("UPDATE sessions SET version = ?, log_seq = ?, log_hash = ?", (to.version, head.seq, head.hash))
        file.execute("UPDATE states SET state = ?", (to.state,))
        file.execute("DELETE FROM log WHERE seq > ?", (head.seq,))


async def test_a_key_belongs_to_its_arguments(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("BHP", "proceed"), idempotency_key="key-number-1")
    with pytest.raises(InvalidInput) as refused:
        await bench.apply(recommend("BHP", "review"), idempotency_key="key-number-1")
    assert refused.value.field == "idempotency_key"
    assert (await bench.trade("P1", "BHP"))["decision"] == "proceed"


async def test_a_key_from_long_ago_is_refused_and_never_carried_out_again(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    for number in range(MOST_REMEMBERED_ANSWERS + 1):
        await bench.update(instrument_rules=[no_buys_of("NAB")], idempotency_key=f"key-number-{number}")
    assert (await bench.update(instrument_rules=[no_buys_of("NAB")], idempotency_key="key-number-1")).version == 3
    with pytest.raises(InvalidInput, match="isn't kept any more") as refused:
        await bench.update(instrument_rules=[no_buys_of("NAB")], idempotency_key="key-number-0")
    assert "get_session" in refused.value.next_action
    assert (await bench.summary()).version == MOST_REMEMBERED_ANSWERS + 2


async def test_a_repeated_opening_gives_the_same_session_as_it_stands(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    first = await bench.open(idempotency_key="open-number-1")
    await bench.update(workflow_mode="AiPlan", instrument_rules=[no_buys_of("NAB")])
    again = await bench.open(idempotency_key="open-number-1")
    assert (again.session_id, again.version) == (first.session_id, 2)
    assert len((await bench.desk.list_sessions(JANE)).sessions) == 1


async def test_openings_at_once_with_one_key_make_one_session(bench_over: MakeBench) -> None:
    benches = [bench_over(two_portfolios()) for _ in range(4)]
    opened = await asyncio.gather(*(bench.open(idempotency_key="open-number-1") for bench in benches))
    assert len({each.session_id for each in opened}) == 1


async def test_a_key_of_an_opening_belongs_to_its_arguments_and_its_owner(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    first = await bench.open(idempotency_key="open-number-1")
    with pytest.raises(InvalidInput, match="different call"):
        await bench.open("Manual", idempotency_key="open-number-1")
    toms = await bench.desk.open_session(TOM, ask.OpenSession(idempotency_key="open-number-1"))
    assert toms.session_id != first.session_id


async def test_openings_without_a_key_are_sessions_of_their_own(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    first, second = await bench.open(), await bench.open()
    assert first.session_id != second.session_id
    listed = await bench.desk.list_sessions(JANE)
    assert {each.session_id for each in listed.sessions} == {first.session_id, second.session_id}
    assert (await bench.desk.list_sessions(TOM)).sessions == ()


async def test_a_session_does_not_exist_for_others(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    request = ask.GetSession(session_id=bench.session_id)
    with pytest.raises(NotFound) as not_theirs:
        await bench.desk.get_session(TOM, request)
    with pytest.raises(NotFound) as unknown:
        await bench.desk.get_session(TOM, ask.GetSession(session_id="ts_" + "x" * 24))
    assert not_theirs.value.next_action == unknown.value.next_action
    with pytest.raises(NotFound):
        await bench.desk.update(TOM, ask.UpdateSession(session_id=bench.session_id, workflow_mode="Manual"))


async def test_an_expired_session_says_how_to_make_a_new_one(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    bench.clock.advance(TTL + timedelta(seconds=1))
    with pytest.raises(NotFound, match="expired") as gone:
        await bench.summary()
    assert "open_session" in gone.value.next_action


async def test_a_session_ends_when_its_book_or_policy_changes(bench_over: MakeBench) -> None:
    await_open = bench_over(two_portfolios())
    await await_open.open()
    changed = bench_over(replace(two_portfolios(), digest="1" * 64))
    stricter = bench_over(two_portfolios(), policy=Policy(min_trade_value=900))
    for bench, what in ((changed, "book"), (stricter, "policy")):
        bench.session_id = await_open.session_id
        with pytest.raises(WrongPhase, match=what) as refused:
            await bench.summary()
        assert "open_session" in refused.value.next_action


async def test_applying_the_same_twice_changes_nothing(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    deferral = recommend("CBA", "partial", 60, reason="Wait")
    await bench.apply(deferral)
    before = await bench.amounts()
    await bench.apply(deferral)
    assert await bench.amounts() == before == {("P1", "BHP"): -5_000, ("P1", "CBA"): -2_400, ("P2", "CBA"): -3_600}


async def test_a_process_that_starts_anew_goes_on_where_the_last_one_stopped(bench_over: MakeBench) -> None:
    first = bench_over(two_portfolios())
    await first.open()
    await first.analyze()
    second = bench_over(two_portfolios())
    second.session_id = first.session_id
    assert await second.summary() == await first.summary()
    assert (await second.page("plan")) == await first.page("plan")
