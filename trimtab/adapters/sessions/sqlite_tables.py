"""The rules of the session store on an open SQLite connection; blocking, and for one thread."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from trimtab.adapters.sessions.refusals import (
    changed_session,
    expired_session,
    newer_session,
    unknown_session,
)
from trimtab.adapters.sessions.sqlite_file import writing
from trimtab.workflow.log import LogEntry, LogHead, extended, first_head
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.stores import SessionInfo, StoredSession

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAZY_SHARE: Final = 100
"""A read moves the expiry only when it moves by more than this part of the time to live."""

_INFO: Final = "session_id, owner, version, schema_version, created_at, expires_at, log_seq, log_hash FROM sessions"
_Row = tuple[str, str, int, int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class SqliteTables:
    """What `SessionStore` promises, without the waiting. `ttl` is how long an unused session lives."""

    connection: sqlite3.Connection
    clock: Clock
    ttl: timedelta
    schema_version: int

    def create(self, session_id: str, *, owner: str, state: str, log: Sequence[LogEntry]) -> StoredSession:
        """See `SessionStore.create`."""
        now = self.clock.now()
        info = SessionInfo(
            session_id=session_id,
            owner=owner,
            version=1,
            schema_version=self.schema_version,
            created_at=now,
            expires_at=now + self.ttl,
            log_head=extended(first_head(session_id), log),
        )
        with writing(self.connection):
            self._insert(info)
            self.connection.execute("INSERT INTO states VALUES (?, ?)", (session_id, state))
            self._append(session_id, log)
        return _with_state(info, state)

    def read(self, session_id: str, owner: str) -> StoredSession:
        """See `SessionStore.read`."""
        row = self.connection.execute(
            f"SELECT (SELECT state FROM states WHERE states.session_id = sessions.session_id), {_INFO} "
            "WHERE session_id = ? AND owner = ?",
            (session_id, owner),
        ).fetchone()
        now = self.clock.now()
        info = self._usable(session_id, row[1:] if row else None, now=now)
        return _with_state(self._used(info, now), row[0])

    def replace(
        self, session_id: str, owner: str, *, expected_version: int, state: str, log: Sequence[LogEntry]
    ) -> StoredSession:
        """See `SessionStore.replace`."""
        with writing(self.connection):
            now = self.clock.now()
            info = self._usable(session_id, self._row(session_id, owner), now=now)
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
        return _with_state(info, state)

    def log(self, session_id: str, owner: str, *, after_seq: int, limit: int) -> tuple[LogEntry, ...]:
        """See `SessionStore.log`."""
        now = self.clock.now()
        self._used(self._usable(session_id, self._row(session_id, owner), now=now), now)
        rows = self.connection.execute(
            "SELECT entry FROM log WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (session_id, after_seq, limit),
        )
        return tuple(LogEntry.model_validate_json(text) for (text,) in rows)

    def list(self, owner: str, *, limit: int) -> tuple[SessionInfo, ...]:
        """See `SessionStore.list`."""
        rows = self.connection.execute(
            f"SELECT {_INFO} WHERE owner = ? AND expires_at > ? ORDER BY created_at DESC, session_id LIMIT ?",
            (owner, _stamp(self.clock.now()), limit),
        )
        return tuple(_info(row) for row in rows)

    def purge_expired(self) -> int:
        """See `SessionStore.purge_expired`."""
        long_ago = _stamp(self.clock.now() - self.ttl)
        return self.connection.execute("DELETE FROM sessions WHERE expires_at <= ?", (long_ago,)).rowcount

    def _row(self, session_id: str, owner: str) -> _Row | None:
        found: _Row | None = self.connection.execute(
            f"SELECT {_INFO} WHERE session_id = ? AND owner = ?", (session_id, owner)
        ).fetchone()
        return found

    def _usable(self, session_id: str, row: _Row | None, *, now: datetime) -> SessionInfo:
        if row is None:
            raise unknown_session(session_id)
        info = _info(row)
        if info.expires_at <= now:
            raise expired_session(session_id, info.expires_at)
        if info.schema_version > self.schema_version:
            raise newer_session(session_id)
        return info

    def _used(self, info: SessionInfo, now: datetime) -> SessionInfo:
        """The session with its expiry moved; a file that can't be written to doesn't stop the reading."""
        until = now + self.ttl
        if until - info.expires_at <= self.ttl / _LAZY_SHARE:
            return info
        try:
            self.connection.execute(
                "UPDATE sessions SET expires_at = max(expires_at, ?) WHERE session_id = ?",
                (_stamp(until), info.session_id),
            )
        except sqlite3.OperationalError:
            return info
        return replace(info, expires_at=until)

    def _insert(self, info: SessionInfo) -> None:
        try:
            self.connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _values(info))
        except sqlite3.IntegrityError as error:
            raise ValueError("The session id is in use.") from error

    def _update(self, info: SessionInfo) -> None:
        self.connection.execute(
            "UPDATE sessions SET version = ?, schema_version = ?, expires_at = ?, log_seq = ?, log_hash = ? "
            "WHERE session_id = ?",
            (
                info.version,
                info.schema_version,
                _stamp(info.expires_at),
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


def _stamp(moment: datetime) -> int:
    return (moment - _START) // _MICROSECOND


def _moment(stamp: int) -> datetime:
    return _START + stamp * _MICROSECOND


def _values(info: SessionInfo) -> _Row:
    return (
        info.session_id,
        info.owner,
        info.version,
        info.schema_version,
        _stamp(info.created_at),
        _stamp(info.expires_at),
        info.log_head.seq,
        info.log_head.hash,
    )


def _info(row: _Row) -> SessionInfo:
    session_id, owner, version, schema_version, created_at, expires_at, log_seq, log_hash = row
    return SessionInfo(
        session_id=session_id,
        owner=owner,
        version=version,
        schema_version=schema_version,
        created_at=_moment(created_at),
        expires_at=_moment(expires_at),
        log_head=LogHead(seq=log_seq, hash=log_hash),
    )


def _with_state(info: SessionInfo, state: str) -> StoredSession:
    known = {field.name: getattr(info, field.name) for field in fields(info)}
    return StoredSession(**known, state=state)
