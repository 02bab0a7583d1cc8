"""Orders by plain HTTP: previewed, executed once approved, followed by a stream, cancelled; and refused in words."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.rest.rest_serving import AS_STREAM, PROBLEM, SESSIONS, asking, desk_of, heard, heard_of, serving
from tests.tools.demo_desk import StoppedClock, open_desk_over
from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.scripted_orders import COLUMNS, PLAN, VERSION, ScriptedOrders, status_of
from tests.workflow.desks import shelf_of
from tests.workflow.order_bench import ANNE
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.approver_secrets import ScryptSecrets
from trimtab.domain.errors import Blocked, NotFound, Problem, Unavailable, WrongPhase
from trimtab.server.callers import local_caller
from trimtab.server.rest.runs import Pace
from trimtab.settings import Settings
from trimtab.workflow.approvers import Approvers
from trimtab.workflow.books import BookShelf
from trimtab.workflow.ports.execution import CancelOrders, GetExecutionStatus
from trimtab.workflow.ports.requests import ExecuteOrders, PreviewOrders

ONE = f"{SESSIONS}/s"
STATUS = f"{ONE}/execution-status"
QUICK = Pace(follow_every_seconds=0.01, heartbeat_seconds=0.1)
AN_ORDER = f"tt-{'0' * 24}"


async def approved_by_anne(folder: Path, shelf: BookShelf, plan: dict[str, str]) -> None:
    """What `trimtab approve` does, in another process."""
    opened = open_desk_over(shelf, folder)
    approvers = Approvers(opened.office.records, secrets=ScryptSecrets(), clock=StoppedClock())
    await approvers.add(ANNE, by=(), actor="test")
    await opened.office.orders.approve(local_caller("anne"), ExecuteOrders.model_validate(plan), proof=ANNE)
    await opened.close()


async def test_a_plan_goes_from_review_to_fills_once_a_person_has_approved_it(tmp_path: Path) -> None:
    shelf = shelf_of(two_portfolios())
    async with asking(lambda: open_desk_over(shelf, tmp_path), pace=QUICK) as client:
        opened = (await client.post(SESSIONS, json={"workflowMode": "QuickRebalance"})).json()
        one = f"{SESSIONS}/{opened['sessionId']}"
        early = await client.get(f"{one}/execution-status")
        for _ in range(2):
            await client.post(f"{one}/advance-phase")
        plan = {"planHash": (await client.get(f"{one}/order-preview")).json()["planHash"]}
        refused = await client.post(f"{one}/execute", json=plan)
        await approved_by_anne(tmp_path, shelf, {"session_id": opened["sessionId"], "plan_hash": plan["planHash"]})
        executed = (await client.post(f"{one}/execute", json=plan)).json()
        *_, last = await heard_of(await client.get(f"{one}/execution-status", headers=AS_STREAM))
        again = await client.post(f"{one}/execute", json=plan)
        late = await client.post(f"{one}/cancel-orders", json={"reason": "too late"})
    assert (early.status_code, early.json()["code"]) == (409, "wrong_phase")
    assert [problem["code"] for problem in refused.json()["problems"]] == ["approval_missing"]
    assert (executed["orders"], executed["approvedBy"]) == (6, ["anne"])
    assert (last.data["data"]["phase"], last.data["data"]["states"]) == ("Done", {"Filled": 6})
    assert (again.status_code, again.json()["states"]) == (200, {"Filled": 6})
    assert (late.json()["ended"], late.json()["states"]) == (6, {"Filled": 6})


def refusal(*rules: str) -> Blocked:
    """A plan that isn't executed, by these rules."""
    return Blocked("Nothing was sent.", problems=[Problem("approval", f"By {rule}", rule) for rule in rules])


async def test_orders_are_previewed_executed_and_cancelled_by_the_desks_own_operations() -> None:
    orders = ScriptedOrders()
    async with asking(desk_of(ScriptedDesk(), orders)) as client:
        preview = (await client.get(f"{ONE}/order-preview", params={"limit": 1})).json()
        executed = (await client.post(f"{ONE}/execute", json={"planHash": PLAN})).json()
        cancelled = (await client.post(f"{ONE}/cancel-orders", json={"reason": "too late"})).json()
        some = {"reason": "too late", "client_order_ids": [AN_ORDER]}
        await client.post(f"{ONE}/cancel-orders", json=some)
    assert (preview["planHash"], preview["approval"]["missing"]) == (PLAN, 1)
    assert executed.items() >= {"phase": "Executing", "version": VERSION, "approvedBy": ["anne", "bert"]}.items()
    assert cancelled.items() >= {"cancelled": 2, "asked": 1, "ended": 1}.items()
    assert orders.asked == [
        ("preview", PreviewOrders(session_id="s", limit=1)),
        ("execute", ExecuteOrders(session_id="s", plan_hash=PLAN)),
        ("cancel", CancelOrders(session_id="s", reason="too late")),
        ("cancel", CancelOrders(session_id="s", reason="too late", client_order_ids=(AN_ORDER,))),
    ]


