"""Structured results as public TOON: a table's columns are named once, and its rows follow as lines.

`{"lines": {"columns": ["code", "actual_pct"], "rows": [["CBA", 8.5]]}}` becomes

    lines[1]{code,actual_pct}:
      CBA,8.5
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast

import toons

from trimtab.domain.outside_text import clean_lines

Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None
_SETTLED = frozenset({int, bool, type(None)})
"""Cells that need no look."""
Path: TypeAlias = tuple["Path | None", str | int]
"""A name or number and what it stands in; put into words only when something is wrong there."""


def to_toon(payload: Mapping[str, object]) -> str:
    """The payload as TOON; `toons.loads` gives `uniform(payload)` back, so text and structure say the same.

    Args:
        payload: JSON-like values under text keys, with `{columns, rows}` tables anywhere.

    Raises:
        ValueError: A number is NaN or infinite, a row doesn't fit its columns, a column is named twice, or
            a value is of a kind that JSON doesn't have; the message names the path.
    """
    return toons.dumps(uniform(payload))


def uniform(payload: Mapping[str, object]) -> dict[str, Json]:
    """The payload with each `{columns, rows}` table as a list of equal objects, texts cleaned, without -0.0.

    Raises:
        ValueError: As for `to_toon`.
    """
    return {clean_lines(key): _value(value, (None, key)) for key, value in payload.items()}


def _value(value: object, path: Path) -> Json:
    match value:
        case str():
            return clean_lines(value)
        case float():
            return value if value and math.isfinite(value) else _number(value, path)
        case None | bool() | int():
            return value
        case Mapping():
            return _mapping(cast("Mapping[str, object]", value), path)
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [_value(item, (path, index)) for index, item in enumerate(value)]
    kind = type(value).__name__
    raise ValueError(f"{_named(path)} is a {kind}; give text, a number, true, false, null, a list or an object")


def _number(value: float, path: Path) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{_named(path)} is {value}; give a finite number, or null where there is none")
    return value or 0.0


def _mapping(value: Mapping[str, object], path: Path) -> Json:
    if value.keys() == {"columns", "rows"}:
        columns = cast("Sequence[str]", value["columns"])
        return _table(columns, cast("Iterable[Sequence[object]]", value["rows"]), path=path)
    return {clean_lines(key): _value(item, (path, key)) for key, item in value.items()}


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, path: Path) -> Json:
    names = [clean_lines(column) for column in columns]
    if len(set(names)) < len(names):
        raise ValueError(f"{_named(path)}.columns names a column twice; give each column its own name")
    table: list[Json] = []
    for index, row in enumerate(rows):
        at: Path = ((path, "rows"), index)
        if len(row) != len(names):
            raise ValueError(f"{_named(at)} has {len(row)} cells; give {len(names)}, one a column")
        cells = zip(names, row, strict=True)
        table.append(
            {name: cast("Json", cell) if type(cell) in _SETTLED else _value(cell, (at, name)) for name, cell in cells}
        )
    return table


def _named(path: Path) -> str:
    above, part = path
    if above is None:
        return str(part)
    return f"{_named(above)}[{part}]" if isinstance(part, int) else f"{_named(above)}.{part}"
