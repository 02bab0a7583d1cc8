"""Text from outside (names, notes, reasons) made harmless: one visible line of limited length.

What a person can't see can still steer a reader or break a format, so it is taken out first.
"""

import re
import unicodedata
from typing import Final

TEXT_LIMIT: Final = 80
ELLIPSIS: Final = "…"

_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U0001d159\U000e0100-\U000e01ef]"
)
"""Counted as printable by Unicode, but leave no mark: fillers, variation selectors, the grapheme joiner."""


def clean(text: str, limit: int | None = TEXT_LIMIT) -> str:
    """Makes one harmless line of a text from outside.

    Control, format (bidirectional, zero-width, tag), private, unassigned and surrogate characters and blank
    fillers are removed; every run of white space, line and paragraph separators included, becomes one space;
    the rest is in NFC.

    Args:
        text: Any string.
        limit: Most characters of the result, at least 1; None leaves the length as it is.

    Returns:
        The clean text; where it was cut it ends with an ellipsis, which is counted.
    """
    line = text if text.isascii() and text.isprintable() else _composed(text)
    line = " ".join(line.split())
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
    return unicodedata.normalize("NFC", _BLANK.sub("", visible))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else ""
