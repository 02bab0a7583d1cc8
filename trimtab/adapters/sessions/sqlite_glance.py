"""Reading a session on the event loop's own thread: one row by its key, which never waits for a writer.

Handing so little work to another thread costs several times the work. Whatever isn't plainly there, or takes a lock,
is left to the thread that does everything else.
"""

import sqlite3
from pathlib import Path
from typing import Any

from trimtab.adapters.sessions.records import with_state
from trimtab.adapters.sessions.sqlite_tables import SELECT_INFO, SELECT_WHOLE, SqliteTables
from trimtab.workflow.ports.stores import SessionInfo, StoredSession


class Glance:
    """Sees what the tables see, through a read-only connection of its own, made at the first look."""

    def __init__(self, path: Path, tables: SqliteTables) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro"
        self._tables = tables
        self._connection: sqlite3.Connection | None = None

    def look(self, session_id: str, owner: str) -> SessionInfo | None:
        """The session, where it can be used and its expiry stays as it is."""
        return self._tables.unmoved(self._row(SELECT_INFO, session_id, owner=owner))

    def read(self, session_id: str, owner: str) -> StoredSession | None:
        """The same with its state."""
        row = self._row(SELECT_WHOLE, session_id, owner=owner)
        info = None if row is None else self._tables.unmoved(row[1:])
        return None if info is None else with_state(info, row[0])

    def _row(self, statement: str, session_id: str, *, owner: str) -> Any:
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(self._address, uri=True, isolation_level=None, timeout=0)
            return self._connection.execute(statement, (session_id, owner)).fetchone()
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Lets go of the file."""
        if self._connection is not None:
            self._connection.close()
