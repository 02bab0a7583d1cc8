"""Reads one CSV table: its structure first, then its cells with pandas' C parser."""

import csv
import io
from collections.abc import Iterator

import numpy as np
import pandas as pd

from trimtab.adapters.books.cells import Cells, RawTable, TextCells, Wanted, text_cells
from trimtab.adapters.books.csv_text import Records, find_records
from trimtab.adapters.books.faults import FaultList
from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.errors import Fault

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_csv_table(content: bytes, file: str, *, wanted: Wanted, faults: FaultList) -> RawTable | None:
    """Reads CSV text (UTF-8, with or without a byte order mark); None where there is no table to speak of.

    Args:
        content: the file's bytes.
        file: its name, for faults.
        wanted: the columns to read; numeric ones are read as numbers where every cell is one.
        faults: takes what is wrong with the text itself.
    """
    text = _checked_utf8(content, file, faults=faults)
    if text is None:
        return None
    records = find_records(text)
    message = 'a quote is not closed, or not doubled inside a quoted cell: write "say ""no"" here"'
    faults.add_lines(file, lines=((line, message) for line in records.stray_lines), code="stray_quote")
    if records.stray_lines:
        return None
    if not len(records.line):
        faults.add(Fault(file, None, None, "the file is empty: its first line must name the columns", "empty_file"))
        return None
    header = _header(text, records)
    rows = _rows_of_full_width(records, file, width=len(header), faults=faults)
    return RawTable(
        file=file,
        header=header,
        row_count=len(rows),
        cells=_parse(_body(text, records, rows=rows), header, wanted=wanted),
        lines=records.line[rows],
        header_line=int(records.line[0]),
        complete=len(rows) == len(records.line) - 1,
    )


def _checked_utf8(content: bytes, file: str, *, faults: FaultList) -> bytes | None:
    """The text without a byte order mark; what isn't UTF-8 is a fault and is read as replacement
    characters.
    """
    if content.startswith(_UTF_16):
        faults.add(Fault(file, None, None, "the file is UTF-16: save it as UTF-8", "not_utf8"))
        return None
    content = content.removeprefix(_BOM)
    if _is_text(content):
        return content
    faults.add_lines(file, lines=_bad_lines(content), code="not_utf8")
    return content.replace(b"\0", b" ").decode("utf-8", errors="replace").encode()


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def _bad_lines(content: bytes) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            byte = line.decode("utf-8").find("\0")
        except UnicodeDecodeError as error:
            byte = error.start
        if byte >= 0:
            yield number, f"byte {byte + 1} of the line is not UTF-8 text: save the file as UTF-8"


def _header(text: bytes, records: Records) -> tuple[str, ...]:
    line = text[records.start[0] : records.end[0]].decode()
    return tuple(name.strip() for name in next(csv.reader([line])))


def _rows_of_full_width(records: Records, file: str, *, width: int, faults: FaultList) -> IntColumn:
    """The records after the header that are as wide as it; the others are faults."""
    right = records.width == width
    right[0] = True
    messages = (
        (
            int(records.line[row]),
            f"the row has {records.width[row]} cells and the header {width}: quote cells with commas",
        )
        for row in np.flatnonzero(~right)
    )
    faults.add_lines(file, lines=messages, code="row_width")
    return np.flatnonzero(right)[1:]


def _body(text: bytes, records: Records, *, rows: IntColumn) -> bytes:
    """The text of the rows: a copy only where something lies between them."""
    if len(rows) and len(rows) == len(records.line) - 1 and not records.gaps:
        return text[records.start[rows[0]] :]
    return b"\n".join(text[records.start[row] : records.end[row]] for row in rows)


def _parse(body: bytes, header: tuple[str, ...], *, wanted: Wanted) -> dict[str, Cells]:
    """The wanted columns by name (of two with the same name, the first)."""
    number = {name: header.index(name) for name in header if name in wanted.names}
    if not body or not number:
        return {name: TextCells(np.zeros(0, dtype=np.int64), ()) for name in number}
    as_text = Wanted(wanted.names)
    try:
        cells = _cells(body, number, width=len(header), wanted=wanted)
    except ValueError:  # A cell that is no number: reading all as text tells which.
        return _cells(body, number, width=len(header), wanted=as_text)
    doubtful = {
        name: number[name]
        for name, column in cells.items()
        if not (isinstance(column, TextCells) or _plain(column, sparse=name in wanted.sparse))
    }
    return {**cells, **_cells(body, doubtful, width=len(header), wanted=as_text)} if doubtful else cells


def _cells(body: bytes, number: dict[str, int], *, width: int, wanted: Wanted) -> dict[str, Cells]:
    key = {name: str(column) for name, column in number.items()}
    numeric = wanted.numeric | wanted.sparse
    empty = {key[name]: [""] for name in key if name in wanted.sparse}
    frame = pd.read_csv(
        io.BytesIO(body),
        header=None,
        names=[str(column) for column in range(width)],
        usecols=list(key.values()),
        dtype={column: "float64" if name in numeric else "object" for name, column in key.items()},
        na_filter=bool(empty),
        na_values=empty,
        keep_default_na=False,
        skip_blank_lines=False,
        engine="c",
    )
    return {name: _column(frame[column]) for name, column in key.items()}


def _column(column: "pd.Series[float]") -> Cells:
    if column.dtype == np.float64:
        return np.asarray(column, dtype=np.float64)
    return text_cells(np.asarray(column, dtype=np.object_))


def _plain(values: FloatColumn, *, sparse: bool) -> bool:
    """Whether a column surely was numbers: the parser also takes `inf`, and a column of nothing but True
    and False. A `sparse` one may have empty cells.
    """
    empty = np.isnan(values)
    known = np.isfinite(values) | empty if sparse else np.isfinite(values)
    return bool(known.all() and ((values != 0) & (values != 1) & ~empty).any())
