"""Chooses where a book is read from: a folder of files, or one JSON file."""

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trimtab.adapters.books.cells import RawTable, Wanted
from trimtab.adapters.books.csv_table import read_csv_table
from trimtab.adapters.books.faults import FaultList, shown
from trimtab.adapters.books.json_tables import parse_json
from trimtab.adapters.books.parquet_table import read_parquet_table
from trimtab.domain.errors import Fault

FORMATS = (".csv", ".csv.gz", ".parquet")
_JSON_FORMATS = (".json", ".json.gz")


class BookSource(Protocol):
    """Gives a book's tables by the name of their file (in JSON: their key); None, and a fault, where
    there is none.
    """

    def book(self, file: str, *, faults: FaultList) -> Mapping[str, object] | None:
        """What the source says of the book itself: its name and its day."""

    def book_place(self, file: str) -> tuple[str, str]:
        """Where that stands: the file, and what comes before a column's name in a fault."""

    def table(self, file: str, *, wanted: Wanted, faults: FaultList) -> RawTable | None:
        """A table as it was read."""


def open_source(path: Path, *, faults: FaultList) -> BookSource | None:
    """The source at a path; None where there is nothing that could hold a book."""
    if path.is_dir():
        return FolderSource(path)
    if path.is_file() and path.name.endswith(_JSON_FORMATS):
        content = _content(path, faults)
        return None if content is None else parse_json(content, path.name, faults=faults)
    message = "there is no such folder" if not path.exists() else "this can't hold a book"
    message += f": give a folder of {', '.join(FORMATS)} files, or one {' or '.join(_JSON_FORMATS)} file"
    faults.add(Fault(shown(path.name) or ".", None, None, message, "no_book"))
    return None


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder with a file for each table."""

    folder: Path

    def book(self, file: str, *, faults: FaultList) -> Mapping[str, object] | None:
        """The content of `book.json`, or of the file that stands in its place."""
        name, _ = self.book_place(file)
        if not (self.folder / name).is_file():
            faults.add(self._missing(name))
            return None
        content = _content(self.folder / name, faults)
        source = None if content is None else parse_json(content, name, faults=faults)
        return None if source is None else source.content

    def book_place(self, file: str) -> tuple[str, str]:
        """The file, and what stands before a column's name in a fault."""
        return file if Path(file).suffix else f"{file}.json", ""

    def has(self, table: str) -> bool:
        """Whether a table stands in any file."""
        return any((self.folder / (table + suffix)).is_file() for suffix in FORMATS)

    def stamp(self, tables: Iterable[str]) -> str:
        """Changes when a file of the tables does: their names, sizes, times of change and places on the disk."""
        names = (table + suffix for table in tables for suffix in FORMATS)
        return "; ".join(filter(None, (_stamp(self.folder / name) for name in names)))

    def table(self, file: str, *, wanted: Wanted, faults: FaultList) -> RawTable | None:
        """The table in `file`, or in the one file of that name with a known suffix."""
        path = self._path(file, faults)
        content = None if path is None else _content(path, faults)
        if path is None or content is None:
            return None
        reader = read_parquet_table if path.name.endswith(".parquet") else read_csv_table
        return reader(content, path.name, wanted=wanted, faults=faults)

    def _path(self, file: str, faults: FaultList) -> Path | None:
        names = [file] if file.endswith(FORMATS) else [file + suffix for suffix in FORMATS]
        found = [name for name in names if (self.folder / name).is_file()]
        if len(found) > 1:
            message = f"the table stands in several files ({', '.join(found)}): keep one"
            faults.add(Fault(names[0], None, None, message, "ambiguous_file"))
        if not found:
            faults.add(self._missing(names[0]))
        return self.folder / found[0] if len(found) == 1 else None

    def _missing(self, name: str) -> Fault:
        present = ", ".join(sorted(shown(entry.name) for entry in self.folder.iterdir())) or "nothing"
        missing = "the file is missing"
        return Fault(name, None, None, f"{missing}; the folder holds {present}", "missing_file", missing)


def _content(path: Path, faults: FaultList) -> bytes | None:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.name.endswith(".gz") else content
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        faults.add(Fault(path.name, None, None, f"the file is not whole gzip data: {error}", "not_gzip"))
    except OSError as error:
        faults.add(Fault(path.name, None, None, f"the file can't be read: {error.strerror}", "unreadable_file"))
    return None


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{path.name} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