async def test_the_status_is_a_page_and_a_cursor_belongs_to_its_list() -> None:
    orders = ScriptedOrders(status_of(1).model_copy(update={"next_cursor": "NzoxOg"}))
    async with asking(desk_of(ScriptedDesk(), orders)) as client:
        first = (await client.get(STATUS, params={"openOnly": "true", "view": "batches"})).json()
        again = await client.get(
            STATUS, params={"openOnly": "true", "view": "batches", "cursor": first["nextCursor"], "limit": 7}
        )
        other = await client.get(STATUS, params={"cursor": first["nextCursor"]})
    assert (first["success"], first["states"], first["done"]) == (True, {"Accepted": 3, "Filled": 1}, False)
    assert first["items"]["columns"] == list(COLUMNS), "columns are data"
    asked = GetExecutionStatus(session_id="s", open_only=True, view="batches", cursor=first["nextCursor"], limit=7)
    assert (again.status_code, orders.asked[-1]) == (200, ("execution_status", asked))
    assert (other.status_code, other.json()["field"]) == (422, "cursor")


@pytest.mark.parametrize("rule", ["approval_missing", "approval_expired", "approval_before_kill", "four_eyes"])
async def test_a_missing_approval_says_where_a_person_gives_it(rule: str) -> None:
    orders = ScriptedOrders(says={"execute": refusal(rule)})
    async with asking(desk_of(ScriptedDesk(), orders)) as client:
        said = await client.post(f"{ONE}/execute", json={"planHash": PLAN})
    assert (said.status_code, said.headers["content-type"], said.json()["code"]) == (409, PROBLEM, "blocked")
    assert [problem["code"] for problem in said.json()["problems"]] == [rule]
    assert "trimtab approve" in said.json()["nextAction"]


@pytest.mark.parametrize("rules", [("approval_missing", "kill_switch"), ("plan_changed",), ()])
async def test_no_approval_is_asked_for_where_it_would_not_help(rules: tuple[str, ...]) -> None:
    orders = ScriptedOrders(says={"execute": refusal(*rules)})
    async with asking(desk_of(ScriptedDesk(), orders)) as client:
        said = await client.post(f"{ONE}/execute", json={"planHash": PLAN})
    assert said.status_code == 409
    assert "trimtab approve" not in said.json()["nextAction"]


async def test_a_wrong_argument_is_named_in_camel_case() -> None:
    wrong = [
        ("POST", f"{ONE}/execute", {"planHash": "Z" * 64}, "planHash"),
        ("POST", f"{ONE}/execute", {}, "planHash"),
        ("POST", f"{ONE}/cancel-orders", {"reason": "no"}, "reason"),
        ("POST", f"{ONE}/cancel-orders", {"reason": "a reason", "clientOrderIds": ["x"]}, "clientOrderIds[0]"),
        ("POST", f"{ONE}/cancel-orders", {"reason": "a reason", "clientOrderIds": []}, "clientOrderIds"),
    ]
    orders = ScriptedOrders()
    async with asking(desk_of(ScriptedDesk(), orders)) as client:
        for method, path, body, field in wrong:
            said = await client.request(method, path, json=body)
            assert (said.status_code, said.json()["problems"][0]["field"]) == (422, field)
        view = await client.get(STATUS, params={"view": "everything"})
    assert (view.status_code, view.json()["field"], orders.asked) == (422, "view", [])


async def test_a_server_that_only_reads_has_none_of_it() -> None:
    settings = Settings(toolsets=("trading",), read_only=True)
    async with asking(desk_of(ScriptedDesk(), ScriptedOrders()), settings=settings) as client:
        answers = [
            await client.get(f"{ONE}/order-preview"),
            await client.get(STATUS),
            await client.post(f"{ONE}/execute", json={"planHash": PLAN}),
            await client.post(f"{ONE}/cancel-orders", json={"reason": "too late"}),
        ]
        paths = (await client.get("/api/openapi.json")).json()["paths"]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert not [path for path in paths if path.endswith(("-preview", "/execute", "-status", "-orders"))]
    assert f"{SESSIONS}/{{sessionId}}/advance-phase" in paths


