from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.decimal_text import fixed, rounded


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (8.5, 1, "8.5"),
        (6, 1, "6.0"),
        (0.25, 1, "0.2"),
        (0.35, 1, "0.4"),
        (0.15, 1, "0.2"),
        (-0.25, 1, "-0.2"),
        (-0.04, 1, "0.0"),
        (-0.0, 1, "0.0"),
        (-0.5, 0, "0"),
        (2.5, 0, "2"),
        (3.5, 0, "4"),
        (-4147.49, 0, "-4147"),
        (Decimal("2.345"), 2, "2.34"),
        (1e22, 0, "10000000000000000000000"),
        (1e-300, 4, "0.0000"),
    ],
)
def test_numbers_round_half_to_even_as_the_decimals_they_are(value, places, expected):
    assert fixed(value, places) == expected


def test_the_noise_of_a_subtraction_does_not_decide_a_tie():
    assert 8.05 - 6 != 2.05
    assert fixed(8.05 - 6, 1) == fixed(2.05, 1) == "2.0"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(ValueError, match="give a finite number, or None"):
        fixed(value, 1)


def test_the_caller_s_decimal_context_changes_nothing():
    with localcontext(prec=3):
        assert fixed(123456.75, 1) == "123456.8"


@given(st.integers(-(10**12), 10**12))
def test_what_already_has_the_places_stays_itself(tenths):
    assert rounded(tenths / 10, 1) == Decimal(tenths).scaleb(-1)
