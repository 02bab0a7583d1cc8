from datetime import date

import numpy as np
import pytest

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from trimtab.domain.columns import EDGE_PCT
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.positions import Positions, build_positions


def book() -> Book:
    return make_book(
        instruments=[NewInstrument("A", 2), NewInstrument("B", 3), NewInstrument("C", 5), NewInstrument("D", 7)],
        models=[
            NewModel("Core", tolerance_pct=2, lines=(("A", 60.0), ("B", 40.0, 1.0))),
            NewModel("Other", tolerance_pct=3, lines=(("C", 100.0),)),
        ],
        portfolios=[NewPortfolio("P1", cash=10), NewPortfolio("P2", cash=20), NewPortfolio("P3", "Other", cash=30)],
        lots=[
            NewLot("P1", "C", 4, acquired=date(2021, 1, 1)),
            NewLot("P1", "A", 1, acquired=date(2022, 1, 1)),
            NewLot("P1", "A", 2, acquired=date(2020, 1, 1)),
            NewLot("P3", "C", 8),
        ],
    )


def build(*portfolio_row: int, extra: tuple[tuple[int, int], ...] = ()) -> Positions:
    return build_positions(book(), np.array(portfolio_row, dtype=np.int64), extra=extra)


def test_a_line_is_what_is_held_or_in_the_model():
    found = build(0, 1, 2)
    # P1: A and B of the model, C held; P2: the model's A and B; P3: the model's C, held.
    assert found.start.tolist() == [0, 3, 5, 6]
    assert found.portfolio.tolist() == [0, 0, 0, 1, 1, 2]
    assert found.instrument.tolist() == [0, 1, 2, 0, 1, 2]
    assert found.units.tolist() == [3, 0, 4, 0, 0, 8]
    assert found.unit_value.tolist() == [2, 3, 5, 2, 3, 5]


def test_a_held_line_outside_the_model_has_target_0_and_the_models_tolerance():
    found = build(0)
    assert found.target_pct.tolist() == [60, 40, 0]
    assert found.tolerance_pct.tolist() == [2, 1, 2]
    assert found.edge_pct == pytest.approx(found.tolerance_pct + EDGE_PCT, abs=1e-12)


def test_tax_lots_stand_in_line_order_by_date():
    found = build(0, 2)
    assert found.lot_start.tolist() == [0, 2, 2, 3, 4]
    assert book().lots.units[found.lot_row].tolist() == [2, 1, 4, 8]


def test_only_the_portfolios_that_are_asked_for_have_lines():
    found = build(2)
    assert (found.portfolio_row.tolist(), found.instrument.tolist(), found.units.tolist()) == ([2], [2], [8])
    assert (found.cash.tolist(), found.cash_tolerance_pct.tolist()) == ([30], [3])
    assert build().start.tolist() == [0]


def test_a_substitute_gets_an_empty_line_where_its_portfolio_is_there():
    found = build(0, extra=((0, 3), (1, 3)))
    assert found.instrument.tolist() == [0, 1, 2, 3]
    assert (found.units[3], found.target_pct[3], found.tolerance_pct[3]) == (0, 0, 2)
