"""The chain of a SQLite file, checked as fast as it can be read: whether it is sound, and not where it isn't.

Text is taken as the bytes that the file holds, and hashed as such: turning it into text and back would take longer than
everything else.
"""

import sqlite3
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection

from trimtab.adapters.records.checking import Chain
from trimtab.workflow.evidence import EMPTY

_TEXTS: Final = ("at", "session_id", "kind", "actor", "source", "content", "previous_hash", "hash")
_NOT_TEXT: Final = " OR ".join(f"typeof({name}) <> 'text'" for name in _TEXTS)
_ODD: Final = f"SELECT 1 FROM evidence WHERE {_NOT_TEXT} LIMIT 1"
"""The same bytes may be kept as something else than text; then they don't read back."""
_ENTRIES: Final = (
    "SELECT seq, at, session_id, kind, actor, source, content, previous_hash, hash FROM evidence ORDER BY seq"
)


def sound_chain(connection: Connection) -> Chain | None:
    """The chain to its end where every entry is what was written; None where one isn't, or can't be read."""
    driver: Any = connection.connection.driver_connection
    driver.text_factory = bytes
    try:
        if driver.execute(_ODD).fetchone() is not None:
            return None
        return _walked(driver.execute(_ENTRIES))
    except sqlite3.Error:
        return None
    finally:
        driver.text_factory = str


def _walked(entries: sqlite3.Cursor) -> Chain | None:
    seq, previous, latest = EMPTY.seq, EMPTY.hash.encode(), b""
    for number, at, session_id, kind, actor, source, content, linked, hash_ in entries:
        seq += 1
        text = b"%b\n%d\n%b\n%b\n%b\n%b\n%b\n%b" % (linked, number, at, session_id, kind, actor, source, content)
        if number != seq or linked != previous or sha256(text).hexdigest().encode() != hash_:
            return None
        previous = hash_
        latest = max(latest, at)
    return Chain(seq=seq, hash=previous.decode(), latest=latest.decode(), entries=seq)
