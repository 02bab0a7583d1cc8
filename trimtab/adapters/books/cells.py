"""Cells as they were read: text in dictionary form, so that a conversion looks at every different text
once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from trimtab.domain.columns import FloatColumn, IntColumn, TextColumn


@dataclass(frozen=True, slots=True, eq=False)
class TextCells:
    """A column of text: row i holds `values[codes[i]]`. The empty text is an empty cell."""

    codes: IntColumn
    values: TextColumn

    def rows(self) -> TextColumn:
        """The text of every row."""
        return tuple(object_array(self.values)[self.codes].tolist())

    def at(self, row: int) -> str:
        """The text of one row."""
        return self.values[int(self.codes[row])]

    def take(self, rows: IntColumn) -> "TextCells":
        """Some of the rows, in the given order."""
        return TextCells(self.codes[rows], self.values)

    def look_up(self, number: Mapping[str, int]) -> IntColumn:
        """The number of every row's text, -1 where it has none."""
        return np.array([number.get(value, -1) for value in self.values], dtype=np.int64)[self.codes]

    def map(self, change: Callable[[str], str]) -> "TextCells":
        """The column with every text changed; texts that become equal share a value again."""
        changed = [change(value) for value in self.values]
        if changed == list(self.values):
            return self
        number = {value: row for row, value in enumerate(dict.fromkeys(changed))}
        recoded = np.array([number[value] for value in changed], dtype=np.int64)
        return TextCells(recoded[self.codes], tuple(number))


Cells = TextCells | FloatColumn
"""A column as it was read: text, or numbers where the source knows them (NaN is an empty cell)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The source's columns that are of use; `numeric` ones may be read as numbers at once, `sparse` ones too
    although they may have empty cells.
    """

    names: frozenset[str]
    numeric: frozenset[str] = frozenset()
    sparse: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """A table as it was read: all column names in `header`, the wanted columns in `cells`.

    Both go by the source's own names. `lines` are the rows' line numbers where the source has lines.
    `cell_name` (which may use `{column}` and `{row}`, from 0) says how a cell is named in a fault,
    `column_name` (`{column}`) a whole column. A table isn't `complete` when rows of it could not be read:
    what is looked for in it may be in those.
    """

    file: str
    header: tuple[str, ...]
    row_count: int
    cells: Mapping[str, Cells]
    lines: IntColumn | None = None
    header_line: int | None = None
    cell_name: str = "{column}"
    column_name: str = "{column}"
    complete: bool = True


def text_cells(values: npt.NDArray[np.object_]) -> TextCells:
    """A column of text in dictionary form."""
    codes, unique = pd.factorize(values)
    return TextCells(codes.astype(np.int64), tuple(unique.tolist()))


def object_array(values: Sequence[str]) -> npt.NDArray[np.object_]:
    """Texts as an array of Python's own strings."""
    return np.fromiter(values, dtype=np.object_, count=len(values))


def constant_cells(value: str, row_count: int) -> TextCells:
    """A column with the same text in every row."""
    return TextCells(np.zeros(row_count, dtype=np.int64), (value,))
