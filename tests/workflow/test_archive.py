"""What is kept of a session: all of it once, only what is new afterwards, and nothing of a record that is broken."""

import json
from dataclasses import replace

import pytest

from tests.clock import NOON
from tests.workflow.desks import DEMO, TAX_RULES, Bench, MakeBench
from tests.workflow.kept_sessions import ADVISER, OFFICER, Records, copy_of, keep
from tests.workflow.small_books import two_portfolios
from trimtab.domain.errors import BrokenRecord
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.archive import kept_effects, kept_inputs
from trimtab.workflow.evidence_contents import Inputs, KeptPlan
from trimtab.workflow.log import LogEntry
from trimtab.workflow.plan_document import plan_digest
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.records import Effects, KeptSession
from trimtab.workflow.state import SessionState

BOOK = two_portfolios()


@pytest.fixture
async def bench(bench_over: MakeBench) -> Bench:
    """A session over a small book that was just opened."""
    made = bench_over(BOOK)
    await made.open()
    return made


def kinds(effects: Effects) -> list[str]:
    return [each.kind for each in effects.evidence]


async def override(bench: Bench, reason: str) -> None:
    row = (await bench.rows("plan"))[0]
    given = {"code": row["code"], "account_number": row["account_number"], "action": "defer", "reason": reason}
    asked = ask.UpdateSession.model_validate({"session_id": bench.session_id, "overrides": [given]})
    await bench.desk.update(ADVISER, asked)


async def test_a_session_is_kept_whole_the_first_time(bench: Bench) -> None:
    await bench.analyze()
    effects = await keep(Records(), bench, book=BOOK)
    assert kinds(effects) == ["inputs", "log", "log", "state", "plan"]
    assert {each.session_id for each in effects.evidence} == {bench.session_id}
    stored = await bench.store.read(bench.session_id, "jane")
    assert effects.rows == (
        KeptSession(
            session_id=bench.session_id,
            owner="jane",
            version=2,
            log_seq=2,
            log_hash=stored.log_head.hash,
        ),
    )
    assert (effects.at, effects.actor, effects.source) == (bench.clock.now(), OFFICER, "server")


async def test_a_session_that_is_kept_as_it_stands_is_not_kept_again(bench: Bench) -> None:
    records = Records()
    await keep(records, bench, book=BOOK)
    effects = await keep(records, bench, book=BOOK)
    assert (effects.evidence, effects.rows) == ((), ())


async def test_only_new_log_entries_are_kept_and_unchanged_inputs_once(bench: Bench) -> None:
    records = Records()
    await keep(records, bench, book=BOOK)
    await bench.analyze()
    effects = await keep(records, bench, book=BOOK, kept_inputs=kept_inputs(records.entries))
    assert kinds(effects) == ["log", "state", "plan"]
    assert LogEntry.model_validate(effects.evidence[0].content).action == "analyze_trades"


async def test_inputs_are_kept_again_when_they_changed(bench: Bench) -> None:
    records = Records()
    await keep(records, bench, book=BOOK)
    await bench.analyze()
    known = kept_inputs(records.entries)
    effects = await keep(records, bench, book=BOOK, kept_inputs=known, server_version="1.2.4")
    assert kinds(effects)[0] == "inputs"
    assert kept_inputs(records.entries) != known
    assert kept_inputs(()) == ""


async def test_a_copied_log_entry_is_the_entry_with_its_own_actor_and_source(bench: Bench) -> None:
    await override(bench, "She asked for it.")
    effects = await keep(Records(), bench, book=BOOK)
    log = await bench.store.log(bench.session_id, "jane")
    copied = [each for each in effects.evidence if each.kind == "log"]
    assert [LogEntry.model_validate(each.content) for each in copied] == list(log)
    assert [(each.actor, each.source) for each in copied] == [
        ("jane's assistant", "assistant"),
        ("Tom Adviser", "person"),
    ]


async def test_the_state_is_kept_without_what_only_answers_repeated_calls(bench: Bench) -> None:
    await bench.analyze(idempotency_key="key-0001")
    effects = await keep(Records(), bench, book=BOOK)
    [state] = [each.content for each in effects.evidence if each.kind == "state"]
    stored = json.loads((await bench.store.read(bench.session_id, "jane")).state)
    assert stored["remembered"]
    assert set(stored) - set(state) == {"remembered", "opened_by"}
    assert all(state[name] == stored[name] for name in state)


