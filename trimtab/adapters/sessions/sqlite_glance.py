"""A quick look at a session on the event loop's own thread: one row by its key, which never waits for a writer.

Handing so little work to another thread costs several times the work. Whatever isn't plainly there, or takes a lock,
is left to the thread that does everything else.
"""

import sqlite3
from pathlib import Path

from trimtab.adapters.sessions.sqlite_tables import SqliteTables
from trimtab.workflow.ports.stores import SessionInfo


class Glance:
    """Sees what the tables see, through a read-only connection of its own, made at the first look."""

    def __init__(self, path: Path, tables: SqliteTables) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro"
        self._tables = tables
        self._connection: sqlite3.Connection | None = None

    def look(self, session_id: str, owner: str) -> SessionInfo | None:
        """The session, where it can be used and its expiry stays as it is."""
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(self._address, uri=True, isolation_level=None, timeout=0)
            return self._tables.fresh(self._connection, session_id, owner)
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Lets go of the file."""
        if self._connection is not None:
            self._connection.close()
