"""What `trimtab signals history` says where it finds nothing."""

from collections.abc import Callable
from typing import Final, cast

from trimtab.domain.errors import NotFound
from trimtab.domain.outside_text import clean
from trimtab.server import late
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.signal_requests import ReadSignalRecords

_OPENING: Final = "trimtab.cli.records_use"
"""Loaded only where it is needed: what opens databases takes a while."""


def require_records() -> None:
    """Comes back where there are records: asked for rows, a place without any answers as one whose records are empty.

    Raises:
        NotFound: there are none where the settings say.
    """
    ask = cast("Callable[[Callable[[RecordStore], object]], object]", late.command(_OPENING, "with_records"))
    try:
        ask(lambda records: records.sessions(limit=1))
    except NotFound as missing:
        then = f"Name the database with {missing.field} as the server does; the first answer that is kept makes it."
        raise NotFound(missing.message, field=missing.field, next_action=then) from missing


def nothing_kept(request: ReadSignalRecords) -> str:
    """What was looked for and isn't there, and what to do."""
    sought = (("under the name", request.name), ("of the symbol", request.symbol))
    named = "".join(f" {words} {clean(given)}" for words, given in sought if given is not None)
    days = " between these days" if request.start_date or request.end_date else ""
    if not named + days:
        return f"No {request.kind} were kept for you yet; answers of the other commands are."
    return f"No {request.kind} were kept{named}{days}. `trimtab signals history {request.kind}` shows all there are."
