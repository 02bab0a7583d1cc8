"""The evidence pack: what it says of a whole session, and what it notices when it was changed."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.clock import NOON
from tests.model_wire.calls import CallInfo, Json
from tests.workflow.kept_sessions import LATER, PLAN_HASH, Records, demo_records, model_records
from trimtab.workflow.evidence import EMPTY, canonical
from trimtab.workflow.evidence_models import EvidencePack
from trimtab.workflow.evidence_pack import check_pack, evidence_pack
from trimtab.workflow.ports.records import Approver, Effects, Evidence, KillSwitch

SESSION = "ts_1"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """A whole session over the demo book with approvals and orders."""
    return anyio.run(demo_records, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def pack(demo: Records) -> EvidencePack:
    return demo.pack()


def records_of(*evidence: Evidence) -> Records:
    records = Records()
    records.write(Effects(at=NOON, actor="server", source="server", evidence=evidence))
    return records


def lines_of(pack: EvidencePack) -> list[Any]:
    return [line for instrument in pack.decisions for line in instrument.lines]


def plan_rows(records: Records) -> list[dict[str, Any]]:
    document = json.loads([entry for entry in records.entries if entry.kind == "plan"][-1].content)["document"]
    return [dict(zip(document["columns"], row, strict=True)) for row in document["rows"]]


def test_every_record_is_in_the_timeline_with_who_did_it(pack: EvidencePack, demo: Records) -> None:
    covered = [seq for each in pack.timeline for seq in range(each.seq, each.last_seq + 1)]
    assert covered == [entry.seq for entry in demo.entries]
    assert all(each.headline and each.actor and each.source for each in pack.timeline)
    assert [each.at for each in pack.timeline if each.headline == "Had the trades analysed"] == [
        NOON + timedelta(minutes=2)
    ]


def test_the_session_is_named_with_who_opened_it_and_how_it_ended(pack: EvidencePack) -> None:
    me = pack.identity
    assert (me.owner, me.opened_by, me.opened_at) == ("jane", "jane's assistant", NOON)
    assert (me.phase, me.workflow_mode, me.execution_mode) == ("Review", "AiPlan", "simulated")
    assert me.changed_at == NOON + timedelta(minutes=9)


def test_every_planned_trade_is_a_decision_with_its_figures(pack: EvidencePack, demo: Records) -> None:
    rows, lines = plan_rows(demo), lines_of(pack)
    assert len(rows) == len(lines) > 400
    told = {(line.account_number, line.planned_amount, line.amount, line.target_pct, line.percent) for line in lines}
    wanted = (
        (row["account_number"], row["planned_amount"], row["amount"], row["target_pct"], row["proceed_percent"])
        for row in rows
    )
    assert told == set(wanted)


def test_the_largest_instrument_comes_first_and_so_does_its_largest_line(pack: EvidencePack) -> None:
    values = [instrument.reported_planned_value for instrument in pack.decisions]
    assert values == sorted(values, reverse=True)
    of_first = [line.reported_planned_value or 0.0 for line in pack.decisions[0].lines]
    assert of_first == sorted(of_first, reverse=True)
    assert pack.totals is not None
    sells = sum(each.reported_planned_value for each in pack.decisions if each.side == "sell")
    assert sells == pytest.approx(pack.totals.sells.original_value, abs=0.05)


def test_a_decision_says_on_which_facts_it_rests(pack: EvidencePack) -> None:
    waiting = [line for line in lines_of(pack) if line.held and line.source == "rules"]
    assert waiting
    assert all(line.reason for line in waiting)
    for line in waiting:
        assert set(line.cited) - {"cash"} <= set(line.facts)  # that cash is short is a fact of the portfolio


def test_an_override_stands_with_the_persons_reason(pack: EvidencePack) -> None:
    [override] = pack.overrides
    assert (override.actor, override.source, override.action) == ("Tom Adviser", "person", "proceed")
    [line] = [line for line in lines_of(pack) if line.source == "person"]
    assert line.account_number == override.account_number
    assert line.reason == override.reason == "The client needs the money for a house next week."


def test_a_refusal_is_kept_with_its_rule(pack: EvidencePack) -> None:
    [refusal] = pack.rejected.refusals
    assert refusal.rules == ("unknown_symbol",)
    assert any("the book has no such instrument" in message for message in refusal.messages)


def test_approvals_questions_and_orders_stand_as_they_are_now(pack: EvidencePack) -> None:
    assert [(question.question_id, question.answer) for question in pack.questions] == [
        ("q1", "declined"),
        ("q2", "approved"),
    ]
    assert [question.question_id for question in pack.rejected.declined] == ["q1"]
    assert [(each.approver, each.plan_hash, each.used) for each in pack.approvals] == [("Ann Officer", PLAN_HASH, True)]
    first, second, third = pack.orders
    assert [step.state for step in first.history] == ["Intent", "Submitted", "Accepted", "PartiallyFilled", "Filled"]
    assert [story.order.state for story in pack.orders] == ["Filled", "Cancelled", "Rejected"]
    assert (second.order.order_key, second.order.trade_key, third.order.why) == ("k2", "t2", "It is halted there.")
    filled = {story.order.client_order_id: story.order.filled_quantity for story in (first, second)}
    for client_order_id, quantity in filled.items():
        assert sum(fill.quantity for fill in pack.fills if fill.client_order_id == client_order_id) == quantity
    assert [(each.rule, each.client_order_id) for each in pack.parked] == [("oms_overfilled", "o1")]


def test_the_story_answers_each_question_in_figures(pack: EvidencePack) -> None:
    story, lines = pack.story, lines_of(pack)
    held = sum(line.held for line in lines)
    by_source = Counter(line.source for line in lines)
    assert f"{len(lines)} trades were considered" in story.decided
    assert f"{held} are held back or cut" in story.decided
    assert f"{by_source['rules']} by the built-in rules" in story.decided
    assert "1 by a person" in story.decided
    assert "Tom Adviser" in story.decided
    assert "1 refused request, 1 declined approval" in story.rejected
    assert "Ann Officer (used)" in story.approved
    sent = sum((each.order.reported_value for each in pack.orders), Decimal(0))
    assert f"3 orders for AUD {sent:,.2f}" in story.sent
    assert "all sent to paper-oms. Filled for AUD " in story.sent
    assert "1 cancelled and 1 rejected. 1 report of the order system set aside for a person." in story.sent
    assert "60 portfolios" in story.what


def test_inputs_are_shown_once_however_often_they_were_kept(pack: EvidencePack, demo: Records) -> None:
    assert sum(entry.kind == "inputs" for entry in demo.entries) == 2
    [made] = pack.inputs
    assert made.inputs.policy["dip_pct"] == -8


async def test_a_models_calls_stand_with_prompt_and_answer(tmp_path: Path) -> None:
    pack = (await model_records(tmp_path)).pack()
    assert [call.purpose for call in pack.model_calls] == [
        "momentum",
        "portfolios, batch 1 of 2",
        "portfolios, batch 2 of 2",
        "synthesis",
        "buys, batch 1 of 1",
    ]
    assert all(call.prompt["user"] and call.answer and call.prompt_hash for call in pack.model_calls)
    sells, buys = pack.analyses
    assert len(sells.prompt_hashes) == 4
    assert buys.prompt_hashes == (pack.model_calls[-1].prompt_hash,)
    assert "by a language model" in pack.story.decided
    assert check_pack(pack.model_dump_json()) == ()


def misbehaving(call: CallInfo, said: Json) -> Json | str:
    """Cites a fact that no line has, and doesn't answer about buys at all."""
    if call.title == "BuyVerdicts":
        return "I would rather not."
    for each in said.get("recommendations", ()):
        each["flags"] = ["cgt:3d", "dip:-50%"]
    return said


