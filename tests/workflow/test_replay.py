"""A session done again from its log: every request, and the calls that led to each change."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import JsonValue

from tests.workflow.desks import JANE, Bench, MakeBench, except_for, make_bench, recommend
from tests.workflow.ports.test_model_calls import call
from tests.workflow.scripted_analyst import ScriptedAnalyst, answering, fail
from tests.workflow.small_books import short_of_cash, two_portfolios
from trimtab.domain.errors import BrokenRecord
from trimtab.domain.trading.book import Book
from trimtab.workflow.log import LogEntry, LogEvent, chain, first_head
from trimtab.workflow.ports.analysts import Analyst
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.model_calls import ModelCall
from trimtab.workflow.replay import Deed, deeds, replay

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOM = Caller(owner=JANE.owner, actor="Tom", source="person")


def log_of(*events: tuple[str, dict[str, JsonValue]]) -> tuple[LogEntry, ...]:
    made = (LogEvent(at=NOON, actor="jane", source="person", action=action, detail=detail) for action, detail in events)
    return chain(first_head("ts_1"), made)


def called(told: ModelCall) -> tuple[str, dict[str, JsonValue]]:
    return "model_call", told.model_dump(mode="json")


class Again:
    """Desks over a store of their own, with this analyst."""

    def __init__(self, folder: Path, bench: Bench, *, book: Book, analyst: Analyst | None) -> None:
        self._bench = make_bench(folder / "replay.db", book, analyst=analyst, clock=bench.clock)
        self.deeds: list[Deed] = []

    def desk_for(self, deed: Deed):
        self.deeds.append(deed)
        return self._bench.desk

    async def plan_of(self, log: Iterable[LogEntry]) -> str:
        try:
            return await replay(tuple(log), self.desk_for)
        finally:
            await self._bench.store.close()


async def same_again(bench: Bench, folder: Path, *, book: Book, analyst: Analyst | None = None) -> list[Deed]:
    """Does the bench's session again, compares the plans, and gives what was done."""
    log = await bench.store.log(bench.session_id, JANE.owner, after_seq=0, limit=1_000)
    again = Again(folder, bench, book=book, analyst=analyst)
    assert await again.plan_of(log) == await bench.desk.export_plan(JANE, bench.session_id)
    return again.deeds


async def test_a_session_of_the_rules_is_the_same_again(bench_over: MakeBench, tmp_path: Path) -> None:
    bench = bench_over(short_of_cash())
    await bench.open()
    await bench.analyze()
    await bench.advance()
    await bench.advance()
    done = await same_again(bench, tmp_path, book=short_of_cash())
    assert [deed.entry.action for deed in done] == [
        *("open_session", "analyze_trades", "advance_phase", "advance_phase")
    ]
    assert [[each.get("side") for each in deed.analyses] for deed in done] == [[None], ["sell"], ["buy"], [None]]


async def test_everything_that_can_be_asked_is_the_same_again(bench_over: MakeBench, tmp_path: Path) -> None:
    book = two_portfolios()
    bench = bench_over(book)
    await bench.open("Manual", portfolios=("P1", "P2"), idempotency_key="open-number-1")
    await bench.update(
        instrument_rules=[{"code": "NAB", "rule": "do_not_buy", "reason": "Research", "until": "2026-12-31"}],
        substitutions=[{"code": "WBC", "substitute": "REST", "reason": "Cheaper", "account_number": "P1"}],
        gradual_exits=[{"code": "BHP", "max_sell_percent": 10, "reason": "Slowly"}],
    )
    await bench.analyze(idempotency_key="key-number-1")
    await bench.apply()
    await bench.update(overrides=[{"code": "CBA", "action": "defer", "reason": "Not today", "account_number": "P1"}])
    some = recommend("CBA", "partial", 60, reason="Wait", exceptions=[except_for("P1", "partial", amount=2_500)])
    await bench.apply(some, caller=TOM, expected_version=5)
    await bench.advance(to="Buys", reason="Go on")
    await bench.update(workflow_mode="AiPlan", expected_version=7)
    await bench.analyze(refresh=True)
    await bench.advance()
    await bench.advance(to="Buys", reason="Once more")
    await bench.apply(recommend("REST", "proceed"))
    done = await same_again(bench, tmp_path, book=book)
    assert len(done) == (await bench.summary()).version == 12


