"""Requests that are turned away before their arguments are read."""

from collections.abc import Mapping
from typing import Final

from trimtab.domain.errors import InvalidInput

AS_JSON: Final = "Send one JSON object, with Content-Type: application/json."
_MEBIBYTE: Final = 1024 * 1024


class RequestRefused(InvalidInput):
    """Carries the status, and headers that belong to it."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        next_action: str,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, field=field, next_action=next_action)
        self.status = status
        self.headers = headers or {}


def no_json() -> RequestRefused:
    """For a body that can't be read as JSON."""
    return RequestRefused("The body isn't JSON.", status=400, field="body", next_action=AS_JSON)


def no_content_type() -> RequestRefused:
    """For a body that doesn't say that it is JSON: a web page may send one to where it must not."""
    return RequestRefused("The body isn't marked as JSON.", status=415, field="Content-Type", next_action=AS_JSON)


def too_large(most_bytes: int) -> RequestRefused:
    """For a body of more bytes than any request needs."""
    return RequestRefused(
        f"The body is larger than {most_bytes // _MEBIBYTE} MiB.",
        status=413,
        field="body",
        next_action="Send fewer recommendations at once.",
    )


def no_method(allowed: set[str]) -> RequestRefused:
    """For an address that takes other methods."""
    named = ", ".join(sorted(allowed))
    return RequestRefused(
        "This address doesn't take requests of that method.",
        status=405,
        field="method",
        next_action=f"Allowed is: {named}.",
        headers={"Allow": named},
    )