async def test_what_was_wrong_in_a_models_answers_is_told(tmp_path: Path) -> None:
    pack = (await model_records(tmp_path, misbehaving)).pack()
    removed = Counter[str]()
    for each in pack.rejected.removed:
        removed[each.rule] += each.count
    assert removed["unsupported_flag"] > 0
    assert removed["bad_json"] + removed["wrong_schema"] > 0
    assert any(each.analysis.degraded for each in pack.analyses)
    assert "corrections of answers and recommendations" in pack.story.rejected
    assert any(call.failure or call.outcome != "answered" for call in pack.model_calls)


def test_kinds_that_nobody_knows_are_shown_as_they_are() -> None:
    content: dict[str, Any] = {"moon": "full", "count": 3}
    pack = records_of(
        Evidence(kind="weather_report", actor="Ann", source="person", session_id=SESSION, content=content),
        Evidence(kind="order", actor="Ann", source="person", session_id=SESSION, content=content),
    ).pack()
    assert [json.loads(each.content) for each in pack.timeline] == [content, content]
    assert pack.timeline[0].headline == "weather report (shown as it was recorded)"
    assert pack.orders == ()


def test_a_session_that_was_never_kept_still_has_a_pack() -> None:
    records = Records()
    switch = KillSwitch(session_id=SESSION, on=True, reason="Prices are odd.", changed_by="Ann", changed_at=NOON)
    records.note(switch, at=NOON, actor="Ann")
    pack = records.pack()
    assert "never kept" in pack.story.what
    assert "nothing says who opened it" in pack.story.opened
    assert pack.story.decided == "No plan was kept."
    assert pack.story.rejected == "Nothing was rejected."
    assert pack.timeline[0].headline == "The kill switch was turned on"
    assert check_pack(pack.model_dump_json()) == ()


