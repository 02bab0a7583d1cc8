"""Turns cells into typed columns; every cell that can't be is a fault that says what is allowed."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from trimtab.adapters.books.cells import Cells, RawTable, TextCells, constant_cells, object_array, text_cells
from trimtab.adapters.books.faults import FaultList, Message, quoted
from trimtab.adapters.books.schema import Column, Kind
from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn, IntColumn
from trimtab.domain.given import MOST_NUMBER
from trimtab.domain.outside_text import clean

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_NO_DATE = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True, eq=False)
class TypedTable:
    """A table in typed columns by the book's column names; `source` has the source's names of them."""

    raw: RawTable
    source: Mapping[str, str]
    text: dict[str, TextCells] = field(default_factory=dict)
    number: dict[str, FloatColumn] = field(default_factory=dict)
    date: dict[str, DateColumn] = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        """How many rows the table has."""
        return self.raw.row_count

    def has(self, *columns: str) -> bool:
        """Whether all of these columns could be read, cell faults aside."""
        return all(name in self.text or name in self.number or name in self.date for name in columns)


@dataclass(frozen=True, slots=True, eq=False)
class Converter:
    """Converts the columns of one table."""

    table: TypedTable
    faults: FaultList
    warnings: FaultList

    def convert(self, name: str, column: Column, *, constant: str | None = None) -> None:
        """Adds a column to the table, from the source's cells or with one constant text in all rows."""
        raw = self.table.raw
        cells: Cells = (
            raw.cells[self.table.source[name]] if constant is None else constant_cells(constant, raw.row_count)
        )
        if column.kind is Kind.NUMBER:
            self.table.number[name] = self._numbers(name, column, cells=cells)
        elif column.kind is Kind.DATE:
            self.table.date[name] = self._dates(name, column, cells=as_text(cells))
        else:
            self.table.text[name] = self._texts(name, column, cells=as_text(cells))

    def _texts(self, name: str, column: Column, *, cells: TextCells) -> TextCells:
        if column.kind is Kind.TEXT:
            return self._cleaned(name, column, cells=cells)
        cells = cells.map(str.strip)
        self._check_filled(name, column, empty=_blank(cells))
        if column.kind is Kind.CHOICE:
            wrong = [value != "" and value not in column.choices for value in cells.values]
            self._refuse(name, cells, wrong=wrong, allowed=f"one of {', '.join(column.choices)}")
        elif column.kind is Kind.UUID:
            wrong = [value != "" and _UUID.fullmatch(value) is None for value in cells.values]
            self._refuse(name, cells, wrong=wrong, allowed="a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e")
            cells = cells.map(str.lower)
        else:
            self._check_key(name, column, cells=cells)
        return cells

    def _cleaned(self, name: str, column: Column, *, cells: TextCells) -> TextCells:
        """Text for reading, clean and of limited length; what that takes away is a warning."""
        cleaned = cells.map(lambda value: clean(value, column.longest))
        self._check_filled(name, column, empty=_blank(cleaned))
        lost = np.array([_loses(value, column.longest) for value in cells.values], dtype=np.bool_)[cells.codes]
        message = f"characters that can't be seen are left out, and all after the first {column.longest}"
        self._add(name, np.flatnonzero(lost), message=lambda _: message, code="cleaned_text", to=self.warnings)
        return cleaned

    def _check_key(self, name: str, column: Column, *, cells: TextCells) -> None:
        unclean = [value != clean(value, None) for value in cells.values]
        self._refuse(name, cells, wrong=unclean, allowed="a name without characters that can't be seen")
        long = [len(value) > column.longest and not bad for value, bad in zip(cells.values, unclean, strict=True)]
        self._refuse(name, cells, wrong=long, allowed=f"at most {column.longest} characters long")

    def _dates(self, name: str, column: Column, *, cells: TextCells) -> DateColumn:
        days = [parse_day(value.strip()) for value in cells.values]
        wrong = [day is None and value.strip() != "" for day, value in zip(days, cells.values, strict=True)]
        self._refuse(name, cells, wrong=wrong, allowed="a date such as 2026-11-20 (year-month-day)")
        self._check_filled(name, column, empty=_blank(cells))
        known = np.array([_NO_DATE if day is None else day for day in days], dtype="datetime64[D]")
        return known[cells.codes]

    def _numbers(self, name: str, column: Column, *, cells: Cells) -> FloatColumn:
        values = self._parsed(name, cells) if isinstance(cells, TextCells) else cells
        self._check_filled(name, column, empty=_blank(cells) if isinstance(cells, TextCells) else np.isnan(cells))
        self._check_bounds(name, column, values=values)
        return np.where(np.isfinite(values), values, np.nan) + 0.0

    def _parsed(self, name: str, cells: TextCells) -> FloatColumn:
        """The texts as numbers, NaN where they are none."""
        texts = [value.strip() for value in cells.values]
        plain = [_NUMBER.fullmatch(text) is not None for text in texts]
        wrong = [text != "" and not ok for text, ok in zip(texts, plain, strict=True)]
        allowed = "a number such as 1234.5 (no currency, no thousands separators)"
        self._refuse(name, cells, wrong=wrong, allowed=allowed)
        numbers = [float(text) if ok else math.nan for text, ok in zip(texts, plain, strict=True)]
        return np.array(numbers, dtype=np.float64)[cells.codes]

    def _check_bounds(self, name: str, column: Column, *, values: FloatColumn) -> None:
        outside: BoolColumn = np.abs(values) > MOST_NUMBER
        limits = []
        if np.isinf(values).any():
            limits.append("finite")
        elif outside.any():
            limits.append(f"between -{MOST_NUMBER:g} and {MOST_NUMBER:g}")
        if column.above is not None:
            outside |= values <= column.above
            limits.append(f"above {column.above:g}")
        if column.least is not None:
            outside |= values < column.least
            limits.append(f"{column.least:g} or more")
        if column.most is not None:
            outside |= values > column.most
            limits.append(f"{column.most:g} or less")
        allowed = " and ".join(limits)
        self._add(
            name,
            np.flatnonzero(outside),
            message=lambda row: f"must be {allowed}, not {values[row]:g}",
            code="out_of_range",
        )

    def _check_filled(self, name: str, column: Column, *, empty: BoolColumn) -> None:
        if column.needed and empty.any():
            self._add(name, np.flatnonzero(empty), message=lambda _: "must not be empty", code="empty_cell")

    def _refuse(self, name: str, cells: TextCells, *, wrong: list[bool], allowed: str) -> None:
        if any(wrong):
            self._add(
                name,
                np.flatnonzero(np.array(wrong)[cells.codes]),
                message=lambda row: Message(f"must be {allowed}, not {quoted(cells.at(row))}", f"must be {allowed}"),
                code="wrong_value",
            )

    def _add(
        self,
        name: str,
        rows: IntColumn,
        *,
        message: Callable[[int], str | Message],
        code: str,
        to: FaultList | None = None,
    ) -> None:
        found = self.faults if to is None else to
        found.add_rows(self.table.raw, self.table.source[name], rows=rows, message=message, code=code)


def _loses(text: str, longest: int) -> bool:
    """Whether cleaning takes more away than white space."""
    return clean(text, longest) != unicodedata.normalize("NFC", " ".join(text.split()))


def _blank(cells: TextCells) -> BoolColumn:
    blank: BoolColumn = np.array([not value.strip() for value in cells.values], dtype=np.bool_)[cells.codes]
    return blank


def as_text(cells: Cells) -> TextCells:
    """Cells as text, whatever they were read as: a whole number without its `.0`, NaN as the empty text."""
    if isinstance(cells, TextCells):
        return cells
    return text_cells(object_array(["" if math.isnan(value) else f"{value:.15g}" for value in cells.tolist()]))


def parse_day(text: str) -> date | None:
    """The day of an ISO date, None where the text isn't one."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
