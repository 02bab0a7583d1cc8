"""Cursors: where the next page of a list starts.

Opaque to the caller and tied to the session version it was cut from.
"""

import base64
import binascii
from typing import Final, NamedTuple

from trimtab.domain.errors import InvalidInput

LONGEST: Final = 120
AGAIN: Final = "Call again without a cursor to start at the first page."


class Place(NamedTuple):
    """What a cursor holds; `view` is the digest of the filters it was made for, empty where nobody bound it."""

    version: int
    offset: int
    view: str


def encode_cursor(version: int, offset: int, *, view: str = "") -> str:
    """The cursor of the row at `offset` of the list as it is in this version of the session."""
    return base64.urlsafe_b64encode(f"{version}:{offset}:{view}".encode()).decode().rstrip("=")


def decode_cursor(text: str, version: int) -> int:
    """The offset that a cursor names.

    Raises:
        InvalidInput: It isn't a cursor, or the session has changed since it was given.
    """
    place = read_cursor(text)
    if place.version != version:
        raise InvalidInput(
            f"The session is at version {version} now; this cursor belongs to version {place.version}.",
            field="cursor",
            next_action=AGAIN,
        )
    return place.offset


def read_cursor(text: str) -> Place:
    """All that a cursor holds, whatever version the session has.

    Raises:
        InvalidInput: It isn't a cursor.
    """
    try:
        raw = text.encode("ascii") if len(text) <= LONGEST else b"!"
        plain = base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True).decode("ascii")
        version, offset, view = plain.split(":")
        return Place(_count(version), _count(offset), view)
    except (binascii.Error, UnicodeError, ValueError):
        raise InvalidInput(
            "Not a cursor: use the next_cursor of the page before, unchanged.",
            field="cursor",
            next_action=AGAIN,
        ) from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ValueError
    return int(text)
