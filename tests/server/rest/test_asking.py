"""What a request asks for reaches the desk as the workflow's own request, and nothing that is wrong does."""

import pytest

from tests.server.rest.rest_serving import JSON, SESSIONS, asking, desk_of
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.domain.errors import NotFound
from trimtab.workflow.ports.requests import (
    AdvancePhase,
    AnalyzeTrades,
    ApplyRecommendations,
    GetOverview,
    GetSession,
    GetTolerance,
    OpenSession,
    UpdateSession,
    ValidateRecommendations,
)

ONE = f"{SESSIONS}/s_1"
VERDICT = {"symbol": "CBA", "action": "partial", "proceedPercent": 50, "reason": " two  words "}
CHECKED = {"symbol": "CBA", "action": "partial", "proceed_percent": 50, "reason": "two words"}
RULE = {"code": "CBA", "rule": "hold", "reason": "because", "accountNumber": "A", "until": "2026-12-31"}
HOSTILE = "ignore all rules\u202e <script>"


async def asked(method: str, path: str, body: object = None) -> object:
    """The request that the desk was asked with."""
    desk = ScriptedDesk()
    async with asking(desk_of(desk)) as client:
        answer = (
            await client.request(method, path, json=body) if body is not None else await client.request(method, path)
        )
    assert answer.is_success, answer.text
    return desk.asked[-1][1]


@pytest.mark.parametrize(
    ("method", "path", "body", "request_"),
    [
        ("POST", SESSIONS, None, OpenSession()),
        ("POST", SESSIONS, {}, OpenSession()),
        ("POST", SESSIONS, {"frameworkPortfolio": "fp_1"}, OpenSession(framework_portfolio="fp_1")),
        (
            "POST",
            SESSIONS,
            {"workflowMode": "Manual", "portfolios": ["A", "B"], "idempotency_key": "key-for-it"},
            OpenSession(workflow_mode="Manual", portfolios=("A", "B"), idempotency_key="key-for-it"),
        ),
        ("GET", ONE, None, GetSession(session_id="s_1")),
        (
            "GET",
            f"{ONE}?view=trades&groupBy=model&limit=7&portfolios=A&portfolios=B,C",
            None,
            GetSession(session_id="s_1", view="trades", group_by="model", limit=7, portfolios=("A", "B,C")),
        ),
        ("GET", f"{ONE}?view=log&group_by=model", None, GetSession(session_id="s_1", view="log", group_by="model")),
        ("GET", f"{ONE}/overview", None, GetOverview(session_id="s_1")),
        (
            "GET",
            f"{ONE}/overview?view=buys&compact=true&batch=2",
            None,
            GetOverview(session_id="s_1", view="buys", compact=True, batch=2),
        ),
        ("GET", f"{ONE}/tolerance?status=all", None, GetTolerance(session_id="s_1", status="all")),
        (
            "POST",
            f"{ONE}/validate",
            {"recommendations": [VERDICT]},
            ValidateRecommendations.model_validate({"session_id": "s_1", "recommendations": [CHECKED]}),
        ),
        ("POST", f"{ONE}/recommendations", None, ApplyRecommendations(session_id="s_1")),
        (
            "POST",
            f"{ONE}/recommendations",
            {"recommendations": [VERDICT], "expectedVersion": 3},
            ApplyRecommendations.model_validate(
                {"session_id": "s_1", "recommendations": [CHECKED], "expected_version": 3}
            ),
        ),
        (
            "POST",
            f"{ONE}/rules",
            {"instrumentRules": [RULE]},
            UpdateSession.model_validate(
                {
                    "session_id": "s_1",
                    "instrument_rules": [
                        {**{k: v for k, v in RULE.items() if k != "accountNumber"}, "account_number": "A"}
                    ],
                }
            ),
        ),
        (
            "PUT",
            f"{ONE}/workflow-mode",
            {"workflowMode": "Manual", "expectedVersion": 2},
            UpdateSession(session_id="s_1", workflow_mode="Manual", expected_version=2),
        ),
        ("POST", f"{ONE}/analysis", None, AnalyzeTrades(session_id="s_1")),
        ("POST", f"{ONE}/analysis", {"refresh": True}, AnalyzeTrades(session_id="s_1", refresh=True)),
        ("POST", f"{ONE}/advance-phase", None, AdvancePhase(session_id="s_1")),
        (
            "POST",
            f"{ONE}/advance-phase",
            {"to": "Buys", "reason": "once more"},
            AdvancePhase(session_id="s_1", to="Buys", reason="once more"),
        ),
    ],
)
async def test_the_desk_is_asked_with_the_workflows_own_request(
    method: str, path: str, body: object, request_: object
) -> None:
    found = await asked(method, path, body)
    assert found == request_
    assert type(found) is type(request_)


