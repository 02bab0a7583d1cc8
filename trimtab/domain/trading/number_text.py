"""Numbers in a text, however they are written: 8.5%, $4.1k, 8-day, forty-two, ٨, half a year.

Nothing that reads as a number may be missed; what can't be understood is a number that no fact matches.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from trimtab.domain.folded_text import fold

Unit = Literal["pct", "money", "days", "months", "count", "plain", "other"]
"""`plain` has no unit and may be of any; `other` (weeks, dates, multiples, ordinals, codes) is of none."""

_ONE: Final = Decimal(1)
_NOISE: Final = 1e-9
_LONGEST_WORD: Final = 24
"""A word before a number that says where it points, and one between."""
_MOST_DIGITS: Final = 30
"""A longer number is no figure of a portfolio."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written: `value` without its sign, which is 0 where none was written.

    `step` is the worth of the last place written: 0.1 for 8.5 and 100 for 4.1k.
    """

    value: Decimal
    unit: Unit
    step: Decimal
    sign: int = 0

    def is_one_of(self, facts: Iterable[float]) -> bool:
        """Whether a fact rounds to the number at its last place; an edge rounds to both sides.

        Where a sign was written, or a direction said, it has to be the fact's.
        """
        value = float(self.value)
        reach = float(self.step) / 2 + _NOISE * max(1.0, value)
        return any(abs((fact * self.sign if self.sign else abs(fact)) - value) <= reach for fact in facts)


_NOT_A_FACT: Final = Quantity(Decimal(0), "other", _ONE)

# March and may are words too: they are dates beside a number only.
_SAID: Final[tuple[tuple[str, Quantity], ...]] = (
    (r"half(?:[ -]an?)?[ -]year(?:s|ly)?", Quantity(Decimal(6), "months", _ONE)),
    (r"half[ -]an?[ -](?:percentage[ -])?(?:per ?cent|point)", Quantity(Decimal("0.5"), "pct", Decimal("0.1"))),
    (r"(?:all )?three (?:return )?(?:spans|periods|windows|horizons)", Quantity(Decimal(12), "months", _ONE)),
    (r"half|halves", Quantity(Decimal(50), "pct", _ONE)),
    (r"tomorrow", Quantity(_ONE, "days", _ONE)),
    (r"fortnight", Quantity(Decimal(14), "days", _ONE)),
    (r"weeks?|weekly|yesterday|overnight|intraday|(?:mon|tues|wednes|thurs|fri|satur|sun)days?", _NOT_A_FACT),
    (r"january|february|april|june|july|august|september|october|november|december", _NOT_A_FACT),
    (r"quarter(?:s|ly)?|twice|thrice|doubl(?:e[sd]?|ing)|tripl(?:e[sd]?|ing)|trebl(?:e[sd]?|ing)", _NOT_A_FACT),
    (r"quadrupl(?:e[sd]?|ing)|halv(?:e[sd]?|ing)|[a-z]+fold|digits?", _NOT_A_FACT),
    (r"seconds?|thirds?|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf)ths?|[a-z]+(?:teen|ie)ths?", _NOT_A_FACT),
    (r"(?:[ivx]{2,}|[ivx])[ -](?:per ?cent|points?|days?|months?|lots?|portfolios?)|scores? of", _NOT_A_FACT),
    (r"couple|dozens?|tens|teens|(?:hundred|thousand|million|billion|trillion)(?:s|ths?)", _NOT_A_FACT),
)
"""Words that say a number without a numeral. Half is 50 %; three spans are those of returns, up to 12 months; dates
and weeks are no facts."""

_ONES: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL: Final = {**{word: number for number, word in enumerate(_ONES)}, "nil": 0, "nought": 0}
_TEENS: Final = {
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16},
    **{"seventeen": 17, "eighteen": 18, "nineteen": 19},
}
_TENS: Final = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70},
    **{"eighty": 80, "ninety": 90},
}
_NUMERALS: Final = _SMALL | _TEENS | _TENS
_LARGE: Final = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_SCALES: Final = {
    **_LARGE,
    **{"hundred": 2, "k": 3, "m": 6, "mn": 6, "mm": 6, "mil": 6, "mio": 6, "b": 9, "bn": 9, "tn": 12},
}
"""Powers of ten. An `m` is always a million: months are `mo`, `mth` or `month`."""

_RISING: Final = ("up", "rose", "risen", "gained", "added", "climbed", "advanced", "plus")
_FALLING: Final = ("down", "fell", "fallen", "lost", "dropped", "shed", "declined", "minus", "slipped", "slid")

_CURRENCIES: Final = "aud|cad|chf|cny|eur|gbp|hkd|jpy|nzd|sgd|usd"
_SYMBOLS: Final = "$€£¥₹₩"
_COUNTED: Final = (
    "portfolio|account|client|instrument|position|holding|line|lot|parcel|sell|buy|trade|order|deferral|exchange|"
    "sector|model|unit|share|stock|flag"
)
_MONTH_NAMES: Final = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec"
)
_UNIT_WORDS: Final[tuple[tuple[Unit, str, str], ...]] = (
    ("pct", "1", "percent|per cent|pct|percentage point|percentage points|point|points|pt|pts|pp|pps|ppt|ppts"),
    ("pct", "0.01", "basis point|basis points|bp|bps"),
    ("money", "1", f"dollar|dollars|pound|pounds|euro|euros|{_CURRENCIES}"),
    ("money", "0.01", "cent|cents|pence|c|p|gbx"),
    ("days", "1", "day|days|d"),
    ("months", "1", "month|months|monthly|mo|mos|mth|mths"),
    ("months", "12", "year|years|yr|yrs"),
    ("count", "1", "|".join(f"{noun}|{noun}s" for noun in _COUNTED.split("|"))),
    (
        "other",
        "1",
        "week|weeks|weekly|wk|wks|w|hour|hours|hr|hrs|h|quarter|quarters|qtr|qtrs|q|trading day|trading days",
    ),
    ("other", "1", f"business day|business days|working day|working days|time|times|x|fold|{_MONTH_NAMES}"),
)
_UNITS: Final[dict[str, tuple[Unit, Decimal]]] = {
    **{"%": ("pct", _ONE), "‰": ("other", _ONE)},
    **dict.fromkeys(_SYMBOLS, ("money", _ONE)),
    **{
        word.replace(" ", ""): (unit, Decimal(factor))
        for unit, factor, words in _UNIT_WORDS
        for word in words.split("|")
    },
}
"""What a unit's word means, and what one of it is worth in ours; words without their spaces."""


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True)).replace(" ", "[ -]?")


