"""Requests that are turned away before their arguments are read, and what the framework finds wrong, in our words."""

from collections.abc import Mapping
from typing import Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.tools.handles import unknown_session
from trimtab.tools.mistakes import in_our_words
from trimtab.tools.strict import field_path

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


def in_words_of_ours(error: Exception) -> Exception:
    """What the framework raised, as an error of ours; any other error is itself."""
    if isinstance(error, RequestValidationError):
        return _wrong_request(error)
    return no_json() if isinstance(error, HTTPException) else error


def _wrong_request(error: RequestValidationError) -> Exception:
    """What is found before a body or a query becomes a model of ours; those speak for themselves."""
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return no_json()
    if any(each["loc"][0] == "path" for each in found):
        return unknown_session()
    problems = [_problem(each["loc"], each["type"]) for each in found]
    return InvalidInput(f"{problems[0].field}: {problems[0].message}", problems=problems)


def _problem(place: tuple[str | int, ...], kind: str) -> Problem:
    return Problem(field_path(place), in_our_words(kind, {}), "missing" if kind == "missing" else "invalid")
