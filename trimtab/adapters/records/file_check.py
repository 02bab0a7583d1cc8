"""The pages of a SQLite file, gone through on a thread and a connection of their own while the chain is checked.

The driver lets other threads work meanwhile, so on a machine with two cores this takes no time of its own.
"""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from trimtab.adapters.records.checking import MOST_BREAKS

_TEXTS: Final = ("at", "session_id", "kind", "actor", "source", "content", "previous_hash", "hash")
_NOT_TEXT: Final = " OR ".join(f"typeof({name}) <> 'text'" for name in _TEXTS)
_ODD: Final = f"SELECT 1 FROM evidence WHERE {_NOT_TEXT} LIMIT 1"
"""The same bytes may be kept as something else than text; then they don't read back."""
_UNREADABLE: Final = "the file can't be gone through"


@dataclass(frozen=True, slots=True)
class FileFindings:
    """`faults` are what is wrong with the file; `all_text` says that no entry's text is kept as something else."""

    faults: tuple[str, ...] = ()
    all_text: bool = True


@contextmanager
def file_checked_beside(connection: Connection) -> Iterator[Future[FileFindings]]:
    """Begins with the check, which ends no later than the context; nothing to find in another database's files."""
    path = connection.engine.url.database
    if connection.dialect.name != "sqlite" or path is None:
        nothing: Future[FileFindings] = Future()
        nothing.set_result(FileFindings())
        yield nothing
        return
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="records-pages") as thread:
        yield thread.submit(_check_file, path)


def _check_file(path: str) -> FileFindings:
    try:
        with closing(sqlite3.connect(path)) as connection:
            for pragma in ("cell_size_check = ON", "trusted_schema = OFF"):
                connection.execute(f"PRAGMA {pragma}")
            said = connection.execute(f"PRAGMA integrity_check({MOST_BREAKS})").fetchall()
            odd = connection.execute(_ODD).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return FileFindings((_UNREADABLE,), all_text=False)
    return FileFindings(tuple(str(line) for (line,) in said if line != "ok"), all_text=odd is None)
