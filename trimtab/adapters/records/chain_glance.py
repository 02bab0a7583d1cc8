"""The chain of a SQLite file, checked as fast as it can be read: whether it is sound, and not where it isn't.

Text is taken as the bytes that the file holds and hashed as such, some hundred entries at a time. Fetching a column
costs a tenth of hashing an entry, so the parts that most neighbours share are compared by the database, and fetched
only where they differ. Bytes don't tell text from other values; `file_check` does.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection

from trimtab.adapters.records.checking import Chain
from trimtab.workflow.evidence import EMPTY

_AT_ONCE: Final = 250
"""A part of a thousand, see `_numbers`; many more don't stay in the processor's cache."""
_SHARED: Final = ("at", "session_id", "kind", "actor", "source")
_SAME: Final = 0
_ENTRIES: Final = (
    f"SELECT iif({' AND '.join(f'{name} = ?' for name in _SHARED)}, {_SAME}, {' || char(10) || '.join(_SHARED)}), "
    "content, previous_hash, hash FROM evidence WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_ENDS: Final = "SELECT min(seq), max(seq) FROM evidence"
_LAST_DIGITS: Final = [b"%03d" % number for number in range(1000)]
_HASH_LENGTHS: Final = {len(EMPTY.hash)}
_JOINED: Final = b"\n".join


@dataclass(slots=True)
class _Walk:
    """The chain as far as it is sound; `shared` are an entry's shared parts, joined: likely the next ones' too."""

    seq: int = EMPTY.seq
    hash: bytes = EMPTY.hash.encode()
    latest: bytes = b""
    shared: bytes = _JOINED([b""] * len(_SHARED))

    def goes_on(self, first: int, rows: Sequence[Any]) -> bool:
        """Whether these rows are the next entries, from number `first` on."""
        shared, content, linked, hashes = zip(*rows, strict=True)
        known = self.shared
        parts = [known if part == _SAME else part for part in shared]
        texts = map(_JOINED, zip(linked, _numbers(first, len(rows)), parts, content, strict=True))
        hashed = "".join([sha256(text).hexdigest() for text in texts])
        if hashed.encode() != b"".join(hashes) or set(map(len, hashes)) != _HASH_LENGTHS:
            return False
        if linked != (self.hash, *hashes[:-1]):
            return False
        self.seq += len(rows)
        self.hash, self.shared = hashes[-1], parts[len(parts) // 2]
        self.latest = max(self.latest, *(part.partition(b"\n")[0] for part in set(parts)))
        return True


def sound_chain(connection: Connection) -> Chain | None:
    """The chain to its end where every entry is what was written; None where one isn't, or can't be read."""
    driver: Any = connection.connection.driver_connection
    driver.text_factory = bytes
    try:
        return _walked(driver)
    except (sqlite3.Error, TypeError, UnicodeDecodeError):  # a TypeError where a value is neither text nor bytes
        return None
    finally:
        driver.text_factory = str


def _walked(driver: sqlite3.Connection) -> Chain | None:
    (ends,) = driver.execute(_ENDS).fetchall()
    if ends == (None, None):
        return Chain()
    walk = _Walk()
    for start in range(0, ends[1] + 1, _AT_ONCE):
        first, last = max(start, 1), start + _AT_ONCE - 1
        shared = walk.shared.decode().split("\n")
        if len(shared) != len(_SHARED):
            return None
        rows = driver.execute(_ENTRIES, (*shared, first, last)).fetchall()
        # Numbers are whole and each is there once, so where none is left out they are those that were hashed.
        if len(rows) != min(last, ends[1]) - first + 1 or not walk.goes_on(first, rows):
            return None
    return Chain(seq=walk.seq, hash=walk.hash.decode(), latest=walk.latest.decode(), entries=walk.seq)


def _numbers(first: int, many: int) -> list[bytes]:
    """Numbers of one thousand as text; spelling each by itself takes long beside hashing it."""
    thousand, start = divmod(first, 1000)
    if not thousand:
        return [b"%d" % number for number in range(first, first + many)]
    spelled = b"%d" % thousand
    return [spelled + digits for digits in _LAST_DIGITS[start : start + many]]
