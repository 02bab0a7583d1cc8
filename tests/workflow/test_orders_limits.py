"""Limits, the kill switch and races: what is recorded stays within them, once, whoever calls at the same time."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.workflow.order_bench import ANNE, OrderBench, killed_in_mid_execution, later, make_order_bench, refused
from tests.workflow.small_books import two_portfolios
from trimtab.domain.errors import BrokenRecord, Conflict
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.workflow.kill_switch import Kill, Stopped
from trimtab.workflow.ports.records import Decide, Scope

# -- Limits and the kill switch


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(max_order_value=6_999), "max_order_value"),
        (Limits(max_session_turnover_pct=15.9), "max_session_turnover_pct"),
        (Limits(max_daily_value=31_999), "max_daily_value"),
        (Limits(max_book_turnover_pct=15.9), "max_book_turnover_pct"),
        (Limits(allowed_exchanges=("NYSE",)), "exchange_not_allowed"),
        (Limits(allowed_types=("Bond",)), "type_not_allowed"),
    ],
)
async def test_a_plan_over_a_limit_can_be_neither_approved_nor_executed(
    limits: Limits, rule: str, tmp_path: Path, clock: FixedClock
) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=Policy(limits=limits))
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    assert not plan.executable
    assert await bench.ask(plan.plan_hash) is None, "nobody is asked for what can't be"
    assert set(await refused(bench.approve(plan.plan_hash))) == {rule}
    assert rule in await refused(bench.execute(plan.plan_hash))
    await bench.close()


async def test_the_day_and_the_book_count_what_other_sessions_recorded(tmp_path: Path, clock: FixedClock) -> None:
    limits = Limits(max_daily_value=40_000)
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=Policy(limits=limits))
    first = await bench.to_review(portfolios=["P1"])
    await bench.ask(first.plan_hash)
    await bench.reply(first.plan_hash)
    await bench.execute(first.plan_hash)
    second = await bench.to_review()
    broken = {finding.rule for finding in second.hard_failures}
    assert broken == {"account_already_traded", "max_daily_value"}
    await bench.kill.turn(on=True, reason="undo it", actor="anne")
    await bench.kill.turn(on=False, reason="undone", actor="anne")
    assert (await bench.preview()).hard_failures == (), "cancelled orders don't count"
    await bench.close()


async def test_the_kill_switch_stops_every_step_and_cancels_what_waits(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    await bench.approve(plan.plan_hash)
    assert await bench.kill.turn(on=True, reason="prices look wrong", actor="bert") == Stopped(0, 0)
    assert (await bench.preview()).kill_switch
    assert await refused(bench.execute(plan.plan_hash)) == ["kill_switch", "approval_before_kill"]
    assert await refused(bench.approve(plan.plan_hash)) == ["kill_switch"]
    assert await bench.ask(plan.plan_hash) is None
    await bench.kill.turn(on=False, reason="prices are right", actor="anne")
    assert await refused(bench.execute(plan.plan_hash)) == ["approval_before_kill"], "she didn't know of the kill"
    later(bench, seconds=1)
    await bench.approve(plan.plan_hash)
    assert (await bench.execute(plan.plan_hash)).orders == 6
    assert await bench.kill.turn(on=True, reason="prices look wrong again", actor="bert") == Stopped(6, 0)
    assert set(await bench.order_states()) == {"Cancelled"}
    assert await bench.is_sound()


# -- Races and failures


async def test_two_executions_at_once_record_each_order_once(tmp_path: Path, clock: FixedClock) -> None:
    one = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan = await one.to_review()
    await one.ask(plan.plan_hash)
    await one.reply(plan.plan_hash)
    two = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    two.session_id = one.session_id
    calls = [bench.execute(plan.plan_hash) for bench in (one, two) for _ in range(3)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert any(not isinstance(outcome, BaseException) for outcome in outcomes)
    assert all(isinstance(outcome, Conflict) for outcome in outcomes if isinstance(outcome, BaseException))
    assert len(await one.order_states()) == 6
    assert (await one.execute(plan.plan_hash)).states == {"Intent": 6}
    await one.close()
    await two.close()


async def test_a_refusal_under_the_lock_opens_the_session_again(
    bench: OrderBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_hash = await bench.approved()
    write = bench.records.write

    async def killed_first(scope: Scope, decide: Decide) -> object:
        if scope.day is not None:
            monkeypatch.undo()
            await bench.kill.turn(on=True, reason="just in time", actor="anne")
        return await write(scope, decide)

    monkeypatch.setattr(bench.records, "write", killed_first)
    assert await refused(bench.execute(plan_hash)) == ["kill_switch", "approval_before_kill"]
    assert (await bench.summary()).phase == "Review"
    assert await bench.order_states() == []
    await bench.kill.turn(on=False, reason="all clear", actor="anne")
    later(bench, seconds=1)
    await bench.approve_by_client(plan_hash)
    assert (await bench.execute(plan_hash)).orders == 6


async def test_a_question_that_was_asked_before_a_kill_is_void(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.ask(plan.plan_hash)
    await bench.kill.turn(on=True, reason="prices look wrong", actor="anne")
    await bench.kill.turn(on=False, reason="prices are right", actor="anne")
    assert await refused(bench.reply(plan.plan_hash)) == ["approval_replayed"]


async def test_midnight_between_the_check_and_the_lock_is_noticed(
    bench: OrderBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await bench.to_review()
    later(bench, hours=11, minutes=59, seconds=59)
    await bench.approve_by_client(plan.plan_hash)
    write = bench.records.write

    async def slow(scope: Scope, decide: Decide) -> object:
        if scope.day is not None:
            later(bench, seconds=2)
        return await write(scope, decide)

    monkeypatch.setattr(bench.records, "write", slow)
    assert await refused(bench.execute(plan.plan_hash)) == ["day_changed"]
    monkeypatch.undo()
    assert (await bench.execute(plan.plan_hash)).orders == 6


async def test_whoever_closed_a_session_that_was_opened_again_is_too_late(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    two = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan = await one.to_review()
    two.session_id = one.session_id
    await one.ask(plan.plan_hash)
    await one.reply(plan.plan_hash)
    write = one.records.write

    async def overtaken(scope: Scope, decide: Decide) -> object:
        if scope.day is not None:
            monkeypatch.undo()
            await two.kill.turn(on=True, reason="stop", actor="bert")
            await refused(two.execute(plan.plan_hash))
            await two.kill.turn(on=False, reason="go on", actor="bert")
            later(two, seconds=1)
            await two.advance(to="Buys", reason="one more look")
        return await write(scope, decide)

    monkeypatch.setattr(one.records, "write", overtaken)
    assert "execution_undone" in await refused(one.execute(plan.plan_hash))
    assert await one.order_states() == []
    assert (await one.summary()).phase == "Buys", "what was decided meanwhile stands"
    await one.close()
    await two.close()


async def test_a_session_that_was_closed_when_everything_died_is_opened_again_by_a_refusal(
    bench: OrderBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_hash = await bench.approved()
    await killed_in_mid_execution(bench, plan_hash, monkeypatch)
    later(bench, minutes=31)
    assert await refused(bench.execute(plan_hash)) == ["approval_expired"]
    assert (await bench.summary()).phase == "Review"
    await bench.approve_by_client(plan_hash)
    assert (await bench.execute(plan_hash)).orders == 6


async def test_a_death_between_closing_the_session_and_recording_is_made_good_by_the_next_call(
    bench: OrderBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_hash = await bench.approved()
    await killed_in_mid_execution(bench, plan_hash, monkeypatch)
    assert (await bench.summary()).phase == "Executing"
    assert await bench.order_states() == []
    assert (await bench.execute(plan_hash)).orders == 6


async def test_a_kill_by_a_clock_that_is_behind_voids_what_was_approved_before(
    bench: OrderBench, clock: FixedClock
) -> None:
    plan_hash = await bench.approved()
    behind = Kill(bench.records, clock=FixedClock(clock.now() - timedelta(seconds=4)))
    await behind.turn(on=True, reason="prices look wrong", actor="anne")
    await behind.turn(on=False, reason="prices are right", actor="anne")
    assert await refused(bench.execute(plan_hash)) == ["approval_before_kill"]


async def test_an_order_that_cant_be_read_keeps_nobody_from_stopping_the_others(
    bench: OrderBench, tmp_path: Path
) -> None:
    await bench.execute(await bench.approved())
    with closing(sqlite3.connect(tmp_path / "records.db")) as records, records:
        records.execute("UPDATE orders SET side = 'sideways' WHERE code = 'BHP'")
    with pytest.raises(BrokenRecord, match="is turned, but no waiting order was cancelled"):
        await bench.kill.turn(on=True, reason="prices look wrong", actor="anne")
    switch = await bench.kill.state()
    assert switch is not None
    assert switch.on
