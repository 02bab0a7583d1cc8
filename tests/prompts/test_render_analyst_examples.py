"""The example of an analyst's prompt: facts as the product prints them, and the answer that it would take as it is."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.prompts.analyst_prompts import BUYS, MOMENTUM, PORTFOLIOS, STABLE, SYNTHESIS
from tests.workflow.desks import plan_of
from tests.workflow.small_books import EX_DATE
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.domain.trading.book import Book, Restriction
from trimtab.domain.trading.overview import (
    ExchangeMomentum,
    InstrumentMomentum,
    InstrumentVerdict,
    Returns,
    SectorMomentum,
)
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.domain.trading.repair import MODEL, LineVerdict, Side, resolve
from trimtab.formatters import toon_buys, toon_momentum, toon_portfolios, toon_verdicts
from trimtab.workflow.guarding import guard_market, guard_reasons, guard_synthesis
from trimtab.workflow.lines import CASH_FLAG, open_lines
from trimtab.workflow.overviews import buy_blocks, portfolio_batch
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import (
    BuyQuestion,
    ExchangeRemark,
    MomentumAnswer,
    PortfolioQuestion,
    SectorRemark,
    SynthesisAnswer,
    SynthesisQuestion,
)

RULES = RulesAnalyst()
SHAPES = {
    PORTFOLIOS: {
        "recommendations": {
            "symbol": {},
            "action": {},
            "proceed_percent": {},
            "reason": {},
            "flags": {},
            "exceptions": {"account_number": {}, "action": {}, "proceed_percent": {}, "reason": {}, "flags": {}},
        }
    },
    MOMENTUM: {
        "summary": {},
        "exchanges": {"exchange": {}, "comment": {}, "cross_exchange_insight": {}},
        "sectors": {
            "exchange": {},
            "sector": {},
            "comment": {},
            "exchange_context": {},
            "cross_exchange_insight": {},
        },
    },
    SYNTHESIS: {"summary": {}, "notes": {"symbol": {}, "note": {}}},
    BUYS: {
        "portfolios": {
            "account_number": {},
            "recommendations": {"symbol": {}, "action": {}, "proceed_percent": {}, "reason": {}},
        }
    },
}


def example(template: str) -> tuple[str, dict[str, Any]]:
    """The example's facts, and the answer to them."""
    pieces = re.findall(r"(?:^(?: {4}.*)?\n)+", STABLE[template] + "\n", re.MULTILINE)
    shown = [piece.replace("\n    ", "\n").strip() for piece in pieces if piece.strip()]
    answer: dict[str, Any] = json.loads(shown[-1])
    return "\n\n".join(shown[:-1]), answer


