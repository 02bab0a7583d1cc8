"""Frameworks as the documents that callers send and get."""

import json
from typing import Any, Final, cast

from pydantic import JsonValue

from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.versions import Change
from trimtab.domain.frameworks.writing import json_of
from trimtab.domain.outside_text import clean
from trimtab.workflow.factors.tables import table
from trimtab.workflow.ports.results import Table

CHANGE_COLUMNS: Final = ("path", "field", "before", "after")


def document_of(framework: Framework) -> dict[str, JsonValue]:
    """The document, whose numbers are what is written in it."""
    return cast("dict[str, JsonValue]", json.loads(json_of(framework)))


def changes_told(changes: tuple[Change, ...]) -> Table:
    """What changed, a row for each; what is more than a number or a word stands as JSON."""
    return table(CHANGE_COLUMNS, ((clean(c.path, None), c.field, said(c.before), said(c.after)) for c in changes))


def said(value: object) -> str | None:
    """A value of a framework in one line, None for none."""
    if value is None:
        return None
    if isinstance(value, str):
        return clean(value, None)
    return clean(json.dumps(_plain(value), ensure_ascii=False, default=str), None) if _is_more(value) else str(value)


def _is_more(value: object) -> bool:
    return isinstance(value, tuple) or hasattr(value, "__dataclass_fields__")


def _plain(value: Any) -> Any:
    """Only what says something of buckets, rules and constraints."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    told = {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return {name: each for name, each in told.items() if each not in (None, [], "", {})}
