"""What the fake provider says: sensible from the facts in the prompt, or wrong in the way that was asked for."""

import json
import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from tests.formatters.portfolio_samples import batches, cleaned
from tests.formatters.test_toon_buys import BLOCKS
from tests.model_wire.answers import normal_answer
from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.distortions import DISTORTIONS, PROSE
from tests.model_wire.reading import Line, Move, read_lines, read_markets, read_shortages
from tests.model_wire.samples import BUYS, DIP, DIVIDEND, HOLDING_PERIOD, MARKETS, PORTFOLIOS, QUESTIONS, one_of, record
from tests.model_wire.schemas import allowed, shaped
from trimtab.formatters.figures import points
from trimtab.formatters.toon_buys import format_buys
from trimtab.formatters.toon_portfolios import format_portfolios

FENCED = "Judge these portfolios.\n\n```text\n{}\n```\n\nAnswer for CBA, BHP, and all that are listed, please.\n"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
TITLES = tuple(QUESTIONS)


def call_of(title: str, prompt: str | None = None, *, schema: Json | None = None) -> CallInfo:
    facts, usual = QUESTIONS[title]
    return CallInfo(
        model="gpt-5.2",
        system="Judge.",
        prompt=FENCED.format(facts if prompt is None else prompt),
        title=title,
        schema=usual if schema is None else schema,
        dialect="openai_chat",
        number=1,
        attempt=1,
    )


def distorted(mode: str, title: str) -> Any:
    call = call_of(title)
    return DISTORTIONS[mode](call, normal_answer(call))


