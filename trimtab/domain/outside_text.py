"""Text from outside (names, notes, reasons) made harmless: one visible line of limited length.

What a person can't see can still steer a reader or break a format, so it is taken out first.
"""

import re
import unicodedata
from typing import Final

TEXT_LIMIT: Final = 80
ELLIPSIS: Final = "…"

MOST_MARKS: Final = 4
"""Most marks on one character: more than any living script stacks."""

_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc"
    "\U00013441\U00013442\U00016fe4\U0001d159\U000e0100-\U000e01ef]"
)
"""Counted as printable by Unicode, but leave no mark: fillers, variation selectors, the grapheme joiner, the
object's place."""

_MARKS: Final = frozenset({"Mn", "Me"})


def clean(text: str, limit: int | None = TEXT_LIMIT) -> str:
    """Makes one harmless line of a text from outside.

    Control, format (bidirectional, zero-width, tag), private, unassigned and surrogate characters and blank
    fillers are removed; every run of white space, line and paragraph separators included, becomes one space;
    the rest is in NFC. Marks that stand on nothing, or on more than `MOST_MARKS` others, are removed too: they
    would be drawn over what stands around the text.

    Args:
        text: Any string.
        limit: Most characters of the result, at least 1; None leaves the length as it is.

    Returns:
        The clean text; where it was cut it ends with an ellipsis, which is counted.
    """
    line = " ".join(text.split()) if text.isascii() and text.isprintable() else _composed(text)
    if limit is None or len(line) <= limit:
        return line
    return line[: limit - 1].rstrip() + ELLIPSIS


def clean_lines(text: str) -> str:
    """Cleans a text of several lines (a summary, an explanation) line by line; nothing is cut."""
    if text.isprintable():
        return clean(text, None)
    return "\n".join(clean(line, None) for line in text.splitlines()).strip("\n")


def _composed(text: str) -> str:
    visible = text if text.isprintable() else "".join(map(_visible, text))
    line = " ".join(_BLANK.sub("", visible).split())
    return _without_stacks(unicodedata.normalize("NFC", line))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else ""


def _without_stacks(line: str) -> str:
    kept, stacked = [], MOST_MARKS
    for character in line:
        stacked = stacked + 1 if unicodedata.category(character) in _MARKS else 0
        if stacked <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
