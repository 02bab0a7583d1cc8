"""What a model may say of a line, a market or the whole: the figures that it was shown, and no others."""

import pytest

from tests.workflow.desks import plan_of
from tests.workflow.said_markets import ASX, BANKS, CBA, KO, MARKETS, MINES, NYSE, RIO, VERDICTS
from tests.workflow.small_books import seed_buys, two_portfolios
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.prose import Facts, market_faults, prose_faults
from trimtab.domain.trading.repair import LineVerdict, Side
from trimtab.workflow.lines import open_lines
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.prose_facts import (
    exchange_facts,
    line_facts,
    market_summary_facts,
    note_facts,
    sector_facts,
    summary_facts,
)

SELLS = plan_of(two_portfolios())
BUYS = plan_of(seed_buys(CBA=8_500, BHP=12_000, RIO=13_500), phase="Buys")


def of_line(
    symbol: str, *, percent: float, plan: SessionPlan = SELLS, side: Side = "sell", account: str = "P1"
) -> Facts:
    [line] = [each for each in open_lines(plan, side) if (each.symbol, each.account_number) == (symbol, account)]
    verdict = LineVerdict(account, symbol, side, Verdict.PARTIAL, percent, "", (), "model")
    return line_facts(plan, line, verdict=verdict)


@pytest.mark.parametrize(
    "text",
    [
        "CBA is at 14.0% of a target of 10%, 4 points over, with a tolerance of 2.0 points.",
        "2 points over its band: half ends the breach, and the other 50% wait.",
        "Sell 40% and wait with 60%.",
        "$4,000 are planned and $2,000 end the breach.",
        "The ex-date is in 8 days and pays $0.0200: div:8d/$0.0200.",
        "Financials on the ASX.",
    ],
)
def test_a_reason_may_say_what_is_known_of_its_line(text: str) -> None:
    assert prose_faults(text, of_line("CBA", percent=40)) == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("CBA is at 16% of 10%.", "number_in_prose"),
        ("The ex-date is in 9 days.", "number_in_prose"),
        ("$6,000 are planned.", "number_in_prose"),
        ("It gained over 12 months.", "number_in_prose"),
        ("The price dipped.", "flag_in_prose"),
        ("Cash is short.", "flag_in_prose"),
        ("BHP is better.", "symbol_in_prose"),
    ],
)
def test_a_reason_may_say_nothing_else(text: str, rule: str) -> None:
    assert prose_faults(text, of_line("CBA", percent=40)) == (rule,)


def test_the_same_text_is_true_of_one_line_and_not_of_another() -> None:
    text = "CBA is at 16% of 10%."
    assert prose_faults(text, of_line("CBA", percent=40, account="P2")) == ()
    assert prose_faults(text, of_line("CBA", percent=40)) == ("number_in_prose",)


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        ("CBA", "Cash is short: $25,000 for $34,000, so $9,000 wait."),
        ("CBA", "The ex-date is in 8 days, and the price fell 3% in a month after +8% over 6 months."),
        ("BHP", "A dip of -5% this month speaks for buying now, and 12% over half a year."),
        ("RIO", "+2% this month and +5% over 6 months."),
    ],
)
def test_a_reason_on_a_buy_may_also_speak_of_cash_returns_and_the_ex_date(symbol: str, text: str) -> None:
    assert prose_faults(text, of_line(symbol, percent=40, plan=BUYS, side="buy")) == ()


