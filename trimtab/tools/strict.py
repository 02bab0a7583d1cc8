"""Strict checking of arguments: an unknown field or a wrong value is an error that names the path and what is
allowed."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.tools.mistakes import in_our_words

RequestT = TypeVar("RequestT", bound=BaseModel)
Location = tuple[int | str, ...]

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TICKER: Final = re.compile(r"[A-Z0-9^][A-Z0-9.=^-]{0,9}")
"""So short and plain that it may be repeated: a weight is found by its ticker."""
_OF_A_KEY: Final = "[key]"
"""How the validator says that a key itself is wrong."""
_LONGEST_NAME: Final = 40
_NEAR: Final = 0.75
_UNKNOWN_NAME: Final = "(unknown name)"


def check(model: type[RequestT], **fields: object) -> RequestT:
    """The request of these fields; those that are None count as not given.

    Raises:
        InvalidInput: With a problem for each wrong field.
    """
    try:
        return model.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        raise invalid_input(error, model) from None


def invalid_input(error: ValidationError, model: type[BaseModel]) -> InvalidInput:
    """The validator's findings in our words: nothing the caller sent is repeated, but for a name that is nearly
    one of ours."""
    found = error.errors(include_url=False, include_input=False)
    problems = [_problem(details, model) for details in found if not _follows(details, found)]
    first, more = problems[0], len(problems) - 1
    others = f" ({more} more problem{'s' if more > 1 else ''})" if more else ""
    return InvalidInput(f"{first.field}: {first.message}{others}", problems=problems)


def _follows(details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """A list whose every entry is wrong also counts as too short: that says nothing more."""
    place = details["loc"]
    deeper = (other["loc"] for other in found if len(other["loc"]) > len(place))
    return details["type"] == "too_short" and any(other[: len(place)] == place for other in deeper)


def _problem(details: ErrorDetails, model: type[BaseModel]) -> Problem:
    place, kind = details["loc"], details["type"]
    if kind == "extra_forbidden":
        return _unknown_field(place, _fields_at(model, place[:-1]))
    message = in_our_words(kind, details.get("ctx", {}))
    shown = _without_data(place, model)
    return Problem(field_path(shown), message, "missing" if kind == "missing" else "invalid")


def _without_data(place: Location, model: type[BaseModel]) -> Location:
    """The place, with keys that a caller chose left blank, unless they have the form of a ticker."""
    ours = _names_in(model)
    return tuple(
        part if isinstance(part, int) or part in ours or _TICKER.fullmatch(part) else ""
        for part in place
        if part != _OF_A_KEY
    )


def _names_in(model: type[BaseModel]) -> frozenset[str]:
    """Every name of a field, in the model and in those inside it, as callers spell them."""
    fields = model.model_fields.items()
    inside = (inner for _, field in fields for inner in _models_in(field.annotation))
    return frozenset({spelled for name, field in fields for spelled in (name, field.alias or name)}).union(
        *map(_names_in, inside)
    )


def _unknown_field(place: Location, allowed: tuple[str, ...]) -> Problem:
    name = str(place[-1])
    near = len(name) <= _LONGEST_NAME and get_close_matches(name, allowed, n=1, cutoff=_NEAR)
    message = f"Unknown field; allowed: {', '.join(allowed) or 'none'}."
    return Problem(field_path((*place[:-1], name if near else "")), message, "unknown_field")


def field_path(place: Location) -> str:
    """`recommendations[3].proceed_percent`; what can't be a name of ours isn't repeated."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            name = part if _PLAIN_NAME.fullmatch(part) or _TICKER.fullmatch(part) else _UNKNOWN_NAME
            path += f".{name}" if path else name
    return path


def _fields_at(model: type[BaseModel], place: Location) -> tuple[str, ...]:
    """The names that are allowed there, as callers spell them: by their alias where they have one."""
    for part in place:
        if isinstance(part, str):
            model = next(_models_in(_field(model, part).annotation))
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _field(model: type[BaseModel], spelled: str) -> FieldInfo:
    return next(field for name, field in model.model_fields.items() if spelled in {name, field.alias})


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
