"""Reads one table of market data into typed columns, with the readers of books."""

from dataclasses import dataclass

import numpy as np

from trimtab.adapters.books.cells import RawTable, Wanted
from trimtab.adapters.books.convert import Converter, TypedTable
from trimtab.adapters.books.faults import FaultList, Message, quoted, shown
from trimtab.adapters.books.schema import Kind, Table
from trimtab.adapters.books.sources import FolderSource
from trimtab.adapters.market.days import read_days
from trimtab.domain.errors import Fault
from trimtab.domain.factors.reference_checks import wrong_ticker


@dataclass(frozen=True, slots=True, eq=False)
class TableReader:
    """Reads the tables of one folder; `faults` refuse the market, `warnings` don't."""

    source: FolderSource
    faults: FaultList
    warnings: FaultList

    def read(self, name: str, table: Table) -> TypedTable | None:
        """The table in typed columns, those that are missing aside; None where nothing can be read."""
        numbers = {column_name for column_name, column in table.columns.items() if column.kind is Kind.NUMBER}
        wanted = Wanted(frozenset(table.columns), sparse=frozenset(numbers))
        raw = self.source.table(name, wanted=wanted, faults=self.faults)
        if raw is None:
            return None
        check_header(raw, table, faults=self.faults, warnings=self.warnings)
        typed = self._typed(raw, table)
        if raw.complete and not raw.row_count:
            message = "there are no rows: give some, or leave the file out where it isn't needed"
            self.faults.add(Fault(raw.file, None, None, message, "empty_table"))
        return typed

    def _typed(self, raw: RawTable, table: Table) -> TypedTable:
        typed = TypedTable(raw, {column: column for column in table.columns})
        converter = Converter(typed, self.faults, self.warnings)
        for name, column in table.columns.items():
            if name not in raw.cells:
                if column.optional:
                    converter.convert(name, column, constant="")
            elif column.kind is Kind.DATE:
                read_days(typed, name, faults=self.faults)
            else:
                converter.convert(name, column)
        if typed.has("ticker"):
            self._check_tickers(typed)
        return typed

    def _check_tickers(self, table: TypedTable) -> None:
        cells = table.text["ticker"]
        wrong = np.array([value != "" and wrong_ticker(value) != "" for value in cells.values], dtype=np.bool_)
        if not wrong.any():
            return
        own = wrong_ticker("").rstrip(".")
        self.faults.add_rows(
            table.raw,
            "ticker",
            rows=np.flatnonzero(wrong[cells.codes]),
            message=lambda row: Message(f"{own}: not {quoted(cells.at(row))}", own),
            code="wrong_value",
        )


def check_header(raw: RawTable, table: Table, *, faults: FaultList, warnings: FaultList) -> None:
    """Adds a fault for each column that is missing or stands twice, and a warning for each that isn't used."""
    there = ", ".join(shown(known) for known in raw.header)
    for name, column in table.columns.items():
        if name not in raw.header and not column.optional:
            message = f"the column is missing; there are {there}"
            own = "the column is missing"
            faults.add(Fault(raw.file, raw.header_line, name, message, "missing_column", own))
    for name in dict.fromkeys(raw.header):
        if raw.header.count(name) > 1:
            message = f"{quoted(name)} stands twice in the header: keep one"
            own = "a column stands twice in the header: keep one"
            faults.add(Fault(raw.file, raw.header_line, None, message, "duplicate_column", own))
        if name not in table.columns:
            message = f"isn't used; the columns are {', '.join(table.columns)}"
            warnings.add(Fault(raw.file, raw.header_line, shown(name), message, "unknown_column"))
