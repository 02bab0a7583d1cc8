"""Models of the workflow as REST spells them: the same fields and the same rules, with names in camelCase.

A twin is made from its model, so that no rule is written twice; a model inside it has its twin, too.
"""

import re
from collections.abc import Collection, Mapping
from copy import copy
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, create_model, model_validator
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from trimtab.domain.errors import InvalidInput
from trimtab.tools.strict import invalid_input
from trimtab.workflow.ports.framework_requests import Override
from trimtab.workflow.ports.framework_results import Validation

Twin: TypeAlias = type[BaseModel]

_SNAKE: Final = re.compile(r"(?<=[a-z0-9])_([a-z0-9])")
_QUOTED: Final = re.compile(r"`[^`]+`")
_SPELLING: Final = ConfigDict(
    alias_generator=to_camel, populate_by_name=True, field_title_generator=lambda name, _info: to_camel(name)
)


_CALLED: Final[Mapping[type[BaseModel], str]] = {Override: "ProductOverride", Validation: "FrameworkValidation"}
"""Trading has models of the same names; a description knows each by its own."""


class _Part(BaseModel):
    """Base of what stands inside a request: either spelling is understood, an unknown field is an error."""

    model_config = ConfigDict(**_SPELLING, frozen=True, extra="forbid", allow_inf_nan=False)


class _Asked(_Part):
    """Base of a whole request."""

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, value: object, check: ModelWrapValidatorHandler["_Asked"]) -> "_Asked":
        """What is wrong is said as the tools say it, here, where the names that are allowed are known."""
        if not isinstance(value, Mapping):
            raise InvalidInput("The body must be a JSON object.", field="body")
        try:
            return check(value)
        except ValidationError as error:
            raise invalid_input(error, cls) from None


class _Told(BaseModel):
    """Base of an answer: open, because later releases may tell more."""

    model_config = ConfigDict(**_SPELLING, frozen=True)


@cache
def asked_twin(model: type[BaseModel], *, without: tuple[str, ...] = (), name: str = "") -> Twin:
    """The twin of a request, without the fields that come by another way; it is described under `name`, or the
    request's own."""
    return _twin(model, base=_Asked, inside=_asked_part, without=without, name=name)


@cache
def told_twin(model: type[BaseModel]) -> Twin:
    """The twin of an answer: how it is described."""
    return _twin(model, base=_Told, inside=told_twin)


@cache
def _asked_part(model: type[BaseModel]) -> Twin:
    return _twin(model, base=_Part, inside=_asked_part)


def camel_words(text: str) -> str:
    """`recommendations[3].proceed_percent` as `recommendations[3].proceedPercent`."""
    return _SNAKE.sub(lambda found: found[1].upper(), text)


def _twin(model: type[BaseModel], *, base: Twin, inside: Any, without: Collection[str] = (), name: str = "") -> Twin:
    fields: dict[str, Any] = {}
    for field, info in model.model_fields.items():
        if field not in without:
            inner: FieldInfo = copy(info)
            inner.annotation = _with_twins(info.annotation, inside)
            if isinstance(info.default, BaseModel):
                given = info.default.model_dump(exclude_unset=True)
                inner.default = inside(type(info.default)).model_validate(given)
            fields[field] = (inner.annotation, inner)
    called = name or _CALLED.get(model, model.__name__)
    return create_model(called, __base__=base, __doc__=_said_of(model), __module__=__name__, **fields)


def _with_twins(annotation: Any, inside: Any) -> Any:
    """The type with each model in it replaced by its twin."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is None:
        is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
        return inside(annotation) if is_model else annotation
    if origin is Literal:
        return annotation
    if origin is Annotated:
        return Annotated[(_with_twins(parts[0], inside), *parts[1:])]
    twins = tuple(_with_twins(part, inside) for part in parts)
    return Union[twins] if origin in {Union, UnionType} else origin[twins]  # noqa: UP007 - the parts are known when it runs


def _said_of(model: type[BaseModel]) -> str:
    """What the model says of itself, in this spelling; a first line that only names tools says nothing here."""
    first, _, rest = (model.__doc__ or "").partition("\n")
    said = rest if first.startswith("`") else f"{first}\n{rest}"
    return _QUOTED.sub(lambda found: camel_words(found[0]), said).strip()
