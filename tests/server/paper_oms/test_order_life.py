"""An order's life: parts in whole lots that make the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.server.paper_oms.order_life import drawn_parts


def parts_of(units: str, lot_size: str, *, subject: str = "tt-1", most: int = 3, least: int = 1) -> tuple[Decimal, ...]:
    return drawn_parts(Decimal(units), Decimal(lot_size), seed=5, subject=subject, most_parts=most, least_parts=least)


@given(
    st.decimals("0.001", "100000", places=3),
    st.sampled_from(["1", "10", "0.25"]),
    st.text(max_size=5),
    st.integers(1, 5),
    st.integers(1, 3),
)
def test_parts_are_whole_lots_but_for_the_last_and_make_the_whole(
    units: Decimal, lot_size: str, subject: str, most: int, least: int
) -> None:
    parts = parts_of(str(units), lot_size, subject=subject, most=most, least=least)
    assert sum(parts) == units
    assert all(part > 0 for part in parts)
    assert all(part % Decimal(lot_size) == 0 for part in parts[:-1])
    lots = int(units // Decimal(lot_size))
    assert min(least, max(lots, 1)) <= len(parts) <= max(most, least)


def test_the_number_of_parts_differs_from_order_to_order_and_is_always_the_same_for_one() -> None:
    counts = [len(parts_of("1000", "10", subject=f"tt-{number}")) for number in range(60)]
    assert set(counts) == {1, 2, 3}
    assert counts == [len(parts_of("1000", "10", subject=f"tt-{number}")) for number in range(60)]


@pytest.mark.parametrize(("units", "lot_size"), [("10", "10"), ("9", "10"), ("0.5", "1")])
def test_one_lot_is_one_part_even_where_more_are_wanted(units: str, lot_size: str) -> None:
    assert parts_of(units, lot_size, least=3) == (Decimal(units),)


def test_what_is_no_whole_lot_goes_with_the_last_part() -> None:
    first, second = parts_of("20.7", "10", most=2, least=2)
    assert (first, second) == (Decimal(10), Decimal("10.7"))
