"""Findings say weights in as few places as a reader needs."""

from decimal import Decimal

import pytest

from trimtab.domain.frameworks.findings import CODES, Finding, meant, meant_in_percent, places_of, shown


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.6", "0.60"),
        ("0.6000", "0.60"),
        ("0.1250", "0.125"),
        ("5E+1", "50.00"),
        ("0", "0.00"),
        ("1E+999999", "1.000E+999999"),
        ("1E-999999", "1.000E-999999"),
        ("NaN", "NaN"),
    ],
)
def test_a_weight_is_shown_with_two_places_or_as_many_as_it_has(number: str, text: str) -> None:
    assert shown(Decimal(number)) == text


def test_places_are_those_that_are_needed() -> None:
    assert [places_of(Decimal(text)) for text in ("0.60", "12", "120", "0.00010")] == [1, 0, -1, 4]


@pytest.mark.parametrize(
    ("number", "fraction"), [("60", "0.6"), ("100", "1"), ("1.5", "0.015"), ("1.4", "1.4"), ("101", "101")]
)
def test_a_percent_is_taken_for_what_was_meant(number: str, fraction: str) -> None:
    assert meant(Decimal(number)) == Decimal(fraction)
    assert bool(meant_in_percent(Decimal(number))) == (number != fraction)


def test_only_narrow_bands_and_lacking_products_are_no_errors() -> None:
    severities = {code: Finding(code, "", "").severity for code in CODES}
    warnings = [code for code, severity in severities.items() if severity == "warning"]
    assert warnings == ["narrow_band", "no_product", "thin_coverage"]