def _number_pattern() -> re.Pattern[str]:
    """One pattern for all: prefix, digits or words, power of ten, unit; or a date; or a word of `_SAID`."""
    below_100 = rf"(?:(?:{_any_of(_TENS)})(?:[ -]?(?:{_any_of(_SMALL)}))?|(?:{_any_of(_TEENS | _SMALL)}))\b"
    rest = rf"(?:[ -](?:and[ -])?{below_100})?"
    below_1000 = rf"(?:{below_100}(?:[ -]hundred\b{rest})?|hundred\b{rest})"
    large = rf"(?:{_any_of(_LARGE)})\b"
    words = rf"(?:{below_1000}(?:[ -]{large}(?:[ -](?:and[ -])?{below_1000})?)*|{large})"
    pointed = rf"[ -]point(?:[ -](?:{_any_of(_NUMERALS)}|\d+)\b)+"
    digits = r"\d{1,3}(?: \d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,'/:]\d+)*|\.\d+"
    code = rf"(?:{_CURRENCIES}|gbx)(?![a-z])"
    symbol = rf"[{_SYMBOLS}]"
    units = _any_of(word for _, _, words in _UNIT_WORDS for word in words.split("|"))
    said = "|".join(rf"(?P<said{number}>{pattern})" for number, (pattern, _) in enumerate(_SAID))
    return re.compile(
        rf"(?P<date>\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?(?!\d))"
        rf"|(?<![a-z])(?:{said})(?![a-z\d])"
        rf"|(?:(?P<currency>(?:(?<![a-z])[a-z]{{1,3}})?{symbol}|(?<![a-z]){code}) ?[-+]? ?"
        rf"|(?<![a-z])(?P<month>{_MONTH_NAMES})\.?[ -]"
        rf"|(?<![a-z])(?P<head>[a-z]++(?=\d))"
        rf"|(?<![a-z]))"
        rf"(?:(?P<digits>{digits})(?:e(?P<power>[-+]?\d{{1,2}})(?![a-z\d]))?"
        rf"|(?P<words>{words}(?P<pointed>{pointed})?)(?!\d))"
        rf"(?:[ -]?(?P<scale>{_any_of(_SCALES)})(?![a-z\d]))?"
        rf"(?: ?(?P<mark>%|‰|{symbol}(?! ?\d))"
        rf"|[ -]?(?:(?:more|other|pending|planned|open|deferred|calendar)[ -])?(?P<unit>{units})(?![a-z\d])"
        rf"|(?P<tail>[a-z][a-z\d]*|(?: ?(?:\^|\*\*) ?)\d+))?"
    )


_NUMBER: Final = _number_pattern()
_WELL_FORMED: Final = re.compile(r"(?:\d{1,3}(?:(?P<mark>[,' ])\d{3}(?:(?P=mark)\d{3})*)|\d*)(?:\.\d+)?")
_JOINED: Final = re.compile(r" ?(?:-|-?(?:,|/|&| to| and| or|, and|, or)) ?[-+]?")
_GAPS: Final = re.compile("[ -]")
_SIGN: Final = re.compile(
    rf"(?:(?:^|[\s(])(?:(?P<sign>[-+])|(?P<word>{'|'.join((*_RISING, *_FALLING))})(?: (?:by|about|around|nearly))?)"
    rf"(?: ?[a-z]{{0,3}}[{_SYMBOLS}])?|[{_SYMBOLS}] ?(?P<behind>[-+])) ?$"
)
"""What stands before a number and says where it points."""
_SIDE: Final = re.compile(r"(?: (?:percentage )?points?| pts?| pp)? (?:(?P<ahead>ahead)|behind)(?![a-z])")
"""What stands behind it and says the same."""
_NUMERAL: Final = re.compile(_any_of({**_NUMERALS, **_LARGE, "hundred": 2}))


