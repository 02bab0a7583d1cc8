"""The arguments that tools share, each with its description. The request models check them once more, in
depth."""

import json
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from trimtab.domain.given import NUMBER
from trimtab.workflow.ports.requests import MOST_RECOMMENDATIONS

SessionId = Annotated[str, Field(description="Handle from open_session")]
Accounts = Annotated[list[str], Field(description="Only these account numbers")]
Limit = Annotated[int, Field(description="Most rows in the page", ge=1, le=1000), NUMBER]
Cursor = Annotated[str, Field(description="next_cursor of the page before", max_length=200)]
ResponseFormat = Annotated[
    Literal["concise", "detailed"],
    Field(description="concise leaves empty and default fields of entries out"),
]
ExpectedVersion = Annotated[int, Field(description="Fail if the session is at another version", ge=1), NUMBER]
Batch = Annotated[int, Field(description="1 to batches", ge=1), NUMBER]
IdempotencyKey = Annotated[
    str, Field(description="A repeat with the same key changes nothing", min_length=8, max_length=100)
]


def _objects(value: object) -> object:
    """Some clients send the entries of a list as JSON text."""
    return [_object(entry) for entry in value] if isinstance(value, list) else value


def _object(entry: object) -> object:
    if not isinstance(entry, str):
        return entry
    try:
        return json.loads(entry)
    except (ValueError, RecursionError):
        return entry


Objects = Annotated[list[dict[str, object]], BeforeValidator(_objects)]
"""Open in the schema, to keep the list of tools short; the request model checks every entry and names the
path."""

Recommendations = Annotated[
    Objects,
    Field(
        description=(
            f"1 to {MOST_RECOMMENDATIONS} of {{symbol, action: proceed|defer|partial|review, "
            "proceed_percent? (0-100, needed for partial), reason?, flags?: [div|dip|cgt|...], exceptions?: "
            f"[{{account_number, action, proceed_percent?, amount?, reason?, flags?}}]}}"
        )
    ),
]
