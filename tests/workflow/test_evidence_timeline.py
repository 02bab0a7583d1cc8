"""What happened, in words: every action of a log, and entries that say less than they should."""

from typing import Any

import pytest

from tests.clock import NOON
from tests.workflow.desks import JANE, Bench, MakeBench, recommend
from tests.workflow.kept_sessions import Records, keep
from tests.workflow.small_books import short_of_cash
from trimtab.workflow.evidence_models import Happening
from trimtab.workflow.log import LogEvent, chain, first_head
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.records import Effects, Evidence, Undone

SESSION = "ts_1"
BOOK = short_of_cash()


@pytest.fixture
async def bench(bench_over: MakeBench) -> Bench:
    """A manual session in which nothing was decided."""
    made = bench_over(BOOK)
    await made.open("Manual")
    return made


async def told(bench: Bench) -> list[Happening]:
    """What the log of the session is told as."""
    records = Records()
    await keep(records, bench, book=BOOK)
    return [each for each in records.pack().timeline if each.kind == "log"]


def told_of(action: str, detail: dict[str, Any]) -> Happening:
    """What one log entry is told as."""
    event = LogEvent(at=NOON, actor="Ann", source="person", action=action, detail=detail)
    [entry] = chain(first_head(SESSION), [event])
    evidence = Evidence(
        kind="log", actor="Ann", source="person", session_id=SESSION, content=entry.model_dump(mode="json")
    )
    records = Records()
    records.write(Effects(at=NOON, actor="server", source="server", evidence=[evidence]))
    [happening] = records.pack().timeline
    return happening


async def test_a_session_says_how_it_was_opened(bench: Bench) -> None:
    [opened] = await told(bench)
    assert opened.headline == f"Opened the session over the book {BOOK.name}"
    assert opened.details == ("manual (a person decides)",)
    assert opened.request == {"workflow_mode": "Manual"}


async def test_analyses_and_their_proposals_are_told(bench: Bench) -> None:
    await bench.analyze()
    await bench.analyze(idempotency_key="once-more-1")
    await bench.apply()
    _, analyzed, unchanged, adopted = await told(bench)
    assert analyzed.headline == "Had the trades analysed"
    assert analyzed.details[0].startswith("the built-in rules judged the sell side: ")
    assert unchanged.headline == "Asked for an analysis: nothing had changed, the last one stands"
    assert adopted.headline.endswith("of the analysis decisions")


async def test_decisions_say_what_is_held_back_and_what_was_removed(bench: Bench) -> None:
    code = str((await bench.rows("plan"))[0]["code"])
    await bench.apply(recommend(code, "defer", reason="He travels.", flags=["dip:-90%"]))
    _, decided = await told(bench)
    assert decided.headline.startswith("Decided ")
    assert any("held back or cut" in line for line in decided.details)
    assert any(line.startswith("corrected: cited facts that the data doesn't have") for line in decided.details)


async def test_changes_are_told_one_by_one(bench: Bench) -> None:
    code = str((await bench.rows("plan"))[0]["code"])
    rule = {"code": code, "rule": "do_not_sell", "reason": "He likes it."}
    asked = ask.UpdateSession.model_validate(
        {"session_id": bench.session_id, "workflow_mode": "AiPlan", "instrument_rules": [rule]}
    )
    await bench.desk.update(JANE, asked)
    *_, changed = await told(bench)
    assert changed.details == (
        "mode AI plan (an analyst's proposals become decisions)",
        f"rule: {code} do_not_sell, because: He likes it.",
    )


async def test_going_back_is_told_with_its_reason(bench: Bench) -> None:
    await bench.advance()
    await bench.advance()
    await bench.advance(to="Buys", reason="A buy is missing.")
    *_, back = await told(bench)
    assert (back.headline, back.details) == ("Went on from Review to Buys", ("reason: A buy is missing.",))


@pytest.mark.parametrize(
    ("action", "detail", "headline", "details"),
    [
        ("analysis_unfinished", {"calls": 2}, "An analysis came to nothing", ("its 2 calls of a model are kept",)),
        (
            "execute_orders",
            {"plan_hash": "abc"},
            "Closed the session for decisions, to record its orders",
            ("hash of the orders abc",),
        ),
        ("orders_ended", {"plan_hash": "abc"}, "All orders of the session have ended", ("hash of the orders abc",)),
        ("execution_refused", {}, "Opened the session again: its orders were refused", ()),
        ("danced_around", {"steps": 3, "request": {"a": 1}}, "danced around", ('{"steps": 3}',)),
        ("danced_around", {}, "danced around", ()),
        ("model_call", {"model": 5}, "model call", ('{"model": 5}',)),
        ("advance_phase", {"from": 5, "analyses": "none"}, "Went on from  to ", ()),
        ("apply_recommendations", {"lines": "many", "held_back": 3, "removed": []}, "Decided 0 lines", ()),
    ],
)
def test_other_entries_are_told_as_far_as_they_can_be(
    action: str, detail: dict[str, Any], headline: str, details: tuple[str, ...]
) -> None:
    happening = told_of(action, detail)
    assert (happening.headline, happening.details) == (headline, details)


def test_orders_that_were_given_up_are_told() -> None:
    records = Records()
    undone = Undone(session_id=SESSION, closing=f"{SESSION}:5", plan_hash="abc")
    records.note(undone, at=NOON, actor="Ann")
    [told] = records.pack().timeline
    assert told.headline == "Gave up recording the orders: the session is opened again"
    assert (told.details, told.content) == (("hash of the orders abc",), "")
