"""`update_session`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call, error_of
from trimtab.workflow.ports.requests import (
    GradualExit,
    InstrumentRule,
    Override,
    Substitution,
    UpdateSession,
)

WHY = "the client asked for it"


async def test_arguments_reach_the_desk() -> None:
    desk = ScriptedDesk()
    await call(
        "update_session",
        desk,
        session_id="s",
        instrument_rules=[{"code": "CBA", "rule": "hold", "reason": WHY}],
        substitutions=[{"code": "CBA", "substitute": "NAB", "reason": WHY}],
        gradual_exits=[{"code": "BHP", "max_sell_percent": 25, "reason": WHY}],
        overrides=[{"code": "WES", "action": "defer", "reason": WHY, "account_number": "A"}],
        expected_version=3,
        idempotency_key="k" * 8,
    )
    asked = UpdateSession(
        session_id="s",
        instrument_rules=(InstrumentRule(code="CBA", rule="hold", reason=WHY),),
        substitutions=(Substitution(code="CBA", substitute="NAB", reason=WHY),),
        gradual_exits=(GradualExit(code="BHP", max_sell_percent=25, reason=WHY),),
        overrides=(Override(code="WES", action="defer", reason=WHY, account_number="A"),),
        expected_version=3,
        idempotency_key="k" * 8,
    )
    assert desk.asked == [("update", asked)]


async def test_a_rule_without_a_reason_is_refused_by_its_path() -> None:
    result = await call("update_session", session_id="s", instrument_rules=[{"code": "CBA", "rule": "hold"}])
    assert error_of(result)["field"] == "instrument_rules[0].reason"
