from datetime import date, timedelta

import numpy as np
import pytest

from tests.oracle.book_rows import AS_OF, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.oracle.oracle_types import TaxRule
from tests.oracle.product import Product, propose_all
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.flags import flag_texts
from trimtab.domain.trading.policy import Policy

AU = TaxRule("AU", "individual", 12, 50.0, date(1999, 9, 21))


def texts(product: Product, code: str = "CBA", account: str = "P1") -> tuple[str, ...]:
    facts, line = product.facts, product.line_of[account, code]
    return flag_texts(facts.book, facts.positions, flags=product.proposal.flags, events=facts.events, line=line)


def one_line(instrument: NewInstrument, *, units: float = 8_500) -> Book:
    """CBA against 6 +/- 2 of 100,000, another line of its sector at 90."""
    return make_book(
        instruments=[instrument, NewInstrument("NAB")],
        models=[NewModel(target_cash_pct=4, lines=(("CBA", 6.0), ("NAB", 90.0)))],
        portfolios=[NewPortfolio(cash=100_000 - units - 90_000)],
        lots=[
            NewLot("P1", "CBA", units, acquired=date(2025, 7, 9), cost_base=units / 2),
            NewLot("P1", "NAB", 90_000),
        ],
    )


def ex_in(days: int | None, amount: float = 2.4, currency: str = "AUD") -> NewInstrument:
    ex_date = None if days is None else AS_OF + timedelta(days=days)
    return NewInstrument("CBA", ex_date=ex_date, dividend_per_share=amount, currency=currency)


@pytest.mark.parametrize(
    ("units", "days", "flagged"),
    [
        (8_500, 1, True),
        (8_500, 14, True),
        (8_500, 15, False),
        (8_500, 0, False),
        (8_500, -1, False),
        (8_500, None, False),
        (3_500, 15, True),  # to be bought: 30 days
        (3_500, 30, True),
        (3_500, 31, False),
        (6_000, 15, False),  # at its target
        (6_000 * (1 - 1e-13), 15, False),  # at its target but for float noise
    ],
)
def test_an_ex_date_is_a_flag_in_its_sides_window(units: float, days: int | None, flagged: bool) -> None:
    found = texts(propose_all(one_line(ex_in(days), units=units), Policy()))
    assert (f"div:{days}d/$2.40" in found) == flagged


def test_a_dividend_of_nothing_is_no_flag():
    assert "div" not in str(texts(propose_all(one_line(ex_in(8, 0.0)), Policy())))


@pytest.mark.parametrize(
    ("month", "flag"), [(-8.0, "dip:-8%"), (-12.4, "dip:-12%"), (-7.9, None), (2.0, None), (np.nan, None)]
)
def test_a_dip_is_a_flag_from_the_policys_percent(month: float, flag: str | None) -> None:
    found = texts(propose_all(one_line(NewInstrument("CBA", return_1m_pct=month)), Policy()))
    assert [text for text in found if text.startswith("dip")] == ([flag] if flag else [])


def test_every_flag_is_written_in_fixed_order():
    # CBA 8.5 and NAB 90: the sector is 98.5 of 96, over the model's tolerance of 2.
    instrument = NewInstrument("CBA", ex_date=AS_OF + timedelta(days=8), dividend_per_share=2.4, return_1m_pct=-8)
    product = propose_all(one_line(instrument), Policy(), tax_rules=[AU])
    assert texts(product) == ("div:8d/$2.40", "dip:-8%", "cgt:10d", "sec:Financials")
    assert texts(product, "NAB") == ("sec:Financials",)
    assert product.proposal.flags.present(np.array([0, 1])).tolist() == [True, True]
    plain = propose_all(one_line(NewInstrument("CBA")), Policy()).proposal.flags
    assert plain.present(np.array([0])).tolist() == [plain.sector[0]]


def test_a_dividend_is_paid_in_the_portfolios_currency():
    # 240 pence are 2.40 pounds; at 1.9 that is 4.56.
    instrument = NewInstrument("CBA", 100, "GBX", ex_date=AS_OF + timedelta(days=8), dividend_per_share=240)
    book = make_book(
        instruments=[instrument],
        models=[NewModel(lines=(("CBA", 100.0),))],
        portfolios=[NewPortfolio(cash=0)],
        lots=[NewLot("P1", "CBA", 100)],
        fx={("GBP", "AUD"): 1.9},
    )
    assert texts(propose_all(book, Policy())) == ("div:8d/$4.56",)


def test_a_line_that_is_not_held_has_no_sector_flag():
    # A 30 % of 10 makes Financials 30 of 20: over by 10. B, 10 % of the model, isn't held.
    book = make_book(
        instruments=[NewInstrument("A"), NewInstrument("B"), NewInstrument("C", sector="Energy")],
        models=[NewModel(target_cash_pct=70, lines=(("A", 10.0), ("B", 10.0), ("C", 10.0)))],
        portfolios=[NewPortfolio(cash=60_000)],
        lots=[NewLot("P1", "A", 30_000), NewLot("P1", "C", 10_000)],
    )
    product = propose_all(book, Policy())
    assert [texts(product, code) for code in "ABC"] == [("sec:Financials",), (), ()]


@pytest.mark.parametrize(("units", "flagged"), [(7_500, False), (8_000, False), (8_001, True)])
def test_a_sector_may_be_over_its_weight_by_the_models_tolerance(units: float, flagged: bool) -> None:
    # CBA 8.0 and NAB 90 are 98 of 96: by 2 over, which the model's tolerance allows.
    found = texts(propose_all(one_line(NewInstrument("CBA"), units=units), Policy()), "NAB")
    assert found == (("sec:Financials",) if flagged else ())
