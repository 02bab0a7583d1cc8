"""Bad input to the real desk: every kind is an error result with its five fields, and says what to do next."""

from pathlib import Path

import pytest

from tests.tools.demo_desk import demo_client
from tests.tools.serving import error_of

MINE = {"session_id": "ts_1"}
PROCEED = {"symbol": "BHP", "action": "proceed"}
HALF = {"symbol": "BHP", "action": "partial", "proceed_percent": 50}


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "field"),
    [
        ("get_session", {"session_id": "ts_none"}, "not_found", "session_id"),
        ("advance_phase", {**MINE, "to": "Review"}, "wrong_phase", "to"),
        ("advance_phase", {**MINE, "expected_version": 9}, "conflict", "expected_version"),
        ("update_session", {**MINE, "overrides": [{"code": "BHP", "action": "defer"}]}, "invalid_argument",
         "overrides[0].reason"),
        ("get_tolerance_status", {**MINE, "portfolios": ["ACC9"]}, "invalid_argument", "portfolios[0]"),
        ("get_trading_overview", {**MINE, "surprise": 1}, "invalid_argument", "(unknown name)"),
        ("validate_recommendations", {**MINE, "recommendations": [{"symbol": "NONE", "action": "proceed"}]},
         "invalid_argument", "recommendations[0].symbol"),
        ("validate_recommendations", {**MINE, "recommendations": [{**HALF, "proceed_percent": 101}]},
         "invalid_argument", "recommendations[0].proceed_percent"),
        ("validate_recommendations", {**MINE, "recommendations": [{**HALF, "proceed_percent": 100}]},
         "invalid_argument", "recommendations[0].proceed_percent"),
        ("validate_recommendations", {**MINE, "recommendations": [PROCEED, PROCEED]}, "invalid_argument",
         "recommendations[1].symbol"),
        ("apply_recommendations", {**MINE, "recommendations": [PROCEED] * 10_000}, "invalid_argument",
         "recommendations"),
        ("apply_recommendations", {**MINE, "recommendations": []}, "invalid_argument", "recommendations"),
    ],
)  # fmt: skip
async def test_bad_input_says_what_is_wrong_and_what_to_do_next(
    tool: str, arguments: dict[str, object], code: str, field: str, tmp_path: Path
) -> None:
    async with demo_client(tmp_path) as client:
        await client.call_tool("open_session", {"portfolios": ["ACC100021"]})
        said = error_of(await client.call_tool(tool, arguments))
        left = (await client.call_tool("get_session", MINE)).structured_content
    assert (said["code"], said["field"]) == (code, field)
    assert said["retryable"] is (code == "conflict")
    assert str(said["message"])
    assert str(said["next_action"]).endswith(".")
    assert left is not None
    assert left["version"] == 1
