"""Names of the keys. Each kind has a prefix of its own, so that no session id can stand for a key of another kind."""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

BY_EXPIRY: Final = "trimtab:expiry"
"""Sorted set of sessions by the stamp of their expiry: id, a blank, owner. The scripts have the form too."""
CHECK: Final = "trimtab:check"
"""Written to see whether writing works; soon gone."""
CHANGES: Final = "trimtab:changes"
"""The channel on which changed sessions are announced, by id. The script has the name too."""


def session_key(session_id: str) -> str:
    """A hash: the session's facts and its state. The script has the name too."""
    return f"trimtab:session:{session_id}"


def log_key(session_id: str) -> str:
    """A list: the log's entries as JSON."""
    return f"trimtab:log:{session_id}"


def writes_key(session_id: str) -> str:
    """A list: ids of the last writes."""
    return f"trimtab:writes:{session_id}"


def owner_key(owner: str) -> str:
    """A sorted set: the owner's sessions by the stamp of their making."""
    return f"trimtab:owner:{owner}"


def opening_key(owner: str, key: str) -> str:
    """A string: the session that this key opened."""
    named = hashlib.sha256(json.dumps([owner, key]).encode()).hexdigest()
    return f"trimtab:opened:{named}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one session, as the scripts take them."""

    session_id: str
    owner: str

    @property
    def all(self) -> list[str]:
        """In the scripts' order."""
        each = (session_key, log_key, writes_key)
        return [*(make(self.session_id) for make in each), owner_key(self.owner), BY_EXPIRY]
