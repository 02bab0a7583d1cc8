"""Collects the faults of a book while it is read, so that all of them are said at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from trimtab.adapters.books.cells import RawTable
from trimtab.domain.errors import Fault
from trimtab.domain.outside_text import clean

FAULTS_OF_A_KIND = 1000
"""Most faults of one kind listed for a column or file; one more says how many there are besides."""

_Position = tuple[int, int]


class Message(NamedTuple):
    """A message that shows what stands in the file, and the same in our own words only."""

    text: str
    own_words: str


@dataclass(slots=True)
class FaultList:
    """Faults of one kind (refusals or warnings) in reading order: by table, then by line or row."""

    _found: list[tuple[_Position, Fault]] = field(default_factory=list)
    _table: int = 0

    def start_table(self, number: int) -> None:
        """What is added from here on stands at the place of table `number`."""
        self._table = number

    def add(self, fault: Fault) -> None:
        """Adds a fault of a file, of its header or of one line."""
        self._found.append(((self._table, fault.line or 0), fault))

    def add_lines(self, file: str, *, lines: Iterable[tuple[int, str]], code: str) -> None:
        """Adds a fault for each (line, message), at most `FAULTS_OF_A_KIND` and then how many more there
        are.
        """
        wrong = iter(lines)
        for line, message in islice(wrong, FAULTS_OF_A_KIND):
            self.add(Fault(file, line, None, message, code))
        for line, _ in islice(wrong, 1):
            self.add(Fault(file, line, None, _more(1 + sum(1 for _ in wrong)), code))

    def add_rows(
        self,
        table: RawTable,
        column: str | None,
        *,
        rows: Iterable[int],
        message: Callable[[int], str | Message],
        code: str,
    ) -> None:
        """Adds a fault for each of the rows, at most `FAULTS_OF_A_KIND` and then how many more there are."""
        wrong = iter(rows)
        for row in islice(wrong, FAULTS_OF_A_KIND):
            self._add_row(table, column, row=int(row), message=message(int(row)), code=code)
        for row in islice(wrong, 1):
            self._add_row(table, column, row=int(row), message=_more(1 + sum(1 for _ in wrong)), code=code)

    def _add_row(self, table: RawTable, column: str | None, *, row: int, message: str | Message, code: str) -> None:
        line = None if table.lines is None else int(table.lines[row])
        position = (self._table, row + 2 if line is None else line)
        said, own = message if isinstance(message, Message) else (message, None)
        fault = Fault(table.file, line, _cell_name(table, column, row=row), said, code, own)
        self._found.append((position, fault))

    def sorted(self) -> tuple[Fault, ...]:
        """All faults in reading order; those of one row in the order in which its columns were looked at."""
        return tuple(fault for _, fault in sorted(self._found, key=lambda entry: entry[0]))

    def __len__(self) -> int:
        return len(self._found)


def _more(count: int) -> str:
    return f"{count:,} more like this, here and below"


def _cell_name(table: RawTable, column: str | None, *, row: int) -> str | None:
    """How the source calls a cell: `price` in a file with lines, `lots[3].price` in JSON."""
    if column is None and table.lines is not None:
        return None
    return table.cell_name.format(column=shown(column or "*"), row=row)


def shown(text: str) -> str:
    """A text from outside as it may stand in a message."""
    return clean(text, 60)


def quoted(text: str) -> str:
    """A text from outside as it may stand in a message, in quotes."""
    return repr(clean(text, 60))
