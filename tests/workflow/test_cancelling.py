"""What cancelling does to the orders of a session."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.order_rows import at_work, order_id, sent_out, waiting
from trimtab.domain.trading.order_states import ENDED, STATES, OrderState
from trimtab.workflow.cancelling import cancelled_rows, unknown_orders, without
from trimtab.workflow.order_changes import ASKED
from trimtab.workflow.ports.execution import CancelOrders
from trimtab.workflow.ports.records import OrderRow

WHY = "Cancelled: the client called"
SESSION_ORDERS = [
    waiting(1),
    sent_out(2),
    sent_out(3, state="Intent"),
    at_work(4),
    at_work(5, filled=4, cancel=ASKED, why=WHY),
    at_work(6, state="Filled", filled=10),
    waiting(7, state="Cancelled"),
]


def request(*numbers: int) -> CancelOrders:
    """To cancel these orders, or all."""
    named = tuple(map(order_id, numbers)) or None
    return CancelOrders(session_id="ts_one", reason="the client called", client_order_ids=named)


def numbers(rows: Iterable[OrderRow]) -> list[int]:
    return [int(row.client_order_id[3:], 16) for row in rows]


def test_an_order_that_never_left_is_cancelled_here():
    assert without(waiting(), why="w") == waiting(state="Cancelled", why="w")


@pytest.mark.parametrize("state", ["Submitted", "Unknown", "Accepted", "PartiallyFilled"])
def test_an_order_that_may_be_at_the_order_system_is_marked_with_the_reason_and_stays_in_its_state(
    state: OrderState,
) -> None:
    assert without(sent_out(state=state, why="before"), why="w") == sent_out(state=state, why="w", cancel=ASKED)


def test_an_order_that_was_to_be_sent_again_is_cancelled_and_marked_as_it_may_arrive_all_the_same():
    order = sent_out(state="Intent")
    assert without(order, why="w") == order.model_copy(update={"state": "Cancelled", "why": "w", "cancel": ASKED})


def test_all_orders_of_a_session_are_cancelled_and_counted():
    rows, counts = cancelled_rows(SESSION_ORDERS, request())
    assert numbers(rows) == [1, 2, 3, 4]
    assert [(row.state, row.cancel) for row in rows] == [
        ("Cancelled", ""),
        ("Submitted", ASKED),
        ("Cancelled", ASKED),
        ("Accepted", ASKED),
    ]
    assert {row.why for row in rows} == {WHY}
    assert dict(counts) == {"orders": 7, "cancelled": 2, "asked": 3, "ended": 2}


def test_only_the_orders_that_are_named_are_cancelled_however_often_each_is_named():
    rows, counts = cancelled_rows(SESSION_ORDERS, request(4, 6, 4))
    assert numbers(rows) == [4]
    assert dict(counts) == {"orders": 2, "asked": 1, "ended": 1}


def test_orders_that_the_session_does_not_have_are_told_once_in_the_order_given():
    ids = [order.client_order_id for order in SESSION_ORDERS]
    assert unknown_orders(request(), ids) == []
    assert unknown_orders(request(7, 1), ids) == []
    assert unknown_orders(request(9, 1, 8, 9), ids) == [order_id(9), order_id(8)]


@given(st.lists(st.tuples(st.sampled_from(STATES), st.booleans())))
def test_the_same_call_again_changes_nothing_and_no_order_is_left_that_could_be_sent(
    drawn: list[tuple[OrderState, bool]],
) -> None:
    def made(number: int, state: OrderState, has_left: bool) -> OrderRow:
        is_new = state == "Intent" and not has_left
        return (waiting if is_new else sent_out)(number, state=state)

    orders = [made(number, *facts) for number, facts in enumerate(drawn)]
    rows, first = cancelled_rows(orders, request())
    changed = {row.client_order_id: row for row in rows}
    then = [changed.get(order.client_order_id, order) for order in orders]
    assert all(order.state in ENDED or order.cancel for order in then)
    assert all(order.state != "Intent" for order in then)
    again, second = cancelled_rows(then, request())
    assert again == []
    assert second["asked"] == first["asked"]
    assert second["ended"] == first["ended"] + first["cancelled"]
