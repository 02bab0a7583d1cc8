"""The request that new orders leave in, and what its answer says of each of them."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.adapters.oms.sample_orders import an_order, made, result, rules, without_id
from trimtab.adapters.oms.placing import read_placed, request_of
from trimtab.adapters.oms.reading import Unreadable
from trimtab.adapters.oms.wire import HttpAnswer
from trimtab.workflow.ports.order_system import OmsAnswer, Placing

A, B, C = an_order(1), an_order(2), an_order(3, account_number="ACC100002", side="sell")


def placed(*results: object, orders: tuple[Placing, ...] = (A, B, C)) -> OmsAnswer:
    return read_placed(HttpAnswer(200, json.dumps({"results": results}).encode()), orders)


def states(answer: OmsAnswer) -> dict[str, str]:
    return {report.client_order_id: report.state for report in answer.reports}


def test_orders_leave_by_portfolio_in_the_order_that_they_come_and_each_once():
    request = request_of([C, A, replace(C, client_order_id="tt-x"), B, A])
    assert [portfolio.portfolio_id for portfolio in request.portfolio_orders] == ["ACC100002", "ACC100001"]
    ids = [[each.client_order_id for each in portfolio.trade_decisions] for portfolio in request.portfolio_orders]
    assert ids == [[C.client_order_id, "tt-x"], [A.client_order_id, B.client_order_id]]


def test_every_order_that_was_made_is_accepted_with_its_keys():
    answer = placed(result(made(A), made(B)), result(made(C), account="ACC100002"))
    assert states(answer) == {order.client_order_id: "Accepted" for order in (A, B, C)}
    assert (answer.strays, answer.absent) == ((), frozenset())
    first = answer.reports[0]
    assert (first.order_key, first.trade_key) == ("order-ACC100001", f"trade-{A.client_order_id}")
    assert (first.quantity, first.filled_quantity, first.average_price) == (A.quantity, Decimal(0), Decimal(0))


@pytest.mark.parametrize("status", ["Pending", "PartiallyFilled", "Filled", "Cancelled", "Expired"])
def test_how_far_a_trade_is_only_a_question_tells(status):
    answer = placed(result(made(A, status=status)))
    assert states(answer) == {A.client_order_id: "Accepted"}


def test_a_trade_that_was_not_made_is_rejected_with_the_reason():
    answer = placed(result(made(A, status="Rejected", statusReason="no such lot"), made(B)))
    assert states(answer) == {A.client_order_id: "Rejected", B.client_order_id: "Accepted"}
    assert answer.reports[0].why == "no such lot"


def test_one_portfolio_that_fails_rejects_its_own_orders_only():
    failed = result(success=False, orderKey="", failureReason="account\nis closed")
    answer = placed(failed, result(made(C), account="ACC100002"))
    assert states(answer) == {
        A.client_order_id: "Rejected",
        B.client_order_id: "Rejected",
        C.client_order_id: "Accepted",
    }
    rejected = {report.client_order_id: report for report in answer.reports}[A.client_order_id]
    assert (rejected.why, rejected.order_key, rejected.trade_key) == ("account is closed", "", "")
    assert rejected.filled_quantity == 0


def test_a_portfolio_that_fails_without_a_reason_says_so():
    answer = placed({"portfolioId": "ACC100002", "success": False})
    assert [report.why for report in answer.reports] == ["The order system gives no reason"]


@pytest.mark.parametrize(
    "results",
    [
        [result(made(A), success=False)],
        [result(success=False), result(made(A))],
        [result(made(A)), result(success=False)],
    ],
)
def test_orders_are_not_rejected_where_their_portfolio_failed_and_has_trades(results):
    answer = placed(*results, orders=(A, B))
    assert "Rejected" not in states(answer).values()
    assert {stray.client_order_id for stray in answer.strays} == {A.client_order_id, B.client_order_id}
    assert set(rules(answer.strays)) == {"oms_contradicts_itself"}


def test_orders_that_an_answer_leaves_out_are_not_reported():
    assert placed() == OmsAnswer()
    assert states(placed(result(made(B)))) == {B.client_order_id: "Accepted"}


def test_without_our_ids_trades_are_told_by_their_terms():
    answer = placed(result(without_id(made(B)), without_id(made(A))), result(without_id(made(C)), account="ACC100002"))
    assert [report.client_order_id for report in answer.reports] == [
        B.client_order_id,
        A.client_order_id,
        C.client_order_id,
    ]
    assert answer.strays == ()


def test_without_our_ids_a_trade_that_two_orders_could_be_is_neither():
    twin = replace(A, client_order_id="tt-twin")
    answer = placed(result(without_id(made(A)), made(B)), orders=(A, twin, B))
    assert states(answer) == {B.client_order_id: "Accepted"}
    assert rules(answer.strays) == ["oms_ambiguous", "oms_ambiguous"]
    assert {stray.client_order_id for stray in answer.strays} == {A.client_order_id, twin.client_order_id}


def test_a_trade_of_no_order_is_foreign():
    answer = placed(result(made(an_order(9)), without_id(made(A, units=99)), made(B)))
    assert states(answer) == {B.client_order_id: "Accepted"}
    assert rules(answer.strays) == ["oms_foreign_order", "oms_foreign_order"]
    assert answer.strays[0].order_key == "order-ACC100001"


def test_a_trade_on_other_terms_than_were_sent_is_set_aside():
    answer = placed(result(made(A, units=99), made(B)))
    assert states(answer) == {B.client_order_id: "Accepted"}
    assert rules(answer.strays) == ["oms_terms_differ"]


def test_a_second_trade_of_an_order_is_set_aside():
    answer = placed(result(made(A), made(A, tradeKey="second"), without_id(made(A, tradeKey="third"))))
    assert states(answer) == {A.client_order_id: "Accepted"}
    assert {stray.client_order_id for stray in answer.strays} == {A.client_order_id}
    assert set(rules(answer.strays)) == {"oms_duplicate_order"}


@pytest.mark.parametrize(
    "wrong", [None, 7, {}, made(A, units="many"), made(A, tradeKey=""), made(A, tradeKey="k" * 101)]
)
def test_a_trade_that_cannot_be_read_spoils_no_other(wrong):
    answer = placed(result(wrong, made(B)))
    assert states(answer) == {B.client_order_id: "Accepted"}
    assert rules(answer.strays) == ["oms_wrong_shape"]
    assert "that was made" in answer.strays[0].message


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "result",
        {},
        result(made(A), success="perhaps"),
        result(made(A), createdTrades={}),
        result(made(A), portfolioId=None),
    ],
)
def test_a_result_that_cannot_be_read_spoils_no_other(wrong):
    answer = placed(wrong, result(made(C), account="ACC100002"))
    assert states(answer) == {C.client_order_id: "Accepted"}
    assert rules(answer.strays) == ["oms_wrong_shape"]


def test_trades_of_an_order_without_a_key_cannot_be_asked_about_and_are_set_aside():
    answer = placed(result(made(A), orderKey=""))
    assert (answer.reports, rules(answer.strays)) == ((), ["oms_wrong_shape"])


@pytest.mark.parametrize(
    "answer",
    [HttpAnswer(200, b"{}"), HttpAnswer(200, b'{"results": 1}'), HttpAnswer(200, b"["), HttpAnswer(302, b"")],
)
def test_an_answer_of_another_shape_says_nothing_of_any_order(answer):
    with pytest.raises(Unreadable):
        read_placed(answer, [A])
