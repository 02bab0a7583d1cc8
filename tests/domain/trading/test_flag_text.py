from decimal import Decimal

import pytest
from hypothesis import given

from tests.formatters.hostile import hostile
from trimtab.domain.trading.flag_text import (
    Flag,
    cgt_flag,
    dip_flag,
    dividend_flag,
    parse_flag,
    sector_flag,
)


@pytest.mark.parametrize(
    ("days", "amount", "expected"),
    [
        (8, 2.4, "div:8d/$2.40"),
        (1, 1234.5, "div:1d/$1234.50"),
        (14, 0.1, "div:14d/$0.10"),
        (14, 0.0999, "div:14d/$0.0999"),
        (3, 0.025, "div:3d/$0.0250"),
        (3, Decimal("0.05"), "div:3d/$0.0500"),
    ],
)
def test_a_dividend_says_days_and_amount_per_share(days, amount, expected):
    assert dividend_flag(days, amount) == expected


@pytest.mark.parametrize(("return_1m_pct", "expected"), [(-8.0, "dip:-8%"), (-12.6, "dip:-13%"), (-0.3, "dip:0%")])
def test_a_dip_is_in_whole_percent(return_1m_pct, expected):
    assert dip_flag(return_1m_pct) == expected


def test_a_holding_period_is_in_days():
    assert cgt_flag(12) == "cgt:12d"


@pytest.mark.parametrize(
    ("sector", "expected"),
    [
        ("Materials", "sec:Materials"),
        ("Oil, Gas & Coal: (Upstream)", "sec:Oil Gas & Coal Upstream"),
        ("Tech\n=== X ===", "sec:Tech === X ==="),
        ("A,tol:9.0", "sec:A tol 9.0"),
        ("x" * 200, "sec:" + "x" * 75 + "…"),
    ],
)
def test_a_sector_name_cannot_end_its_flag_or_forge_another(sector, expected):
    assert sector_flag(sector) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("div", Flag("div", "div")),
        ("div:8d/$2.40", Flag("div", "div:8d/$2.40")),
        (" DIV : 8d/$2.40\n", Flag("div", "div:8d/$2.40")),
        ("dip:", Flag("dip", "dip")),
        ("dividend_approaching", Flag("div", "div")),
        ("price_dip", Flag("dip", "dip")),
        ("cgt_threshold", Flag("cgt", "cgt")),
        ("tolerance_concern", Flag("tol", "tol")),
        ("tol:1.0", Flag("tol", "tol:1.0")),
        ("sec:Real Estate", Flag("sec", "sec:Real Estate")),
        ("cash", Flag("cash", "cash")),
        ("momentum", None),
        ("", None),
    ],
)
def test_a_cited_flag_is_understood_by_kind_in_full_or_by_its_long_name(text, expected):
    assert parse_flag(text) == expected


@pytest.mark.parametrize(
    ("cited", "present", "expected"),
    [
        ("div", "div:8d/$2.40", True),
        ("dividend_approaching", "div:8d/$2.40", True),
        ("div:8d/$2.40", "div:8d/$2.40", True),
        ("div:9d/$2.40", "div:8d/$2.40", False),
        ("div", "dip:-8%", False),
        ("cash", "cash", True),
    ],
)
def test_a_kind_alone_cites_every_flag_of_its_kind(cited, present, expected):
    flag = parse_flag(cited)
    assert flag is not None
    assert flag.cites(present) is expected


@given(hostile)
def test_a_sectors_flag_is_understood_as_what_was_written(sector):
    flag = sector_flag(sector)
    assert len(flag) <= 80
    assert not set(flag[4:]) & set(',:\n|"()')
    assert parse_flag(flag) == Flag("sec", flag if flag != "sec:" else "sec")
