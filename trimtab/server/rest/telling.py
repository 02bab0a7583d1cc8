"""Results as REST tells them: field names in camelCase, text cleaned; a table's columns are data and stay."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse

from trimtab.domain.outside_text import clean_lines
from trimtab.workflow.ports.factor_results import Matrix, Offsets, Performance
from trimtab.workflow.ports.framework_results import FrameworkFull, Generated
from trimtab.workflow.ports.results import Overview, Result

NOT_KEPT: Final = {"Cache-Control": "no-store"}
"""A session's state is out of date with its next change, and nobody else's business."""
Told = dict[str, object]

_AS_IT_IS: Final = frozenset({int, float, bool, type(None)})
"""Most cells of a table."""
_ALWAYS: Final = frozenset({"next_cursor"})
_WITH_TEXT: Final = (Overview, Matrix, Performance, Offsets)
"""Their `text` is made for reading, line by line and column by column, and stays as it is."""
_WITH_DOCUMENT: Final = (FrameworkFull, Generated)
"""Their `framework` has fields at every depth, and no key that is data."""


def told(result: BaseModel) -> Told:
    """The result as a JSON object; what isn't known is left out, but for the cursor of the last page."""
    return _model(result)


def answer(result: Result, *, status_code: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The result as a response."""
    return JSONResponse(told(result), status_code=status_code, headers={**NOT_KEPT, **(headers or {})})


def _model(model: BaseModel) -> Told:
    as_it_is = "text" if isinstance(model, _WITH_TEXT) else None
    document = "framework" if isinstance(model, _WITH_DOCUMENT) else None
    return {
        to_camel(name): value if name == as_it_is else _document(value) if name == document else _plain(value)
        for name, value in model
        if value is not None or name in _ALWAYS
    }


def _document(value: object) -> object:
    if isinstance(value, Mapping):
        return {to_camel(str(key)): _document(inner) for key, inner in value.items()}
    return [_document(inner) for inner in value] if isinstance(value, list) else _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return clean_lines(value)
    if isinstance(value, BaseModel):
        return _model(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [inner if type(inner) in _AS_IT_IS else _entry(inner) for inner in value]
    return value


def _entry(value: object) -> object:
    """An entry of a list that is no model has fields all the same; elsewhere the keys of a mapping are data."""
    if isinstance(value, Mapping):
        return {to_camel(str(key)): _plain(inner) for key, inner in value.items()}
    return _plain(value)