@pytest.mark.parametrize(
    "content",
    [
        {"what": "execute", "rule": "kill_switch", "message": "It is on."},
        {"what": "execute", "rules": ["kill_switch"], "message": "It is on."},
        {"what": "execute", "rules": [{"rule": "kill_switch", "message": "It is on."}]},
    ],
)
def test_a_refusal_may_be_written_in_several_ways(content: dict[str, Any]) -> None:
    said = Evidence(kind="refusal", actor="Tom", source="person", session_id=SESSION, content=content)
    pack = records_of(said).pack()
    [refusal] = pack.rejected.refusals
    assert (refusal.what, refusal.rules, refusal.messages) == ("execute", ("kill_switch",), ("It is on.",))
    assert pack.timeline[0].details == ("It is on.", "by the rules: kill switch")


@pytest.mark.parametrize("approved_by", ["Ann", ["Ann", "Bob"], []])
def test_an_execution_says_who_approved(approved_by: Any) -> None:
    content = {"plan_hash": PLAN_HASH, "orders": ["o1", "o2"], "approved_by": approved_by}
    pack = records_of(
        Evidence(kind="execution", actor="Tom", source="person", session_id=SESSION, content=content)
    ).pack()
    headline = pack.timeline[0].headline
    assert headline.startswith("Recorded 2 orders of the plan")
    assert all(name in headline for name in ([approved_by] if isinstance(approved_by, str) else approved_by))


def test_a_pack_is_of_one_session() -> None:
    one = records_of(Evidence(kind="note", actor="Ann", source="person", session_id=SESSION)).entries
    other = records_of(Evidence(kind="note", actor="Ann", source="person", session_id="ts_2")).entries
    for entries in ((), (*one, *other)):
        with pytest.raises(ValueError, match="one session"):
            evidence_pack(entries, head=EMPTY, made_at=LATER)