def objects(value: Any) -> list[Json]:
    """Every object inside this value, outer ones first."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    inner = [each for child in children for each in objects(child)]
    return [value, *inner] if isinstance(value, dict) else inner


def prose(answer: Any) -> list[str]:
    return [each[name] for each in objects(answer) for name in PROSE if isinstance(each.get(name), str)]


def waiting_pct(verdict: Json) -> int:
    """How much of a buy waits; only a part has a percent."""
    assert (verdict["proceed_percent"] is None) is (verdict["action"] != "partial")
    return {"proceed": 0, "defer": 100}.get(verdict["action"], 100 - (verdict["proceed_percent"] or 0))


def test_sells_wait_only_where_a_flag_of_the_line_speaks_for_it() -> None:
    entries = {each["symbol"]: each for each in normal_answer(call_of("PortfolioVerdicts"))["recommendations"]}
    assert list(entries) == ["CBA", "BHP", "A,2"]
    told = [
        (symbol, exception["account_number"], exception["action"], exception["proceed_percent"], exception["flags"])
        for symbol, entry in entries.items()
        for exception in entry["exceptions"]
    ]
    assert told == [("CBA", "ACC1", "partial", 20, [DIVIDEND]), ("BHP", "ACC2", "partial", 60, [DIP, HOLDING_PERIOD])]
    assert {symbol: entry["action"] for symbol, entry in entries.items()} == {
        "CBA": "proceed",
        "BHP": "proceed",
        "A,2": "defer",
    }
    assert entries["A,2"]["flags"] == [HOLDING_PERIOD]
    assert "complete" in entries["A,2"]["reason"]


def test_only_what_is_asked_for_is_answered() -> None:
    flags = {"type": "array", "items": one_of([DIP])}
    entry = record(symbol=one_of(["BHP"]), action=one_of(["proceed"]), flags=flags, confidence={"type": "number"})
    schema = record(recommendations={"type": "array", "items": entry})
    answer = normal_answer(call_of("PortfolioVerdicts", schema=schema))
    assert answer == {"recommendations": [{"symbol": "BHP", "action": "proceed", "flags": [], "confidence": 0}]}


@pytest.mark.parametrize("title", TITLES)
def test_an_answer_has_the_shape_of_its_schema_and_says_no_number_that_it_was_not_told(title: str) -> None:
    call = call_of(title)
    answer, schema = normal_answer(call), QUESTIONS[title][1]
    assert shaped(answer, schema, root=schema) == answer
    assert prose(answer)
    known = NUMBER.findall(call.prompt)
    assert all(number in known for text in prose(answer) for number in NUMBER.findall(text))


def test_as_many_buys_wait_as_the_missing_cash_asks_for_and_no_more() -> None:
    answer = normal_answer(call_of("BuyVerdicts"))
    shortages = {each.account: each for each in read_shortages(BUYS)}
    assert [each["account_number"] for each in answer["portfolios"]] == ["ACC1", "ACC2"]
    for portfolio in answer["portfolios"]:
        shortage = shortages[portfolio["account_number"]]
        amounts = {buy.symbol: buy.amount for buy in shortage.buys}
        waiting = {
            each["symbol"]: amounts[each["symbol"]] * waiting_pct(each) / 100 for each in portfolio["recommendations"]
        }
        assert waiting.keys() == amounts.keys()
        assert 0 <= sum(waiting.values()) - shortage.needed < max(amounts.values()) / 100
    assert [each["action"] for each in answer["portfolios"][0]["recommendations"]] == ["proceed", "proceed", "partial"]


def test_markets_are_told_in_their_own_figures() -> None:
    context = normal_answer(call_of("MarketContext"))
    assert context["summary"] == "This month ASX +1%, NYSE +3%."
    assert [(each["exchange"], each["sector"]) for each in context["sectors"]] == [
        ("ASX", "Financials"),
        ("NYSE", "Tech"),
    ]
    assert [each["cross_exchange_insight"] for each in context["exchanges"]] == [
        "Behind NYSE this month.",
        "Ahead of ASX this month.",
    ]
    notes = normal_answer(call_of("Synthesis"))["notes"]
    assert notes == [{"symbol": "CBA", "note": "-4% this month, -5% against its sector."}]


def test_a_question_of_an_unknown_title_gets_the_smallest_answer_that_fits() -> None:
    schema = {
        "title": "Mood",
        **record(mood={"$ref": "#/$defs/Mood"}, why={"anyOf": [{"type": "string"}, {"type": "null"}]}, sure=record()),
        "$defs": {"Mood": one_of(["good", "bad"])},
    }
    call = replace(call_of("Synthesis", schema=schema), title="Mood")
    assert normal_answer(call) == {"mood": "good", "why": None, "sure": {}}


def test_markets_are_read_as_they_are_written() -> None:
    markets = read_markets(FENCED.format(MARKETS))
    assert markets.exchanges == (Move("ASX", "+9%", "+5%", "+1%"), Move("NYSE", "+12%", "", "+3%"))
    assert markets.sectors == (
        Move("Financials", "+8%", "+4%", "+1%", "ASX", "0%"),
        Move("Tech", "", "", "", "NYSE", ""),
    )
    assert markets.instruments == (Move("CBA", "-2%", "+3%", "-4%", "", "-5%"),)


def test_buys_are_read_as_they_are_written() -> None:
    read = read_shortages(FENCED.format(format_buys(BLOCKS)))
    assert [(each.account, each.needed) for each in read] == [("ABC123", 15_000), ("ABC124", 600)]
    assert [buy.symbol for each in read for buy in each.buys] == ["CBA", "BHP", "WBC", "NAB"]


@given(batches)
def test_whatever_the_names_lines_are_read_as_they_are_written(batch):
    wanted = [
        Line(
            account=portfolio.account_number,
            symbol=row.symbol,
            difference=points(row.variance_pct),
            trade=round(row.trade_amount),
            tolerance=points(row.effective_tolerance_pct(portfolio.tolerance_pct)),
            flags=row.flags,
        )
        for portfolio in cleaned(batch).portfolios
        for row in portfolio.rows
    ]
    assert read_lines(FENCED.format(format_portfolios(batch))) == wanted


@pytest.mark.parametrize("title", TITLES)
def test_garbage_is_no_json(title: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(distorted("garbage", title))


@pytest.mark.parametrize("title", TITLES)
def test_a_fence_holds_the_sensible_answer(title: str) -> None:
    text = distorted("fenced", title)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    assert json.loads(text.split("```json\n")[1].split("\n```")[0]) == normal_answer(call_of(title))


@pytest.mark.parametrize("title", TITLES)
def test_a_wrong_schema_has_no_list_and_a_field_too_many(title: str) -> None:
    answer = distorted("wrong_schema", title)
    assert answer.keys() == {*normal_answer(call_of(title)), "confidence"}
    assert not any(isinstance(value, list) for value in answer.values())


@pytest.mark.parametrize("title", TITLES)
def test_wrong_numbers_are_nowhere_in_the_prompt(title: str) -> None:
    answer, prompt = distorted("wrong_numbers", title), call_of(title).prompt
    for text in prose(answer):
        assert len(NUMBER.findall(text)) > 5
        assert not [number for number in re.findall(r"\d+\.\d%", text) if number in prompt]
    percents = [each["proceed_percent"] for each in objects(answer) if "proceed_percent" in each]
    assert all(not 0 <= percent <= 100 for percent in percents)
    assert bool(percents) is (title in ("PortfolioVerdicts", "BuyVerdicts"))


def test_made_up_flags_are_partly_those_of_other_lines() -> None:
    answer = distorted("made_up_flags", "PortfolioVerdicts")
    known = allowed(QUESTIONS["PortfolioVerdicts"][1], "recommendations/*/flags/*")
    for entry in answer["recommendations"]:
        own = [flag for line in read_lines(PORTFOLIOS) if line.symbol == entry["symbol"] for flag in line.flags]
        for judged in (entry, *entry["exceptions"]):
            first, *rest = judged["flags"]
            assert judged["action"] == "defer"
            assert first in known
            assert first not in own
            assert not {*rest} & {*known}
    assert prose(distorted("made_up_flags", "Synthesis"))[0] == "Wait for div:1d/$99.99, cgt:0d, moon:full."


def test_made_up_symbols_come_beside_the_known_ones() -> None:
    symbols = [each["symbol"] for each in distorted("made_up_symbols", "PortfolioVerdicts")["recommendations"]]
    assert symbols == ["CBA", "BHP", "A,2", "ZZQ9"]
    portfolios = distorted("made_up_symbols", "BuyVerdicts")["portfolios"]
    assert [each["account_number"] for each in portfolios] == ["ACC1", "ACC2", "ACC0000000"]
    assert [each["symbol"] for each in portfolios[1]["recommendations"]] == ["NAB", "ZZQ9"]
    context = distorted("made_up_symbols", "MarketContext")
    assert context["exchanges"][-1]["exchange"] == "MOONX"
    assert context["sectors"][-1]["sector"] == "Perpetual Motion"


def test_missing_entries_are_missing() -> None:
    symbols = [each["symbol"] for each in distorted("missing", "PortfolioVerdicts")["recommendations"]]
    assert symbols == ["BHP"]
    assert distorted("missing", "BuyVerdicts")["portfolios"] == [{"account_number": "ACC2", "recommendations": []}]


def test_doubled_entries_contradict_each_other() -> None:
    entries = distorted("doubled", "PortfolioVerdicts")["recommendations"]
    assert [(each["symbol"], each["action"]) for each in entries] == [
        *(("CBA", "proceed"), ("CBA", "defer"), ("BHP", "proceed"), ("BHP", "defer")),
        *(("A,2", "defer"), ("A,2", "proceed")),
    ]
    portfolios = distorted("doubled", "BuyVerdicts")["portfolios"]
    assert [each["account_number"] for each in portfolios] == ["ACC1", "ACC1", "ACC2", "ACC2"]


@pytest.mark.parametrize("title", TITLES)
def test_injected_prose_is_long_and_full_of_what_a_reader_may_obey(title: str) -> None:
    texts = prose(distorted("injected", title))
    assert [len(text) for text in texts[:1]] == [10_000]
    for text in texts:
        assert "\n--- Portfolio: " in text
        assert "\u202e" in text
        assert {unicodedata.category(character) for character in text} >= {"Cc", "Cf", "Zl", "Zp"}


def test_a_wrong_direction_is_no_action_of_the_schema() -> None:
    sells, buys = distorted("wrong_direction", "PortfolioVerdicts"), distorted("wrong_direction", "BuyVerdicts")
    assert {each["action"] for each in objects(sells) if "action" in each} == {"buy"}
    assert {each["action"] for each in objects(buys) if "action" in each} == {"sell"}
    assert distorted("wrong_direction", "MarketContext")["summary"] == "This month ASX -1%, NYSE -3%."
