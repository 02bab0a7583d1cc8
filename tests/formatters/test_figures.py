import pytest

from trimtab.formatters.figures import days, difference_pct, money, points, signed_pct, tenths


@pytest.mark.parametrize(
    ("value", "expected"),
    [(500_000, "$500,000"), (-1234.5, "-$1,234"), (0.4, "$0"), (-0.4, "$0"), (18664713, "$18,664,713")],
)
def test_money_is_whole_with_thousands(value, expected):
    assert money(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(9.0, "+9%"), (-1.6, "-2%"), (0.0, "0%"), (-0.4, "0%"), (0.5, "0%"), (None, "")]
)
def test_returns_carry_their_sign_but_never_minus_zero(value, expected):
    assert signed_pct(value) == expected


def test_a_missing_return_may_have_a_word():
    assert signed_pct(None, "n/a") == "n/a"


@pytest.mark.parametrize(
    ("value", "other", "expected"),
    [(1.4, 0.6, "+1%"), (1.4, 1.6, "0%"), (-4.0, 1.0, "-5%"), (None, 1.0, ""), (1.0, None, "")],
)
def test_a_difference_is_taken_before_rounding(value, other, expected):
    assert difference_pct(value, other) == expected


def test_points_have_one_decimal_and_tenths_are_whole():
    assert (points(8.46), points(-0.01), tenths(8.46), tenths(-0.01)) == ("8.5", "0.0", 85, 0)


def test_days_are_empty_where_there_are_none():
    assert (days(8), days(None)) == ("8d", "")
