"""The mapping file: how a custodian's export names what the book's tables call otherwise."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from trimtab.adapters.books.faults import FaultList, shown
from trimtab.adapters.books.schema import BOOK, BOOK_COLUMNS, TABLES
from trimtab.domain.errors import Fault

MAPPING_FILE = "mapping.toml"


class BookMapping(BaseModel):
    """What the source calls things: `files` by table, `columns` by table and column.

    `defaults` are constant texts by table and column: a default stands in every row of a table whose file
    lacks the column.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    files: Mapping[str, str] = {}
    columns: Mapping[str, Mapping[str, str]] = {}
    defaults: Mapping[str, Mapping[str, str]] = {}

    def file(self, table: str) -> str | None:
        """The file (in JSON: the key) that holds a table; None: the table's own name."""
        return self.files.get(table)

    def column(self, table: str, column: str) -> str:
        """What the source calls a column."""
        return self.columns.get(table, {}).get(column, column)

    def default(self, table: str, column: str) -> str | None:
        """The text of a column that the source doesn't have."""
        return self.defaults.get(table, {}).get(column)


def mapping_path(path: Path) -> Path | None:
    """The mapping file that a book's folder brings along."""
    own = path / MAPPING_FILE
    return own if own.is_file() else None


def read_mapping(path: Path | None, *, faults: FaultList) -> BookMapping:
    """Reads a mapping file; without one, or with a faulty one, every name is the book's own."""
    if path is None:
        return BookMapping()
    try:
        mapping = BookMapping.model_validate(tomllib.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        faults.add(Fault(path.name, None, None, f"the mapping file can't be read: {error.strerror}", "missing_file"))
    except ValidationError as error:
        for problem in error.errors():
            place = ".".join(str(part) for part in problem["loc"])
            message = "allowed are [files], [columns.TABLE] and [defaults.TABLE] with texts"
            faults.add(Fault(path.name, None, shown(place), message, "mapping"))
    except ValueError as error:
        not_toml = "the mapping file is not TOML"
        faults.add(Fault(path.name, None, None, f"{not_toml}: {shown(str(error))}", "mapping", not_toml))
    else:
        _check_names(mapping, path.name, faults=faults)
        return mapping
    return BookMapping()


def _check_names(mapping: BookMapping, file: str, *, faults: FaultList) -> None:
    known = {BOOK: BOOK_COLUMNS, **{name: tuple(table.columns) for name, table in TABLES.items()}}
    for section, tables in (
        ("files", mapping.files),
        ("columns", mapping.columns),
        ("defaults", mapping.defaults),
    ):
        for table in tables:
            if table not in known:
                message = f"unknown table; the tables are {', '.join(known)}"
                faults.add(Fault(file, None, f"{section}.{shown(table)}", message, "mapping"))
    for section, named in (("columns", mapping.columns), ("defaults", mapping.defaults)):
        for table, columns in named.items():
            for column in columns:
                if column not in known.get(table, (column,)):
                    place = f"{section}.{table}.{shown(column)}"
                    message = f"unknown column; {table} has {', '.join(known[table])}"
                    faults.add(Fault(file, None, place, message, "mapping"))
