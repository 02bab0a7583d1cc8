"""Reads the tables of a book from one JSON file: `{"book": {...}, "instruments": [{...}, ...], ...}`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from trimtab.adapters.books.cells import Cells, RawTable, Wanted, object_array, text_cells
from trimtab.adapters.books.faults import FaultList, Message, quoted
from trimtab.domain.errors import Fault

_Json = Mapping[str, object]
_SCALAR: Final = "must be a text, a number or null"


@dataclass(frozen=True, slots=True)
class JsonSource:
    """A JSON document that holds a book; scalars are kept as the text they were written in."""

    file: str
    content: _Json

    def book(self, file: str, *, faults: FaultList) -> _Json | None:
        """What the document says of the book itself."""
        found = self.content.get(file)
        if isinstance(found, Mapping):
            return found
        faults.add(Fault(self.file, None, file, 'must be an object with "name" and "as_of"', "wrong_type"))
        return None

    def book_place(self, file: str) -> tuple[str, str]:
        """The file, and what stands before a column's name in a fault."""
        return self.file, f"{file}."

    def table(self, file: str, *, wanted: Wanted, faults: FaultList) -> RawTable | None:
        """The table under the key `file`; a key that a row leaves out is an empty cell."""
        found = self.content.get(file)
        if not isinstance(found, Sequence) or isinstance(found, str):
            message = "is missing" if found is None else "must be a list of rows"
            faults.add(
                Fault(
                    self.file,
                    None,
                    file,
                    f'{message}: "{file}": [{{"column": value, ...}}, ...]',
                    "missing_table",
                )
            )
            return None
        rows = [row for row in found if isinstance(row, Mapping)]
        if len(rows) < len(found):
            number = next(n for n, row in enumerate(found) if not isinstance(row, Mapping))
            faults.add(Fault(self.file, None, f"{file}[{number}]", "every row must be an object", "wrong_type"))
            return None
        header = tuple(dict.fromkeys(key for row in rows for key in row)) if rows else tuple(sorted(wanted.names))
        cells: dict[str, Cells] = {}
        key = file.replace("{", "{{").replace("}", "}}")
        table = RawTable(
            file=self.file,
            header=header,
            row_count=len(rows),
            cells=cells,
            cell_name=key + "[{row}].{column}",
            column_name=key + "[].{column}",
        )
        for name in header:
            if name in wanted.names:
                cells[name] = text_cells(object_array(_texts(rows, name, table=table, faults=faults)))
        return table


def parse_json(content: bytes, file: str, *, faults: FaultList) -> JsonSource | None:
    """Parses the document; None where it isn't a JSON object."""
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        faults.add(Fault(file, error.lineno, None, f"this is not JSON: {error.msg}", "not_json", "this is not JSON"))
    except (ValueError, RecursionError) as error:
        text = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        faults.add(Fault(file, None, None, f"this is not JSON: {text}", "not_json", "this is not JSON"))
    else:
        if isinstance(document, dict):
            return JsonSource(file, document)
        faults.add(Fault(file, None, None, "must be a JSON object with the book's tables", "wrong_type"))
    return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number; use null for an empty cell")


def _texts(rows: Sequence[_Json], name: str, *, table: RawTable, faults: FaultList) -> list[str]:
    values = [row.get(name) for row in rows]
    wrong = [number for number, value in enumerate(values) if not (value is None or isinstance(value, str))]
    faults.add_rows(
        table,
        name,
        rows=wrong,
        message=lambda row: Message(f"{_SCALAR}, not {quoted(str(values[row]))}", _SCALAR),
        code="wrong_type",
    )
    return [value if isinstance(value, str) else "" for value in values]
