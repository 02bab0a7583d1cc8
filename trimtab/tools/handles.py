"""Session ids as callers hand them in: in an address, or as the argument of a prompt."""

import re
from typing import Final

from trimtab.domain.errors import NotFound

_HANDLE: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")


def handle(session_id: str) -> str:
    """The id, where it could be one of ours: what can't is refused here, before a store looks for it.

    Raises:
        NotFound: It has characters that no id has, or is too long.
    """
    if _HANDLE.fullmatch(session_id) is None:
        raise unknown_session()
    return session_id


def unknown_session() -> NotFound:
    """For every id without a session, in words that repeat nothing of it."""
    return NotFound("There is no session of that id: it is unknown, not yours, or has expired.", field="session_id")
