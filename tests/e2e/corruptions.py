"""Corrupt answers of a model, made by rule from its sensible ones: the same every time, and each another."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from tests.model_wire.calls import CallInfo, Json

Change = Callable[[CallInfo, Json], Json | str]
Place = tuple[str | int, ...]

TITLES: Final = ("PortfolioVerdicts", "MarketContext", "Synthesis", "BuyVerdicts")
TRUNCATIONS: Final = 12
SAMPLED: Final = 3
"""Of the wrong values of a field this many take turns, where another field of its kind has had them all."""
LONG: Final = 10_000


@dataclass(frozen=True)
class Corruption:
    """What is said in place of a sensible answer to questions of this title.

    `noticed`: it has to be counted, and by this `rule`, where one is named (`degraded` where it only fails). `unsaid`:
    pieces of it that may stand nowhere. `once`: only the first answer. `lost`: nothing of the answer is any use.
    """

    title: str
    name: str
    change: Change
    noticed: bool = True
    rule: str = ""
    unsaid: tuple[str, ...] = ()
    once: bool = False
    lost: bool = False


@dataclass(frozen=True)
class Field:
    """A field of an answer and what it holds; without it a verdict that `waits` isn't what it was."""

    path: Place
    kind: str
    waits: bool = True


SELL, EXCEPTION, GENERAL = ("recommendations", -1), ("recommendations", 0, "exceptions", 0), ("recommendations", 0)
BUY, BOUGHT = ("portfolios", 0, "recommendations", 0), ("portfolios", 0, "recommendations", 1)
EXCHANGE, SECTOR, NOTE = ("exchanges", 0), ("sectors", -1), ("notes", 0)
FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "PortfolioVerdicts": (
        Field((*SELL, "symbol"), "name"),
        Field((*SELL, "action"), "action"),
        Field((*SELL, "proceed_percent"), "percent"),
        Field((*SELL, "reason"), "text"),
        Field((*SELL, "flags"), "flags"),
        Field((*SELL, "exceptions"), "list", waits=False),
        Field((*GENERAL, "proceed_percent"), "percent", waits=False),
        Field((*EXCEPTION, "account_number"), "name"),
        Field((*EXCEPTION, "action"), "action"),
        Field((*EXCEPTION, "flags"), "flags"),
        Field(EXCEPTION, "entry"),
        Field(SELL, "entry"),
        Field(("recommendations",), "list"),
    ),
    "BuyVerdicts": (
        Field((*BUY, "symbol"), "name"),
        Field((*BUY, "action"), "action"),
        Field((*BUY, "proceed_percent"), "percent"),
        Field((*BUY, "reason"), "text"),
        Field((*BOUGHT, "proceed_percent"), "percent", waits=False),
        Field(BUY, "entry"),
        Field(("portfolios", 0, "account_number"), "name"),
        Field(("portfolios", 0, "recommendations"), "list"),
        Field(("portfolios", 0), "entry"),
        Field(("portfolios",), "list"),
    ),
    "MarketContext": (
        Field(("summary",), "text"),
        Field((*EXCHANGE, "exchange"), "name"),
        Field((*EXCHANGE, "comment"), "text"),
        Field((*SECTOR, "sector"), "name"),
        Field((*SECTOR, "exchange_context"), "text"),
        Field(EXCHANGE, "entry"),
        Field(("exchanges",), "list"),
        Field(("sectors",), "list"),
    ),
    "Synthesis": (
        Field(("summary",), "text"),
        Field((*NOTE, "symbol"), "name"),
        Field((*NOTE, "note"), "text"),
        Field(NOTE, "entry"),
        Field(("notes",), "list"),
    ),
}
WRONG: Final[Mapping[str, tuple[object, ...]]] = {
    "name": (
        None,
        "",
        " ",
        5,
        True,
        [],
        ["CBA"],
        {"code": "CBA"},
        "ZZQ9",
        "cba",
        "CBA ",
        "C" * LONG,
        "\uff23\uff22\uff21",
        "P9",
    ),
    "action": (None, "", 0, True, [], "PROCEED", "buy", "sell", "hold", "proceed ", "defer|proceed", {"defer": 1}),
    "percent": (-1, 101, 250, 1e308, math.nan, math.inf, 10**40, "50", "50%", True, [], {}, [50], 99.5),
    "text": (5, True, [], {}, ["It can wait."], math.nan),
    "flags": (
        "div",
        5,
        {},
        ["moon:full"],
        ["div:1d/$99.99"],
        ["cgt:0d", "sec:Gold"],
        [5],
        [None],
        [[]],
        ["x" * LONG],
        ["div"] * 50,
    ),
    "list": ("", "[]", 5, {}, True, {"0": {}}, "text", [None], [[]], ["text"]),
    "entry": (None, 5, "CBA", [], [[]], True, {}),
}
"""By what a field holds: what is none of it."""


def generated(title: str) -> list[Corruption]:
    """All corruptions of the answers to one kind of question."""
    return [*_wrong_values(title), *_wrong_keys(title), *_wrong_lists(title), *_wrong_texts(title)]


def at(path: Place, edit: Callable[[Any, Any], None]) -> Change:
    """A change of the answer at this place; an answer that has no such place stays as it is."""

    def change(_call: CallInfo, answer: Json) -> Json:
        found = deepcopy(answer)
        parent: Any = found
        try:
            for step in path[:-1]:
                parent = parent[step]
            _ = parent[path[-1]]
        except (LookupError, TypeError):
            return found
        edit(parent, path[-1])
        return found

    return change


def put(value: object) -> Callable[[Any, Any], None]:
    """Puts a value in the place of another."""

    def edit(parent: Any, step: Any) -> None:
        parent[step] = deepcopy(value)

    return edit


