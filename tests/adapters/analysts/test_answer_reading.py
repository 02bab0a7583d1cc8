"""A model's JSON, read entry by entry: one that can't be read costs only itself, and is named."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.adapters.analysts.answer_reading import (
    parsed,
    read_buys,
    read_momentum,
    read_portfolios,
    read_synthesis,
)
from trimtab.domain.trading.model_answer import LONGEST_PROSE, NotAnAnswer, Refused
from trimtab.workflow.ports.analysts import BuyVerdict, ExchangeRemark, SectorRemark

Json = dict[str, Any]
READERS: tuple[Callable[[object], Any], ...] = (read_portfolios, read_momentum, read_synthesis, read_buys)
SELL: Json = {
    "symbol": "CBA",
    "action": "proceed",
    "proceed_percent": None,
    "reason": "",
    "flags": [],
    "exceptions": [],
}
BUY: Json = {"symbol": "CBA", "action": "partial", "proceed_percent": 50, "reason": "It can wait."}
EXCHANGE: Json = {"exchange": "ASX", "comment": "It rose.", "cross_exchange_insight": None}
SECTOR: Json = {**EXCHANGE, "sector": "Energy", "exchange_context": "Ahead of it."}
NOTE: Json = {"symbol": "CBA", "note": "It rose."}

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NAMES = st.sampled_from([*SELL, *SECTOR, *NOTE, "summary", "notes", "exchanges", "sectors", "portfolios", "amount"])
ANY = st.recursive(
    LEAVES | st.sampled_from(["proceed", "partial", "buy", "CBA", "P1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
LISTS = ("recommendations", "exchanges", "sectors", "notes", "portfolios")
ANSWERS = st.fixed_dictionaries({"summary": st.text(max_size=5), **{name: st.lists(ANY, max_size=3) for name in LISTS}})


def rules(refused: tuple[Refused, ...]) -> list[str]:
    return [entry.rule for entry in refused]


# --- Text


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        ' \n{"a": 1}\n\n',
        '```json\n{"a": 1}\n```',
        '```\n{"a": 1}\n```',
        'Sure!\r\n\r\n  ```JSON  \r\n{"a": 1}\r\n```\r\nAnything else?',
    ],
)
def test_json_is_read_bare_and_between_fences(text: str) -> None:
    assert parsed(text) == {"a": 1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "```json\n{}",
        '```json\n{"a": 1}\n```\n```json\n{"a": 2}\n```',
        '{"a": 1} {"a": 2}',
        '{"a": 1}, or so',
        "{'a': 1}",
        '{"a": 1,}',
        '{"a": "\n"}',
        "\ufeff{}",
        "9" * 5_000,
    ],
)
def test_what_is_no_json_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - that it is one is all that is promised
        parsed(text)


def test_what_is_nested_without_end_is_no_answer() -> None:
    for text in ("[" * 100_000, '{"a":' * 100_000):
        with pytest.raises((ValueError, RecursionError)):
            parsed(text)


def test_an_object_that_says_a_thing_twice_is_none() -> None:
    assert parsed('{"a": {"b": 1, "b": 2}, "c": {}}') == {"a": (("b", 1), ("b", 2)), "c": {}}
    found = parsed('{"recommendations": [{"symbol": "CBA", "action": "defer", "action": "proceed"}]}')
    assert read_portfolios(found) == read_portfolios({"recommendations": ["CBA"]})
    with pytest.raises(NotAnAnswer):
        read_portfolios(parsed('{"recommendations": [], "recommendations": []}'))


@pytest.mark.parametrize("text", ["{" + "\n" * 60_000, "```json\n" * 8_000, " \n\t" * 20_000 + "{", "`" * 60_000])
def test_an_answer_of_nothing_but_blanks_and_fences_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ValueError):  # noqa: PT011 - that it is one is all that is promised
        parsed(text)
    assert time.perf_counter() - began < 1


# --- All readers


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("answer", [None, [], "text", 5, {}, {"summary": 5}, {"summary": "", "notes": {}}, {"x": []}])
def test_what_has_not_the_lists_that_were_asked_for_is_no_answer(read: Callable[[object], Any], answer: object) -> None:
    with pytest.raises(NotAnAnswer):
        read(answer)


@given(answer=ANSWERS)
def test_whatever_stands_in_the_lists_is_read_or_refused(answer: Json) -> None:
    for read in READERS:
        found = read(json.loads(json.dumps(answer)))
        assert all(isinstance(entry, Refused) for entry in found.refused)


@given(answer=ANY)
def test_whatever_comes_is_an_answer_or_none(answer: object) -> None:
    for read in READERS:
        with suppress(NotAnAnswer):
            read(answer)


def test_nothing_that_was_refused_is_repeated() -> None:
    marked = "SECRET7"
    wrong: list[object] = [marked, {marked: marked}, {"symbol": marked, "action": marked, "account_number": marked}]
    lists = {name: [*wrong, {"account_number": "P1", "recommendations": wrong}] for name in LISTS}
    for read in READERS:
        refused = read({"summary": "", **lists}).refused
        assert refused
        assert all(marked not in entry.message for entry in refused)


# --- Sells


def test_sells_are_read_with_their_exceptions() -> None:
    exception = {
        "account_number": "P1",
        "action": "partial",
        "proceed_percent": 40,
        "reason": "Wait.",
        "flags": ["div"],
    }
    answer = read_portfolios({"recommendations": [{**SELL, "exceptions": [exception]}]})
    (entry,) = answer.recommendations
    assert (entry.symbol, entry.action, entry.proceed_percent, entry.flags) == ("CBA", "proceed", None, ())
    (read,) = entry.exceptions
    assert (read.account_number, read.action, read.proceed_percent, read.flags) == ("P1", "partial", 40, ("div",))
    assert answer.refused == ()


def test_a_sell_that_can_not_be_read_costs_only_itself() -> None:
    wrong = [
        {**SELL, "action": "buy"},
        {**SELL, "symbol": 5},
        {**SELL, "confidence": 1},
        "CBA",
        {**SELL, "flags": "div"},
    ]
    answer = read_portfolios({"recommendations": [*wrong, {**SELL, "symbol": "BHP"}]})
    assert [entry.symbol for entry in answer.recommendations] == ["BHP"]
    assert rules(answer.refused) == ["wrong_direction", *["wrong_schema"] * 4]


# --- Buys


def buys(*entries: object) -> Any:
    return read_buys({"portfolios": [{"account_number": "P1", "recommendations": list(entries)}]})


def test_buys_are_read_by_portfolio() -> None:
    answer = buys(BUY, {**BUY, "symbol": "BHP", "action": "proceed", "proceed_percent": None})
    assert answer.portfolios == (
        ("P1", (BuyVerdict("CBA", "partial", 50, "It can wait."), BuyVerdict("BHP", "proceed", None, "It can wait."))),
    )
    assert answer.refused == ()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"action": "sell"}, "wrong_direction"),
        ({"action": " SELL "}, "wrong_direction"),
        ({"action": "hold"}, "wrong_schema"),
        ({"action": None}, "wrong_schema"),
        ({"action": ["defer"]}, "wrong_schema"),
        ({"symbol": None}, "wrong_schema"),
        ({"symbol": "  "}, "wrong_schema"),
        ({"symbol": 5}, "wrong_schema"),
    ],
)
def test_a_buy_that_can_not_be_read_costs_only_itself(change: Json, rule: str) -> None:
    answer = buys({**BUY, **change}, {**BUY, "symbol": "BHP"})
    assert answer.portfolios == (("P1", (BuyVerdict("BHP", "partial", 50, "It can wait."),)),)
    assert rules(answer.refused) == [rule]


@pytest.mark.parametrize("percent", ["50", None, [], {}, True, float("nan"), float("inf"), -1, 100.5, 10**400])
def test_a_partial_buy_without_a_percent_that_is_one_is_left_without(percent: object) -> None:
    answer = buys({**BUY, "proceed_percent": percent})
    assert answer.portfolios == (("P1", (BuyVerdict("CBA", "partial", None, "It can wait."),)),)
    assert answer.refused == ()


@pytest.mark.parametrize(
    ("action", "percent", "refused"),
    [
        ("proceed", 100, []),
        ("proceed", 20, ["percent_ignored"]),
        ("proceed", "100", ["percent_ignored"]),
        ("proceed", True, ["percent_ignored"]),
        ("defer", 0, []),
        ("defer", 50, ["percent_ignored"]),
        ("defer", False, ["percent_ignored"]),
        ("review", float("nan"), ["percent_ignored"]),
    ],
)
def test_a_percent_with_another_action_counts_for_nothing_and_is_named(
    action: str, percent: object, refused: list[str]
) -> None:
    answer = buys({**BUY, "action": action, "proceed_percent": percent})
    ((_, (verdict,)),) = answer.portfolios
    assert (verdict.action, verdict.proceed_percent, rules(answer.refused)) == (action, None, refused)
    assert all("portfolios[0].recommendations[0]." in entry.message for entry in answer.refused)


def test_a_reason_that_is_no_text_is_named_and_one_that_is_too_long_is_cut() -> None:
    answer = buys(
        {**BUY, "reason": 5}, {**BUY, "reason": None}, {**BUY, "reason": " "}, {**BUY, "reason": "w " * 9_000}
    )
    ((_, verdicts),) = answer.portfolios
    assert [verdict.reason for verdict in verdicts[:3]] == ["", "", ""]
    assert len(verdicts[3].reason) <= LONGEST_PROSE
    assert rules(answer.refused) == ["wrong_schema"]


def test_a_portfolio_that_can_not_be_read_costs_only_itself() -> None:
    good = {"account_number": "P2", "recommendations": [BUY]}
    wrong = ["P1", {"recommendations": [BUY]}, {"account_number": 1, "recommendations": [BUY]}]
    nothing = {"account_number": "P3", "recommendations": {}}
    answer = read_buys({"portfolios": [*wrong, nothing, good]})
    assert [(account, len(verdicts)) for account, verdicts in answer.portfolios] == [("P3", 0), ("P2", 1)]
    assert rules(answer.refused) == ["wrong_schema"] * 4


# --- Words


def test_words_on_the_markets_are_read() -> None:
    answer = read_momentum({"summary": "They rose.", "exchanges": [EXCHANGE], "sectors": [SECTOR]})
    assert answer.summary == "They rose."
    assert answer.exchanges == (ExchangeRemark("ASX", "It rose.", None),)
    assert answer.sectors == (SectorRemark("ASX", "Energy", "It rose.", "Ahead of it.", None),)
    assert answer.refused == ()


@pytest.mark.parametrize("name", ["exchange", "sector", "comment"])
@pytest.mark.parametrize("value", [None, "", " \n", 5, ["ASX"], {"ASX": "ASX"}])
def test_words_on_nothing_and_no_words_are_left_out_and_named(name: str, value: object) -> None:
    answer = read_momentum({"summary": "", "exchanges": [], "sectors": [{**SECTOR, name: value}, SECTOR]})
    assert len(answer.sectors) == 1
    assert rules(answer.refused) == ["wrong_schema"]


@pytest.mark.parametrize("name", ["exchange_context", "cross_exchange_insight"])
def test_words_that_may_be_left_out_are_text_or_nothing(name: str) -> None:
    for value, refused in ((None, []), ("", []), (5, ["wrong_schema"]), ([], ["wrong_schema"])):
        answer = read_momentum({"summary": "", "exchanges": [], "sectors": [{**SECTOR, name: value}]})
        (remark,) = answer.sectors
        assert (remark.within if name == "exchange_context" else remark.across) is None
        assert rules(answer.refused) == refused


def test_a_summary_and_notes_are_read() -> None:
    answer = read_synthesis({"summary": "All go ahead.", "notes": [NOTE, {**NOTE, "note": 5}, {"note": "x"}, "CBA"]})
    assert (answer.summary, answer.notes) == ("All go ahead.", (("CBA", "It rose."),))
    assert rules(answer.refused) == ["wrong_schema"] * 3