def test_a_pack_whose_entries_are_of_several_sessions_is_no_pack(pack: EvidencePack) -> None:
    other = records_of(Evidence(kind="note", actor="Ann", source="person", session_id="ts_2")).entries[0]
    told = json.loads(pack.model_dump_json())
    told["entries"].insert(0, asdict(other))
    assert "An evidence pack is made of the entries of one session." in check_pack(json.dumps(told))


def test_approvers_are_no_part_of_a_session() -> None:
    records = Records()
    records.note(Approver(name="Ann", secret_hash="salted", added_by="Tom"), at=NOON, actor="Tom")
    with pytest.raises(ValueError, match="one session"):
        records.pack()


def test_a_sound_pack_has_no_problems_and_is_the_same_each_time(pack: EvidencePack, demo: Records) -> None:
    assert check_pack(pack.model_dump_json()) == ()
    assert demo.pack() == pack
    assert EvidencePack.model_validate_json(pack.model_dump_json()) == pack


Told = dict[str, Any]


def _content(told: Told) -> None:
    entry = next(each for each in told["entries"] if each["kind"] == "approval")
    entry["content"] = entry["content"].replace("Ann Officer", "Bob Officer")


def _time(told: Told) -> None:
    told["entries"][3]["at"] = "2026-03-01T12:00:00.000000+00:00"


def _removed(told: Told) -> None:
    del told["entries"][8]


def _swapped(told: Told) -> None:
    told["entries"][2], told["entries"][3] = told["entries"][3], told["entries"][2]


def _head(told: Told) -> None:
    told["head"]["hash"] = "0" * 64


def _story(told: Told) -> None:
    told["story"]["approved"] = "Everybody approved."


def _reason(told: Told) -> None:
    told["decisions"][0]["lines"][0]["reason"] = "The client insisted."


def _parked(told: Told) -> None:
    told["parked"] = []


def _no_pack(told: Told) -> None:
    del told["identity"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_content, "its hash isn't its content's"),
        (_time, "Entry 4 was changed"),
        (_removed, "was removed"),
        (_swapped, "stands behind"),
        (_head, "isn't part of records that end with"),
        (_story, "The section story isn't what the entries say."),
        (_reason, "The section decisions isn't what the entries say."),
        (_parked, "The section parked isn't what the entries say."),
        (_no_pack, "identity: Field required"),
    ],
)
def test_a_pack_that_was_changed_is_noticed(pack: EvidencePack, change: Callable[[Told], None], problem: str) -> None:
    told: Told = json.loads(pack.model_dump_json())
    change(told)
    problems = check_pack(json.dumps(told))
    assert any(problem in each for each in problems), problems


def test_an_entry_written_anew_hash_and_all_no_longer_leads_on(demo: Records) -> None:
    entries = list(demo.entries)
    forged = records_of(
        *(
            Evidence(
                kind=entry.kind,
                actor=entry.actor,
                source=entry.source,
                session_id=entry.session_id,
                content=json.loads(entry.content.replace("Tom Adviser", "Tim Adviser")),
            )
            for entry in entries[:9]
        )
    ).entries
    mixed = (*(replace(entry, at=old.at) for entry, old in zip(forged, entries, strict=False)), *entries[9:])
    told = evidence_pack(mixed, head=demo.head, made_at=LATER).model_dump_json()
    problems = check_pack(told)
    assert any("Entry 10 doesn't follow entry 9." in each for each in problems)
    assert any("The session's log: Entry 3 was changed" in each for each in problems)


def test_a_plan_that_is_not_what_its_digest_stands_for_is_noticed(demo: Records) -> None:
    [*_, kept] = [entry for entry in demo.entries if entry.kind == "plan"]
    content = json.loads(kept.content)
    content["document"]["rows"][0][5] = 1.0
    forged = records_of(
        Evidence(kind="plan", actor="server", source="server", session_id=kept.session_id, content=content)
    )
    assert canonical(content) == forged.entries[0].content
    assert check_pack(forged.pack().model_dump_json()) == (
        "The plan of entry 1 isn't the one that its digest stands for.",
    )
