"""How far a session's orders are, as it is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.workflow.order_rows import SYSTEM, at_work, columns_of, order_id, waiting
from trimtab.domain.errors import InvalidInput
from trimtab.domain.trading.order_states import ENDED, STATES, OrderState
from trimtab.workflow.execution_progress import BATCH_COLUMNS, TRADE_COLUMNS, Followed, execution_status
from trimtab.workflow.order_changes import ASKED
from trimtab.workflow.ports.execution import ExecutionStatus, GetExecutionStatus
from trimtab.workflow.ports.records import OrderRow, Parked

FOLLOWED = Followed(
    mode="simulated",
    phase="Executing",
    version=7,
    plan_hash="c" * 64,
    system=SYSTEM,
    killed=False,
    trouble="",
    parked=(),
)
# Reported in another currency, at 1.50 to the euro.
MONEY: Mapping[str, Any] = {"reported_value": Decimal("600.00"), "reporting_currency": "AUD"}
ORDERS = [
    at_work(1, side="sell", state="Filled", filled=10, average_price=Decimal("40.50"), **MONEY),
    at_work(2, side="sell", filled=4, **MONEY, cancel=ASKED),
    at_work(3, side="sell", state="Cancelled", filled=1, account_number="DE-78", cancel=ASKED, why="the desk", **MONEY),
    at_work(4, side="sell", state="Rejected", why="halted", **MONEY),
    at_work(5, account_number="DE-78", **MONEY),
    waiting(6, **MONEY),
]


def status(
    *orders: OrderRow, followed: Followed = FOLLOWED, cursor: str | None = None, **request: object
) -> ExecutionStatus:
    asked = GetExecutionStatus.model_validate({"session_id": "ts_one", "cursor": cursor, **request})
    return execution_status(columns_of(*orders), asked, followed=followed)


def items(found: ExecutionStatus) -> list[dict[str, object]]:
    return [dict(zip(found.items.columns, row, strict=True)) for row in found.items.rows]


def numbers(found: ExecutionStatus) -> list[object]:
    return [int(str(item["client_order_id"])[3:], 16) for item in items(found)]


def test_orders_are_counted_by_state_and_by_how_far_they_are():
    found = status(*ORDERS)
    assert found.states == {
        "Accepted": 1,
        "Cancelled": 1,
        "Filled": 1,
        "Intent": 1,
        "PartiallyFilled": 1,
        "Rejected": 1,
    }
    assert (found.trades_filled, found.trades_partially_filled, found.trades_pending) == (1, 2, 2)
    assert (found.orders, found.total, found.done) == (6, 6, False)


def test_only_buys_wait_for_cash():
    assert status(*ORDERS, waiting(7, side="sell"), waiting(8)).waiting_for_cash == 2


def test_values_are_of_what_was_really_traded_in_the_reporting_currency():
    found = status(*ORDERS)
    # 10 at 40.50, 4 at 40 and 1 at 40 are 605 EUR.
    assert found.sells.model_dump() == {"orders": 4, "ordered_value": 2400.0, "filled_value": 907.5}
    assert found.buys.model_dump() == {"orders": 2, "ordered_value": 1200.0, "filled_value": 0.0}
    assert (found.total_sell_value_filled, found.total_buy_value_filled, found.currency) == (907.5, 0.0, "AUD")


def test_cents_are_added_without_losing_any():
    orders = [
        at_work(number, state="Filled", filled=10, value=Decimal("0.1"), reported_value=Decimal("0.10"))
        for number in range(3)
    ]
    assert status(*orders).buys.filled_value == 0.3


@pytest.mark.parametrize("state", STATES)
def test_it_is_done_when_all_orders_have_ended(state: OrderState) -> None:
    assert status(ORDERS[0], waiting(2, state=state)).done == (state in ENDED)


def test_it_says_of_which_session_it_is_and_what_came_of_asking():
    found = status(*ORDERS, followed=replace(FOLLOWED, killed=True, trouble="It can't be reached.", mode="live"))
    assert (found.execution_mode, found.phase, found.version) == ("live", "Executing", 7)
    assert (found.plan_hash, found.order_system) == ("c" * 64, SYSTEM)
    assert (found.kill_switch, found.trouble) == (True, "It can't be reached.")


def test_each_trade_is_told_with_plain_numbers():
    found = status(*ORDERS, at_work(7, filled=4, quantity=Decimal("1E+1"), average_price=Decimal("40.500")))
    assert found.items.columns == TRADE_COLUMNS
    assert items(found)[-1] == {
        "client_order_id": order_id(7),
        "account_number": "DE-77",
        "code": "SAP",
        "side": "buy",
        "state": "PartiallyFilled",
        "quantity": "10",
        "filled_quantity": "4",
        "average_price": "40.5",
        "currency": "EUR",
        "filled_value": 162.0,
        "cancelling": False,
        "why": "",
    }
    assert [(item["cancelling"], item["why"]) for item in items(found)[:4]] == [
        (False, ""),
        (True, ""),
        (False, "the desk"),
        (False, "halted"),
    ]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("10.000000000", "10"),
        ("1E+3", "1000"),
        ("40.8333333333", "40.833333"),
        ("0.0000005", "0"),
        ("0.0000015", "0.000002"),
        ("123456789012345678901234.5", "123456789012345678901234.5"),
        ("0E-9", "0"),
    ],
)
def test_a_number_has_no_more_than_six_decimals_and_no_more_than_it_needs(number: str, shown: str) -> None:
    value = Decimal(number)
    (item,) = items(status(at_work(1, quantity=value, filled_quantity=value, average_price=value)))
    assert [item["quantity"], item["filled_quantity"], item["average_price"]] == [shown] * 3


def test_a_batch_is_what_the_order_system_has_of_one_account():
    found = status(*ORDERS, at_work(7, order_key="order-10", **MONEY), view="batches")
    assert found.items.columns == BATCH_COLUMNS
    assert [tuple(item.values()) for item in items(found)] == [
        ("DE-77", "order-9 order-10", 5, 1, 1, 2, 847.5, 0.0),
        ("DE-78", "order-9", 2, 0, 1, 1, 60.0, 0.0),
    ]
    assert (found.total, found.orders, found.trades_filled) == (2, 7, 1)


def test_an_account_of_which_nothing_has_left_has_no_key_of_an_order_system():
    (item,) = items(status(waiting(1), waiting(2), view="batches"))
    assert (item["account_number"], item["order_keys"], item["trades"]) == ("DE-77", "", 2)


def test_what_has_ended_can_be_left_out_of_the_list_and_is_counted_all_the_same():
    found = status(*ORDERS, open_only=True)
    assert numbers(found) == [2, 5, 6]
    assert (found.total, found.orders, found.trades_filled, found.total_sell_value_filled) == (3, 6, 1, 907.5)


def test_a_batch_is_left_out_when_all_of_it_has_ended_and_else_told_whole():
    found = status(ORDERS[0], ORDERS[3], ORDERS[4], view="batches", open_only=True)
    assert [(item["account_number"], item["order_keys"]) for item in items(found)] == [("DE-78", "order-9")]
    assert found.total == 1
    found = status(*ORDERS[:2], view="batches", open_only=True)
    assert [(item["trades"], item["trades_filled"], item["sell_value_filled"]) for item in items(found)] == [
        (2, 1, 847.5)
    ]


@given(st.lists(st.sampled_from(ORDERS), max_size=9), st.integers(1, 4), st.sampled_from(["trades", "batches"]))
def test_pages_together_are_the_whole_list(orders: Sequence[OrderRow], limit: int, view: str) -> None:
    rows, cursor = list[object](), None
    for _ in range(len(orders) + 1):
        found = status(*orders, limit=limit, view=view, cursor=cursor)
        assert found.items.rows or not orders
        rows += found.items.rows
        cursor = found.next_cursor
        if cursor is None:
            break
    whole = status(*orders, limit=1000, view=view)
    assert rows == list(whole.items.rows)
    assert len(rows) == whole.total
    assert whole.next_cursor is None


def test_orders_that_end_between_two_pages_move_no_other():
    orders = [at_work(number) for number in range(6)]
    first = status(*orders, open_only=True, limit=2)
    orders[0], orders[2] = (at_work(number, state="Filled", filled=10) for number in (0, 2))
    second = status(*orders, open_only=True, limit=2, cursor=first.next_cursor)
    orders[3] = at_work(3, state="Filled", filled=10)
    third = status(*orders, open_only=True, limit=2, cursor=second.next_cursor)
    assert [numbers(page) for page in (first, second, third)] == [[0, 1], [3, 4], [5]]
    assert [page.total for page in (first, second, third)] == [6, 4, 3]
    assert third.next_cursor is None


@given(st.data(), st.integers(1, 9), st.sampled_from(["trades", "batches"]))
def test_while_orders_end_every_one_that_stays_open_is_shown_once_and_none_twice(
    data: st.DataObject, many: int, view: str
) -> None:
    orders = [at_work(number, account_number=f"DE-{number if view == 'batches' else 1}") for number in range(many)]
    name = "account_number" if view == "batches" else "client_order_id"
    shown, cursor = list[object](), None
    for _ in range(many):
        found = status(*orders, open_only=True, view=view, limit=2, cursor=cursor)
        shown += [item[name] for item in items(found)]
        cursor = found.next_cursor
        if cursor is None:
            break
        ended = data.draw(st.sets(st.sampled_from(range(many)), max_size=3))
        orders = [
            each.model_copy(update={"state": "Expired"}) if number in ended else each
            for number, each in enumerate(orders)
        ]
    assert cursor is None
    assert len(shown) == len(set(shown))
    assert {getattr(each, name) for each in orders if each.state not in ENDED} <= set(shown)


def test_a_page_behind_the_last_is_empty():
    cursor = status(*ORDERS, limit=5).next_cursor
    assert status(*ORDERS[:2], cursor=cursor).items.rows == ()


def test_a_cursor_of_another_version_is_refused():
    cursor = status(*ORDERS, limit=2).next_cursor
    with pytest.raises(InvalidInput, match="at version 8 now; this cursor belongs to version 7"):
        status(*ORDERS, followed=replace(FOLLOWED, version=8), cursor=cursor)


def test_what_is_parked_is_told_to_the_second():
    each = Parked(parked_id="pk-1", rule="r", message="m", client_order_id=order_id(1), order_key="k", seen_at=NOON)
    (item,) = status(*ORDERS, followed=replace(FOLLOWED, parked=(each,))).parked
    assert item.model_dump() == {
        "rule": "r",
        "message": "m",
        "client_order_id": order_id(1),
        "order_key": "k",
        "seen_at": "2026-03-02T12:00:00+00:00",
    }


def test_without_orders_nothing_is_pending():
    found = status()
    assert (found.orders, found.total, found.done, found.currency, found.items.rows) == (0, 0, True, "", ())
