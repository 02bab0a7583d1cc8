"""Decisions by plain HTTP, over the demo book: checked, stored, refused, and never lost to somebody else's."""

from pathlib import Path

import httpx2

from tests.server.rest.rest_serving import SESSIONS, asking
from tests.tools.demo_desk import open_demo_desk

SELL = {"symbol": "IAF", "action": "defer", "reason": "wait for it"}


async def opened(client: httpx2.AsyncClient, mode: str = "Manual") -> str:
    """The address of a new session."""
    return f"{SESSIONS}/{(await client.post(SESSIONS, json={'workflowMode': mode})).json()['sessionId']}"


async def test_recommendations_are_checked_without_storing_and_then_applied(tmp_path: Path) -> None:
    async with asking(lambda: open_demo_desk(tmp_path)) as client:
        one = await opened(client)
        checked = (await client.post(f"{one}/validate", json={"recommendations": [SELL]})).json()
        untouched = (await client.get(one)).json()
        applied = (await client.post(f"{one}/recommendations", json={"recommendations": [SELL]})).json()
    [result] = checked["results"]
    assert result.items() >= {"symbol": "IAF", "action": "defer", "proceedPercent": 0.0}.items()
    assert result["minProceedPercent"] > 0
    assert checked["softWarnings"]
    assert (untouched["version"], untouched["decisions"]) == (1, {})
    assert (applied["version"], applied["applied"]) == (2, result["portfolioCount"])
    assert applied["decisions"].keys() == {"defer"}
    assert applied["totals"]["sells"]["deferredValue"] > 0


async def test_rules_and_the_mode_change_the_plan(tmp_path: Path) -> None:
    rules = {
        "instrumentRules": [{"code": "IAF", "rule": "do_not_sell", "reason": "not now", "accountNumber": "ACC100001"}],
        "gradualExits": [{"code": "CBA", "maxSellPercent": 10, "reason": "slowly"}],
        "expectedVersion": 1,
    }
    async with asking(lambda: open_demo_desk(tmp_path)) as client:
        one = await opened(client)
        changed = await client.post(f"{one}/rules", json=rules)
        stale = await client.post(f"{one}/rules", json=rules)
        nothing = await client.post(f"{one}/rules", json={})
        quick = await client.put(f"{one}/workflow-mode", json={"workflowMode": "QuickRebalance"})
    assert changed.json()["instrumentRules"] == rules["instrumentRules"]
    assert changed.json()["gradualExits"][0].items() >= {"code": "CBA", "maxSellPercent": 10.0}.items()
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (409, "conflict", 2)
    assert (nothing.status_code, nothing.json()["field"]) == (422, "instrumentRules")
    assert (quick.json()["workflowMode"], quick.json()["version"]) == ("QuickRebalance", 3)


async def test_a_repeat_with_the_same_key_is_the_first_answer_again(tmp_path: Path) -> None:
    body = {"recommendations": [SELL], "idempotencyKey": "once-and-only"}
    async with asking(lambda: open_demo_desk(tmp_path)) as client:
        one = await opened(client)
        first = await client.post(f"{one}/recommendations", json=body)
        again = await client.post(f"{one}/recommendations", json=body)
        other = await client.put(
            f"{one}/workflow-mode", json={"workflowMode": "AiPlan", "idempotencyKey": "once-and-only"}
        )
        version = (await client.get(one)).json()["version"]
    assert first.json() == again.json()
    assert (other.status_code, other.json()["field"], version) == (422, "idempotencyKey", 2)


async def test_what_the_desk_finds_wrong_is_named_by_its_place(tmp_path: Path) -> None:
    unknown = {"code": "NOPE", "action": "partial", "reason": "because", "amount": 5, "accountNumber": "ACC0"}
    async with asking(lambda: open_demo_desk(tmp_path)) as client:
        one = await opened(client)
        wrong = (await client.post(f"{one}/rules", json={"overrides": [unknown]})).json()
        finished = await opened(client, "QuickRebalance")
        for _ in range(2):
            await client.post(f"{finished}/advance-phase")
        late = await client.post(f"{finished}/recommendations", json={"recommendations": [SELL]})
        back = await client.post(f"{finished}/advance-phase", json={"to": "Buys"})
    assert [problem["field"] for problem in wrong["problems"]] == ["overrides[0].code", "overrides[0].accountNumber"]
    assert (late.status_code, late.json()["code"]) == (409, "wrong_phase")
    assert (back.status_code, back.json()["field"]) == (422, "reason")