async def test_the_plan_is_kept_with_its_hash_and_everything_to_read_it_without_the_book(bench: Bench) -> None:
    copy = await copy_of(bench, book=BOOK)
    effects = await keep(Records(), bench, book=BOOK)
    [content] = [each.content for each in effects.evidence if each.kind == "plan"]
    plan = KeptPlan.model_validate(content)
    assert copy.plan is not None
    assert plan.digest == plan_digest(copy.plan)
    assert [portfolio.account_number for portfolio in plan.portfolios] == list(BOOK.portfolios.account_number)
    assert {row["code"] for row in plan.trades.records} <= {each.code for each in plan.instruments}
    assert plan.totals.sells.count == (await bench.summary()).totals.sells.count


async def test_the_inputs_say_book_policy_tax_rules_and_version(bench: Bench) -> None:
    effects = await keep(Records(), bench, book=BOOK)
    inputs = Inputs.model_validate(effects.evidence[0].content)
    assert (inputs.book.digest, inputs.book.as_of, inputs.book.portfolios) == (BOOK.digest, BOOK.as_of, 2)
    assert Policy.model_validate(inputs.policy).digest == inputs.policy_digest == Policy().digest
    assert len(inputs.tax_rules) == len(TAX_RULES.rules)
    assert inputs.server_version == "1.2.3"


async def test_a_log_that_was_changed_is_not_kept(bench: Bench) -> None:
    copy = await copy_of(bench, book=BOOK)
    forged = (copy.log[0].model_copy(update={"actor": "somebody else"}), *copy.log[1:])
    with pytest.raises(BrokenRecord, match="Entry 1 was changed"):
        kept_effects(Records().standing, replace(copy, log=forged), at=NOON, actor=OFFICER)


async def test_a_log_whose_end_is_missing_is_not_kept(bench: Bench) -> None:
    await bench.analyze()
    copy = await copy_of(bench, book=BOOK)
    with pytest.raises(BrokenRecord, match="Entry 2 was removed"):
        kept_effects(Records().standing, replace(copy, log=copy.log[:1]), at=NOON, actor=OFFICER)


@pytest.mark.parametrize("change", [{"log_seq": 9}, {"log_hash": "0" * 64}])
async def test_a_log_that_does_not_continue_what_was_kept_is_not_kept(bench: Bench, change: dict[str, object]) -> None:
    records = Records()
    await keep(records, bench, book=BOOK)
    assert records.kept is not None
    records.kept = records.kept.model_copy(update=change)
    await bench.analyze()
    with pytest.raises(BrokenRecord, match="doesn't continue"):
        await keep(records, bench, book=BOOK)


async def test_a_plan_of_another_state_is_refused(bench: Bench) -> None:
    before = await copy_of(bench, book=BOOK)
    await bench.analyze()
    after = await copy_of(bench, book=BOOK)
    assert before.plan is not None
    assert SessionState.model_validate_json(after.stored.state) != before.plan.state
    with pytest.raises(ValueError, match="isn't the one"):
        kept_effects(Records().standing, replace(after, plan=before.plan), at=NOON, actor=OFFICER)


async def test_a_session_without_a_plan_is_kept_with_its_log_and_its_state(bench: Bench) -> None:
    records = Records()
    effects = await keep(records, bench, book=BOOK, plan=None)
    assert kinds(effects) == ["log", "state"]
    assert records.kept is not None
    assert records.kept.version == 1
    assert kinds(await keep(records, bench, book=BOOK, plan=None)) == []


async def test_an_actor_that_cannot_be_printed_is_kept_in_the_content_as_it_is(bench_over: MakeBench) -> None:
    bench = bench_over(DEMO)
    await bench.open()
    hostile = replace(ADVISER, actor="Tom\u202e\nAdviser")
    asked = ask.UpdateSession.model_validate({"session_id": bench.session_id, "workflow_mode": "Manual"})
    await bench.desk.update(hostile, asked)
    records = Records()
    effects = await keep(records, bench)
    [copied] = [each for each in effects.evidence if each.kind == "log" and each.source == "person"]
    assert copied.actor == "Tom Adviser"
    assert copied.content["actor"] == hostile.actor
