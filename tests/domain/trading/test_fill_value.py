"""What fills come to, and what is left of an order."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.trading.fill_value import filled_value_cents, rest_value_cents, sure_filled_value_cents


def filled(quantity: str, average_price: str, *, of: str = "100", price: str = "12.50", value: str = "1250.00") -> int:
    return filled_value_cents(
        Decimal(quantity), Decimal(average_price), quantity=Decimal(of), price=Decimal(price), value=Decimal(value)
    )


def rest(filled_quantity: str, *, of: str = "100", value: str = "1250.00") -> int:
    return rest_value_cents(Decimal(of), Decimal(filled_quantity), value=Decimal(value))


def test_all_at_the_approved_price_comes_to_the_approved_value():
    assert filled("100", "12.50") == 125_000


def test_a_part_at_another_price_comes_to_what_was_really_traded():
    # 40 x 12.75 = 510.00
    assert filled("40", "12.75") == 51_000


def test_pence_and_foreign_money_take_the_rate_of_the_plan():
    # 1,000 units at 250 pence are 2,500 GBP, which were 4,875 AUD; 600 at 255 pence are 1,530 GBP.
    assert filled("600", "255", of="1000", price="250", value="4875.00") == 298_350


def test_nothing_filled_comes_to_nothing_also_without_a_price():
    assert filled("0", "0") == 0
    assert filled("0", "NaN") == 0


@pytest.mark.parametrize(("average_price", "cents"), [("0.005", 0), ("0.015", 2), ("0.025", 2), ("0.0250001", 3)])
def test_half_a_cent_goes_to_the_even_one(average_price: str, cents: int) -> None:
    assert filled("1", average_price, of="1", price="1", value="1.00") == cents


def test_a_value_beside_half_a_cent_is_not_taken_for_it():
    assert filled("1", "0." + "3" * 30, of="1", price="0.02", value="0.03") == 50
    assert filled("3", "0.33333333333333333333", of="2", price="1", value="1.01") == 50
    assert filled("3", "0.33333333333333333334", of="2", price="1", value="1.01") == 51


@pytest.mark.parametrize(
    ("filled_quantity", "cents"),
    [("0", 125_000), ("100", 0), ("40", 75_000), ("99.999999999", 1), ("0.000000001", 125_000)],
)
def test_the_rest_is_at_the_approved_price_rounded_up(filled_quantity: str, cents: int) -> None:
    assert rest(filled_quantity) == cents


def test_a_third_of_an_order_keeps_a_cent_more_rather_than_less():
    assert rest("1", of="3", value="100.00") == 6_667
    assert rest("2", of="3", value="100.00") == 3_334


quantities = st.integers(1, 10**12).map(lambda part: Decimal(part).scaleb(-3))
prices = st.integers(1, 10**9).map(lambda part: Decimal(part).scaleb(-4))
values = st.integers(1, 10**12).map(lambda cents: Decimal(cents).scaleb(-2))


@given(quantities, st.integers(0, 1_000), prices, values)
def test_what_is_filled_at_the_approved_price_and_the_rest_are_never_less_than_the_whole(quantity, part, price, value):
    done = quantity * part / 1_000
    paid = filled_value_cents(done, price, quantity=quantity, price=price, value=value)
    left = rest_value_cents(quantity, done, value=value)
    assert int(value * 100) <= paid + left <= int(value * 100) + 1


def surely_filled(
    quantity: float, average_price: float, *, of: float = 100, price: float = 12.5, value: float = 1250
) -> int | None:
    """What floats are sure of."""
    columns = map(np.array, ([quantity], [average_price], [of], [price], [value]))
    done, paid, ordered, approved, worth = columns
    cents, sure = sure_filled_value_cents(done, paid, quantity=ordered, price=approved, value=worth)
    return int(cents[0]) if sure[0] else None


def test_floats_are_sure_away_from_half_a_cent():
    assert surely_filled(40, 12.75) == 51_000
    assert surely_filled(0, 0) == 0
    assert surely_filled(1, 0.0149, of=1, price=1, value=1) == 1
    assert surely_filled(1, 0.015, of=1, price=1, value=1) is None


@pytest.mark.parametrize(("of", "price"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (1.0, -1.0), (0.0, 0.0)])
def test_of_what_was_worth_nothing_floats_say_nothing(of: float, price: float) -> None:
    assert surely_filled(1, 1, of=of, price=price) is None


def test_very_large_values_are_not_for_floats():
    assert surely_filled(1, 1, of=1, price=1, value=999_999_999) == 99_999_999_900
    assert surely_filled(1, 1, of=1, price=1, value=1_000_000_001) is None
    assert surely_filled(1e300, 1e300, of=1, price=1) is None


@given(quantities, st.integers(0, 1_000), prices, prices, values)
def test_what_floats_are_sure_of_is_right(quantity, part, price, paid, value):
    done = quantity * part / 1_000
    floats = map(float, (done, paid, quantity, price, value))
    sure = surely_filled(next(floats), next(floats), of=next(floats), price=next(floats), value=next(floats))
    assert sure in (None, filled_value_cents(done, paid, quantity=quantity, price=price, value=value))
