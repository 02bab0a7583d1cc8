"""What the demo shows a person of its orders."""

from decimal import Decimal

import pytest
from rich.console import Console

from tests.tools.scripted_orders import status_of
from trimtab.cli.demo_orders import Executed
from trimtab.cli.demo_screen import MOST_SHOWN, show_orders, show_refusal
from trimtab.domain.errors import Blocked, Problem
from trimtab.domain.trading.order_states import OrderState
from trimtab.workflow.ports.records import OrderLine, OrderSide


@pytest.fixture
def screen() -> Console:
    return Console(width=200, record=True, highlight=False, markup=False)


def line(side: OrderSide, state: OrderState, *, filled: int = 0, order_key: str = "K-1") -> OrderLine:
    """An order of 10 units."""
    return OrderLine(
        client_order_id="tt-1",
        account_number="ACC100001",
        code="CBA",
        side=side,
        quantity=Decimal(10),
        filled_quantity=Decimal(filled),
        average_price=Decimal(10),
        price=Decimal(10),
        currency="AUD",
        reported_value=Decimal(100),
        reporting_currency="AUD",
        state=state,
        cancel="",
        order_key=order_key,
        why="",
        execution_mode="simulated",
    )


LINES = (
    line("sell", "Filled", filled=10),
    line("sell", "Cancelled", filled=4),
    line("sell", "Rejected"),
    line("buy", "Cancelled", order_key=""),
)


def test_orders_are_counted_by_side_and_by_state(screen: Console) -> None:
    states = {"Cancelled": 2, "Filled": 1, "Rejected": 1}
    status = status_of(1).model_copy(update={"states": states, "done": True, "phase": "Done"})
    orders = Executed(status, LINES, ("simulated-1",))
    assert (orders.sent, orders.filled) == (3, 1)
    show_orders(screen, orders)
    shown = screen.export_text().splitlines()
    assert "Approved by the demo's simulated approvers (simulated-1)" in shown[0]
    rows = [text.split() for text in shown if text.startswith(("sells", "buys"))]
    assert rows == [
        ["sells", "3", "1", "1", "1", "400.00", "100.00", "25%"],
        ["buys", "1", "0", "0", "1", "0.00", "0.00", "0%"],
    ]
    assert "By state: Cancelled 2, Filled 1, Rejected 1" in shown
    assert "Cash effect: +100.00 AUD, sells less buys as they were filled." in shown
    assert shown[-1] == "Phase Done. Simulated: no order left this machine."


def test_orders_that_were_all_filled_need_no_states(screen: Console) -> None:
    show_orders(screen, Executed(status_of(4), LINES, ()))
    assert "By state" not in screen.export_text()


def test_a_refusal_names_every_rule_as_far_as_there_is_room(screen: Console) -> None:
    problems = [
        Problem("orders", f"Order {number} is too large", "max_order_value") for number in range(MOST_SHOWN + 2)
    ]
    show_refusal(screen, Blocked("Not approved: max_order_value.", problems=problems))
    shown = screen.export_text()
    assert shown.startswith("Not executed: Not approved: max_order_value.\n")
    assert shown.count("max_order_value: Order") == MOST_SHOWN
    assert "and 2 more" in shown
    assert "Nothing was sent" in shown
