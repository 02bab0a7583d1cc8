"""What the rules analyst says of the markets: only computed numbers, in words a trader would use."""

import re
from dataclasses import replace

import pytest

from tests.workflow.desks import DEMO, plan_of
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.analysts.rules_markets import describe_markets, notes_for, percent, sum_up
from trimtab.domain.trading.overview import (
    ExchangeMomentum,
    InstrumentMomentum,
    InstrumentVerdict,
    Returns,
    SectorMomentum,
)
from trimtab.domain.trading.recommendation import Action
from trimtab.workflow.overviews import markets
from trimtab.workflow.ports.analysts import SynthesisQuestion

UNKNOWN = Returns(None, None, None)


def sector(name: str, returns: Returns, **instruments: Returns) -> SectorMomentum:
    return SectorMomentum(name, returns, tuple(InstrumentMomentum(s, r, None, 0, 0) for s, r in instruments.items()))


ASX = ExchangeMomentum(
    "ASX",
    Returns(9.4, 6.0, 1.2),
    (
        sector("Banks", Returns(4.0, 6.0, -3.0), CBA=Returns(1.0, 6.0, 1.0), NAB=UNKNOWN),
        sector("Mines", UNKNOWN, BHP=Returns(0.0, 0.0, 2.0)),
    ),
)
NYSE = ExchangeMomentum("NYSE", Returns(-0.2, 12.0, 4.6), ())
LSE = ExchangeMomentum("LSE", UNKNOWN, ())


def test_an_exchange_is_described_by_its_returns_and_its_trend() -> None:
    asx, nyse, lse = describe_markets((ASX, NYSE, LSE)).exchanges
    # 6 % in six months are 1 % a month; this month's 1.2 is within a point of it.
    assert asx.comment == "+9% over 12 months, +1% this month; momentum steady"
    assert nyse.comment == "0% over 12 months, +5% this month; momentum improving"
    assert lse.comment == "No returns known"
    assert (asx.across, nyse.across, lse.across) == (
        "3 points behind NYSE this month",
        "3 points ahead of ASX this month",
        None,
    )


def test_a_sector_is_compared_with_its_exchange() -> None:
    banks, mines = describe_markets((ASX,)).sectors
    assert (banks.exchange, banks.sector) == ("ASX", "Banks")
    assert banks.comment == "+4% over 12 months, -3% this month; momentum deteriorating"
    assert banks.within == "4 points behind the exchange this month"
    assert (mines.comment, mines.within) == ("No returns known", None)


def test_without_a_half_year_there_is_no_trend() -> None:
    short = replace(ASX, returns=Returns(None, None, 2.0))
    assert describe_markets((short,)).exchanges[0].comment == "+2% this month"


def test_the_summary_lists_exchanges_by_their_month() -> None:
    assert describe_markets((ASX, NYSE, LSE)).summary == "This month NYSE +5%, ASX +1%."
    assert describe_markets((LSE,)).summary == "No returns are known for the exchanges of this book."
    assert describe_markets(()).summary == "No returns are known for the exchanges of this book."


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (2.4, "1 point ahead of"),
        (3.6, "2 points ahead of"),
        (-0.6, "2 points behind"),
        (0.0, "1 point behind"),
        (1.5, "in line with"),
        (1.7, "in line with"),
    ],
)
def test_distances_are_whole_points_and_never_zero(own: float, words: str) -> None:
    banks = replace(ASX.sectors[0], returns=Returns(None, None, own))
    [remark] = describe_markets((replace(ASX, sectors=(banks,)),)).sectors
    assert remark.within == f"{words} the exchange this month"


@pytest.mark.parametrize(("value", "text"), [(8.6, "+9%"), (-0.4, "0%"), (-3.0, "-3%")])
def test_percents_are_whole_and_signed(value: float, text: str) -> None:
    assert percent(value) == text


def verdict(symbol: str, action: Action) -> InstrumentVerdict:
    return InstrumentVerdict(symbol, action, ((action, 1),), ())


def test_the_summary_counts_verdicts_and_adds_the_market() -> None:
    verdicts = (verdict("A", "proceed"), verdict("B", "partial"), verdict("C", "defer"), verdict("D", "review"))
    question = SynthesisQuestion(3, verdicts, (ASX,), describe_markets((ASX,)))
    assert sum_up(question) == (
        "4 instruments in 3 portfolios: 1 proceed, 1 in part, 1 wait, 1 need a look. This month ASX +1%."
    )
    assert sum_up(SynthesisQuestion(1, verdicts[:1], (), None)) == "1 instrument in 1 portfolio: 1 proceed."


def test_an_instrument_with_a_verdict_has_a_note_against_its_sector() -> None:
    verdicts = tuple(verdict(symbol, "proceed") for symbol in ("BHP", "CBA", "NAB"))
    assert notes_for(SynthesisQuestion(1, verdicts, (ASX,), None)) == (
        ("CBA", "4 points ahead of its sector this month, momentum steady"),
    )
    assert notes_for(SynthesisQuestion(1, (), (ASX,), None)) == ()


def test_a_note_without_a_trend_ends_with_the_distance() -> None:
    banks = sector("Banks", Returns(None, None, 1.0), CBA=Returns(None, None, 1.0))
    question = SynthesisQuestion(1, (verdict("CBA", "defer"),), (replace(ASX, sectors=(banks,)),), None)
    assert notes_for(question) == (("CBA", "in line with its sector this month"),)


async def test_every_number_about_the_demo_book_is_a_return_or_a_difference_of_returns() -> None:
    seen = markets(plan_of(DEMO))
    answer = await RulesAnalyst().momentum(seen)
    by_code = {market.code: market.returns for market in seen}
    for remark in answer.exchanges:
        returns = by_code[remark.exchange]
        assert re.findall(r"[+-]?\d+%", remark.comment) == [
            percent(returns.return_12m_pct or 0),
            percent(returns.return_1m_pct or 0),
        ]
    assert len(answer.exchanges) == 4
    assert len(answer.sectors) == sum(len(market.sectors) for market in seen)
