"""`execute_orders`: the person at the client is asked, and no answer counts twice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp_types import CallToolResult, ElicitRequestFormParams, ElicitResult, InputRequiredResult, InputResponses

from tests.clock import FixedClock
from tests.tools.demo_desk import open_desk_over
from tests.tools.responses import matches_response
from tests.tools.serving import Mode, error_of
from tests.tools.trading.test_preview_orders import session_in_review
from tests.workflow.desks import shelf_of
from tests.workflow.order_bench import ANNE
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.approver_secrets import ScryptSecrets
from trimtab.server.app import build_server
from trimtab.server.callers import local_caller
from trimtab.settings import Settings
from trimtab.workflow.approvers import Approvers
from trimtab.workflow.ports.requests import ExecuteOrders

Said = dict[str, Any]


class Person:
    """Sits at the client; answers every question alike, and remembers what was asked."""

    def __init__(self, content: Said | None = None, *, action: str = "accept") -> None:
        self.asked: list[str] = []
        self._answer = ElicitResult.model_validate({"action": action, "content": content})

    async def __call__(self, context: object, params: Any) -> ElicitResult:
        assert isinstance(params, ElicitRequestFormParams)
        self.asked.append(params.message)
        return self._answer


YES, NO = {"approve": True}, {"approve": False}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def served(tmp_path: Path, clock: FixedClock) -> Callable[..., Any]:
    @asynccontextmanager
    async def client_with(person: Person | None = None, mode: Mode = "auto") -> AsyncIterator[Client]:
        shelf = shelf_of(two_portfolios())
        server = build_server(Settings(), make_desk=lambda: open_desk_over(shelf, tmp_path, clock=clock))
        async with Client(server, mode=mode, elicitation_callback=person) as client:
            yield client

    return client_with


async def planned(client: Client) -> Said:
    """The arguments that execute the plan of a new session."""
    session_id = await session_in_review(client, workflow_mode="QuickRebalance")
    shown = await client.call_tool("preview_orders", {"session_id": session_id})
    assert shown.structured_content is not None
    return {"session_id": session_id, "plan_hash": shown.structured_content["plan_hash"]}


def rules_in(result: object) -> list[object]:
    assert isinstance(result, CallToolResult)
    problems: Any = error_of(result)["problems"]
    return [problem["code"] for problem in problems]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_person_is_asked_once_and_the_orders_are_recorded(mode: Mode, served: Callable[..., Any]) -> None:
    person = Person(YES)
    async with served(person, mode) as client:
        plan = await planned(client)
        reply = await client.call_tool("execute_orders", plan)
        matches_response("execute_orders", reply)
        again = await client.call_tool("execute_orders", plan)
        assert again.structured_content == reply.structured_content
    [question] = person.asked
    assert "Approve 6 simulated orders" in question
    assert plan["plan_hash"] in question


@pytest.mark.parametrize(("content", "action"), [(NO, "accept"), (None, "decline"), (None, "cancel")])
async def test_a_person_who_doesnt_approve_stops_it(
    content: Said | None, action: str, served: Callable[..., Any]
) -> None:
    async with served(Person(content, action=action)) as client:
        plan = await planned(client)
        said = await client.call_tool("execute_orders", plan)
        assert rules_in(said) == ["approval_declined"]
        summary = (await client.call_tool("get_session", {"session_id": plan["session_id"]})).structured_content
    assert summary is not None
    assert summary["phase"] == "Review"


async def test_a_client_that_cant_ask_is_told_how_a_person_approves(served: Callable[..., Any]) -> None:
    async with served() as client:
        said = await client.call_tool("execute_orders", await planned(client))
    assert rules_in(said) == ["approval_missing"]
    assert "preview_orders" in str(error_of(said)["next_action"])


async def test_an_approval_cant_be_given_as_an_argument(served: Callable[..., Any]) -> None:
    async with served() as client:
        plan = await planned(client)
        for extra in ({"approve": True}, {"answer": {"action": "accept", "data": YES}}, {"approved_by": "anne"}):
            said = error_of(await client.call_tool("execute_orders", {**plan, **extra}))
            assert said["code"] == "invalid_argument"
        listed = (await client.list_tools()).tools
    [tool] = [tool for tool in listed if tool.name == "execute_orders"]
    assert set(tool.input_schema["properties"]) == {"session_id", "plan_hash"}


def done(reply: object) -> Said:
    """What was answered to a call that went through."""
    assert isinstance(reply, CallToolResult)
    assert reply.structured_content is not None
    assert not reply.is_error
    return reply.structured_content


async def asked_by_hand(client: Client, plan: Said) -> InputRequiredResult:
    """The question as it is on the wire, before anybody answers."""
    found = await client.session.call_tool("execute_orders", plan, allow_input_required=True)
    assert isinstance(found, InputRequiredResult)
    return found


async def answered(
    client: Client, plan: Said, question: InputRequiredResult, content: Said = YES
) -> CallToolResult | InputRequiredResult:
    """The server's reply to an answer, sent as a client sends it, as often as the test likes."""
    [key] = question.input_requests or {}
    answers: InputResponses = {key: ElicitResult(action="accept", content=content)}
    return await client.session.call_tool(
        "execute_orders", plan, input_responses=answers, request_state=question.request_state, allow_input_required=True
    )


