"""A model's prose held against the facts: no number, name or flag in it that wasn't computed, and no markup.

Strict rather than clever: a text that says of a flag that it isn't there names it all the same, and what can't be told
apart is refused. A refused text costs little, as the template's stands in for it.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

from trimtab.domain.folded_text import any_word, fold, readings
from trimtab.domain.outside_text import TEXT_LIMIT, clean
from trimtab.domain.trading.flag_text import FlagKind, parse_flag
from trimtab.domain.trading.judgement import judgement_words
from trimtab.domain.trading.number_text import Quantity, Unit, quantities

ProseRule = Literal["number_in_prose", "symbol_in_prose", "flag_in_prose", "judgement_word", "markup_in_prose"]

RETURN_MONTHS: Final = frozenset({12, 6, 1})
"""The spans that returns are known for: a text may always name them where it speaks of returns."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text may say.

    Numbers by unit (`pct` points, `money`, calendar `days`, `months`, `counts` of things), with their signs; `names`
    as they are shown (symbols, accounts, sectors, exchanges, clients); whole `flags`, and the `kinds` of flag that may
    be spoken of. `codes` are the book's instruments in small letters: one that isn't among the names may not be named
    like that either. `|` makes one of two.
    """

    pct: frozenset[float] = frozenset()
    money: frozenset[float] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    counts: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    kinds: frozenset[FlagKind] = frozenset()
    codes: frozenset[str] = frozenset()

    def __or__(self, other: "Facts") -> "Facts":
        return Facts(*(getattr(self, part.name) | getattr(other, part.name) for part in fields(self)))


_SHORT: Final = "short*|tight*|insufficient*|limit*|scarc*|lack*|constrain*|low|thin|runs out|run out"
_TOO_LITTLE: Final = "short*|tight|insufficient*|limited|scarc*|lack*|low|not enough|little|preserv*|conserv*|sav*"
_NEAR: Final = "[^.;:]{0,30}"
_FLAG_WORDS: Final[dict[FlagKind, str]] = {
    "div": any_word(
        "div|divs|dividend*|ex_div*|ex_date*|goes ex|go ex|going ex|yield*|pay_out*|distribut*|franked|franking",
    ),
    "dip": any_word(
        "dip|dips|dipped|dipping|fall|falls|fell|fallen|falling|drop|drops|dropped|dropping|declin*|weak*|retreat*",
        "pull_back*|pulled back|pulling back|slump*|slide|slides|slid|sliding|slip|slips|slipped|slipping|sink*|sank",
        "sunk|tumbl*|plung*|plummet*|crash*|sell_off*|sold off|draw_down*",
    ),
    "cgt": any_word(
        "cgt|capital_gain*|tax*|holding_period*|discount*|in gain|realised gain*|realized gain*|unrealised gain*",
        "unrealized gain*",
    ),
    "sec": any_word(
        "sec|over_weight sector*|sector weight*|sector over_weight*|sector concentration|sector exposure*",
        "sector limit*|sector is over_weight|over_weight in the sector|over_weight in its sector",
    ),
    "cash": rf"{any_word('cash')}(?={_NEAR}{any_word(_SHORT)})|{any_word(_TOO_LITTLE)}(?={_NEAR}{any_word('cash')})",
}
"""Words that speak of a kind of flag. A tolerance is a fact of every line, so `tol` has none."""

_FLAG_WORD: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _FLAG_WORDS.items()))
_FLAG_TOKEN: Final = re.compile(r"(?<![a-z])(?:div|dip|cgt|sec|tol) ?:", re.IGNORECASE)
"""A flag in the notation of `flag_text`; those of the facts are taken out before."""

_ABBREVIATIONS: Final = frozenset(
    {
        *("AI", "CASH", "CGT", "ETF", "FX", "IT", "OK", "REIT", "SMSF"),
        *("AUD", "CAD", "CHF", "EUR", "GBP", "GBX", "HKD", "JPY", "NZD", "SGD", "USD"),
        *("AU", "EU", "NZ", "UK", "US", "USA"),
        *("E.g", "I.e", "U.K", "U.S", "a.m", "e.g", "i.e", "p.m"),
        *("BUY", "DEFER", "HOLD", "REVIEW", "SELL"),
    }
)
"""Written like a code, and no instrument. Exchanges aren't here: they are names of the book."""

