from pathlib import Path

import pytest

from trimtab.domain import columns

PAGE = Path(__file__).parents[2] / "docs" / "trading-maths.md"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("EDGE_PCT", "1e-9 points (`EDGE_PCT`)"),
        ("UNIT", "1e-9 of a lot (`UNIT`)"),
        ("MONEY", "1e-6 of money (`MONEY`)"),
    ],
)
def test_the_allowances_are_those_of_the_page(name: str, written: str) -> None:
    assert written in PAGE.read_text(encoding="utf-8")
    assert getattr(columns, name) == float(written.partition(" ")[0])


def test_money_is_compared_to_half_a_cent():
    assert "one of money half a cent" in PAGE.read_text(encoding="utf-8")
    assert columns.CENT / 2 == 0.005