@dataclass(frozen=True, slots=True)
class _Part:
    """A number before its unit is applied; `start` and `end` are its place in the text."""

    value: Decimal
    step: Decimal
    unit: Unit
    factor: Decimal
    start: int
    end: int
    sign: int = 0

    def quantity(self) -> Quantity:
        step = self.step * self.factor
        exact = self.unit == "months" or not self.value
        sign = self.sign if self.value else 0
        return Quantity(self.value * self.factor, self.unit, min(step, _ONE) if exact else step, sign)


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number of a text, in its order, then numerals that aren't digits (½, ², Ⅻ).

    Numbers that are joined ("5-6%", "1-, 6- and 12-month") share the unit of the last one. "One" is a word, but a
    number before percent, money, time or a power of ten.
    """
    line = fold(text).casefold()
    found: list[_Part] = []
    for match in reversed(list(_NUMBER.finditer(line))):
        part = _part(match)
        if match["words"] == "one" and part.unit in ("plain", "count") and not match["scale"]:
            continue
        if found and part.unit == "plain" and _JOINED.fullmatch(line, part.end, found[-1].start):
            part = replace(part, unit=found[-1].unit, factor=found[-1].factor)
        found.append(replace(part, sign=_sign(line, match)))
    numerals = sum(character.isnumeric() and not character.isdecimal() for character in line)
    return (*(part.quantity() for part in reversed(found)), *((_NOT_A_FACT,) * numerals))


def _sign(line: str, match: re.Match[str]) -> int:
    """Where the number points, as far as that is said: 1 up or ahead, -1 down or behind, 0 unsaid."""
    before = _SIGN.search(line, max(0, match.start() - _LONGEST_WORD), _digits_at(match))
    if before is not None:
        written = before["sign"] or before["behind"]
        return 1 if written == "+" or before["word"] in _RISING else -1
    side = _SIDE.match(line, match.end())
    return 0 if side is None else 1 if side["ahead"] else -1


def _digits_at(match: re.Match[str]) -> int:
    """Where the number itself begins, behind a currency."""
    return max(match.start("digits"), match.start("words"), match.start())


def _part(match: re.Match[str]) -> _Part:
    """What a match says, in figures."""
    start, end = match.span()
    if match.lastgroup is not None and match.lastgroup.startswith("said"):
        said = _SAID[int(match.lastgroup.removeprefix("said"))][1]
        return _Part(said.value, said.step, said.unit, _ONE, start, end)
    odd = match["head"] or match["month"] or match["tail"] or match["pointed"]
    figures = None if odd else _figures(match)
    if figures is None:
        return _Part(_ONE, _ONE, "other", _ONE, start, end)
    unit, factor = _unit(match)
    scale = Decimal(1).scaleb(_SCALES.get(match["scale"], 0))
    value, step = figures
    return _Part(value, step, unit, factor * scale, start, end)


def _figures(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """Value and step of the bare number; None where its digits make none (a date, 1.2.3, 3/4)."""
    digits = match["digits"]
    if digits is None:
        return None if match["words"] is None else _of_words(match["words"])
    formed = _WELL_FORMED.fullmatch(digits)
    if formed is None or len(digits) > _MOST_DIGITS:
        return None
    value = Decimal(digits.replace(formed["mark"] or ",", ""))
    power = int(match["power"] or 0)
    step = _ONE.scaleb(int(value.as_tuple().exponent))
    return value.scaleb(power), step.scaleb(power)


def _of_words(words: str) -> tuple[Decimal, Decimal]:
    total = part = 0
    tokens = _NUMERAL.findall(words)
    for token in tokens:
        if token in _LARGE:
            total += (part or 1) * 10 ** _LARGE[token]
            part = 0
        elif token == "hundred":
            part = (part or 1) * 100
        else:
            part += _NUMERALS[token]
    return Decimal(total + part), _ONE.scaleb(_LARGE.get(tokens[-1], 0))


def _unit(match: re.Match[str]) -> tuple[Unit, Decimal]:
    """The number's own unit and what it is worth in ours; a currency before and days behind make no unit."""
    word = match["mark"] or match["unit"]
    unit, factor = _UNITS[_GAPS.sub("", word)] if word else ("plain", _ONE)
    if not match["currency"]:
        return unit, factor
    if unit not in ("plain", "money", "count"):
        return "other", _ONE
    return "money", Decimal("0.01") if match["currency"].startswith("gbx") else _ONE