async def test_a_replayed_answer_records_nothing_more(served: Callable[..., Any]) -> None:
    async with served(Person(YES)) as client:
        plan = await planned(client)
        question = await asked_by_hand(client, plan)
        first = done(await answered(client, plan, question))
        for _ in range(3):
            assert done(await answered(client, plan, question)) == first


async def test_an_answer_that_was_declined_cant_be_replayed_as_a_yes(served: Callable[..., Any]) -> None:
    async with served(Person(YES)) as client:
        plan = await planned(client)
        question = await asked_by_hand(client, plan)
        assert rules_in(await answered(client, plan, question, NO)) == ["approval_declined"]
        assert rules_in(await answered(client, plan, question)) == ["approval_declined"], "nor is the person asked anew"


async def test_an_answer_to_a_question_that_ended_is_asked_again(served: Callable[..., Any], clock: FixedClock) -> None:
    async with served(Person(YES)) as client:
        plan = await planned(client)
        question = await asked_by_hand(client, plan)
        clock.advance(timedelta(minutes=30))
        assert isinstance(await answered(client, plan, question), InputRequiredResult)


async def test_many_replays_at_once_record_each_order_once(served: Callable[..., Any]) -> None:
    async with served(Person(YES)) as client:
        plan = await planned(client)
        question = await asked_by_hand(client, plan)
        outcomes = await asyncio.gather(*(answered(client, plan, question) for _ in range(6)))
        replies = [each for each in outcomes if isinstance(each, CallToolResult)]
        assert any(not each.is_error for each in replies)
        refused = [each for each in replies if each.is_error and error_of(each)["code"] == "blocked"]
        assert all(rules_in(each) == ["approval_replayed"] for each in refused)
        final = (await client.call_tool("execute_orders", plan)).structured_content
    assert final is not None
    assert (final["orders"], final["states"]) == (6, {"Filled": 6})


async def test_an_answer_cant_be_carried_to_another_session_or_forged(served: Callable[..., Any]) -> None:
    async with served(Person(YES)) as client:
        plan, other = await planned(client), await planned(client)
        question = await asked_by_hand(client, plan)
        with pytest.raises(Exception, match="requestState"):
            await answered(client, other, question)
        forged = question.model_copy(update={"request_state": None})
        assert isinstance(await answered(client, plan, forged), InputRequiredResult), "nobody was asked yet"
        broken = question.model_copy(update={"request_state": "A" + (question.request_state or "")[1:]})
        with pytest.raises(Exception, match="requestState"):
            await answered(client, plan, broken)


async def test_a_plan_that_changed_under_the_question_is_refused(served: Callable[..., Any]) -> None:
    async with served(Person(YES)) as client:
        plan = await planned(client)
        question = await asked_by_hand(client, plan)
        session = {"session_id": plan["session_id"]}
        await client.call_tool("advance_phase", {**session, "to": "Buys", "reason": "one more look"})
        rule = {"code": "NAB", "rule": "do_not_buy", "reason": "the desk says so"}
        await client.call_tool("update_session", {**session, "instrument_rules": [rule]})
        await client.call_tool("advance_phase", session)
        assert rules_in(await answered(client, plan, question)) == ["plan_changed"]


async def test_an_answer_of_another_shape_is_an_error_and_no_approval(served: Callable[..., Any]) -> None:
    async with served(Person(YES)) as client:
        plan = await planned(client)
        question = await asked_by_hand(client, plan)
        for content in ({}, {"approve": "maybe"}, {"approved": True}):
            reply = await answered(client, plan, question, content)
            assert isinstance(reply, CallToolResult)
            said = error_of(reply)
            assert (said["code"], said["field"]) == ("invalid_argument", "answer")
        assert done(await answered(client, plan, question))["orders"] == 6, "the question is still open"


async def test_a_hash_that_isnt_one_is_told_what_is(served: Callable[..., Any]) -> None:
    async with served() as client:
        plan = await planned(client)
        said = error_of(await client.call_tool("execute_orders", {**plan, "plan_hash": "Z" * 64}))
    assert (said["code"], said["field"]) == ("invalid_argument", "plan_hash")


async def test_a_no_is_heard_though_somebody_else_has_approved_meanwhile(
    served: Callable[..., Any], tmp_path: Path, clock: FixedClock
) -> None:
    async with served(Person(YES)) as client:
        plan = await planned(client)
        question = await asked_by_hand(client, plan)
        office = open_desk_over(shelf_of(two_portfolios()), tmp_path, clock=clock)
        approvers = Approvers(office.office.records, secrets=ScryptSecrets(), clock=clock)
        await approvers.add(ANNE, by=(), actor="test")
        await office.office.orders.approve(local_caller("anne"), ExecuteOrders(**plan), proof=ANNE)
        await office.close()
        assert rules_in(await answered(client, plan, question, NO)) == ["approval_declined"]
        summary = (await client.call_tool("get_session", {"session_id": plan["session_id"]})).structured_content
    assert summary is not None
    assert summary["phase"] == "Review"
