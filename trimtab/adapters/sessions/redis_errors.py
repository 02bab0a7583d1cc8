"""What the Redis client raises, in our words. They name the setting; the server's address and password stay inside."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import redis.exceptions as raised

from trimtab.adapters.sessions.refusals import SETTING
from trimtab.domain.errors import SettingsError, TrimtabError, Unavailable

_AGAIN: Final = "Try again in a few seconds."
_SILENT: Final = f"{_AGAIN} If it never answers: rediss:// is for servers with TLS, redis:// for those without."
_NO_RIGHT: Final = "doesn't let this user run the commands that a session store needs"
_REFUSED: Final = (
    (raised.AuthenticationError, "refuses the user or the password"),
    (raised.AuthorizationError, "refuses the user or the password"),
    (raised.NoPermissionError, _NO_RIGHT),
    (raised.InvalidResponse, "isn't a Redis server: its answer isn't understood"),
)
"""Faults that stay until somebody changes the setting or the server."""
_REFUSED_BY_TEXT: Final = {
    "DB index": "doesn't have the database of this number",
    "ACL failure in script": _NO_RIGHT,
    "user executing the script": _NO_RIGHT,
}
"""Redis 7 and Valkey say of a script in words of their own what the user may not do."""
_PASSING: Final = (
    (raised.BusyLoadingError, "is still loading its data", _AGAIN),
    (raised.ReadOnlyError, "is a read-only replica now", "Try again in a few seconds, or name the primary server."),
    (raised.MasterDownError, "is a replica that has lost its primary", _AGAIN),
    (raised.OutOfMemoryError, "has no memory left", "Give the server more memory, then try again."),
    (raised.TimeoutError, "doesn't answer in time", _SILENT),
    (TimeoutError, "doesn't answer in time", _SILENT),
    (raised.ConnectionError, "can't be reached", _AGAIN),
    (OSError, "can't be reached", _AGAIN),
)
_BY_TEXT: Final = {
    "MISCONF": ("can't save to its disk", "Free some disk space on the server, then try again."),
    "NOREPLICAS": ("has too few replicas to accept changes", _AGAIN),
}


class NotSent(raised.ConnectionError):
    """There was no connection to send a command on; its cause says why."""


@asynccontextmanager
async def named_errors(*, writes: bool = False) -> AsyncIterator[None]:
    """Turns what the client raises into our errors.

    A write whose answer never came may have been stored all the same, and the error says so.
    """
    try:
        yield
    except (raised.RedisError, OSError, TimeoutError) as error:
        raise _named(error, writes=writes) from error


def bad_address() -> SettingsError:
    """For a URL that the client can't read; it may hold a password, so it isn't repeated."""
    return SettingsError(
        f"{SETTING} isn't a URL of a Redis server.",
        field=SETTING,
        next_action="Write it as redis://[user:password@]host[:port][/database], rediss:// for TLS, and start again.",
    )


def foreign_data() -> SettingsError:
    """For a session that no Trimtab wrote like this."""
    return SettingsError(
        "The session server holds something under Trimtab's names that no session is.",
        field=SETTING,
        next_action=f"Name another database of the server with {SETTING}, or remove the strange keys, and start again.",
    )


def _named(error: BaseException, *, writes: bool) -> TrimtabError:
    if isinstance(error, NotSent) and error.__cause__ is not None:
        return _named(error.__cause__, writes=False)
    what = _refused(error)
    if what is not None:
        return SettingsError(
            f"The session server {what}.",
            field=SETTING,
            next_action=f"Correct {SETTING}, or the server, and start again.",
        )
    what, then = _passing(error)
    if writes and isinstance(error, raised.ConnectionError | raised.TimeoutError | OSError):
        then = (
            "It isn't known whether the change was stored: look with get_session before you repeat it, or repeat it "
            "with the same idempotency_key."
        )
    return Unavailable(f"The session server {what}.", field=SETTING, next_action=then)


def _refused(error: BaseException) -> str | None:
    by_kind = next((words for kind, words in _REFUSED if isinstance(error, kind)), None)
    if by_kind is None and isinstance(error.__context__, ssl.SSLError):
        return "doesn't speak TLS as rediss:// wants it, or its certificate isn't trusted"
    return by_kind or next((words for text, words in _REFUSED_BY_TEXT.items() if text in str(error)), None)


def _passing(error: BaseException) -> tuple[str, str]:
    for kind, what, then in _PASSING:
        if isinstance(error, kind):
            return what, then
    word = str(error).partition(" ")[0]
    return _BY_TEXT.get(word, ("can't carry out the command", "Try again; if it stays like this, look at its log."))
