"""Which orders may go to which system, what sending them comes to, and what is learned of a system."""

import json

import httpx2
import pytest

from tests.adapters.oms.sample_orders import an_order, batch, batches, known, made, result, told, without_id
from tests.adapters.oms.wire_server import NOWHERE, RESET, Reply, Step, order_system, said
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.errors import Blocked
from trimtab.workflow.ports.order_system import NoAnswer, NotSent, OmsAnswer, OrderSystem, TurnedDown

A, B = an_order(1), an_order(2)
PAPER = said({"kind": "paper-oms", "version": "0.1.0"})
PLAIN = {
    "GET /batches": said(batches()),
    "GET /batches/order-ACC100001/fulfilment": said(batch(without_id(told(A)))),
}


async def test_simulated_orders_may_go_to_a_system_that_says_it_is_paper_which_is_asked_each_time():
    async with order_system({"GET /paper": PAPER}) as (system, server):
        await system.require("simulated")
        server.routes["GET /paper"] = NOWHERE  # another stands at the address now
        with pytest.raises(Blocked, match="doesn't say"):
            await system.require("simulated")
    assert server.places() == ["GET /paper"] * 2


@pytest.mark.parametrize(
    "reply",
    [
        NOWHERE,
        said({"error": "who are you"}, status=401),
        said(b"<html>"),
        said({"kind": "market"}),
        said(["paper-oms"]),
        said({"kind": "paper-oms"}, status=303),
    ],
)
async def test_any_other_system_gets_live_orders_only(reply):
    async with order_system({"GET /paper": reply}) as (system, server):
        with pytest.raises(Blocked) as refused:
            await system.require("simulated")
        await system.require("live")
    assert server.places() == ["GET /paper"] * 2
    assert [(p.field, p.code) for p in refused.value.problems] == [("TRIMTAB_OMS", "oms_not_paper")]
    assert "the OMS" in refused.value.message
    assert "trimtab paper-oms" in refused.value.next_action
    assert "TRIMTAB_EXECUTION=live" in refused.value.next_action


async def test_live_orders_never_go_to_a_paper_system():
    async with order_system({"GET /paper": PAPER}) as (system, _):
        with pytest.raises(Blocked) as refused:
            await system.require("live")
        await system.require("simulated")
    assert [(p.field, p.code) for p in refused.value.problems] == [("TRIMTAB_OMS", "oms_is_paper")]
    assert "TRIMTAB_EXECUTION=simulated" in refused.value.next_action


@pytest.mark.parametrize("mode", ["simulated", "live"])
@pytest.mark.parametrize("reply", [[RESET], said({}, status=500), said({}, status=503), said({}, status=429)])
async def test_where_it_does_not_say_what_it_is_no_order_may_go_there(mode, reply):
    async with order_system({"GET /paper": reply}) as (system, _):
        with pytest.raises(NoAnswer, match="whether it is paper"):
            await system.require(mode)


async def test_whoever_answers_after_a_failure_is_asked_again_what_it_is():
    async with order_system({"GET /paper": PAPER, "POST /orders/batch": [RESET]}) as (system, server):
        await system.require("simulated")
        with pytest.raises(NoAnswer):
            await system.place([A])
        server.routes["GET /paper"] = NOWHERE
        with pytest.raises(Blocked):
            await system.require("simulated")


async def test_new_orders_leave_in_one_request():
    async with order_system({"POST /orders/batch": said({"results": [result(made(A), made(B))]})}) as (system, server):
        answer = await system.place([A, B])
    assert [report.client_order_id for report in answer.reports] == [A.client_order_id, B.client_order_id]
    (asked,) = server.asked
    assert asked.path == "/api/rebalancing/orders/batch"
    assert asked.headers["content-type"] == "application/json"
    sent = asked.json()
    assert isinstance(sent, dict)
    assert list(sent["portfolioOrders"][0]["tradeDecisions"][0]) == [
        "instrumentKey",
        "decision",
        "expectedQuantity",
        "tradeSide",
        "clientOrderId",
        "limitPrice",
    ]


async def test_nothing_is_sent_or_asked_where_there_are_no_orders():
    async with order_system({}) as (system, server):
        assert await system.place([]) == OmsAnswer()
        assert await system.look([]) == OmsAnswer()
    assert server.asked == []


