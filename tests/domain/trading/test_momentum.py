from datetime import timedelta

import numpy as np
import pytest

from tests.oracle.book_rows import AS_OF, UNKNOWN, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from trimtab.domain.trading.flags import event_facts
from trimtab.domain.trading.momentum import build_momentum
from trimtab.domain.trading.overview import ExchangeMomentum, InstrumentMomentum, Returns
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import build_positions


def stock(code: str, *, sector: str, month: float, exchange: str = "ASX", ex_days: int | None = None) -> NewInstrument:
    return NewInstrument(
        code,
        sector=sector,
        exchange=exchange,
        ex_date=None if ex_days is None else AS_OF + timedelta(days=ex_days),
        dividend_per_share=1.0,
        return_12m_pct=UNKNOWN,
        return_6m_pct=month * 2,
        return_1m_pct=month,
    )


def markets() -> tuple[ExchangeMomentum, ...]:
    """A and B are Banks, held 3,000 and 1,000; C and D are Energy, in the model only; E is on the NYSE, no return."""
    book = make_book(
        instruments=[
            stock("A", sector="Banks", month=8.0, ex_days=5),
            stock("B", sector="Banks", month=-4.0),
            stock("C", sector="Energy", month=1.0),
            stock("D", sector="Energy", month=3.0),
            stock("E", sector="Banks", month=UNKNOWN, exchange="NYSE"),
            stock("F", sector="Banks", month=99.0),
        ],
        models=[NewModel(lines=(("C", 1.0), ("D", 1.0)))],
        portfolios=[NewPortfolio("P1"), NewPortfolio("P2")],
        lots=[NewLot("P1", "A", 1_000), NewLot("P2", "A", 2_000), NewLot("P1", "B", 1_000), NewLot("P1", "E", 10)],
    )
    positions = build_positions(book, np.array([0, 1]))
    return build_momentum(
        book,
        positions,
        events=event_facts(book, Policy()),
        sells=np.array([2, 0, 0, 0, 0, 0]),
        buys=np.array([0, 1, 0, 0, 0, 0]),
    )


def month(returns: Returns) -> float | None:
    return returns.return_1m_pct


def test_instruments_with_a_line_stand_under_sector_and_exchange():
    found = {
        exchange.code: {sector.name: [i.symbol for i in sector.instruments] for sector in exchange.sectors}
        for exchange in markets()
    }
    assert found == {"ASX": {"Banks": ["A", "B"], "Energy": ["C", "D"]}, "NYSE": {"Banks": ["E"]}}


def test_an_instrument_has_its_returns_its_ex_date_and_its_pending_trades():
    first, second = markets()[0].sectors[0].instruments
    assert first == InstrumentMomentum("A", Returns(None, 16.0, 8.0), ex_dividend_days=5, sells=2, buys=0)
    assert second == InstrumentMomentum("B", Returns(None, -8.0, -4.0), ex_dividend_days=None, sells=0, buys=1)


def test_a_mean_is_weighted_by_what_the_book_holds_and_equal_where_nothing_is_held():
    banks, energy = markets()[0].sectors
    assert month(banks.returns) == pytest.approx((8.0 * 3_000 - 4.0 * 1_000) / 4_000)
    assert month(energy.returns) == pytest.approx((1.0 + 3.0) / 2)
    # On the exchange only A and B are held.
    assert month(markets()[0].returns) == pytest.approx(5.0)


def test_what_nobody_knows_is_none():
    nyse = markets()[1]
    assert nyse.returns == nyse.sectors[0].returns == Returns(None, None, None)
    assert markets()[0].returns.return_12m_pct is None
