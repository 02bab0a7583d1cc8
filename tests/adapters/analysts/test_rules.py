"""The rules analyst on sells: it waits only with evidence, and never with more than band and cash allow."""

import pytest

from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.domain.trading.overview import Batch
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation
from trimtab.domain.trading.repair import OpenLine
from trimtab.workflow.ports.analysts import PortfolioQuestion
from trimtab.workflow.ports.model_calls import Ledger

DIV, DIP, CGT, SECTOR = "div:8d/$2.40", "dip:-12%", "cgt:10d", "sec:Materials"


def line(*flags: str, account: str = "P1", symbol: str = "CBA", tradable_pct: float = 20.0) -> OpenLine:
    return OpenLine(
        row=0,
        account_number=account,
        symbol=symbol,
        side="sell",
        planned_value=2_500.0,
        amounts=(0.0, 2_500.0),
        curing_pct=tradable_pct,
        tradable_pct=tradable_pct,
        flags=flags,
    )


async def judged(*lines: OpenLine) -> tuple[Recommendation, ...]:
    return (await RulesAnalyst().portfolios(PortfolioQuestion(Batch(1, 1, ()), lines))).recommendations


async def the_exception(*lines: OpenLine) -> PortfolioException:
    [recommendation] = await judged(*lines)
    [exception] = recommendation.exceptions
    return exception


async def test_it_makes_no_calls_so_any_seat_is_its_own_and_nothing_can_be_missing() -> None:
    analyst, ledger = RulesAnalyst(), Ledger()
    assert analyst.seated(ledger) is analyst
    await analyst.prepare([PortfolioQuestion(Batch(1, 1, ()), (line(),))])
    assert ledger.calls == []


async def test_without_a_flag_a_sell_proceeds() -> None:
    [recommendation] = await judged(line())
    assert (recommendation.action, recommendation.reason) == ("proceed", "No flag speaks for waiting.")
    assert recommendation.exceptions == ()


async def test_a_sector_over_its_weight_is_no_reason_to_wait() -> None:
    [recommendation] = await judged(line(SECTOR))
    assert recommendation.exceptions == ()


@pytest.mark.parametrize(
    ("flags", "because"),
    [
        ((DIV,), "an ex-date is near"),
        ((DIP,), "the price dipped"),
        ((CGT,), "a lot in gain soon completes its holding period"),
        ((DIV, DIP), "an ex-date is near and the price dipped"),
    ],
)
async def test_with_evidence_it_sells_what_ends_the_breach_and_says_why(flags: tuple[str, ...], because: str) -> None:
    exception = await the_exception(line(*flags, SECTOR))
    assert (exception.account_number, exception.action, exception.proceed_percent) == ("P1", "partial", 20)
    assert exception.flags == flags
    assert exception.reason == f"Sell what ends the breach now and wait with the rest: {because}."


async def test_a_line_inside_its_band_waits_whole() -> None:
    exception = await the_exception(line(DIP, tradable_pct=0.0))
    assert (exception.action, exception.proceed_percent) == ("defer", None)
    assert exception.reason == "Wait: the price dipped, and the line is inside its band."


@pytest.mark.parametrize(("percent", "waits"), [(95.0, True), (96.0, False), (100.0, False)])
async def test_where_nearly_all_must_be_sold_all_is(percent: float, waits: bool) -> None:
    [recommendation] = await judged(line(DIV, tradable_pct=percent))
    assert bool(recommendation.exceptions) is waits


async def test_portfolios_are_judged_each_by_its_own_line() -> None:
    bhp, cba = await judged(line(DIV), line(account="P2"), line(DIP, symbol="BHP", account="P3"))
    assert [e.account_number for e in cba.exceptions] == ["P1"]
    assert [e.account_number for e in bhp.exceptions] == ["P3"]
    assert (bhp.symbol, cba.symbol) == ("BHP", "CBA")


async def test_the_same_question_gets_the_same_answer_whatever_the_order() -> None:
    lines = (line(DIV), line(DIP, symbol="BHP"), line(symbol="ANZ"))
    assert await judged(*lines) == await judged(*reversed(lines))


async def test_no_lines_no_recommendations() -> None:
    assert await judged() == ()
