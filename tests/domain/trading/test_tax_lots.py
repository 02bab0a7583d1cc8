from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import build_positions
from trimtab.domain.trading.tax import TaxRule, TaxRules
from trimtab.domain.trading.tax_lots import LotFacts, cgt_wait_days, lot_facts

AU = TaxRules(
    (TaxRule(country="AU", entity="individual", benefit="discount", source="x", holding_months=12, discount_pct=50.0),)
)
# As of 2026-06-30 at $1 a unit. OLD gains 0.90, of which half is taxed: 0.45. SOON gains 0.40 and is discounted from
# 2026-07-10. LATE gains 0.20 and waits a year; LOSS lost 0.50.
OLD = NewLot("P1", "CBA", 100, acquired=date(2015, 1, 5), cost_base=10)
SOON = NewLot("P1", "CBA", 100, acquired=date(2025, 7, 9), cost_base=60)
LATE = NewLot("P1", "CBA", 100, acquired=date(2026, 6, 1), cost_base=80)
LOSS = NewLot("P1", "CBA", 100, acquired=date(2025, 7, 20), cost_base=150)
NAMES = {OLD.acquired: "old", SOON.acquired: "soon", LATE.acquired: "late", LOSS.acquired: "loss"}


def facts(*lots: NewLot, method: str = "min_gain", rules: TaxRules = AU, window_days: int = 45) -> LotFacts:
    book = make_book(instruments=[NewInstrument("CBA")], models=[NewModel()], portfolios=[NewPortfolio()], lots=lots)
    policy = Policy.model_validate({"lot_method": method, "cgt_window_days": window_days})
    return lot_facts(book, build_positions(book, np.array([0])), tax_rules=rules, policy=policy)


def order(found: LotFacts, *lots: NewLot) -> list[str]:
    by_date = sorted(lots, key=lambda lot: lot.acquired)
    return [NAMES[by_date[row].acquired] for row in found.row]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("fifo", ["old", "soon", "loss", "late"]),
        ("lifo", ["late", "loss", "soon", "old"]),
        ("hifo", ["loss", "late", "soon", "old"]),
        ("min_gain", ["loss", "late", "soon", "old"]),  # -0.50, 0.20, 0.40, 0.45
    ],
)
def test_lots_are_taken_by_the_named_method(method: str, expected: list[str]) -> None:
    lots = (OLD, SOON, LATE, LOSS)
    assert order(facts(*lots, method=method), *lots) == expected


def test_without_a_discount_the_old_lots_whole_gain_counts():
    cheap = replace(OLD, cost_base=55)  # gains 0.45, half taxed 0.225: before SOON's 0.40; in full after it
    assert order(facts(cheap, SOON), cheap, SOON) == ["old", "soon"]
    assert order(facts(cheap, SOON, rules=TaxRules()), cheap, SOON) == ["soon", "old"]


@pytest.mark.parametrize("method", ["hifo", "min_gain"])
def test_equal_lots_are_taken_by_date_whatever_float_noise_says(method: str) -> None:
    # 0.1 x 3 / 3 is a hair over 0.1.
    first = NewLot("P1", "CBA", 1, acquired=SOON.acquired, cost_base=0.1)
    second = NewLot("P1", "CBA", 3, acquired=LOSS.acquired, cost_base=0.1 * 3)
    assert second.cost_base / second.units > first.cost_base
    assert order(facts(first, second, method=method, rules=TaxRules()), first, second) == ["soon", "loss"]


def test_a_lot_of_no_units_has_no_gain():
    empty = NewLot("P1", "CBA", 0, acquired=SOON.acquired)
    assert facts(empty).wait_days.tolist() == [0]


@pytest.mark.parametrize(
    ("lot", "window_days", "days"),
    [
        (SOON, 45, 10),  # 2025-07-09 + 12 months + 1 day is 2026-07-10
        (SOON, 10, 10),
        (SOON, 9, 0),
        (OLD, 45, 0),
        (LATE, 45, 0),
        (LOSS, 45, 0),
        (replace(SOON, acquired=date(2025, 6, 30)), 45, 1),
        (replace(SOON, acquired=date(2025, 6, 29)), 45, 0),
        (replace(SOON, cost_base=99.995), 45, 0),  # half a cent of gain is none
        (replace(SOON, cost_base=99.99), 45, 10),
    ],
)
def test_a_gain_that_soon_completes_its_holding_period_waits(lot: NewLot, window_days: int, days: int) -> None:
    found = facts(lot, window_days=window_days)
    assert cgt_wait_days(found, np.array([50.0])).tolist() == [days]
    assert cgt_wait_days(found, np.array([0.0])).tolist() == [0]


@pytest.mark.parametrize(("sold", "days"), [(100.0, 0), (100.5, 10), (250.0, 10), (300.0, 10)])
def test_only_lots_that_the_sell_takes_count(sold: float, days: int) -> None:
    # min_gain takes LATE's 100 first, then SOON's, then OLD's.
    assert cgt_wait_days(facts(OLD, SOON, LATE), np.array([sold])).tolist() == [days]


def test_the_nearest_of_several_lots_is_told():
    sooner = replace(SOON, acquired=date(2025, 7, 1))
    assert cgt_wait_days(facts(SOON, sooner), np.array([200.0])).tolist() == [2]