_WORD: Final = re.compile(r"[a-z0-9]+")
_SENTENCE_WORDS: Final = frozenset(
    _WORD.findall(
        "a all an and any are as asia at band be big bond but by can car case cash cost day dip div do ex fair "
        "far fast few for fuel fund funds gain gap go gold good had has high hold if in is it its key lag lead "
        "led less line lot lots low main may more most new next no not now of off oil old on one only open or out "
        "over own part pay per plus rate real rest run same see sell so some tax tech than that the then they "
        "this to too up wait was we well when will with yet you"
    )
)
"""Words that a sentence may need, though a code may be spelled alike."""

_CODE: Final = re.compile(
    r"(?<![A-Za-z0-9.&'])(?:(?P<dotted>[A-Za-z]{1,6}\.[A-Za-z]{1,3})"
    r"|(?P<code>[A-Z](?=\d*[A-Z])[A-Z\d]{1,11})(?P<more>\.[A-Z\d]{1,3})?s?"
    r"|(?P<letter>[B-HJ-Z])(?!&|'(?!s(?![a-z]))))(?![A-Za-z0-9])"
)
_CASHTAG: Final = re.compile(r"\$[A-Za-z]")

_BREAK: Final = re.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_MARKUP: Final = re.compile(
    r"[`{}<>\[\]|\\]|\*\*|~~|__|[-=*_#~\u2013-\u2015\u2500\u2550]{3}|^(?:[#*•]|- )"
    r"|[a-z]://|\bwww\.|\bmailto:|\S@\S"
    r"|\bbatch \d+ of \d+\b"
    r"|\b(?<!\d )(?:portfolio|model|holdings|system|assistant|user|human|developer|tool|instructions?|prompt)\s?:",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"[a-z0-9-]\.(?:com|net|org|io|ai|co|info|biz|app|dev|xyz|au|uk)(?![a-z0-9])", re.IGNORECASE
)

_LATIN: Final = ("LATIN SMALL LETTER ", "LATIN CAPITAL LETTER ")
_PICTURES: Final = frozenset({"So", "Sk"})

_NAME_START: Final = re.compile(r"(?<![\w$€£])(?<!\d[.,'])\S")
_NAME_END: Final = re.compile(r"\w(?!\w|[.,]\w|%)|[^\w\s]")
_NAME_WORD: Final = re.compile(r"\w+(?:\.\w+)*")
_REMOVED: Final = "|"
"""Stands where a name was: neither a letter nor a space, so that what was around it isn't joined."""

_NUMERIC_NAME_DIGITS: Final = 4
"""A name without a letter that is shorter could pass for a figure and isn't taken for a name."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a text says: its numbers, the kinds of flag it speaks of, and the rules that it breaks whatever they are."""

    quantities: tuple[Quantity, ...]
    kinds: frozenset[str]
    broken: tuple[ProseRule, ...]

    def faults(self, facts: Facts) -> tuple[ProseRule, ...]:
        """The rules that the text breaks beside these facts, each once."""
        numbers = all(_is_fact(quantity, facts) for quantity in self.quantities)
        flags = self.kinds <= facts.kinds and "flag_in_prose" not in self.broken
        found = {*self.broken, *(() if numbers else ("number_in_prose",)), *(() if flags else ("flag_in_prose",))}
        return tuple(rule for rule in get_args(ProseRule) if rule in found)


def claims_of(
    text: str, *, names: frozenset[str], flags: frozenset[str] = frozenset(), codes: frozenset[str] = frozenset()
) -> Claims:
    """Reads a text of which these names and whole flags are known; the figures come later, and differ by line."""
    known = Facts(names=names, flags=flags, codes=codes)
    rest = _without_names(text, known)
    line = fold(rest)
    return Claims(quantities(line), _kinds(line), tuple(_broken(text, known, line=line, rest=rest)))


def small_codes(codes: Iterable[str]) -> frozenset[str]:
    """Codes as somebody writes them in small letters, but for those that are words of a sentence, too."""
    return frozenset(code.casefold() for code in codes if len(code) > 1) - _SENTENCE_WORDS


def prose_faults(text: str, facts: Facts) -> tuple[ProseRule, ...]:
    """The rules that a text breaks, each once; empty where it says nothing but facts."""
    return claims_of(text, names=facts.names, flags=facts.flags, codes=facts.codes).faults(facts)


def market_faults(text: str, facts: Facts) -> tuple[ProseRule, ...]:
    """The same for a note about markets, which may not judge or advise either."""
    rest = _without_names(text, facts)
    return prose_faults(text, facts) + (("judgement_word",) if judgement_words(rest) else ())


