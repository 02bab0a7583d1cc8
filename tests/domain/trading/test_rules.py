from datetime import timedelta

import numpy as np
import pytest

from tests.oracle.book_rows import AS_OF, NewInstrument, NewLot, NewModel, NewPortfolio, make_book, one_portfolio
from trimtab.domain.columns import EDGE_PCT
from trimtab.domain.trading.book import Book, Restriction
from trimtab.domain.trading.drift import compute_drift
from trimtab.domain.trading.positions import Positions, build_positions
from trimtab.domain.trading.rules import (
    HOLD,
    NO_BUY,
    NO_SELL,
    GradualExit,
    SessionRules,
    Substituted,
    Substitution,
    lines_of,
    rule_bits,
    sell_caps,
    substitute,
    substitute_lines,
    within_wide_band,
)


def book() -> Book:
    """P1, P2 and P3 of one model, CBA 10 % and NAB 3 %; P2 isn't in the positions below."""
    return make_book(
        instruments=[NewInstrument("CBA"), NewInstrument("NAB"), NewInstrument("WBC")],
        models=[NewModel(target_cash_pct=87, tolerance_pct=2, lines=(("CBA", 10.0, 1.0), ("NAB", 3.0)))],
        portfolios=[NewPortfolio(f"P{n}", cash=95_000) for n in (1, 2, 3)],
        lots=[NewLot(f"P{n}", code, units) for n in (1, 2, 3) for code, units in (("CBA", 2_000), ("NAB", 3_000))],
    )


def positions(extra: frozenset[tuple[int, int]] = frozenset()) -> Positions:
    """Lines 0 and 1 are of P1, 2 and 3 of P3."""
    return build_positions(book(), np.array([0, 2]), extra=extra)


def swapped(*swaps: Substitution) -> Substituted:
    lines = positions(substitute_lines(book(), positions(), substitutions=swaps))
    return substitute(book(), lines, drift=compute_drift(lines), substitutions=swaps)


def test_a_rule_holds_up_to_its_day_inclusive():
    rules = tuple(
        Restriction("CBA", "hold", str(days), until=None if days is None else AS_OF + timedelta(days=days))
        for days in (None, 0, 1, -1)
    )
    assert [rule.reason for rule in SessionRules(rules).in_force(AS_OF)] == ["None", "0", "1"]


def test_rules_of_all_portfolios_and_of_one_add_up():
    rules = [
        Restriction("CBA", "do_not_buy", "all"),
        Restriction("CBA", "do_not_sell", "P3 only", account_number="P3"),
        Restriction("NAB", "hold", "P1 only", account_number="P1"),
        Restriction("NAB", "hold", "not there", account_number="P2"),
        Restriction("NAB", "hold", "beyond the last", account_number="P9"),
    ]
    assert rule_bits(book(), positions(), restrictions=rules).tolist() == [NO_BUY, HOLD, NO_BUY | NO_SELL, 0]


@pytest.mark.parametrize(("account", "rows"), [(None, [0, 2]), ("P1", [0]), ("P3", [2]), ("P2", []), ("P9", [])])
def test_the_lines_of_an_instrument_are_found(account: str | None, rows: list[int]) -> None:
    assert lines_of(book(), positions(), code="CBA", account_number=account).tolist() == rows


def test_without_a_gradual_exit_nothing_is_capped():
    assert sell_caps(book(), positions(), exits=()) is None


@pytest.mark.parametrize(
    ("exits", "caps"),
    [
        ((GradualExit("CBA", 10),), [200, np.inf, 200, np.inf]),  # 10 % of 2,000
        ((GradualExit("CBA", 50, target_units=1_500),), [500, np.inf, 500, np.inf]),  # down to 1,500
        ((GradualExit("CBA", 50, target_units=2_500),), [0, np.inf, 0, np.inf]),  # already below
        ((GradualExit("CBA", 50), GradualExit("CBA", 5, account_number="P3")), [1_000, np.inf, 100, np.inf]),
    ],
)
def test_the_strictest_gradual_exit_binds(exits: tuple[GradualExit, ...], caps: list[float]) -> None:
    found = sell_caps(book(), positions(), exits=exits)
    assert found is not None
    assert found.tolist() == caps


def test_a_substitute_takes_the_missing_share_with_the_others_band():
    # CBA 2 % of 10 % misses 8; NAB 3 of 3 now wants 11 +/- 1. It has a target of its own, so its progress is its own.
    found = swapped(Substitution("CBA", "NAB", account_number="P1"))
    assert found.drift.target_pct == pytest.approx([2, 11, 10, 3])
    assert found.drift.edge_pct - EDGE_PCT == pytest.approx([1, 1, 1, 2])
    assert found.drift.variance_pct == pytest.approx([0, -8, -8, 0])
    assert found.drift.status.tolist() == [0, -1, -1, 0]
    assert found.replaced.tolist() == [True, False, False, False]
    assert np.isnan(found.progress_pct).all()


def test_a_substitute_without_a_target_gets_a_line_and_the_progress_of_the_line_it_replaces():
    # WBC is in no model. P3's own rule goes before that for all: there NAB takes it.
    found = swapped(Substitution("CBA", "WBC"), Substitution("CBA", "NAB", account_number="P3"))
    assert found.drift.target_pct == pytest.approx([2, 3, 8, 2, 11, 0])
    assert found.progress_pct == pytest.approx([np.nan, np.nan, 20, np.nan, np.nan, np.nan], nan_ok=True)
    assert found.replaced.tolist() == [True, False, False, True, False, False]


def test_nothing_is_replaced_that_is_at_its_target():
    found = swapped(Substitution("NAB", "WBC"))
    assert not found.replaced.any()
    assert found.drift.target_pct == pytest.approx([10, 3, 0, 10, 3, 0])


def test_a_rule_for_a_portfolio_without_the_instrument_changes_nothing():
    assert substitute_lines(book(), positions(), substitutions=[Substitution("WBC", "NAB")]) == frozenset()
    assert not swapped(Substitution("WBC", "NAB")).replaced.any()
    assert not swapped().replaced.any()


@pytest.mark.parametrize(
    ("units", "target", "wide"),
    [
        (1_500, 2.0, True),  # 1.5 of 2 +/- 2 can't come under
        (1_500, 1.0, True),
        (2_500, 2.5, False),  # 0.4 would be under
        (5_000, 2.0, False),  # over: it is sold
    ],
)
def test_a_band_as_wide_as_the_target_is_told(units: float, target: float, wide: bool) -> None:
    small = one_portfolio({"CBA": (units, target)}, cash=100_000 - units, target_cash_pct=100 - target)
    found = within_wide_band(compute_drift(build_positions(small, np.array([0]))))
    assert found.tolist() == [wide]
