"""Calls of a model in a session's log: entries of their own before the change that they led to."""

import json
from typing import Any

from tests.workflow.desks import JANE, MakeBench
from tests.workflow.ports.test_model_calls import call
from tests.workflow.small_books import two_portfolios
from trimtab.workflow.log import LogEntry, verify
from trimtab.workflow.ports.model_calls import ModelCall
from trimtab.workflow.ports.requests import UpdateSession
from trimtab.workflow.ports.results import SessionSummaryResult
from trimtab.workflow.sessions import Change, Open


async def log_after(bench_over: MakeBench, **change: Any) -> tuple[list[LogEntry], list[dict[str, object]]]:
    """The log after a change with these calls, whole and as a table."""
    bench = bench_over(two_portfolios())
    await bench.open()

    async def decide(opened: Open) -> Change:
        return Change(opened.plan.state.changed(workflow_mode="Manual"), "update_session", {"said": "x"}, **change)

    await bench.desk._sessions.change(
        JANE,
        UpdateSession(session_id=bench.session_id, workflow_mode="Manual", expected_version=1),
        answer_type=SessionSummaryResult,
        decide=decide,
        answer=bench.desk._summary,
    )
    log = await bench.store.log(bench.session_id, JANE.owner, after_seq=0, limit=100)
    head = (await bench.store.look(bench.session_id, JANE.owner)).log_head
    assert verify(bench.session_id, log, head=head) is None
    return list(log), await bench.rows("log")


async def test_calls_stand_before_the_change_that_they_led_to(bench_over: MakeBench) -> None:
    calls = (call(), call("overloaded"))
    log, _ = await log_after(bench_over, calls=calls)
    assert [(e.action, e.actor, e.source) for e in log] == [
        ("open_session", "jane's assistant", "assistant"),
        ("model_call", "anthropic", "model"),
        ("model_call", "anthropic", "model"),
        ("update_session", "jane's assistant", "assistant"),
    ]
    assert tuple(ModelCall.model_validate(e.detail) for e in log[1:3]) == calls


async def test_wasted_calls_stand_before_with_an_entry_that_says_so(bench_over: MakeBench) -> None:
    log, _ = await log_after(bench_over, calls=(call(),), wasted=(call("cancelled"), call()))
    assert [e.action for e in log[1:]] == [
        *("model_call", "model_call", "analysis_unfinished"),
        *("model_call", "update_session"),
    ]
    assert [e.detail.get("outcome") for e in log[1:]] == ["cancelled", "answered", None, "answered", None]
    assert log[3].detail["calls"] == 2


async def test_a_change_without_calls_is_one_entry_with_what_was_asked(bench_over: MakeBench) -> None:
    told: list[str] = []
    log, _ = await log_after(bench_over, stored=lambda: told.append("stored"))
    assert log[0].detail["request"] == {}
    assert [e.detail for e in log[1:]] == [{"said": "x", "request": {"workflow_mode": "Manual"}}]
    assert told == ["stored"]


async def test_a_table_of_the_log_has_neither_prompts_nor_answers_nor_requests(bench_over: MakeBench) -> None:
    log, rows = await log_after(bench_over, calls=(call(),), wasted=(call(),))
    assert [row["hash"] for row in rows] == [entry.hash for entry in log]
    details = [json.loads(str(row["detail"])) for row in rows]
    assert not {"prompt", "answer", "request"} & {name for detail in details for name in detail}
    assert details[1] == details[3]
    assert (details[3]["prompt_hash"], details[3]["label"], details[3]["attempts"]) == (
        call().prompt_hash,
        "batch 1 of 2",
        1,
    )
    assert details[2] == {"calls": 1}
    assert details[4] == {"said": "x"}
