"""Asking by our ids: what isn't in a whole answer is absent, and what isn't sure is left open."""

from collections.abc import Sequence

import pytest

from tests.adapters.oms.sample_orders import an_order, known, rules, told
from tests.adapters.oms.wire_server import NOWHERE, RESET, Asked, Reply, Step, WireServer, order_system, said
from trimtab.adapters.oms.messages import MOST_ASKED
from trimtab.workflow.ports.order_system import CANCEL_REFUSED, NoAnswer, NotSent, OmsAnswer, Placing, TurnedDown

A, B, C = an_order(1), an_order(2), an_order(3)
EVERY = {order.client_order_id for order in (A, B, C)}


def orders(*shown: object) -> list[Step]:
    return said({"orders": list(shown)})


async def looked(reply: Reply, *asked: Placing) -> tuple[OmsAnswer, WireServer]:
    async with order_system({"GET /orders": reply}) as (system, server):
        return await system.look(asked or (A, B, C)), server


async def test_orders_are_reported_and_the_others_absent():
    answer, server = await looked(
        orders(
            told(B, status="PartiallyFilled", unitsFilled="40", averageFillPrice="12.345"),
            told(C, status="Cancelled", statusReason="by the desk"),
        )
    )
    assert [(r.client_order_id, r.state, str(r.filled_quantity), r.why) for r in answer.reports] == [
        (B.client_order_id, "PartiallyFilled", "40", ""),
        (C.client_order_id, "Cancelled", "0", "by the desk"),
    ]
    assert str(answer.reports[0].average_price) == "12.345"
    assert answer.absent == {A.client_order_id}
    assert answer.strays == ()
    assert server.asked[-1].ids == [A.client_order_id, B.client_order_id, C.client_order_id]


async def test_a_system_that_says_by_404_that_there_are_none_is_understood():
    answer, _ = await looked(said({"orders": []}, status=404))
    assert answer == OmsAnswer(absent=frozenset(EVERY))


async def test_no_answer_may_come_from_a_cache():
    _, server = await looked(orders())
    assert server.asked[-1].headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "wrong",
    [None, {}, told(B, units="many"), told(B, clientOrderId=None), told(B, tradeKey=""), told(B, orderKey="..")],
)
async def test_an_order_that_cannot_be_read_leaves_open_who_is_absent(wrong):
    answer, _ = await looked(orders(told(C), wrong))
    assert [report.client_order_id for report in answer.reports] == [C.client_order_id]
    assert (answer.absent, rules(answer.strays)) == (frozenset(), ["oms_wrong_shape"])


async def test_an_answer_with_foreign_orders_is_to_another_question_and_leaves_open_who_is_absent():
    answer, _ = await looked(orders(told(an_order(9)), told(A)))
    assert [report.client_order_id for report in answer.reports] == [A.client_order_id]
    assert (answer.absent, rules(answer.strays)) == (frozenset(), ["oms_foreign_order"])


async def test_several_trades_with_one_id_are_neither_reported_nor_absent():
    answer, _ = await looked(orders(told(A), told(A, tradeKey="second"), told(B)))
    assert [report.client_order_id for report in answer.reports] == [B.client_order_id]
    assert rules(answer.strays) == ["oms_duplicate_order"]
    assert answer.strays[0].client_order_id == A.client_order_id
    assert answer.absent == {C.client_order_id}


async def test_an_order_that_is_told_twice_counts_once_and_not_at_all_where_that_differs():
    answer, _ = await looked(orders(told(A), told(A), told(B), told(B, status="Filled", unitsFilled=100)))
    assert [report.client_order_id for report in answer.reports] == [A.client_order_id]
    assert rules(answer.strays) == ["oms_contradicts_itself"]
    assert answer.absent == {C.client_order_id}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"units": 99}, "oms_terms_differ"),
        ({"portfolioId": "ACC9"}, "oms_terms_differ"),
        ({"orderKey": "another"}, "oms_order_key_changed"),
        ({"tradeKey": "another"}, "oms_order_key_changed"),
    ],
)
async def test_an_order_that_is_not_what_it_was_is_neither_reported_nor_absent(changes, rule):
    answer, _ = await looked(orders(told(A, **changes)), known(A))
    assert (answer.reports, answer.absent, rules(answer.strays)) == ((), frozenset(), [rule])


