"""What all session stores have in common: ids, times as numbers, and when a read moves the expiry."""

import secrets
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Final

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


def used(info: SessionInfo, *, now: datetime, ttl: timedelta) -> SessionInfo:
    """The session with the expiry that reading it gives it: the same object where it stays."""
    until = now + ttl
    return info if until - info.expires_at <= ttl / _LAZY_SHARE else replace(info, expires_at=until)


def with_state(info: SessionInfo, state: str) -> StoredSession:
    """The session and its state."""
    return StoredSession(**{field.name: getattr(info, field.name) for field in fields(info)}, state=state)
