"""What the framework finds wrong with a request, in our words."""

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.server.rest.refusals import no_json
from trimtab.tools.handles import unknown_session
from trimtab.tools.mistakes import in_our_words
from trimtab.tools.strict import field_path


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