def shape(value: object) -> object:
    """The keys of an answer at every depth; of a list those of its fullest entry."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    entries = [shape(entry) for entry in value] if isinstance(value, list) else []
    return max(entries, key=lambda entry: len(str(entry)), default={})


def prose(value: object) -> Iterator[str]:
    """Every sentence of an answer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key not in ("symbol", "action", "account_number", "exchange", "sector"):
                yield inner
            yield from prose(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from prose(inner)


@pytest.mark.parametrize("template", STABLE)
def test_the_example_has_exactly_the_keys_of_the_answer(template: str) -> None:
    _, answer = example(template)
    assert shape(answer) == SHAPES[template]


@pytest.mark.parametrize("template", STABLE)
def test_the_example_says_no_number_that_its_facts_do_not_show(template: str) -> None:
    facts, answer = example(template)
    shown = set(re.findall(r"[+-]?\d[\d.]*%?", facts)) | {number.rstrip("d") for number in re.findall(r"\d+d", facts)}
    spans = set() if template == PORTFOLIOS else {"6", "12"}
    said = {number.rstrip(".") for text in prose(answer) for number in re.findall(r"[+-]?\d[\d.]*%?", text)}
    assert said
    assert said <= shown | spans
    assert max(len(text) for text in prose(answer)) <= 200


# the sells: P1 has 14,000 of BHP, of which a parcel in gain is held for a year in 12 days, and 17,000 of CBA, which
# goes ex in 8 days; P2 has 12,000 of BHP that are old. Of 200,000 each, BHP should be 3 % and CBA 6 %, tolerance 2.


def sells_of_the_example() -> Book:
    return make_book(
        instruments=[
            NewInstrument("BHP", sector="Materials"),
            NewInstrument("CBA", price=100, ex_date=EX_DATE, dividend_per_share=2.4),
        ],
        models=[NewModel("Growth", 91, 2.0, (("BHP", 3.0), ("CBA", 6.0)))],
        portfolios=[NewPortfolio("P1", "Growth", 169_000), NewPortfolio("P2", "Growth", 174_000)],
        lots=[
            NewLot("P1", "BHP", 14_000, date(2025, 7, 11), cost_base=5_000),
            NewLot("P1", "CBA", 170, cost_base=17_000),
            NewLot("P2", "BHP", 12_000, cost_base=12_000),
            NewLot("P2", "CBA", 140, cost_base=14_000),
        ],
    )


async def test_the_sells_of_the_example_are_what_the_rules_would_do() -> None:
    plan = plan_of(sells_of_the_example())
    batch, lines = portfolio_batch(plan, 1), open_lines(plan, "sell")
    facts, answer = example(PORTFOLIOS)
    rules = await RULES.portfolios(PortfolioQuestion(batch, lines))
    assert toon_portfolios.format_portfolios(batch).endswith(facts)
    given = tuple(Recommendation.model_validate(entry) for entry in answer["recommendations"])
    assert decided(plan, given, side="sell") == decided(plan, rules.recommendations, side="sell")


def decided(plan: SessionPlan, given: Sequence[Recommendation], *, side: Side) -> set[tuple[object, ...]]:
    """What recommendations come to, without their words; nothing of them, and none of the words, may be removed."""
    lines = open_lines(plan, side)
    found = resolve(given, lines, source="model", known_symbols=frozenset(), manners=MODEL)
    assert guard_reasons(plan, found, lines=lines) == found
    assert not found.removed
    return {(v.account_number, v.symbol, v.verdict, v.proceed_pct, waits_for(v)) for v in found.verdicts}


def waits_for(verdict: LineVerdict) -> tuple[str, ...]:
    return () if verdict.verdict.action == "proceed" else verdict.flags


# the buys: 31,000 of cash, and 40,000 wanted; REST is over its weight, and may not be sold.


def buys_of_the_example() -> Book:
    codes = {"BHP": 7_500, "CBA": 10_500, "TLS": 12_000, "WOW": 10_000, "REST": 429_000}
    return make_book(
        instruments=[
            NewInstrument("BHP", return_1m_pct=-5, return_6m_pct=12),
            NewInstrument("CBA", ex_date=EX_DATE, dividend_per_share=2.4, return_1m_pct=-3, return_6m_pct=8),
            NewInstrument("TLS", return_1m_pct=1, return_6m_pct=4),
            NewInstrument("WOW", return_1m_pct=2, return_6m_pct=-6),
            NewInstrument("REST"),
        ],
        models=[NewModel("Growth", 0, 1.0, (*((code, 4.0) for code in codes if code != "REST"), ("REST", 84.0)))],
        portfolios=[NewPortfolio("P1", "Growth", 31_000)],
        lots=[NewLot("P1", code, units, cost_base=units) for code, units in codes.items()],
        restrictions=(Restriction("REST", "do_not_sell", "The family keeps it"),),
    )


async def test_the_buys_of_the_example_are_what_the_rules_would_do() -> None:
    plan = plan_of(buys_of_the_example(), phase="Buys")
    blocks = buy_blocks(plan, only_short=True)
    facts, answer = example(BUYS)
    ((account, verdicts),) = (await RULES.buys(BuyQuestion(1, 1, blocks))).portfolios
    assert toon_buys.format_buys(blocks).endswith(facts)
    assert [entry["account_number"] for entry in answer["portfolios"]] == [account]
    rules = [as_recommendation(v.symbol, v.action, v.proceed_percent, reason=v.reason) for v in verdicts]
    given = [as_recommendation(**verdict) for verdict in answer["portfolios"][0]["recommendations"]]
    assert decided(plan, given, side="buy") == decided(plan, rules, side="buy")


def as_recommendation(symbol: str, action: str, proceed_percent: float | None, *, reason: str) -> Recommendation:
    """A verdict on a buy; waiting rests on the cash."""
    flags = () if action == "proceed" else (CASH_FLAG,)
    return Recommendation.model_validate(
        {"symbol": symbol, "action": action, "proceed_percent": proceed_percent, "reason": reason, "flags": flags}
    )


async def test_the_words_on_markets_of_the_example_are_taken_as_they_are() -> None:
    asx = ExchangeMomentum("ASX", Returns(9, 5, -1), (SectorMomentum("Materials", Returns(-8, -2, 3), ()),))
    markets = (asx, ExchangeMomentum("NYSE", Returns(12, 7, 2), ()))
    facts, answer = example(MOMENTUM)
    assert facts == toon_momentum.format_momentum(markets)
    said = MomentumAnswer(
        answer["summary"],
        tuple(ExchangeRemark(*entry.values()) for entry in answer["exchanges"]),
        tuple(SectorRemark(*entry.values()) for entry in answer["sectors"]),
    )
    taken, removed = guard_market(said, markets, template=await RULES.momentum(markets))
    assert (taken, +removed) == (said, Counter())
    rows = {line.partition(",")[0]: line for line in facts.splitlines()}
    for entry in (*answer["exchanges"], *answer["sectors"]):
        figures = rows[entry.get("sector", entry["exchange"])].split(",")[1:]
        assert set(re.findall(r"[+-]\d+%", " ".join(prose(entry)))) <= set(figures)


async def test_the_summary_of_the_example_is_taken_as_it_is() -> None:
    cba = InstrumentMomentum("CBA", Returns(-2, 3, -4), ex_dividend_days=8, sells=2, buys=0)
    markets = (ExchangeMomentum("ASX", Returns(9, 5, -1), (SectorMomentum("Financials", Returns(8, 4, 1), (cba,)),)),)
    verdicts = (
        InstrumentVerdict("BHP", "proceed", (("proceed", 2),), ()),
        InstrumentVerdict("CBA", "partial", (("proceed", 1), ("partial", 1)), ("div:8d/$2.40",)),
    )
    facts, answer = example(SYNTHESIS)
    assert facts == f"{toon_verdicts.format_verdicts(verdicts)}\n\n{toon_momentum.format_momentum(markets)}"
    question = SynthesisQuestion(portfolios=2, verdicts=verdicts, markets=markets, momentum=None)
    said = SynthesisAnswer(answer["summary"], tuple((entry["symbol"], entry["note"]) for entry in answer["notes"]))
    taken, removed = guard_synthesis(said, question, template=await RULES.synthesis(question))
    assert (taken, +removed) == (said, Counter())
