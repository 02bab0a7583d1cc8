"""The structure of CSV text, found with whole-array operations: its records, their widths and lines.

Quotes are those of RFC 4180: a cell that holds a comma, a quote or a line break stands in double quotes,
and a quote inside it is doubled. Lines end with LF, CRLF or CR.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.domain.columns import IntColumn

_LF, _CR, _QUOTE, _COMMA = 10, 13, 34, 44
_Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The records of a CSV text that aren't blank: bytes `start..end`, `width` cells, on `line` (from 1).

    `stray_lines` are the lines where a quote stands in the middle of a cell or isn't closed; `gaps` says
    whether blank lines were left out.
    """

    start: IntColumn
    end: IntColumn
    width: IntColumn
    line: IntColumn
    stray_lines: tuple[int, ...]
    gaps: bool


def find_records(content: bytes) -> Records:
    """Finds every record; where quotes are stray, what follows them may be cut in the wrong place."""
    text = np.frombuffer(content, dtype=np.uint8)
    breaks = _line_breaks(text)
    commas = np.flatnonzero(text == _COMMA)
    quotes = np.flatnonzero(text == _QUOTE)
    stray = _stray_quotes(text, quotes)
    ends, inner = _outside(breaks, quotes), _outside(commas, quotes)
    if not len(ends) or ends[-1] != len(text) - 1:
        ends = np.append(ends, len(text))
    start = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    end = np.where((ends > start) & (text[ends - 1] == _CR), ends - 1, ends) if len(text) else ends
    filled = np.flatnonzero(end > start)
    width = np.diff(np.searchsorted(inner, ends), prepend=0) + 1
    return Records(
        start=start[filled],
        end=end[filled],
        width=width[filled],
        line=np.searchsorted(breaks, start[filled]) + 1,
        stray_lines=tuple(sorted(set((np.searchsorted(breaks, stray) + 1).tolist()))),
        gaps=len(filled) < len(ends),
    )


def _line_breaks(text: _Bytes) -> IntColumn:
    """The last byte of every line end: LF, or a CR that no LF follows."""
    breaks = np.flatnonzero(text == _LF)
    returns = np.flatnonzero(text == _CR)
    alone = returns[_byte_at(text, returns + 1) != _LF]
    return np.sort(np.concatenate([breaks, alone])) if len(alone) else breaks


def _outside(position: IntColumn, quotes: IntColumn) -> IntColumn:
    """The positions that an even number of quotes precedes: doubled quotes open and close at once."""
    if not len(quotes):
        return position
    outside: IntColumn = position[np.searchsorted(quotes, position) % 2 == 0]
    return outside


def _stray_quotes(text: _Bytes, quotes: IntColumn) -> IntColumn:
    """Opening quotes that don't begin a cell, closing ones that don't end it, and a last one that
    nothing closes.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    before, after = _byte_at(text, opening - 1), _byte_at(text, closing + 1)
    allowed = np.array([_LF, _CR, _QUOTE, _COMMA], dtype=np.uint8)
    stray = [opening[~np.isin(before, allowed)], closing[~np.isin(after, allowed)]]
    if len(opening) > len(closing):
        stray.append(opening[-1:])
    return np.concatenate(stray)


def _byte_at(text: _Bytes, position: IntColumn) -> _Bytes:
    """The bytes at some positions; a line end stands before the text and behind it."""
    inside = (position >= 0) & (position < len(text))
    found: _Bytes = np.full(len(position), _LF, dtype=np.uint8)
    found[inside] = text[position[inside]]
    return found
