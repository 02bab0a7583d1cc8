"""What all session stores have in common: ids, times as numbers, what can be used, and when a read moves the expiry."""

import secrets
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from trimtab.adapters.sessions.refusals import expired_session, newer_session
from trimtab.workflow.log import LogEntry, extended, first_head
from trimtab.workflow.ports.stores import SessionInfo, StoredSession

_ID_BYTES: Final = 18
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAZY_SHARE: Final = 100
"""A read moves the expiry only when it moves by more than this part of the time to live."""


def new_session_id() -> str:
    """An id that nobody can guess."""
    return f"ts_{secrets.token_urlsafe(_ID_BYTES)}"


def stamp(at: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (at - _START) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The time of a stamp."""
    return _START + microseconds * _MICROSECOND


def new_session(
    session_id: str, owner: str, *, now: datetime, ttl: timedelta, schema_version: int, log: Sequence[LogEntry]
) -> SessionInfo:
    """A session as it is made; its log has to begin at its id."""
    return SessionInfo(
        session_id=session_id,
        owner=owner,
        version=1,
        schema_version=schema_version,
        created_at=now,
        expires_at=now + ttl,
        log_head=extended(first_head(session_id), log),
    )


def require_usable(info: SessionInfo, *, now: datetime, schema_version: int) -> SessionInfo:
    """The session itself, where it hasn't expired and this release can read it."""
    if info.expires_at <= now:
        raise expired_session(info.expires_at)
    if info.schema_version > schema_version:
        raise newer_session()
    return info


def used(info: SessionInfo, *, now: datetime, ttl: timedelta) -> SessionInfo:
    """The session with the expiry that reading it gives it: the same object where it stays."""
    until = now + ttl
    return info if until - info.expires_at <= ttl / _LAZY_SHARE else replace(info, expires_at=until)


def with_state(info: SessionInfo, state: str) -> StoredSession:
    """The session and its state."""
    return StoredSession(**{field.name: getattr(info, field.name) for field in fields(info)}, state=state)