def as_text(change: Callable[[str], str]) -> Change:
    """A change of the answer's text."""
    return lambda _call, answer: change(json.dumps(answer))


def _wrong_values(title: str) -> Iterator[Corruption]:
    """Every field with what isn't of its kind."""
    fields = FIELDS[title]
    for number, field in enumerate(fields):
        is_first = next(each for each in fields if each.kind == field.kind) is field
        for value in WRONG[field.kind] if is_first else WRONG[field.kind][number % SAMPLED :: SAMPLED]:
            harmless = field.kind == "list" and not field.waits and value in ([], None)
            name = f"{'/'.join(map(str, field.path))} is {str(value)[:40]!a} ({type(value).__name__})"
            yield Corruption(title, name, at(field.path, put(value)), noticed=not harmless)


def _wrong_keys(title: str) -> Iterator[Corruption]:
    """Every key left away, spelled otherwise, and said twice; and one that nobody asked for."""
    strict = title == "PortfolioVerdicts"
    for field in FIELDS[title]:
        key = field.path[-1]
        if not isinstance(key, str):
            yield Corruption(title, f"{field.path} has more", _with_key(field.path, "confidence"), noticed=strict)
            continue
        optional = field.kind in ("text", "flags") and key not in ("comment", "note", "summary")
        needed = not optional and field.waits
        yield Corruption(title, f"no {field.path}", at(field.path, _drop), noticed=needed)
        yield Corruption(title, f"camelCase {field.path}", at(field.path, _rename), noticed=needed or strict)
        yield Corruption(title, f"twice {field.path}", _doubled(field.path))


def _with_key(path: Place, key: str) -> Change:
    def edit(parent: Any, step: Any) -> None:
        parent[step][key] = 0.9

    return at(path, edit)


def _drop(parent: Any, step: Any) -> None:
    del parent[step]


def _rename(parent: Any, step: Any) -> None:
    first, *words = str(step).split("_")
    parent[first + "".join(word.title() for word in words) + ("s" if not words else "")] = parent.pop(step)


_TWICE: Final = "said twice"


def _doubled(path: Place) -> Change:
    """The key with two values, of which no reader of JSON can know the right one."""

    def edit(parent: Any, step: Any) -> None:
        value = parent.pop(step)
        parent[_TWICE] = 0
        parent[step] = value

    def change(call: CallInfo, answer: Json) -> str:
        changed = at(path, edit)(call, answer)
        assert not isinstance(changed, str)
        return json.dumps(changed).replace(json.dumps(_TWICE), json.dumps(path[-1]))

    return change


def _wrong_lists(title: str) -> Iterator[Corruption]:
    """Lists that are empty, doubled, contradict themselves, or lie too deep."""
    for field in FIELDS[title]:
        if field.kind != "list" or not field.waits:
            continue
        name = "/".join(map(str, field.path))
        yield Corruption(title, f"{name} is empty", at(field.path, put([])), noticed=title != "Synthesis")
        yield Corruption(title, f"{name} comes twice", at(field.path, _each_twice))
        yield Corruption(title, f"{name} comes 300 times", at(field.path, _each_often))
        yield Corruption(title, f"{name} lies too deep", at(field.path, _deep))
        yield Corruption(title, f"{name} without its first", at((*field.path, 0), _drop), noticed=title != "Synthesis")


def _each_twice(parent: Any, step: Any) -> None:
    parent[step] = [each for entry in parent[step] for each in (entry, deepcopy(entry))]


def _each_often(parent: Any, step: Any) -> None:
    parent[step] = [deepcopy(entry) for entry in parent[step] for _ in range(300)]


def _deep(parent: Any, step: Any) -> None:
    for _ in range(200):
        parent[step] = [parent[step]]


def _wrong_texts(title: str) -> Iterator[Corruption]:
    """Answers that are cut, hidden, or no JSON: nothing of them is any use."""
    for part in range(TRUNCATIONS):
        yield Corruption(title, f"cut at {part}/{TRUNCATIONS}", _cut(part), once=part % 2 == 0, lost=True)
    for name, change in _TEXTS.items():
        yield Corruption(title, name, as_text(change), lost=True, once=len(name) % 2 == 0)


def _cut(part: int) -> Change:
    def change(text: str) -> str:
        return text[: len(text) * part // TRUNCATIONS]

    return as_text(change)


_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    "two answers": lambda text: text + text,
    "two answers between fences": lambda text: f"```json\n{text}\n```\nor\n```json\n{text}\n```",
    "an open fence": lambda text: f"```json\n{text}",
    "words before": lambda text: f"Here you are: {text}",
    "words behind": lambda text: f"{text}\nAnything else?",
    "a mark of the order of bytes": lambda text: f"\ufeff{text}",
    "single quotes": lambda text: text.replace('"', "'"),
    "a comma too much": lambda text: f"{text[:-1]},}}",
    "a text with JSON in it": json.dumps,
    "a list around it": lambda text: f"[{text}]",
    "an object around it": lambda text: f'{{"answer": {text}}}',
    "null": lambda _: "null",
    "a number": lambda _: "42",
    "a number without end": lambda _: "9" * LONG,
    "nested without end": lambda _: "[" * LONG,
    "blanks": lambda _: "{" + "\n" * LONG,
    "a page": lambda _: "<html><body>Bad gateway</body></html>",
    "an excuse": lambda _: "I'm sorry, but I can't give financial advice.",
    "a zero byte": lambda text: text.replace(" ", "\x00", 1),
    "half a character": lambda text: text[:-1] + ', "\udc80": 1}',
    "another question's answer": lambda _: '{"verdicts": []}',
    "a tool call": lambda text: f'<tool_call name="answer">{text}</tool_call>',
}