@pytest.mark.parametrize(
    ("symbol", "text", "rule"),
    [
        ("BHP", "A dividend is near.", "flag_in_prose"),
        ("RIO", "It dipped this month.", "flag_in_prose"),
        ("RIO", "The ex-date is in 8 days.", "number_in_prose"),
        ("CBA", "Cash is short: $26,000.", "number_in_prose"),
    ],
)
def test_a_reason_on_a_buy_may_not_say_what_is_true_of_others(symbol: str, text: str, rule: str) -> None:
    assert rule in prose_faults(text, of_line(symbol, percent=40, plan=BUYS, side="buy"))


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("+9% over 12 months, +5% over six, +1% this month.", exchange_facts(ASX, MARKETS)),
        ("6 points behind NYSE over 12 months, 1 point this month.", exchange_facts(ASX, MARKETS)),
        ("Financials at +8% over 12 months, Materials at +12%.", exchange_facts(ASX, MARKETS)),
        ("Financials +4% over 6 months, 1 point behind the ASX.", sector_facts(ASX, "Financials", markets=MARKETS)),
        ("Held by CBA at -4.4% this month and WBC at +1%.", sector_facts(ASX, "Financials", markets=MARKETS)),
        ("CBA -4% this month, 5.4 points behind its sector.", note_facts(CBA, BANKS, market=ASX)),
        ("Its ex-date is in 8 days; 12 sells are pending.", note_facts(CBA, BANKS, market=ASX)),
        ("Financials +1%, ASX +1% this month.", note_facts(CBA, BANKS, market=ASX)),
        ("2 exchanges with 3 sectors; NYSE +15% over 12 months, 6 points ahead.", market_summary_facts(MARKETS)),
    ],
)
def test_words_on_markets_may_say_returns_and_how_far_they_are_apart(text: str, facts: Facts) -> None:
    assert market_faults(text, facts) == ()


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("-9% over 12 months.", exchange_facts(ASX, MARKETS)),
        ("+10% over 12 months.", exchange_facts(ASX, MARKETS)),
        ("+9% over 24 months.", exchange_facts(ASX, MARKETS)),
        ("+2.5% this month.", sector_facts(ASX, "Financials", markets=MARKETS)),
        ("Its ex-date is in 9 days.", note_facts(CBA, BANKS, market=ASX)),
        ("7 buys are pending.", note_facts(CBA, BANKS, market=ASX)),
        ("+11% over 12 months.", note_facts(RIO, MINES, market=ASX)),
        ("4 exchanges.", market_summary_facts(MARKETS)),
    ],
)
def test_words_on_markets_may_say_no_other_number(text: str, facts: Facts) -> None:
    assert market_faults(text, facts) == ("number_in_prose",)


def test_an_instrument_without_an_ex_date_has_no_dividend_to_speak_of() -> None:
    without = note_facts(RIO, MINES, market=ASX)
    assert market_faults("A dividend is ahead.", without) == ("flag_in_prose",)
    assert market_faults("A dividend is ahead.", note_facts(KO, NYSE.sectors[0], market=NYSE)) == ()


def test_an_instrument_is_only_named_where_it_is_told_of() -> None:
    assert market_faults("KO is ahead.", exchange_facts(ASX, MARKETS)) == ("symbol_in_prose",)
    assert market_faults("KO is ahead.", sector_facts(ASX, "Materials", markets=MARKETS)) == ("symbol_in_prose",)


@pytest.mark.parametrize(
    "text",
    [
        "3 instruments in 40 portfolios: 2 proceed, 1 in part.",
        "CBA waits in 2 portfolios because an ex-date is in 8 days, and goes ahead in 3.",
        "8 sells of WBC go ahead; RIO too. ASX +1% this month, NYSE +2%.",
        "A dividend and a dip are what counted.",
    ],
)
def test_a_summary_may_say_what_was_decided_and_how_the_markets_are(text: str) -> None:
    assert prose_faults(text, summary_facts(VERDICTS, MARKETS, portfolios=40)) == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("4 instruments proceed in 41 portfolios.", "number_in_prose"),
        ("KO proceeds.", "symbol_in_prose"),
        ("A lot in gain soon completes its holding period.", "flag_in_prose"),
    ],
)
def test_a_summary_may_say_nothing_else(text: str, rule: str) -> None:
    assert rule in prose_faults(text, summary_facts(VERDICTS, MARKETS, portfolios=40))
