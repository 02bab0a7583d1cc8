"""Loads a book from a folder or file, or says everything that is wrong with it."""

from dataclasses import dataclass
from pathlib import Path

from trimtab.adapters.books.build import build_book
from trimtab.adapters.books.faults import FaultList, shown
from trimtab.adapters.books.mapping import mapping_path, read_mapping
from trimtab.adapters.books.sources import open_source
from trimtab.adapters.books.structure import check_structure
from trimtab.adapters.books.tables import TableReader
from trimtab.domain.errors import BookRefused, Fault
from trimtab.domain.trading.book import Book


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What came of reading a book: the book, or the structural faults that refuse it; warnings either way."""

    book: Book | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def load_book(path: Path, *, mapping: Path | None = None) -> Book:
    """Loads the book at `path`: a folder of CSV (also gzipped) or Parquet files, or one JSON file.

    Args:
        path: the folder or file.
        mapping: a mapping file; without one the folder's own `mapping.toml`, if it has one.

    Returns:
        The book, with every table sorted by its key.

    Raises:
        BookRefused: the book has structural faults; the error carries all of them.
    """
    reading = read_book(path, mapping=mapping)
    if reading.book is None:
        raise BookRefused(shown(path.name) or ".", reading.faults)
    return reading.book


def read_book(path: Path, *, mapping: Path | None = None) -> Reading:
    """Reads the book at `path`; never raises for what is wrong in its files."""
    faults, warnings = FaultList(), FaultList()
    source = open_source(path, faults=faults)
    if source is None:
        return Reading(None, faults.sorted(), ())
    names = read_mapping(mapping or mapping_path(path), faults=faults)
    tables = TableReader(source, names, faults, warnings).read()
    check_structure(tables, faults=faults, warnings=warnings)
    if len(faults) or tables.as_of is None:
        return Reading(None, faults.sorted(), warnings.sorted())
    return Reading(build_book(tables, as_of=tables.as_of), (), warnings.sorted())
