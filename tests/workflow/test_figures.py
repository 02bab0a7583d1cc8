"""How numbers leave the workflow."""

import pytest

from trimtab.workflow.figures import money, points, quantity


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.005, "1.0"), (0.125, "0.12"), (0.135, "0.14"), (-0.001, "0.0"), (1e9 + 0.005, "1000000000.0")],
)
def test_money_is_in_cents_half_to_even_and_never_minus_zero(value: float, text: str) -> None:
    assert str(money(value)) == text


def test_percentages_have_4_decimals() -> None:
    assert (points(33.333_333), points(-1e-9)) == (33.3333, 0)


@pytest.mark.parametrize(
    ("units", "text"),
    [(120.0, "120"), (0.5, "0.5"), (1_000_000.0, "1000000"), (0.0, "0"), (1e-7, "0"), (12.345_678_9, "12.345679")],
)
def test_quantities_are_plain_decimal_text(units: float, text: str) -> None:
    assert quantity(units) == text
