"""Treasury yields of a table."""

import numpy as np

from trimtab.adapters.books.convert import TypedTable
from trimtab.adapters.books.faults import FaultList
from trimtab.domain.errors import Fault
from trimtab.domain.factors.market import MATURITIES, Yields


def check_yields(table: TypedTable, *, faults: FaultList) -> None:
    """Adds a fault where no maturity is there, and for each day that doesn't come after the one before it."""
    raw = table.raw
    if not any(maturity in raw.header for maturity in MATURITIES):
        message = f"there is no column of yields: give one or more of {', '.join(MATURITIES)}"
        faults.add(Fault(raw.file, raw.header_line, None, message, "missing_column"))
    if not table.has("date"):
        return
    days = table.date["date"]
    step = np.diff(days.astype(np.int64))
    readable = ~(np.isnat(days[1:]) | np.isnat(days[:-1]))

    def message_of(row: int) -> str:
        if days[row] == days[row - 1]:
            return f"{days[row]} stands twice: keep one row of a day"
        return f"{days[row]} comes after {days[row - 1]}: sort the rows by date, each day once"

    wrong = 1 + np.flatnonzero((step <= 0) & readable)
    faults.add_rows(raw, "date", rows=wrong, message=message_of, code="unsorted_dates")


def build_yields(table: TypedTable) -> Yields:
    """The yields of a table without faults; only maturities that it has."""
    there = tuple(maturity for maturity in MATURITIES if maturity in table.raw.header)
    return Yields(table.date["date"], there, np.column_stack([table.number[name] for name in there]))
