"""Which page of a list was asked for: cursors that belong to one list, its filters included."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.cursors import AGAIN, encode_cursor, read_cursor

_NOT_FILTERS: Final = frozenset({"ctx", "limit", "cursor", "response_format"})


@dataclass(frozen=True, slots=True)
class Page:
    """The page that was asked for: its first row, and the digest of the list's filters."""

    start: int
    view: str

    @classmethod
    def asked(cls, tool: str, arguments: Mapping[str, object]) -> "Page":
        """The page that these arguments of the tool ask for.

        Raises:
            InvalidInput: What was given isn't a cursor, or it was made for other filters.
        """
        filters = sorted((name, repr(value)) for name, value in arguments.items() if name not in _NOT_FILTERS)
        view = hashlib.blake2b(repr((tool, filters)).encode(), digest_size=6).hexdigest()
        cursor = arguments.get("cursor")
        if not isinstance(cursor, str):
            return cls(0, view)
        place = read_cursor(cursor)
        if place.view != view:
            raise InvalidInput("The cursor belongs to a list with other filters.", field="cursor", next_action=AGAIN)
        return cls(place.offset, view)

    def goes_on(self, version: int, *, after: int) -> str:
        """The cursor of the row that follows the first `after` rows of this page."""
        return encode_cursor(version, self.start + after, view=self.view)

    def tied(self, next_cursor: str) -> str:
        """The desk's next cursor, tied to this list's filters."""
        place = read_cursor(next_cursor)
        return encode_cursor(place.version, place.offset, view=self.view)
