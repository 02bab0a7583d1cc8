"""What a log entry holds, and what of it a reader is shown."""

import json

from pydantic import JsonValue

from tests.workflow.desks import except_for, recommend
from trimtab.workflow.log_details import as_asked, shown
from trimtab.workflow.ports.requests import (
    AdvancePhase,
    AnalyzeTrades,
    ApplyRecommendations,
    InstrumentRule,
    OpenSession,
    UpdateSession,
    Write,
)

STEERING = {"session_id": "ts_1", "expected_version": 3, "idempotency_key": "key-number-1"}
RULE = InstrumentRule.model_validate(
    {"code": "CBA", "rule": "hold", "reason": "Escrow", "account_number": "P1", "until": "2026-09-30"}
)


def test_what_only_steers_a_call_and_what_is_usual_is_left_out() -> None:
    assert as_asked(AnalyzeTrades.model_validate(STEERING)) == {}
    assert as_asked(AdvancePhase.model_validate({**STEERING, "to": "Buys", "reason": "Once more"})) == {
        "to": "Buys",
        "reason": "Once more",
    }
    assert as_asked(OpenSession(idempotency_key="key-number-1", workflow_mode="Manual", portfolios=("P1",))) == {
        "workflow_mode": "Manual",
        "portfolios": ["P1"],
    }


def test_a_request_is_the_same_again_when_it_is_read_from_json() -> None:
    recommendations = (
        recommend("CBA", "partial", 40, reason="Wait", flags=[], exceptions=[except_for("P2", "defer", reason="No")]),
        recommend("BHP", "proceed"),
    )
    requests: tuple[Write, ...] = (
        ApplyRecommendations.model_validate({**STEERING, "recommendations": recommendations}),
        UpdateSession.model_validate({**STEERING, "instrument_rules": [RULE], "workflow_mode": "Manual"}),
    )
    for request in requests:
        kept = json.loads(json.dumps(as_asked(request)))
        assert type(request).model_validate({**kept, **STEERING}) == request


def test_a_reader_is_shown_neither_prompt_nor_answer_nor_request() -> None:
    detail: dict[str, JsonValue] = {
        "request": {"to": "Buys"},
        "prompt": {"user": "x"},
        "answer": "{}",
        "outcome": "answered",
        "attempts": 1,
    }
    assert shown(detail) == '{"attempts": 1, "outcome": "answered"}'
