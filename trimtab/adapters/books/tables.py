"""Reads all tables of a source into typed columns, under the names that the mapping gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trimtab.adapters.books.cells import RawTable, Wanted
from trimtab.adapters.books.convert import Converter, TypedTable, parse_day
from trimtab.adapters.books.faults import FaultList, quoted, shown
from trimtab.adapters.books.mapping import BookMapping
from trimtab.adapters.books.schema import BOOK, BOOK_COLUMNS, TABLES, Kind, Table
from trimtab.adapters.books.sources import BookSource
from trimtab.domain.errors import Fault
from trimtab.domain.outside_text import clean


@dataclass(frozen=True, slots=True, eq=False)
class BookTables:
    """What a source holds: its name and day (None: not readable), and the tables that could be read."""

    name: str
    as_of: date | None
    tables: Mapping[str, TypedTable]


@dataclass(frozen=True, slots=True, eq=False)
class TableReader:
    """Reads the tables of one source; `faults` refuse the book, `warnings` don't."""

    source: BookSource
    mapping: BookMapping
    faults: FaultList
    warnings: FaultList

    def read(self) -> BookTables:
        """Reads everything, and goes on behind every fault."""
        name, as_of = self._book()
        tables: dict[str, TypedTable] = {}
        for number, (table_name, table) in enumerate(TABLES.items(), start=1):
            self.faults.start_table(number)
            self.warnings.start_table(number)
            raw = self._raw(table_name, table)
            if raw is not None:
                tables[table_name] = self._typed(table_name, table, raw=raw)
        return BookTables(name, as_of, tables)

    def _book(self) -> tuple[str, date | None]:
        defaults = {name: self.mapping.default(BOOK, name) for name in BOOK_COLUMNS}
        named = {name: self.mapping.column(BOOK, name) for name in BOOK_COLUMNS}
        if None not in defaults.values():
            return clean(str(defaults["name"])), self._day(str(defaults["as_of"]), named["as_of"])
        found = self.source.book(self.mapping.file(BOOK) or BOOK, faults=self.faults)
        if found is None:
            return "", None
        for unknown in [name for name in found if name not in named.values()]:
            self._of_book(unknown, "isn't used", faults=self.warnings, code="unknown_column")
        name = found.get(named["name"], defaults["name"])
        if not isinstance(name, str) or not clean(name):
            self._of_book(named["name"], "must be a text that isn't empty", faults=self.faults, code="wrong_value")
        day = found.get(named["as_of"], defaults["as_of"])
        return clean(str(name)), self._day(day, named["as_of"])

    def _day(self, text: object, column: str) -> date | None:
        day = parse_day(text) if isinstance(text, str) else None
        if day is None:
            allowed = "must be a date such as 2026-11-20 (year-month-day)"
            given = "and is missing" if text is None else f"not {quoted(str(text))}"
            self._of_book(column, f"{allowed}, {given}", faults=self.faults, code="wrong_value", own_words=allowed)
        return day

    def _of_book(
        self, column: str, message: str, *, faults: FaultList, code: str, own_words: str | None = None
    ) -> None:
        file, place = self.source.book_place(self.mapping.file(BOOK) or BOOK)
        faults.add(Fault(file, None, place + shown(column), message, code, own_words))

    def _raw(self, name: str, table: Table) -> RawTable | None:
        """The table as it was read, without two columns of one name."""
        wanted = Wanted(
            frozenset(self.mapping.column(name, column) for column in table.columns),
            frozenset(
                self.mapping.column(name, column_name)
                for column_name, column in table.columns.items()
                if column.kind is Kind.NUMBER and column.needed
            ),
        )
        raw = self.source.table(self.mapping.file(name) or name, wanted=wanted, faults=self.faults)
        if raw is None:
            return None
        for column in dict.fromkeys(raw.header):
            if raw.header.count(column) > 1:
                self._add_duplicate(raw, column)
            if column not in wanted.names:
                message = "isn't used; if it is one of the book's columns, name it in the mapping file"
                self._of_header(raw, column, message=message, faults=self.warnings, code="unknown_column")
        return raw

    def _typed(self, name: str, table: Table, *, raw: RawTable) -> TypedTable:
        """The columns that the source has or the mapping fills; a missing one is a fault unless it is
        optional.
        """
        source = {column: self.mapping.column(name, column) for column in table.columns}
        typed = TypedTable(raw, source)
        converter = Converter(typed, self.faults, self.warnings)
        for column_name, column in table.columns.items():
            constant = self.mapping.default(name, column_name)
            if source[column_name] in raw.cells:
                converter.convert(column_name, column)
            elif constant is not None or column.optional:
                converter.convert(column_name, column, constant=constant or "")
            else:
                self._add_missing(raw, source[column_name])
        if table.filled and raw.complete and not raw.row_count:
            self.faults.add(Fault(raw.file, None, None, f"{name} has no rows: a book needs one or more", "empty_table"))
        return typed

    def _add_duplicate(self, raw: RawTable, column: str) -> None:
        twice = "stands twice in the header: keep one"
        fault = Fault(
            raw.file, raw.header_line, None, f"{quoted(column)} {twice}", "duplicate_column", f"a column {twice}"
        )
        self.faults.add(fault)

    def _add_missing(self, raw: RawTable, column: str) -> None:
        there = ", ".join(shown(known) for known in raw.header)
        message = f"the column is missing; there are {there}"
        name = raw.column_name.format(column=shown(column))
        fault = Fault(raw.file, raw.header_line, name, message, "missing_column", "the column is missing")
        self.faults.add(fault)

    def _of_header(self, raw: RawTable, column: str, *, message: str, faults: FaultList, code: str) -> None:
        name = raw.column_name.format(column=shown(column))
        faults.add(Fault(raw.file, raw.header_line, name, message, code))