async def test_a_stream_tells_each_change_once_and_ends_with_the_whole_status() -> None:
    orders = ScriptedOrders(status_of(0), status_of(0, waiting=1), *[status_of(1)] * 3, status_of(2), status_of(4))
    async with asking(desk_of(ScriptedDesk(), orders), pace=QUICK) as client:
        *steps, last = [event.data for event in await heard_of(await client.get(STATUS, headers=AS_STREAM))]
        plain = (await client.get(STATUS)).json()
    assert last == {"type": "result", "data": plain}
    assert (plain["done"], plain["phase"]) == (True, "Done")
    assert {(step["stage"], step["totalSteps"]) for step in steps} == {("executing", 4)}
    assert [(step["currentStep"], step["message"]) for step in steps] == [
        (0, "0 of 4 orders filled: 0 of 400 AUD, 1 buys wait for cash"),
        (1, "1 of 4 orders filled: 100 of 400 AUD"),
        (2, "2 of 4 orders filled: 200 of 400 AUD"),
    ]


async def test_orders_that_have_ended_are_one_event() -> None:
    async with asking(desk_of(ScriptedDesk(), ScriptedOrders(status_of(4)))) as client:
        [event] = await heard_of(await client.get(STATUS, headers=AS_STREAM))
    assert event.data["type"] == "result"


async def test_what_is_wrong_with_the_session_is_said_before_a_stream_begins() -> None:
    for error, status in ((WrongPhase("No orders."), 409), (NotFound("No such session."), 404)):
        async with asking(desk_of(ScriptedDesk(), ScriptedOrders(error))) as client:
            said = await client.get(STATUS, headers=AS_STREAM)
        assert (said.status_code, said.headers["content-type"]) == (status, PROBLEM)
    async with asking(desk_of(ScriptedDesk(), ScriptedOrders())) as client:
        said = await client.get(STATUS, params={"cursor": "NzoxOg"}, headers=AS_STREAM)
    assert (said.status_code, said.json()["field"]) == (422, "cursor")


async def test_a_failure_on_the_way_is_the_last_event() -> None:
    orders = ScriptedOrders(status_of(0), status_of(1), Unavailable("The records are away."))
    async with asking(desk_of(ScriptedDesk(), orders), pace=QUICK) as client:
        *_, last = await heard_of(await client.get(STATUS, headers=AS_STREAM))
    assert last.data["type"] == "error"
    assert last.data["error"].items() >= {"status": 503, "code": "unavailable", "retryable": True}.items()


async def lines_until(lines: AsyncIterator[str], found: str) -> list[str]:
    """The lines up to the one that has this in it."""
    read = []
    async for line in lines:
        read.append(line)
        if found in line:
            break
    return read


async def test_who_comes_back_hears_what_was_missed_and_then_the_result_once() -> None:
    orders = ScriptedOrders(status_of(1))
    async with serving(desk_of(ScriptedDesk(), orders), pace=QUICK) as client:
        async with client.stream("GET", STATUS, headers=AS_STREAM) as stream:
            before = await lines_until(stream.aiter_lines(), "data: ")
        orders.become(status_of(2), status_of(4))
        [first] = heard([*before, ""])
        back = {**AS_STREAM, "last-event-id": first.event_id}
        missed = await heard_of(await client.get(STATUS, headers=back))
        over = {**AS_STREAM, "last-event-id": missed[-1].event_id}
        nothing = await client.get(STATUS, headers=over)
    run_id = first.event_id.rpartition("-")[0]
    assert [event.event_id for event in missed] == [f"{run_id}-2", f"{run_id}-3"]
    assert [event.data["type"] for event in missed] == ["progress", "result"]
    assert nothing.status_code == 204


async def test_while_nothing_changes_the_connection_is_kept_and_analyses_and_other_looks_go_on() -> None:
    orders = ScriptedOrders(status_of(1))
    async with (
        serving(desk_of(ScriptedDesk(), orders), pace=QUICK) as client,
        client.stream("GET", STATUS, headers=AS_STREAM) as stream,
        client.stream("GET", STATUS, params={"openOnly": "true"}, headers=AS_STREAM) as other,
    ):
        lines = stream.aiter_lines()
        before = await lines_until(lines, "heartbeat")
        analysis = await client.post(f"{ONE}/analysis")
        orders.become(status_of(4))
        after, heard_other = await asyncio.gather(lines_until(lines, '"result"'), heard_of(other))
    assert analysis.status_code == 200
    assert [event.data["type"] for event in heard([*before, *after, ""])] == ["progress", "result"]
    assert [event.data["type"] for event in heard_other] == ["progress", "result"]
