"""Nothing is recorded that people didn't approve, as it is, now, and once."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.workflow.desks import TAX_RULES, TOM
from tests.workflow.order_bench import ANNE, BERT, CLEO, OrderBench, later, make_order_bench, refusals, refused
from tests.workflow.small_books import two_portfolios
from trimtab.domain.errors import NotFound, WrongPhase
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.workflow.books import BookShelf
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.ports.records import DESK, Scope
from trimtab.workflow.ports.secrets import Proof

FOUR_EYES = Policy(limits=Limits(four_eyes_value=32_000))
"""The plan of the two portfolios comes to 32,000: exactly so much needs two people."""
NO_HASH = "0" * 64


# -- What works


async def test_an_approved_plan_is_recorded_once_with_what_it_used_up(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    approved = await bench.approve(plan.plan_hash)
    assert (approved.plan_hash, approved.approval.missing) == (plan.plan_hash, 0)
    done = await bench.execute(plan.plan_hash)
    assert (done.phase, done.orders, done.states, done.approved_by) == ("Executing", 6, {"Intent": 6}, ("anne",))
    assert (done.total_value, done.currency) == (32_000, "AUD")
    again = await bench.execute(plan.plan_hash)
    assert again == done
    assert len(await bench.order_states()) == 6
    assert await bench.is_sound()


async def test_orders_are_what_was_previewed_and_end_with_the_approval(bench: OrderBench, clock: FixedClock) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    await bench.approve(plan.plan_hash)
    ends = clock.now() + timedelta(minutes=30)
    later(bench, minutes=10)
    await bench.execute(plan.plan_hash)
    orders = (await bench.records.standing(Scope(session_id=bench.session_id))).orders
    columns = plan.items.columns.index
    previewed = {
        (row[columns("client_order_id")], row[columns("quantity")], row[columns("limit_price")])
        for row in plan.items.rows
    }
    assert {(each.client_order_id, str(each.quantity), str(each.limit_price)) for each in orders} == previewed
    assert {each.valid_until for each in orders} == {ends}


async def test_the_person_at_the_client_can_approve_by_an_answer_to_the_question(bench: OrderBench) -> None:
    plan = await bench.to_review()
    text = await bench.ask(plan.plan_hash)
    assert text is not None
    assert plan.plan_hash in text
    assert "in all 32,000.00 AUD: 16.0 %" in text
    assert await bench.ask(plan.plan_hash) == text, "the same question until it is answered"
    await bench.reply(plan.plan_hash)
    assert await bench.ask(plan.plan_hash) is None, "an approved plan isn't asked about again"
    assert (await bench.execute(plan.plan_hash)).approved_by == ("client:jane",)


async def test_two_people_approve_what_is_worth_so_much(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=FOUR_EYES)
    plan = await bench.to_review()
    assert plan.approval.approvers == 2
    await bench.staffed(ANNE, BERT)
    await bench.approve(plan.plan_hash)
    assert await refused(bench.execute(plan.plan_hash)) == ["four_eyes"]
    await bench.approve(plan.plan_hash, BERT)
    assert set((await bench.execute(plan.plan_hash)).approved_by) == {"anne", "bert"}
    await bench.close()


async def test_before_review_there_are_no_orders(bench: OrderBench) -> None:
    await bench.open("QuickRebalance")
    for call in (bench.preview(), bench.execute(NO_HASH), bench.ask(NO_HASH), bench.approve(NO_HASH)):
        with pytest.raises(WrongPhase, match="made of the plan in Review"):
            await call


async def test_nobody_decides_any_more_once_orders_are_recorded(bench: OrderBench) -> None:
    plan_hash = await bench.approved()
    await bench.execute(plan_hash)
    with pytest.raises(WrongPhase, match="recorded"):
        await bench.advance(to="Buys", reason="changed our mind")
    with pytest.raises(WrongPhase):
        await bench.apply()


# -- Ways round the approval


async def test_without_an_approval_nothing_is_recorded(bench: OrderBench) -> None:
    plan = await bench.to_review()
    assert await refused(bench.execute(plan.plan_hash)) == ["approval_missing"]
    assert await bench.order_states() == []
    assert (await bench.summary()).phase == "Review"
    assert "approval_missing" in (await refusals(bench))[0]


async def test_another_plan_than_the_approved_one_is_refused(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    await bench.approve(plan.plan_hash)
    await bench.advance(to="Buys", reason="one more look")
    await bench.update(
        overrides=[{"code": "NAB", "action": "defer", "reason": "not this week", "account_number": "P1"}]
    )
    await bench.advance()
    changed = await bench.preview()
    assert changed.plan_hash != plan.plan_hash
    assert await refused(bench.execute(plan.plan_hash)) == ["plan_changed"]
    assert await refused(bench.execute(changed.plan_hash)) == ["plan_changed"]
    assert await refused(bench.approve(plan.plan_hash)) == ["plan_changed"]


async def test_the_same_plan_under_another_reason_is_another_plan(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    await bench.approve(plan.plan_hash)
    await bench.advance(to="Buys", reason="one more look")
    await bench.update(instrument_rules=[{"code": "REST", "rule": "hold", "reason": "nothing of it trades anyway"}])
    await bench.advance()
    changed = await bench.preview()
    assert changed.items == plan.items
    assert await refused(bench.execute(changed.plan_hash)) == ["plan_changed"]


async def test_an_approval_ends_to_the_second(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    await bench.approve(plan.plan_hash)
    later(bench, minutes=30)
    assert await refused(bench.execute(plan.plan_hash)) == ["approval_expired"]
    assert await bench.order_states() == []


async def test_an_approval_is_good_for_one_execution(bench: OrderBench) -> None:
    plan_hash = await bench.approved()
    await bench.execute(plan_hash)
    await bench.kill.turn(on=True, reason="a bad day", actor="anne")
    await bench.kill.turn(on=False, reason="better now", actor="anne")
    again = await bench.execute(plan_hash)
    assert again.states == {"Cancelled": 6}, "what was cancelled isn't recorded again"
    assert len(await bench.order_states()) == 6


async def test_a_clock_that_goes_back_is_noticed(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    await bench.approve(plan.plan_hash)
    later(bench, minutes=31)
    assert await refused(bench.execute(plan.plan_hash)) == ["approval_expired"]
    later(bench, minutes=-20)
    assert await refused(bench.execute(plan.plan_hash)) == ["clock_moved"]
    assert await refused(bench.approve(plan.plan_hash)) == ["clock_moved", "same_approver"]


async def test_another_sessions_approval_is_no_approval(bench: OrderBench) -> None:
    first = await bench.to_review()
    await bench.staffed(ANNE)
    await bench.approve(first.plan_hash)
    second = await bench.to_review()
    assert second.items.rows[0][1:] == first.items.rows[0][1:], "the same trades"
    assert second.plan_hash != first.plan_hash
    assert await refused(bench.execute(second.plan_hash)) == ["approval_missing"]
    assert await refused(bench.execute(first.plan_hash)) == ["plan_changed"]


async def test_another_owners_session_can_be_neither_previewed_nor_approved(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    for call in (
        bench.execute(plan.plan_hash, TOM),
        bench.approve(plan.plan_hash, caller=TOM),
        bench.ask(plan.plan_hash, TOM),
        bench.reply(plan.plan_hash, caller=TOM),
    ):
        with pytest.raises(NotFound):
            await call


async def test_an_answer_counts_once_and_only_to_an_open_question(bench: OrderBench) -> None:
    plan = await bench.to_review()
    assert await refused(bench.reply(plan.plan_hash)) == ["approval_replayed"], "nobody was asked"
    await bench.approve_by_client(plan.plan_hash)
    assert await refused(bench.reply(plan.plan_hash)) == ["approval_replayed"]
    later(bench, minutes=31)
    assert await bench.ask(plan.plan_hash) is not None
    later(bench, minutes=31)
    assert await refused(bench.reply(plan.plan_hash)) == ["approval_expired"], "the question has ended"


async def test_many_answers_at_once_make_one_approval(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.ask(plan.plan_hash)
    outcomes = await asyncio.gather(*(bench.reply(plan.plan_hash) for _ in range(8)), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 1
    standing = await bench.records.standing(Scope(session_id=bench.session_id))
    assert len(standing.approvals) == 1


async def test_a_declined_plan_is_not_approved_and_the_refusal_is_kept(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.ask(plan.plan_hash)
    assert await refused(bench.reply(plan.plan_hash, approved=False)) == ["approval_declined"]
    assert await refused(bench.execute(plan.plan_hash)) == ["approval_declined"]
    assert "approval_declined" in (await refusals(bench))[0]


async def test_nobody_is_asked_again_about_a_plan_they_declined(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.ask(plan.plan_hash)
    await refused(bench.reply(plan.plan_hash, approved=False))
    later(bench, hours=2)
    assert await bench.ask(plan.plan_hash) is None
    await bench.staffed(ANNE)
    await bench.approve(plan.plan_hash)
    assert (await bench.execute(plan.plan_hash)).approved_by == ("anne",), "a person with a secret may see it otherwise"


async def test_a_yes_to_a_question_that_ended_isnt_one_to_the_next_question(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.ask(plan.plan_hash)
    first = bench.question_id
    later(bench, minutes=30)
    await bench.ask(plan.plan_hash)
    assert bench.question_id != first
    bench.question_id = first
    assert await refused(bench.reply(plan.plan_hash)) == ["approval_replayed"]


async def test_two_who_ask_at_once_ask_the_same_question(bench: OrderBench) -> None:
    plan = await bench.to_review()
    texts = await asyncio.gather(*(bench.ask(plan.plan_hash) for _ in range(4)))
    assert len(set(texts)) == 1


async def test_a_large_plan_isnt_made_of_small_ones(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=FOUR_EYES)
    first = await bench.to_review(portfolios=["P1"])
    assert first.approval.approvers == 1
    await bench.ask(first.plan_hash)
    await bench.reply(first.plan_hash)
    await bench.execute(first.plan_hash)
    second = await bench.to_review(portfolios=["P2"])
    assert second.approval.approvers == 2
    assert await bench.ask(second.plan_hash) is None
    await bench.close()


async def test_the_same_account_isnt_traded_again_over_a_new_book_while_its_orders_wait(
    tmp_path: Path, clock: FixedClock
) -> None:
    book = two_portfolios()
    bench = make_order_bench(tmp_path, book, clock=clock)
    plan_hash = await bench.approved()
    await bench.execute(plan_hash)
    next_day = make_order_bench(tmp_path, replace(book, digest="e" * 64), clock=clock)
    again = await next_day.to_review()
    assert {finding.rule for finding in again.hard_failures} == {"account_already_traded"}
    await bench.kill.turn(on=True, reason="undo it", actor="anne")
    await bench.kill.turn(on=False, reason="undone", actor="anne")
    assert (await next_day.preview()).hard_failures == ()
    await bench.close()
    await next_day.close()


async def test_records_that_were_restored_from_before_are_noticed(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan = await bench.to_review()
    await bench.ask(plan.plan_hash)
    backup = tmp_path / "backup.db"
    with closing(sqlite3.connect(tmp_path / "records.db")) as records, closing(sqlite3.connect(backup)) as copy:
        records.backup(copy)
    await bench.reply(plan.plan_hash)
    await bench.execute(plan.plan_hash)
    await bench.records.close()
    restored = make_order_bench(tmp_path, two_portfolios(), clock=clock, url=f"sqlite:///{backup}")
    restored.session_id, restored.question_id = bench.session_id, bench.question_id
    assert "records_lost" in await refused(restored.execute(plan.plan_hash))
    assert await restored.order_states() == []
    await restored.close()
    await bench.store.close()


async def test_the_person_at_a_client_isnt_one_of_two(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=FOUR_EYES)
    plan = await bench.to_review()
    assert await bench.ask(plan.plan_hash) is None
    assert await refused(bench.reply(plan.plan_hash)) == ["approval_replayed"]
    await bench.close()


async def test_an_approval_by_a_client_doesnt_grow_into_one_of_two(tmp_path: Path, clock: FixedClock) -> None:
    small = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan = await small.to_review()
    await small.ask(plan.plan_hash)
    await small.reply(plan.plan_hash)
    stricter = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=FOUR_EYES)
    stricter.session_id = small.session_id
    with pytest.raises(WrongPhase, match="policy"):
        await stricter.execute(plan.plan_hash)
    await small.close()
    await stricter.close()


async def test_the_same_person_approves_once(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=FOUR_EYES)
    plan = await bench.to_review()
    await bench.staffed(ANNE, BERT)
    await bench.approve(plan.plan_hash)
    assert await refused(bench.approve(plan.plan_hash)) == ["same_approver"]
    later(bench, minutes=31)
    await bench.approve(plan.plan_hash)
    assert await refused(bench.execute(plan.plan_hash)) == ["four_eyes"], "twice the same person is one person"
    await bench.close()


async def test_an_approver_who_was_removed_has_approved_nothing(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE, BERT, CLEO)
    await bench.approve(plan.plan_hash)
    await bench.approvers.remove("anne", by=BERT, actor="test")
    assert await refused(bench.execute(plan.plan_hash)) == ["unknown_approver"]


async def test_a_wrong_secret_approves_nothing_and_is_kept(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.staffed(ANNE)
    guess = Proof("anne", "not the secret at all")
    assert await refused(bench.approve(plan.plan_hash, guess)) == ["wrong_secret"]
    assert await refused(bench.approve(plan.plan_hash, Proof("nobody", guess.secret))) == ["unknown_approver"]
    kept = (await refusals(bench))[0]
    assert "wrong_secret" in kept
    assert guess.secret not in kept


# -- The world changes


async def test_a_book_that_changed_is_refused(tmp_path: Path, clock: FixedClock) -> None:
    book = two_portfolios()
    source = Changing(book)
    bench = make_order_bench(tmp_path, book, clock=clock, shelf=shelf_over(source))
    plan_hash = await bench.approved()
    source.book = replace(book, digest="f" * 64)
    assert await refused(bench.execute(plan_hash)) == ["book_changed"]
    assert await bench.order_states() == []
    source.book = book
    assert (await bench.execute(plan_hash)).orders == 6, "nothing was lost"
    await bench.close()


async def test_a_price_past_its_limit_voids_the_approval(tmp_path: Path, clock: FixedClock) -> None:
    book = two_portfolios()
    source = Changing(book)
    bench = make_order_bench(tmp_path, book, clock=clock, shelf=shelf_over(source))
    plan_hash = await bench.approved()
    source.book = with_price(book, "BHP", 0.97)
    assert await refused(bench.execute(plan_hash)) == ["price_moved"]
    await bench.close()


async def test_another_policy_or_a_restart_under_it_refuses_the_session(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan_hash = await bench.approved()
    looser = Policy(limits=Limits(max_order_value=10_000_000))
    other = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=looser)
    other.session_id = bench.session_id
    with pytest.raises(WrongPhase, match="policy"):
        await other.execute(plan_hash)
    await bench.close()
    await other.close()


async def test_an_approval_for_simulated_orders_isnt_one_for_live_orders(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan_hash = await bench.approved()
    live = make_order_bench(tmp_path, two_portfolios(), clock=clock, terms=OrderTerms("live", ("P1", "P2")))
    live.session_id = bench.session_id
    assert set(await refused(live.execute(plan_hash))) == {"plan_changed", "no_order_system"}
    shown = await live.preview()
    assert (shown.execution_mode, shown.executable) == ("live", False)
    await bench.close()
    await live.close()


async def test_every_refusal_is_evidence_of_its_session(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await refused(bench.execute(plan.plan_hash))
    await refused(bench.execute(NO_HASH))
    kept = await refusals(bench)
    assert [("approval_missing" in each, "plan_changed" in each) for each in kept] == [(True, False), (False, True)]
    assert await bench.records.entries(DESK) == ()


@dataclass
class Changing:
    """A book that may be another one the next time it is read."""

    book: Book

    def load(self) -> Book:
        return self.book


def shelf_over(source: Changing) -> BookShelf:
    """The shelf of this book as it is now."""
    shelf = BookShelf(source, policy=Policy(), tax_rules=TAX_RULES)
    assert shelf.book is source.book
    return shelf


def with_price(book: Book, code: str, price: float) -> Book:
    """The book with another price; its digest stays, as if only the price were looked at."""
    prices = book.instruments.price.copy()
    prices[book.instruments.code.index(code)] = price
    return replace(book, instruments=replace(book.instruments, price=prices))


async def test_records_restored_from_just_before_the_orders_are_noticed(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan_hash = await bench.approved()
    backup = tmp_path / "backup.db"
    with closing(sqlite3.connect(tmp_path / "records.db")) as records, closing(sqlite3.connect(backup)) as copy:
        records.backup(copy)
    await bench.execute(plan_hash)
    await bench.records.close()
    restored = make_order_bench(tmp_path, two_portfolios(), clock=clock, url=f"sqlite:///{backup}")
    restored.session_id = bench.session_id
    assert "records_lost" in await refused(restored.execute(plan_hash))
    assert await restored.order_states() == []
    await restored.close()
    await bench.store.close()


async def test_a_late_no_is_told_that_the_orders_are_recorded(bench: OrderBench) -> None:
    plan = await bench.to_review()
    await bench.ask(plan.plan_hash)
    await bench.staffed(ANNE)
    await bench.approve(plan.plan_hash)
    await bench.execute(plan.plan_hash)
    assert await refused(bench.reply(plan.plan_hash, approved=False)) == ["already_executed"]
