"""A text as plain letters and digits, to be searched for words and numbers: what looks alike is written alike."""

import re
import unicodedata
from typing import Final

from trimtab.domain.outside_text import clean

_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043", "-"),
        **dict.fromkeys("\u2018\u2019\u02bc\u2032", "'"),
        **dict.fromkeys("\u2044\u2215", "/"),
        **{"_": " ", "\u066a": "%", "\u066b": ".", "\u066c": ","},
        **dict(zip("łŁđĐøØħĦŧŦıðÐ", "lLdDoOhHtTidD", strict=True)),
        **{"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th"},
    }
)
"""Dashes, apostrophes, strokes and letters that don't decompose. An underscore separates words."""

_INNER_HYPHEN: Final = re.compile(r"(?<=[^\W\d])-(?=[^\W\d])")


def fold(text: str) -> str:
    """The text as a reader sees it, in as plain letters as there are.

    It is cleaned, letters and digits of any width, style or script become ASCII where they mean an ASCII one, marks
    are taken off, dashes are hyphens. Case stays. Numerals that aren't decimal digits (½, ², Ⅻ) stay as they are, so
    that 8² isn't taken for 82; so do letters of other scripts.
    """
    line = clean(text, None)
    if not line.isascii():
        line = "".join(map(_plain, line))
    return " ".join(line.translate(_ALIKE).split())


def readings(text: str) -> tuple[str, ...]:
    """The folded text in lower case, with each hyphen inside a word once as a space and once as nothing.

    Neither "must-own" nor "wo-rst" gets by who looks for words in both.
    """
    line = fold(text).casefold()
    return tuple(dict.fromkeys(_INNER_HYPHEN.sub(between, line) for between in (" ", "")))


def any_word(*entries: str) -> str:
    """A pattern for whole words and phrases of `readings`, given as text between bars.

    `*` is any further letters: awful* is awful, awfully. `_` is a space or nothing: over_sold is oversold, over-sold.
    """
    words = "|".join(entries).replace("*", "[a-z]*").replace("_", " ?")
    return rf"(?<![a-z])(?:{words})(?![a-z])"


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isnumeric():
        return character
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if not unicodedata.category(part).startswith("M"))
