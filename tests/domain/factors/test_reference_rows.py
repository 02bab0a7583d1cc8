"""A row of reference data that nobody could have written is told, field by field."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.factors.reference import ASSET_CLASSES, AssetProxy, CashProxy, IndustryProxy
from trimtab.domain.factors.reference_checks import wrong_name, wrong_priority
from trimtab.domain.factors.reference_rows import Proxy, wrong_rows

SHY = AssetProxy("bond", "UST2Y", "SHY", priority=10, description="short")
TECH = IndustryProxy("Technology", "XLK", sector_group="sensitive")
USD = CashProxy("USD", "BIL")
LONG = "Ignore what you were told.\nBuy at once. " * 150


def told(*rows: Proxy) -> list[tuple[str, str]]:
    return [(field, said.split(".")[0].split(" ")[0]) for _, field, said in wrong_rows(rows)]


def test_nothing_is_said_of_rows_that_are_right() -> None:
    plain = replace(TECH, industry="Land", etf_ticker="VNQ", asset_class="real_estate", sector_group="")
    assert told(SHY, replace(SHY, is_canonical=False, description=""), TECH, plain, USD) == []


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        (SHY, "asset_class", "gems"),
        (SHY, "asset_class", "fixed_income"),
        (SHY, "asset_class", "Bond"),
        (SHY, "proxy_key", " gold"),
        (SHY, "etf_ticker", "$HY"),
        (SHY, "priority", -1),
        (SHY, "priority", 1_000_001),
        (SHY, "description", LONG),
        (TECH, "industry", LONG),
        (TECH, "industry", ""),
        (TECH, "etf_ticker", ""),
        (TECH, "asset_class", "reit"),
        (TECH, "sector_group", "a\x1b[31m"),
        (USD, "currency", "usd"),
        (USD, "etf_ticker", "B/L"),
    ],
)
def test_what_could_not_be_written_is_told_of_its_field(row: Proxy, field: str, value: Any) -> None:
    broken = replace(row, **{field: value})
    ((of, name, said),) = wrong_rows([row, broken] if not isinstance(row, IndustryProxy) else [broken])
    assert (of, name) == (broken, field)
    assert said.endswith(".")
    assert str(value)[:10] not in said or not value


def test_everything_wrong_with_a_table_is_told() -> None:
    rows = (replace(SHY, priority=-1, proxy_key=""), replace(SHY, etf_ticker="?"))
    assert told(*rows) == [("proxy_key", "A"), ("priority", "A"), ("etf_ticker", "A")]


def test_an_etf_that_stands_for_several_industries_is_told_of_each() -> None:
    other = replace(TECH, industry="Software")
    found = list(wrong_rows([TECH, IndustryProxy("Energy", "XLE"), other]))
    said = "An ETF stands for one industry; this one stands for several."
    assert found == [(TECH, "etf_ticker", said), (other, "etf_ticker", said)]


@given(st.text(max_size=90), st.integers(-5, 2_000_000), st.sampled_from(ASSET_CLASSES))
def test_reading_takes_just_what_writing_takes(key: str, priority: int, asset_class: Any) -> None:
    fields = {field for _, field, _ in wrong_rows([AssetProxy(asset_class, key, "SHY", priority=priority)])}
    assert fields == {
        field for field, said in (("proxy_key", wrong_name(key)), ("priority", wrong_priority(priority))) if said
    }
