"""Errors as REST tells them: problem documents (RFC 9457) with the fields that every error of ours has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Literal, cast

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse

from trimtab.domain.errors import FilesRefused, SettingsError, TooManyRequests, Unavailable
from trimtab.server.rest.camel import camel_words
from trimtab.server.rest.refusals import RequestRefused
from trimtab.server.rest.telling import NOT_KEPT, Told
from trimtab.tools.errors import error_result

MEDIA_TYPE: Final = "application/problem+json"
TRY_AGAIN_AFTER_SECONDS: Final = 5
STATUS: Final[Mapping[str, int]] = {
    "invalid_argument": 422,
    "not_found": 404,
    "conflict": 409,
    "wrong_phase": 409,
    "blocked": 409,
    "newer_version": 409,
    "older_version": 409,
    "broken_record": 409,
    "too_many_requests": 429,
    "unavailable": 503,
    "settings": 503,
    "book_refused": 503,
    "market_refused": 503,
    "products_refused": 503,
    "internal": 500,
}
"""By the error's code. A book or a setting that is wrong isn't the caller's fault, and until it is mended no call
works: as for `/readyz`, 503."""

_UNKNOWN: Final = "unknown_field"
_IN_A_BUCKET: Final = re.compile(r"(?P<path>[^/]+/.*?)(?P<field>\.(?:target_weight|min_weight|max_weight))?")
"""A bucket's path is data, and stays."""
_KEYED_BY_STRATEGIES: Final = frozenset({"strategies", "parameters", "strategy_weights"})
"""Below these fields stand names of strategies and of their parameters, which aren't ours to spell."""


class OneProblem(BaseModel):
    """One of several things that are wrong."""

    field: str
    message: str
    code: str


class ProblemDocument(BaseModel):
    """What is wrong, where, whether the same call may succeed later, and what to do next."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: str
    field: str | None
    retryable: bool
    next_action: str
    problems: tuple[OneProblem, ...] = ()
    problem_count: int = 0
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """A problem document, and what goes with it."""

    status: int
    document: Told
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        """The document as a response."""
        headers = {**NOT_KEPT, **self.headers}
        return JSONResponse(self.document, self.status, headers=headers, media_type=MEDIA_TYPE)


def describe(error: Exception) -> Described:
    """The problem document of an error: only words of ours go out, and nothing that was sent."""
    said = dict(error_result(error).structured_content or {})
    status = error.status if isinstance(error, RequestRefused) else STATUS[str(said["code"])]
    document: Told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": said.pop("message"),
        **{to_camel(name): value for name, value in said.items()},
    }
    if not isinstance(error, FilesRefused | SettingsError):  # whose places are in files and in the environment
        _spell_fields(document)
    return Described(status, document, _headers(error))


def _spell_fields(document: Told) -> None:
    problems = cast("list[Told]", document.get("problems", []))
    _spell_field(document, code=(problems or [document])[0]["code"])
    for problem in problems:
        _spell_field(problem, code=problem["code"])


def _spell_field(part: Told, *, code: object) -> None:
    """A place in camelCase; a name that isn't ours stays as it was given."""
    if part["field"] is None or code == _UNKNOWN:
        return
    if bucket := _IN_A_BUCKET.fullmatch(str(part["field"])):
        part["field"] = bucket["path"] + camel_words(bucket["field"] or "")
    else:
        head, dot, rest = str(part["field"]).partition(".")
        part["field"] = camel_words(head) + dot + (rest if head in _KEYED_BY_STRATEGIES else camel_words(rest))


def _headers(error: Exception) -> Mapping[str, str]:
    if isinstance(error, RequestRefused):
        return error.headers
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.retry_after_seconds), **error.headers}
    return {"Retry-After": str(TRY_AGAIN_AFTER_SECONDS)} if isinstance(error, Unavailable) else {}