@pytest.mark.parametrize("status", [401, 403, 404, 405, 407])
async def test_orders_that_a_wrong_password_or_address_kept_out_were_not_sent(status):
    async with order_system({"POST /orders/batch": said({"error": "who are you"}, status=status)}) as (system, _):
        with pytest.raises(NotSent, match=f"its HTTP status is {status}"):
            await system.place([A])


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_request_that_is_turned_down_says_why_in_clean_words(status):
    reply = said({"error": "units of\u202e line\n2 " + "x" * 500}, status=status)
    async with order_system({"POST /orders/batch": reply}) as (system, _):
        with pytest.raises(TurnedDown) as refused:
            await system.place([A])
    assert f"(HTTP status {status}): units of line 2 xxx" in refused.value.message
    assert len(refused.value.message) < 300
    assert (refused.value.code, refused.value.retryable) == ("unavailable", True)


async def test_a_request_that_is_turned_down_without_a_reason_says_so():
    async with order_system({"POST /orders/batch": said(b"<h1>No</h1>", status=400)}) as (system, _):
        with pytest.raises(TurnedDown, match="it gives no reason"):
            await system.place([A])


@pytest.mark.parametrize(
    "reply",
    [
        [RESET],
        *(said({"error": "no"}, status=status) for status in (302, 408, 409, 425, 429, 500, 501, 502, 504)),
        said(b"<html>"),
        said(b'{"results": ['),
        said([]),
        said({"orders": []}),
        said(b"", status=204),
    ],
)
async def test_where_nobody_knows_what_became_of_new_orders_they_are_not_called_turned_down(reply):
    async with order_system({"POST /orders/batch": reply}) as (system, server):
        with pytest.raises(NoAnswer, match="new orders"):
            await system.place([A])
    assert len(server.asked) == 1


async def test_a_system_that_nobody_reaches_was_sent_nothing():
    async with order_system({}) as (system, server):
        await server.stop()
        for ask in (system.place([A]), system.look([A]), system.cancel(A), system.require("live")):
            with pytest.raises(NotSent):
                await ask


async def test_a_closed_client_sends_nothing():
    async with order_system({"POST /orders/batch": said({"results": []})}) as (system, server):
        await system.close()
        with pytest.raises(NotSent, match="closed"):
            await system.place([A])
    assert server.asked == []


async def test_whether_a_system_keeps_our_ids_is_learned_once():
    async with order_system({"GET /orders": said({"orders": [told(A)]})}) as (system, server):
        for _ in range(3):
            await system.look([A])
    assert len(server.asked) == 4


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_system_without_our_ids_is_asked_for_batches_from_then_on(status):
    async with order_system({**PLAIN, "GET /orders": said({"error": "no"}, status=status)}) as (system, server):
        for _ in range(2):
            answer = await system.look([known(A)])
            assert [report.client_order_id for report in answer.reports] == [A.client_order_id]
        with pytest.raises(TurnedDown, match="can't cancel"):
            await system.cancel(known(A))
    assert server.places().count("GET /orders") == 2


@pytest.mark.parametrize("lists", [NOWHERE, said(b"<html>Not here</html>"), said({}, status=502), [RESET]])
async def test_a_no_that_may_come_from_something_before_the_system_is_not_believed(lists):
    routes: dict[str, Reply] = {"GET /orders": said(b"<html>Not here</html>", status=404), "GET /batches": lists}
    async with order_system(routes) as (system, server):
        for ask in (system.look([A]), system.cancel(A)):
            with pytest.raises(NoAnswer):
                await ask
        server.routes["GET /orders"] = said({"orders": []})
        assert (await system.look([A])).absent == {A.client_order_id}


async def test_a_no_that_is_not_said_again_once_the_system_is_back_is_not_believed():
    replies = iter([NOWHERE])

    def once(asked: object) -> list[Step]:
        return next(replies, said({"orders": [told(A)]}))

    async with order_system({**PLAIN, "GET /orders": once}) as (system, _):
        answer = await system.look([A])
    assert [report.trade_key for report in answer.reports] == [f"trade-{A.client_order_id}"]


@pytest.mark.parametrize("reply", [said({}, status=403), said({"orders": 1}), said([]), [RESET]])
async def test_where_it_does_not_say_whether_it_keeps_our_ids_nobody_knows(reply):
    async with order_system({**PLAIN, "GET /orders": reply}) as (system, _):
        with pytest.raises(NoAnswer):
            await system.look([A])


async def test_an_application_in_our_own_process_is_reached_like_any_other():
    async def app(scope, receive, send):
        body = json.dumps({"kind": "paper-oms"}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    system: OrderSystem = HttpOrderSystem(name="paper", transport=httpx2.ASGITransport(app))
    await system.require("simulated")
    with pytest.raises(NoAnswer):
        await system.place([A])
    await system.close()
    assert system.name == "paper"
