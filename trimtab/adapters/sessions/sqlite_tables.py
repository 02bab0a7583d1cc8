"""The rules of the session store on an open SQLite connection; blocking, and for one thread."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from trimtab.adapters.sessions.records import moment, new_session, require_usable, stamp, used, with_state
from trimtab.adapters.sessions.refusals import (
    changed_session,
    id_in_use,
    unknown_session,
)
from trimtab.adapters.sessions.sqlite_file import writing
from trimtab.workflow.log import LogEntry, LogHead, extended
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.stores import SessionInfo, StoredSession

_INFO: Final = "session_id, owner, version, schema_version, created_at, expires_at, log_seq, log_hash FROM sessions"
_OF_OWNER: Final = "WHERE session_id = ? AND owner = ?"
SELECT_INFO: Final = f"SELECT {_INFO} {_OF_OWNER}"
SELECT_WHOLE: Final = (
    f"SELECT (SELECT state FROM states WHERE states.session_id = sessions.session_id), {_INFO} {_OF_OWNER}"
)
Row = tuple[str, str, int, int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class SqliteTables:
    """What `SessionStore` promises, without the waiting. `ttl` is how long an unused session lives."""

    connection: sqlite3.Connection
    clock: Clock
    ttl: timedelta
    schema_version: int

    def create(
        self, session_id: str, *, owner: str, state: str, log: Sequence[LogEntry], key: str | None
    ) -> StoredSession:
        """See `SessionStore.create`."""
        now = self.clock.now()
        info = new_session(session_id, owner, now=now, ttl=self.ttl, schema_version=self.schema_version, log=log)
        with writing(self.connection):
            opened = None if key is None else self._opened(owner, key, now=now)
            if opened is not None:
                return self.read(opened, owner)
            self._insert(info)
            if key is not None:
                self.connection.execute("INSERT OR REPLACE INTO opened VALUES (?, ?, ?)", (owner, key, session_id))
            self.connection.execute("INSERT INTO states VALUES (?, ?)", (session_id, state))
            self._append(session_id, log)
        return with_state(info, state)

    def look(self, session_id: str, owner: str) -> SessionInfo:
        """See `SessionStore.look`."""
        now = self.clock.now()
        return self._used(self._usable(self._row(session_id, owner), now=now), now)

    def unmoved(self, row: Row | None) -> SessionInfo | None:
        """The session of a row, where it can be used and reading it leaves its expiry as it is."""
        if row is None:
            return None
        info, now = _info(row), self.clock.now()
        usable = info.expires_at > now and info.schema_version <= self.schema_version
        return info if usable and used(info, now=now, ttl=self.ttl) is info else None

    def read(self, session_id: str, owner: str) -> StoredSession:
        """See `SessionStore.read`."""
        row = self.connection.execute(SELECT_WHOLE, (session_id, owner)).fetchone()
        now = self.clock.now()
        info = self._usable(row[1:] if row else None, now=now)
        return with_state(self._used(info, now), row[0])

    def replace(
        self, session_id: str, owner: str, *, expected_version: int, state: str, log: Sequence[LogEntry]
    ) -> StoredSession:
        """See `SessionStore.replace`."""
        with writing(self.connection):
            now = self.clock.now()
            info = self._usable(self._row(session_id, owner), now=now)
            if info.version != expected_version:
                raise changed_session(expected_version=expected_version, version=info.version)
            info = replace(
                info,
                version=info.version + 1,
                schema_version=self.schema_version,
                expires_at=max(info.expires_at, now + self.ttl),
                log_head=extended(info.log_head, log),
            )
            self._update(info)
            self.connection.execute("UPDATE states SET state = ? WHERE session_id = ?", (state, session_id))
            self._append(session_id, log)
        return with_state(info, state)

    def log(self, session_id: str, owner: str, *, after_seq: int, limit: int) -> tuple[LogEntry, ...]:
        """See `SessionStore.log`."""
        now = self.clock.now()
        self._used(self._usable(self._row(session_id, owner), now=now), now)
        rows = self.connection.execute(
            "SELECT entry FROM log WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (session_id, after_seq, limit),
        )
        return tuple(LogEntry.model_validate_json(text) for (text,) in rows)

    def list(self, owner: str, *, limit: int) -> tuple[SessionInfo, ...]:
        """See `SessionStore.list`."""
        rows = self.connection.execute(
            f"SELECT {_INFO} WHERE owner = ? AND expires_at > ? ORDER BY created_at DESC, session_id LIMIT ?",
            (owner, stamp(self.clock.now()), limit),
        )
        return tuple(_info(row) for row in rows)

    def check(self) -> None:
        """See `SessionStore.check`. Writes what stands there already, so that a full disk shows."""
        with writing(self.connection):
            (version,) = self.connection.execute("PRAGMA user_version").fetchone()
            self.connection.execute(f"PRAGMA user_version = {version}")

    def purge_expired(self) -> int:
        """See `SessionStore.purge_expired`."""
        long_ago = stamp(self.clock.now() - self.ttl)
        return self.connection.execute("DELETE FROM sessions WHERE expires_at <= ?", (long_ago,)).rowcount

    def _opened(self, owner: str, key: str, *, now: datetime) -> str | None:
        """The living session that this key opened."""
        found = self.connection.execute(
            "SELECT session_id FROM opened JOIN sessions USING (session_id) "
            "WHERE opened.owner = ? AND key = ? AND expires_at > ?",
            (owner, key, stamp(now)),
        ).fetchone()
        return None if found is None else str(found[0])

    def _row(self, session_id: str, owner: str) -> Row | None:
        found: Row | None = self.connection.execute(SELECT_INFO, (session_id, owner)).fetchone()
        return found

    def _usable(self, row: Row | None, *, now: datetime) -> SessionInfo:
        if row is None:
            raise unknown_session()
        return require_usable(_info(row), now=now, schema_version=self.schema_version)

    def _used(self, info: SessionInfo, now: datetime) -> SessionInfo:
        """The session with its expiry moved; a file that can't be written to doesn't stop the reading."""
        moved = used(info, now=now, ttl=self.ttl)
        if moved is info:
            return info
        try:
            self.connection.execute(
                "UPDATE sessions SET expires_at = max(expires_at, ?) WHERE session_id = ?",
                (stamp(moved.expires_at), info.session_id),
            )
        except sqlite3.OperationalError:
            return info
        return moved

    def _insert(self, info: SessionInfo) -> None:
        try:
            self.connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _values(info))
        except sqlite3.IntegrityError as error:
            raise id_in_use() from error

    def _update(self, info: SessionInfo) -> None:
        self.connection.execute(
            "UPDATE sessions SET version = ?, schema_version = ?, expires_at = ?, log_seq = ?, log_hash = ? "
            "WHERE session_id = ?",
            (
                info.version,
                info.schema_version,
                stamp(info.expires_at),
                info.log_head.seq,
                info.log_head.hash,
                info.session_id,
            ),
        )

    def _append(self, session_id: str, log: Sequence[LogEntry]) -> None:
        self.connection.executemany(
            "INSERT INTO log VALUES (?, ?, ?)",
            [(session_id, entry.seq, entry.model_dump_json()) for entry in log],
        )


def _values(info: SessionInfo) -> Row:
    return (
        info.session_id,
        info.owner,
        info.version,
        info.schema_version,
        stamp(info.created_at),
        stamp(info.expires_at),
        info.log_head.seq,
        info.log_head.hash,
    )


def _info(row: Row) -> SessionInfo:
    session_id, owner, version, schema_version, created_at, expires_at, log_seq, log_hash = row
    return SessionInfo(
        session_id=session_id,
        owner=owner,
        version=version,
        schema_version=schema_version,
        created_at=moment(created_at),
        expires_at=moment(expires_at),
        log_head=LogHead(seq=log_seq, hash=log_hash),
    )
