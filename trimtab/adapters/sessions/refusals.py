"""What every session store says when it can't do what was asked, in the same words. An id from outside is never
repeated."""

from datetime import datetime
from typing import Final

from trimtab.domain.errors import Conflict, NewerVersion, NotFound, Unavailable

SETTING: Final = "TRIMTAB_SESSIONS"
"""Says where sessions are kept."""


def unknown_session() -> NotFound:
    """For an id never given out, one that was forgotten, and somebody else's: they must look the same."""
    return NotFound("There is no session of that id.", field="session_id")


def expired_session(expired_at: datetime) -> NotFound:
    """For the owner of a session that is past its time."""
    return NotFound(f"The session expired at {expired_at:%Y-%m-%d %H:%M} UTC.", field="session_id")


def changed_session(*, expected_version: int, version: int) -> Conflict:
    """For the one who was slower."""
    return Conflict(f"The session is at version {version}, not at {expected_version}.", version=version)


def newer_session() -> NewerVersion:
    """For a session whose state this release can't read."""
    return NewerVersion(
        "The session was last changed by a newer release of Trimtab.",
        field="session_id",
        next_action="Go on with it in the newer release, or call open_session to start a new session here.",
    )


def id_in_use() -> ValueError:
    """For a session id that was given out before: a mistake of the caller's code."""
    return ValueError("The session id is in use.")


def unlinked_log(last_seq: int) -> ValueError:
    """For log entries that follow another log, or another state of it: a mistake of the caller's code."""
    return ValueError(f"What was to be logged doesn't continue a log that ends with entry {last_seq}.")


def closed_store() -> Unavailable:
    """For calls after `close`."""
    return Unavailable("The session store is closed.", next_action="Start the server again.")