async def test_another_order_of_the_same_deeds_is_not_the_same(bench_over: MakeBench, tmp_path: Path) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    await bench.apply(recommend("CBA", "defer", reason="Wait"))
    await bench.apply(recommend("CBA", "proceed"))
    log = await bench.store.log(bench.session_id, JANE.owner, after_seq=0, limit=10)
    again = Again(tmp_path, bench, book=two_portfolios(), analyst=None)
    assert await again.plan_of((log[0], log[2], log[1])) != await bench.desk.export_plan(JANE, bench.session_id)


async def test_what_was_only_looked_at_again_is_not_done_again(bench_over: MakeBench, tmp_path: Path) -> None:
    bench = bench_over(two_portfolios(), analyst=ScriptedAnalyst())
    await bench.open()
    await bench.analyze()
    await bench.analyze(idempotency_key="key-number-1")
    done = await same_again(bench, tmp_path, book=two_portfolios(), analyst=ScriptedAnalyst())
    assert [deed.entry.seq for deed in done] == [1, 2]


async def test_what_failed_then_has_to_fail_again(bench_over: MakeBench, tmp_path: Path) -> None:
    broken = ScriptedAnalyst(on_portfolios=fail, on_buys=fail)
    bench = bench_over(short_of_cash(), analyst=broken)
    await bench.open()
    assert (await bench.advance()).degraded
    await same_again(bench, tmp_path, book=short_of_cash(), analyst=broken)


async def test_another_analyst_makes_another_plan(bench_over: MakeBench, tmp_path: Path) -> None:
    all_proceed = answering(recommend("CBA", "proceed"), recommend("BHP", "proceed"))
    bench = bench_over(two_portfolios(), analyst=ScriptedAnalyst(on_portfolios=all_proceed))
    await bench.open()
    await bench.analyze()
    log = await bench.store.log(bench.session_id, JANE.owner, after_seq=0, limit=10)
    plan = await Again(tmp_path, bench, book=two_portfolios(), analyst=None).plan_of(log)
    assert plan != await bench.desk.export_plan(JANE, bench.session_id)


def test_calls_belong_to_the_deed_after_them() -> None:
    first, second = call(), call("overloaded")
    found = list(
        deeds(
            log_of(
                ("open_session", {}),
                called(first),
                called(second),
                ("analyze_trades", {"analyst": "anthropic"}),
                ("update_session", {}),
                called(second),
                ("advance_phase", {"analyses": [{"analyst": "a", "side": "sell"}, {"analyst": "a", "side": "buy"}]}),
            )
        )
    )
    assert [deed.entry.seq for deed in found] == [1, 4, 5, 7]
    assert [deed.calls for deed in found] == [(), (first, second), (), (second,)]
    assert [[each.get("analyst") for each in deed.analyses] for deed in found] == [
        *([None], ["anthropic"], [None], ["a", "a"])
    ]


def test_what_came_to_nothing_takes_its_calls_with_it() -> None:
    wasted, used = call("cancelled"), call()
    log = log_of(
        called(wasted),
        ("analysis_unfinished", {"calls": 1}),
        called(used),
        ("analyze_trades", {"analyst": "anthropic"}),
        called(wasted),
        ("analyze_trades", {"unchanged": True}),
        ("update_session", {}),
    )
    assert [(deed.entry.seq, deed.calls) for deed in deeds(log)] == [(4, (used,)), (7, ())]


async def test_an_entry_that_can_not_be_done_again_is_named(bench_over: MakeBench, tmp_path: Path) -> None:
    bench = bench_over(two_portfolios())
    opened: tuple[str, dict[str, JsonValue]] = ("open_session", {"request": {}})
    for log, said in (
        (log_of(), "The log is empty."),
        (log_of(opened, ("apply_proposals", {"decisions": 1})), "Entry 2 of the log doesn't hold what was asked for."),
        (log_of(opened, ("send_orders", {"request": {}})), "Entry 2 of the log is of a kind that this version"),
    ):
        with pytest.raises(BrokenRecord, match=said) as refused:
            await Again(tmp_path, bench, book=two_portfolios(), analyst=None).plan_of(log)
        assert refused.value.next_action
