"""What was filled of an order, in money."""

from decimal import Decimal

import pytest

from tests.workflow.order_rows import at_work, columns_of, line_of, waiting
from trimtab.workflow.filled_values import filled_cents, filled_cents_of, filled_value


def test_what_is_filled_is_worth_what_was_traded_at_the_rate_of_the_plan():
    # 4 of 10 units at 40.50, where all ten at 40 were worth 600.
    order = at_work(filled=4, average_price=Decimal("40.50"))
    assert filled_cents(order, Decimal("600.00")) == 24_300
    assert filled_value(order, Decimal("600.00")) == Decimal("243.00")


def test_money_has_both_its_decimals():
    assert str(filled_value(at_work(filled=10), Decimal("400.00"))) == "400.00"
    assert str(filled_value(waiting(), Decimal("400.00"))) == "0.00"


def test_a_line_of_an_order_is_worth_what_the_order_is():
    order = at_work(filled=4)
    assert filled_cents(line_of(order), order.value) == filled_cents(order, order.value) == 16_000


@pytest.mark.parametrize(("quantity", "price"), [(0, 40), (10, 0), (-10, 40), (10, -40)])
def test_of_an_order_that_was_worth_nothing_it_cannot_be_told(quantity: int, price: int) -> None:
    order = at_work(filled=4, quantity=Decimal(quantity), price=Decimal(price))
    assert filled_cents(order, Decimal("400.00")) == 0
    assert filled_value(order, Decimal("400.00")) == 0


def test_of_many_orders_it_is_told_as_exactly_as_of_each():
    at_half_a_cent = at_work(filled=1, quantity=Decimal(1), price=Decimal(1), average_price=Decimal("0.025"))
    too_large = Decimal("12345678901234567890.12")
    orders = [
        at_work(filled=4, average_price=Decimal("40.50"), reported_value=Decimal("600.00")),
        at_half_a_cent.model_copy(update={"reported_value": Decimal("1.00")}),
        at_work(filled=10, reported_value=too_large),
        at_work(filled=4, quantity=Decimal(0)),
        waiting(),
    ]
    found = filled_cents_of(columns_of(*orders))
    assert found == [filled_cents(order, order.reported_value) for order in orders]
    assert found == [24_300, 2, 1_234_567_890_123_456_789_012, 0, 0]