def facts_of_flags(flags: Iterable[str]) -> Facts:
    """What a line's flags allow to be said: themselves, their kinds, the numbers and the sectors in them."""
    known = {text: flag for text in flags if (flag := parse_flag(text)) is not None}
    sectors = frozenset(flag.text.partition(":")[2] for flag in known.values() if flag.kind == "sec")
    stated = [q for flag in known.values() if flag.kind != "sec" for q in quantities(flag.text.partition(":")[2])]
    return Facts(
        pct=frozenset(float(q.value) * (q.sign or 1) for q in stated if q.unit in ("pct", "plain")),
        money=frozenset(float(q.value) for q in stated if q.unit == "money"),
        days=frozenset(int(q.value) for q in stated if q.unit == "days"),
        names=sectors - {""},
        flags=frozenset(known),
        kinds=frozenset(flag.kind for flag in known.values()),
    )


def _broken(text: str, known: Facts, *, line: str, rest: str) -> Iterator[ProseRule]:
    """`rest` is the text without names, `line` the same, folded."""
    if _FLAG_TOKEN.search(line):
        yield "flag_in_prose"
    written = all(_is_known(match, known) for match in _CODE.finditer(line))
    if not written or _CASHTAG.search(line) or not known.codes.isdisjoint(_WORD.findall(line.casefold())):
        yield "symbol_in_prose"
    if _has_markup(text) or _ADDRESS.search(line) or not all(map(_is_plain, rest)):
        yield "markup_in_prose"


def _without_names(text: str, facts: Facts) -> str:
    """The text with a bar for each name and whole flag in it, the longest that stands at a place first."""
    ends = [match.end() for match in _NAME_END.finditer(text)]
    kept, at = [], 0
    for start in (match.start() for match in _NAME_START.finditer(text)):
        if start < at:
            continue
        longest_first = reversed(ends[bisect_right(ends, start) : bisect_right(ends, start + TEXT_LIMIT)])
        end = next((end for end in longest_first if _is_name(text[start:end], facts)), None)
        if end is not None:
            kept += [text[at:start], _REMOVED]
            at = end
    return "".join((*kept, text[at:]))


def _is_name(text: str, facts: Facts) -> bool:
    return text in facts.flags or (text in facts.names and _could_be_name(text))


def _could_be_name(name: str) -> bool:
    return len(name) >= _NUMERIC_NAME_DIGITS if name.isdecimal() else any(map(str.isalpha, name))


def _is_fact(quantity: Quantity, facts: Facts) -> bool:
    """A number with a unit against the facts of that unit; one without against all but spans of returns."""
    by_unit: dict[Unit, tuple[frozenset[float] | frozenset[int], ...]] = {
        "pct": (facts.pct,),
        "money": (facts.money,),
        "days": (facts.days,),
        "months": (facts.months,),
        "count": (facts.counts,),
        "plain": (facts.pct, facts.money, facts.days, facts.counts),
        "other": (),
    }
    return any(quantity.is_one_of(known) for known in by_unit[quantity.unit])


def _is_known(code: re.Match[str], facts: Facts) -> bool:
    """Whether a word that looks like an instrument's code is an abbreviation, or a word of a known name (HSBC)."""
    word = (code["code"] or "") + (code["more"] or "") or code["dotted"] or code["letter"]
    return word in _ABBREVIATIONS or any(word in name and word in _NAME_WORD.findall(name) for name in facts.names)


def _kinds(line: str) -> frozenset[str]:
    """The kinds of flag that a text speaks of, denied ones too."""
    return frozenset(match.lastgroup or "" for reading in readings(line) for match in _FLAG_WORD.finditer(reading))


def _has_markup(text: str) -> bool:
    """What breaks a line or a format, or poses as a part of one; spaces around the text are nothing."""
    text = text.strip()
    spaced = " ".join(text.split())
    return bool(
        _BREAK.search(text) or clean(spaced, None) != spaced or _MARKUP.search(unicodedata.normalize("NFKC", spaced))
    )


def _is_plain(character: str) -> bool:
    """Whether a character is what it looks like: letters are Latin in plain style, and no picture stands for a word."""
    if character.isascii() or character.isnumeric():
        return True
    if character.isalpha():
        return unicodedata.name(character, "").startswith(_LATIN) and fold(character).isascii()
    return unicodedata.category(character) not in _PICTURES