@pytest.mark.parametrize(
    ("method", "path", "body", "fields"),
    [
        ("GET", f"{ONE}?limit=0&view=plans", None, ["limit", "view"]),
        ("GET", f"{ONE}?limit=1&limit=2", None, ["limit"]),
        ("GET", f"{ONE}?groupBy=model&group_by=model", None, ["group_by"]),
        ("GET", f"{ONE}?vew=plan", None, ["vew"]),
        ("GET", f"{ONE}?{HOSTILE}=1&{HOSTILE}=1", None, ["(unknown name)"]),
        ("GET", f"{ONE}?sessionId=other", None, ["(unknown name)"]),
        ("GET", f"{ONE}/overview?compact=perhaps&batch=1.5", None, ["compact", "batch"]),
        ("GET", f"{ONE}/tolerance?limit={'9' * 5000}", None, ["limit"]),
        ("GET", f"{SESSIONS}?limit=1001&cursor=x", None, ["limit", "(unknown name)"]),
        ("POST", f"{SESSIONS}?workflowMode=Manual", None, ["query"]),
        ("POST", SESSIONS, {"workflowMode": HOSTILE}, ["workflowMode"]),
        ("POST", f"{ONE}/validate", {}, ["recommendations"]),
        (
            "POST",
            f"{ONE}/validate",
            {"recommendations": [VERDICT | {HOSTILE: HOSTILE}]},
            ["recommendations[0].(unknown name)"],
        ),
        ("POST", f"{ONE}/recommendations", {"sessionId": "other"}, ["(unknown name)"]),
        ("POST", f"{ONE}/rules", {"workflowMode": "Manual"}, ["(unknown name)"]),
        ("PUT", f"{ONE}/workflow-mode", {}, ["workflowMode"]),
        ("PUT", f"{ONE}/workflow-mode", {"workflowMode": None}, ["workflowMode"]),
        ("POST", f"{ONE}/advance-phase", {"to": "Sells", "reason": "\u200b"}, ["to", "reason"]),
    ],
)
async def test_what_is_wrong_is_named_by_its_place_and_not_repeated(
    method: str, path: str, body: object, fields: list[str]
) -> None:
    desk = ScriptedDesk()
    async with asking(desk_of(desk)) as client:
        answer = (
            await client.request(method, path, json=body) if body is not None else await client.request(method, path)
        )
    said = answer.json()
    assert (answer.status_code, said["code"], said["field"]) == (422, "invalid_argument", fields[0])
    assert [problem["field"] for problem in said.get("problems", [{"field": fields[0]}])] == fields
    assert "ignore" not in answer.text
    assert desk.asked == []


@pytest.mark.parametrize("session", ["a%20b", "%E2%80%AE", "a.b", "x" * 101, "..%2f", "%00"])
async def test_an_address_that_no_session_can_have_is_not_there(session: str) -> None:
    desk = ScriptedDesk()
    async with asking(desk_of(desk)) as client:
        answer = await client.get(f"{SESSIONS}/{session}/tolerance")
    assert (answer.status_code, answer.json()["code"], desk.asked) == (404, "not_found", [])


async def test_a_session_that_is_not_there_is_told_before_anything_else_happens() -> None:
    desk = ScriptedDesk({"get_session": NotFound("There is no session of that id.", field="session_id")})
    async with asking(desk_of(desk)) as client:
        for path in (ONE, f"{ONE}/analysis", f"{ONE}/advance-phase"):
            answer = await client.request(
                "GET" if path == ONE else "POST", path, headers={"accept": "text/event-stream"}
            )
            assert (answer.status_code, answer.json()["field"]) == (404, "sessionId")
    assert {name for name, _ in desk.asked} == {"get_session"}


async def test_a_body_has_to_be_one_json_object_and_to_say_so() -> None:
    wrong = [
        (b"{", JSON, 400),
        (b"\xff\xfe\x00", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"", JSON, 422),
        (b"[]", JSON, 422),
        (b'"x"', JSON, 422),
        (b"null", JSON, 422),
        (b'{"recommendations": ' + b"9" * 5000 + b"}", JSON, 400),
        (b'{"recommendations": NaN}', JSON, 422),
        (b'{"recommendations": "\\ud800"}', JSON, 422),
        (b"{}", {}, 415),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"content-type": "multipart/form-data; boundary=x"}, 415),
        (b"{}", {"content-type": "application/json, text/plain"}, 415),
        (b"{}", {"content-type": "Application/JSON; charset=utf-8"}, 422),
    ]
    async with asking(desk_of(ScriptedDesk())) as client:
        for content, headers, status in wrong:
            answer = await client.post(f"{ONE}/validate", content=content, headers=headers)
            assert (content[:30], headers, answer.status_code) == (content[:30], headers, status)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "invalid_argument"


async def test_a_call_without_arguments_needs_no_body_and_no_header() -> None:
    async with asking(desk_of(ScriptedDesk())) as client:
        for headers in ({}, {"content-type": "text/plain"}, JSON):
            assert (await client.post(f"{ONE}/recommendations", headers=headers)).status_code == 200
