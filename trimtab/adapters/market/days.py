"""The days of a table of market data: whole days without a time zone, or a fault that names whose it is."""

import re

import numpy as np

from trimtab.adapters.books.convert import TypedTable, as_text, parse_day
from trimtab.adapters.books.faults import FaultList, Message, quoted

_ALLOWED = "must be a date such as 2026-11-20 (year-month-day)"
_TIMED = "must be a date such as 2026-11-20 alone, without a time or a time zone"
_DAY_AND_MORE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]?\d|Z|[+-]\d)", re.ASCII)
_NO_DAY = np.datetime64("NaT", "D")


def read_days(table: TypedTable, name: str, *, faults: FaultList) -> None:
    """Adds a column of days to the table; each different text is looked at once."""
    cells = as_text(table.raw.cells[name]).map(str.strip)
    days = [parse_day(text) for text in cells.values]
    known = np.array([_NO_DAY if day is None else day for day in days], dtype="datetime64[D]")
    table.date[name] = known[cells.codes]
    wrong = np.flatnonzero(np.isnat(table.date[name]))
    owners = table.text.get("ticker")

    def message(row: int) -> str | Message:
        text = cells.at(row)
        whose = "" if owners is None else f"{quoted(owners.at(row))}: "
        if not text:
            return Message(f"{whose}must not be empty", "must not be empty")
        own = _TIMED if _DAY_AND_MORE.match(text) else _ALLOWED
        return Message(f"{whose}{own}, not {quoted(text)}", own)

    faults.add_rows(table.raw, name, rows=wrong, message=message, code="wrong_date")
