"""Columns of a table made narrower for a terminal: names break at `_` and `/`, other text at spaces, numbers and days
never."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WIDE_GAP: Final = 2
NARROW_GAP: Final = 1
LONGEST_PIECE: Final = 32
"""No name is longer; what is breaks anywhere."""
_WORDS: Final = re.compile(rf"[^ ]{{0,{LONGEST_PIECE}}} ?")
_ID: Final = re.compile(r"[a-z]+_[0-9a-f]{12,}")
"""It is copied, so it stands in one line."""
_PARTS: Final = re.compile(rf"[^_/]{{0,{LONGEST_PIECE}}}[_/]?")


@dataclass(frozen=True, slots=True)
class Column:
    """The head and the cells of a column, in lines."""

    name: str
    cells: Sequence[str]

    @property
    def width(self) -> int:
        """Of its longest line."""
        return max(len(line) for text in self._texts() for line in text.split("\n"))

    @property
    def least(self) -> int:
        """The width below which a name, a number or a day would break."""
        return max(len(piece.rstrip(" ")) for text in self._texts() for piece in _pieces(text))

    def within(self, width: int) -> "Column":
        """The same in lines of this width, where its pieces allow it."""
        return Column(_in_lines(self.name, width), [_in_lines(cell, width) for cell in self.cells])

    def _texts(self) -> Iterator[str]:
        yield self.name
        yield from self.cells


def fitted(columns: Sequence[Column], *, width: int) -> tuple[list[Column], int]:
    """The columns as wide as they have to be, and the gap between them; the widest give way first."""
    widths = [column.width for column in columns]
    if sum(widths) + WIDE_GAP * (len(columns) - 1) <= width:
        return list(columns), WIDE_GAP
    room = width - NARROW_GAP * (len(columns) - 1)
    least = [column.least for column in columns]
    while sum(widths) > room and widths != least:
        place = max((place for place, each in enumerate(widths) if each > least[place]), key=widths.__getitem__)
        widths[place] -= 1
    return [column.within(most) for column, most in zip(columns, widths, strict=True)], NARROW_GAP


def _pieces(text: str) -> list[str]:
    """What stays together: words of a text, parts of a name."""
    if _ID.fullmatch(text):
        return [text]
    kind = _WORDS if " " in text else _PARTS
    return [piece for piece in kind.findall(text) if piece] or [""]


def _in_lines(text: str, width: int) -> str:
    lines = [""]
    for piece in _pieces(text):
        if len(lines[-1]) + len(piece.rstrip(" ")) > width and lines[-1]:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip(" ") for line in lines)
