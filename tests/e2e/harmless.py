"""What holds for everything the product says, however hostile the book and the caller are."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import toons
from mcp_types import CallToolResult

from tests.e2e.hostile_book import Marks
from tests.tools.serving import error_of, text_of, tokens
from trimtab.formatters.tables import uniform

MOST_TOKENS: Final = 20_000
LONGEST: Final = 600
"""No text in a result is longer, but for those that are made of many lines."""
LONGEST_DETAIL: Final = 16_000
"""A log tells a whole request in one text."""
MOST_MARKS: Final = 4
FIELDS: Final = frozenset({"code", "message", "field", "retryable", "next_action"})
_OF_MANY_LINES: Final = frozenset({"text", "executive_summary", "analysis", "document"})
_NEVER: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IGNORABLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode lets a screen leave out, and blanks that aren't spaces."""

_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_NAME: Final = rf"(?:{_QUOTED}|\w[^,:;=|\"\\{{}}()\[\]`]*)"
_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_PCT: Final = r"(?:[+-]?\d+%|n/a)"
_FLAG: Final = rf"(?:{_QUOTED}|[a-z]+:[^,|\"\\{{}}()\[\]]+|cash|[a-z]+\d+|t(?:gt|ol)={_NUMBER})"
_MONEY: Final = r"-?\$[\d,]+"
_BANDS: Final = rf"{_NAME} \d+(?: tol=\d+)?"
_LINES: Final = {
    "portfolios": (
        r"=== BATCH \d+ OF \d+ ===",
        rf"--- Portfolio: {_NAME} \({_NAME}\) ---",
        rf"Model: {_NAME} \| tol {_NUMBER}",
        r"Holdings\{sym,curr%,tgt%,diff%,trade\$,flags\}:",
        rf"{_NAME}(?:,{_NUMBER}){{4}}(?:,{_FLAG})*",
    ),
    "compact": (
        r"=== BATCH \d+ OF \d+, COMPACT ===",
        r"Percents in tenths of a point \(85 = 8\.5%\)\. .*",
        rf"M\d+ {_NAME} tol=\d+(?:: {_BANDS}(?:,{_BANDS})*)?",
        rf"[a-z]+\d+={_FLAG}",
        rf"--- {_NAME} \({_NAME}\) M\d+(?: tol=\d+)?(?: \+\d+)?",
        rf"{_NAME}(?:,{_NUMBER}){{2}}(?:,{_FLAG})*",
    ),
    "momentum": (
        rf"=== (?:EXCHANGE SUMMARY|{_NAME} SECTORS \(exchange: .*\)|{_NAME} {_NAME} \(sector: .*\)) ===",
        r"(?:Exchanges|Sectors|Instruments)\{[\w,%#]+\}:",
        rf"{_NAME}(?:,{_PCT}?){{3,4}}",
        rf"{_NAME}(?:,{_PCT}?){{4}},(?:\d+d)?,\d+,\d+",
    ),
    "buys": (
        r"=== BUY ANALYSIS ===",
        rf"Portfolio: {_NAME} \({_NAME}\)",
        rf"Model: {_NAME} \| tol {_NUMBER} \| Value: {_MONEY}",
        rf"Cash available: {_MONEY} \| Buy demand: {_MONEY} \| Deferral needed: {_MONEY}",
        r"Buys\{sym,amount,currW%,tgtW%,gap%,exdiv,ret1mo,ret6mo\}:",
        rf"{_NAME}(?:,{_NUMBER}){{4}},(?:\d+d)?(?:,{_PCT}?){{2}}(?:,{_FLAG})?",
    ),
    "summary": (r"\*\*[A-Z][A-Za-z ]+(?: \([A-Za-z]+\))?:(?: \d+ Portfolios?)?\*\*.*", r"• .+"),
}


def check_view(view: str, text: str) -> None:
    """Every line has a form that the view promises: nothing in it was made by a name."""
    form = re.compile("|".join(f"(?:{line})" for line in _LINES[view]))
    for line in text.split("\n"):
        assert not line or form.fullmatch(line), ascii(line)


def check_seen(text: str, *, lines: bool = True) -> None:
    """Nothing in the text is invisible, moves the cursor, or is stacked up."""
    stacked = 0
    for character in text.replace("\n", " ") if lines else text:
        category = unicodedata.category(character)
        assert category not in _NEVER, ascii(character)
        assert character == " " or category != "Zs", ascii(character)
        stacked = stacked + 1 if category in {"Mn", "Me"} else 0
        assert stacked <= MOST_MARKS
    assert not _IGNORABLE.search(text)


def check_result(result: CallToolResult) -> None:
    """A reply, good or bad: visible, of limited length, and the same facts both ways without a forged line."""
    payload = result.structured_content
    assert payload is not None
    text, plain = text_of(result), payload.get("text")
    for said in (text, *_texts(payload)):
        check_seen(said)
    longest = LONGEST_DETAIL if payload.get("view") == "log" else LONGEST
    for name, said in _leaves(payload):
        assert name in _OF_MANY_LINES or (len(said) <= longest and "\n" not in said), (name, ascii(said[:200]))
    assert max(tokens(text), tokens(json.dumps(payload, ensure_ascii=False))) <= MOST_TOKENS
    facts = payload
    if isinstance(plain, str):
        assert text.endswith(f"\n\n{plain}")
        text = text.removesuffix(f"\n\n{plain}")
        facts = {name: value for name, value in payload.items() if name != "text"}
    assert _floats(toons.loads(text)) == _floats(uniform(facts))
    assert toons.dumps(toons.loads(text)) == text


def check_error(result: CallToolResult, marks: Marks) -> dict[str, object]:
    """An error with its five fields that repeats nothing, and that the server foresaw."""
    check_result(result)
    said = error_of(result)
    assert said["code"] != "internal"
    leaked = marks.leaked(text_of(result)) or marks.leaked(json.dumps(said))
    assert leaked is None, (leaked, said)
    return said


def _floats(value: object) -> object:
    """Numbers above what a float holds exactly are written out in digits: the same number."""
    if isinstance(value, dict):
        return {name: _floats(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_floats(inner) for inner in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _texts(value: object) -> Iterator[str]:
    return (said for _, said in _leaves(value))


def _leaves(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield name, key
            yield from _leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