async def test_many_orders_are_asked_about_in_several_questions_and_each_once():
    many = [an_order(number) for number in range(2 * MOST_ASKED + 1)]

    def every_second(asked: Asked) -> Sequence[Step]:
        return orders(*(told(order) for order in many[::2] if order.client_order_id in set(asked.ids)))

    answer, server = await looked(every_second, *many, *many[:3])
    assert [report.client_order_id for report in answer.reports] == [order.client_order_id for order in many[::2]]
    assert answer.absent == {order.client_order_id for order in many[1::2]}
    assert sorted(len(asked.ids) for asked in server.asked) == [1, 1, MOST_ASKED, MOST_ASKED]


@pytest.mark.parametrize(
    "broken", [[RESET], said({"error": "down"}, status=503), said(b"<html>"), said({"results": []}), NOWHERE]
)
async def test_a_question_without_an_answer_spoils_no_other(broken):
    many = [an_order(number) for number in range(MOST_ASKED + 1)]

    def answer_to(asked: Asked) -> Sequence[Step]:
        return broken if len(asked.ids) == MOST_ASKED else orders(told(many[-1]))

    answer, _ = await looked(answer_to, *many)
    assert [report.client_order_id for report in answer.reports] == [many[-1].client_order_id]
    assert answer.absent == frozenset()


@pytest.mark.parametrize(
    "reply",
    [
        [RESET],
        said({"error": "down"}, status=500),
        said({"error": "slow down"}, status=429),
        said({}, status=302),
        said({"error": "who are you"}, status=401),
        said(b"<html>"),
        said([]),
        said({"batches": []}),
    ],
)
async def test_where_nothing_is_answered_nobody_knows(reply):
    with pytest.raises(NoAnswer, match="a question about orders"):
        await looked(reply)


async def cancelled(reply: Reply, *shown: object) -> tuple[OmsAnswer, WireServer]:
    routes = {"GET /orders": orders(*shown), f"POST /orders/{A.client_order_id}/cancel": reply}
    async with order_system(routes) as (system, server):
        return await system.cancel(A), server


async def test_a_cancelled_order_is_told_as_it_stands():
    answer, server = await cancelled(said(told(A, status="Cancelled", unitsFilled=30, averageFillPrice=12)))
    assert [(r.client_order_id, r.state, str(r.filled_quantity)) for r in answer.reports] == [
        (A.client_order_id, "Cancelled", "30")
    ]
    assert (answer.strays, answer.absent) == ((), frozenset())
    assert server.asked[-1].body == b""


async def test_an_order_that_it_does_not_know_is_absent_only_if_it_says_so_when_asked():
    answer, server = await cancelled(NOWHERE)
    assert answer == OmsAnswer(absent=frozenset({A.client_order_id}))
    assert server.places()[-1] == "GET /orders"
    answer, _ = await cancelled(NOWHERE, told(A, status="Filled", unitsFilled=100, averageFillPrice=12))
    assert [report.state for report in answer.reports] == ["Filled"]


async def test_where_it_refuses_to_cancel_that_is_all_that_is_said_of_the_order():
    (answer, _) = await cancelled(said({"error": "too late"}, status=409))
    assert [(each.rule, each.client_order_id) for each in answer.strays] == [(CANCEL_REFUSED, A.client_order_id)]
    assert answer == OmsAnswer(strays=answer.strays)


@pytest.mark.parametrize("status", [405, 501])
async def test_a_system_that_cannot_cancel_turns_it_down(status):
    with pytest.raises(TurnedDown, match="can't cancel") as refused:
        await cancelled(said({}, status=status))
    assert (refused.value.code, refused.value.retryable) == ("unavailable", True)


@pytest.mark.parametrize(
    "reply",
    [[RESET], said({}, status=500), said({}, status=400), said({}, status=303), said(b"half {"), said([told(A)])],
)
async def test_a_cancel_without_an_answer_leaves_open_what_became_of_it(reply):
    with pytest.raises(NoAnswer, match="the cancelling of an order"):
        await cancelled(reply)


@pytest.mark.parametrize(
    ("shown", "rule"),
    [
        ({}, "oms_wrong_shape"),
        (told(B), "oms_foreign_order"),
        (told(A, units=1), "oms_terms_differ"),
    ],
)
async def test_a_cancel_that_is_answered_with_another_order_is_set_aside(shown, rule):
    answer, _ = await cancelled(said(shown))
    assert (answer.reports, answer.absent, rules(answer.strays)) == ((), frozenset(), [rule])


async def test_nobody_there_means_that_nothing_was_asked():
    async with order_system({}) as (system, server):
        await server.stop()
        with pytest.raises(NotSent):
            await system.look([A])
        with pytest.raises(NotSent):
            await system.cancel(A)
