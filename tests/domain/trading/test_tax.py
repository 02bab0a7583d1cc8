"""Holding periods and discounts: whole columns agree with the calendar, day by day."""

import calendar
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.trading.tax import Benefit, TaxRule, TaxRules

AU, US, GB = ("AU", "individual"), ("US", "individual"), ("GB", "individual")
PAIRS = [AU, US, GB]


def rule(pair: tuple[str, str] = AU, *, benefit: Benefit = "discount", **fields: object) -> TaxRule:
    known: dict = {"holding_months": 12, "discount_pct": 50.0 if benefit == "discount" else 0.0, **fields}
    return TaxRule(country=pair[0], entity=pair[1], benefit=benefit, source="a source", **known)


RULES = TaxRules(
    (
        rule(benefit="none", valid_from=date(2027, 7, 1)),
        rule(valid_from=date(1999, 9, 21), valid_until=date(2027, 6, 30)),
        rule(US, benefit="rate"),
        rule(GB, benefit="none"),
    )
)


def qualifies(pair: tuple[str, str], acquired: str, *, rules: TaxRules = RULES) -> str:
    days = rules.table(PAIRS).qualifies_from(np.array([PAIRS.index(pair)]), np.array([acquired], "M8[D]"))
    return str(days[0])


def discount(pair: tuple[str, str], day: str, *, rules: TaxRules = RULES) -> float:
    return float(rules.table(PAIRS).discount_pct(np.array([PAIRS.index(pair)]), np.datetime64(day, "D"))[0])


@pytest.mark.parametrize(
    ("acquired", "first"),
    [
        ("2025-02-02", "2026-02-03"),
        ("2024-02-29", "2025-03-01"),
        ("2023-02-28", "2024-02-29"),
        ("2025-12-31", "2027-01-01"),
        ("2026-06-29", "2027-06-30"),
    ],
)
def test_the_benefit_begins_a_day_after_the_months_are_over(acquired: str, first: str) -> None:
    assert qualifies(AU, acquired) == first


def test_a_day_that_does_not_exist_becomes_the_months_last() -> None:
    half_a_year = TaxRules((rule(holding_months=6),))
    assert qualifies(AU, "2025-08-31", rules=half_a_year) == "2026-03-01"
    assert qualifies(AU, "2025-03-31", rules=half_a_year) == "2025-10-01"


def test_a_rule_that_ends_before_the_period_is_complete_grants_nothing() -> None:
    assert qualifies(AU, "2026-06-30") == "NaT"


def test_a_rule_that_is_not_yet_in_force_grants_nothing() -> None:
    assert qualifies(AU, "1998-09-19") == "NaT"
    assert qualifies(AU, "1998-09-20") == "1999-09-21"


def test_a_lower_rate_has_a_first_day_and_no_discount() -> None:
    assert qualifies(US, "2025-01-15") == "2026-01-16"
    assert discount(US, "2026-01-16") == 0


def test_where_a_rule_says_none_or_there_is_no_rule_nothing_is_granted() -> None:
    assert qualifies(GB, "2020-01-01") == "NaT"
    assert qualifies(AU, "2020-01-01", rules=TaxRules()) == "NaT"
    assert discount(GB, "2020-01-01") == 0
    assert discount(AU, "2020-01-01", rules=TaxRules()) == 0


@pytest.mark.parametrize(
    ("day", "pct"), [("1999-09-20", 0), ("1999-09-21", 50), ("2027-06-30", 50), ("2027-07-01", 0), ("NaT", 0)]
)
def test_the_discount_is_that_of_the_rule_in_force_on_the_day(day: str, pct: float) -> None:
    assert discount(AU, day) == pct


def test_of_rules_with_other_periods_the_earliest_day_counts() -> None:
    changed = TaxRules((rule(valid_until=date(2025, 12, 31), holding_months=24), rule(valid_from=date(2026, 1, 1))))
    assert qualifies(AU, "2023-06-15", rules=changed) == "2025-06-16"
    assert qualifies(AU, "2024-06-15", rules=changed) == "NaT"
    assert qualifies(AU, "2025-06-15", rules=changed) == "2026-06-16"


def test_a_book_without_portfolios_or_lots_is_fine() -> None:
    none, no_day = np.zeros(0, dtype=np.int64), np.zeros(0, dtype="M8[D]")
    assert RULES.table([]).qualifies_from(none, no_day).shape == (0,)
    assert RULES.table(PAIRS).qualifies_from(none, no_day).shape == (0,)
    assert RULES.table([]).discount_pct(none, no_day).shape == (0,)


def first_day(acquired: date, months: int) -> date:
    """The rule once more, for one lot."""
    year, month = divmod(acquired.year * 12 + acquired.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(acquired.day, last)) + timedelta(days=1)


days = st.dates(date(1990, 1, 1), date(2040, 1, 1))


@given(
    lots=st.lists(st.tuples(st.integers(0, 2), days), min_size=1, max_size=30),
    ends=st.lists(days, min_size=3, max_size=3),
    months=st.lists(st.integers(0, 40), min_size=3, max_size=3),
)
def test_columns_agree_with_a_plain_computation(
    lots: list[tuple[int, date]], ends: list[date], months: list[int]
) -> None:
    terms = list(zip(ends, months, strict=True))
    rules = TaxRules(
        tuple(
            rule(pair, valid_until=end, holding_months=n, discount_pct=n)
            for pair, (end, n) in zip(PAIRS, terms, strict=True)
        )
    )
    pair = np.array([each for each, _ in lots])
    acquired = np.array([day for _, day in lots], dtype="M8[D]")
    table = rules.table(PAIRS)
    firsts = [first_day(day, terms[each][1]) for each, day in lots]
    assert table.qualifies_from(pair, acquired).tolist() == [
        first if first <= terms[each][0] else None for (each, _), first in zip(lots, firsts, strict=True)
    ]
    assert table.discount_pct(pair, acquired).tolist() == [
        terms[each][1] if day <= terms[each][0] else 0 for each, day in lots
    ]
