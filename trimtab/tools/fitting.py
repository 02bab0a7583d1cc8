"""Replies stay within what a client shows whole: a longer one is cut, and says where it goes on."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from trimtab.domain.outside_text import ELLIPSIS
from trimtab.tools.paging import Page
from trimtab.tools.payload import Payload, as_json, as_text

MOST_TOKENS: Final = 20_000
_KEY: Final = re.compile(r'"([a-z_]{2,40})":|^(?:( *- )| *)([a-z_]{2,40})(?=[:\[{])', re.MULTILINE)
"""A name of a field, in JSON or in TOON: ours, so its words are known. Text from outside can't look like one."""
_KEY_TOKENS: Final = 2.5
_PIECES: Final = re.compile(r" ?[A-Z]?[a-z]{1,2}|[A-Z]|[0-9]{1,3}| {1,8}(?= )|\s|[^A-Za-z0-9\s]", re.ASCII)
"""Pieces no longer than what a tokenizer takes at once of codes, numbers and marks; words it takes in
fewer. The last of several spaces belongs to what follows, and before a number stands alone."""
_ALLOWANCE: Final = 1.05
"""For text that is worse than codes and numbers: letters at random."""
_CLOSER: Final = 0.97
_LONGEST_CELL: Final = 16_000
_SHORTEST_CUT: Final = 100
_MOST_OF_A_DOCUMENT: Final = 0.5
"""The most of a reply that a document may take; the lists beside it are cut to what is left."""
_PAGED: Final = frozenset({("lines", "rows"), ("items", "rows")})

Place: TypeAlias = tuple[str, ...]
Sized: TypeAlias = list[object] | str


@dataclass(frozen=True, slots=True)
class Shape:
    """How a tool's payload may be cut: its page if it is one, its text for reading, where the rest can be read, and
    the places of documents that are shown whole or not at all."""

    page: Page | None = None
    plain_field: str | None = None
    rest: str = ""
    whole: tuple[Place, ...] = ()


def is_short(payload: Payload, text: str) -> bool:
    """Whether the payload and its text surely fit: a token is at least a byte, so most replies need no closer look."""
    return max(len(as_json(payload).encode()), len(text.encode())) <= MOST_TOKENS


def fit(payload: Payload, shape: Shape) -> Payload:
    """The payload, or what of it can be shown: its largest list is cut until both its forms are short enough.

    A page's rows go on at `next_cursor`; any other list that was cut stands in `truncated`, with how much
    there is. What is still too long then is a single text: it is cut, and ends with an ellipsis.
    """
    if _tokens(payload, shape) > MOST_TOKENS:
        payload = _without_long_documents(payload, shape)
    whole = payload
    while (tokens := _tokens(payload, shape)) > MOST_TOKENS and any(_cuttable(payload, shape)):
        payload = _shorter(payload, whole, share=MOST_TOKENS / tokens * _CLOSER, shape=shape)
    longest = _LONGEST_CELL
    while _tokens(payload, shape) > MOST_TOKENS and longest > _SHORTEST_CUT:
        payload, longest = cast("Payload", _clipped(payload, longest)), longest // 2
    return payload


def cost(text: str) -> float:
    """At least the number of tokens that the text takes; a character outside ASCII counts as its bytes."""
    plain = text if text.isascii() else text.encode("ascii", "ignore").decode()
    keys = [in_json or in_toon for in_json, _, in_toon in _KEY.findall(plain)]
    known = sum(_KEY_TOKENS + len(key) / 4 for key in keys)
    return known + len(_PIECES.findall(_KEY.sub(r"\2", plain))) * _ALLOWANCE + len(text.encode()) - len(plain)


def _tokens(payload: Payload, shape: Shape) -> float:
    return max(cost(as_json(payload)), cost(as_text(payload, shape.plain_field)))


def _without_long_documents(payload: Payload, shape: Shape) -> Payload:
    """The payload without the documents that take more than half of a reply."""
    for place in shape.whole:
        document = _found(payload, place)
        if document and cost(as_json(document)) > MOST_TOKENS * _MOST_OF_A_DOCUMENT:
            total = len(as_json(document)) if isinstance(document, dict) else len(document)
            payload = _replaced(payload, place, type(document)())
            payload = _noted(payload, place, shown=0, total=total, rest=shape.rest)
    return payload


def _found(payload: Payload, place: Place) -> Payload | str | None:
    """The document at a place; None where there is none."""
    value: object = payload
    for name in place:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict | str) else None


def _shorter(payload: Payload, whole: Payload, *, share: float, shape: Shape) -> Payload:
    sizes = {place: cost(as_json(_at(payload, place))) for place in _cuttable(payload, shape)}
    place = max(sizes, key=lambda each: sizes[each])
    value, total = _at(payload, place), len(_at(whole, place))
    kept_share = max(0.0, 1 - (1 - share) * cost(as_json(payload)) / sizes[place])
    keep = min(math.floor(len(value) * kept_share), len(value) - 1)
    if shape.page is not None and place in _PAGED:
        keep = max(keep, 1)
        cursor = shape.page.goes_on(cast("int", payload["version"]), after=keep)
        return _replaced(payload, place, value[:keep]) | {"next_cursor": cursor}
    kept = value[:keep]
    if isinstance(kept, str):
        kept = kept[: kept.rfind("\n") + 1] or kept
    return _noted(_replaced(payload, place, kept), place, shown=len(kept), total=total, rest=shape.rest)


def _clipped(value: object, longest: int) -> object:
    """The value with every text of at most so many characters."""
    if isinstance(value, str):
        return value if len(value) <= longest else value[: longest - 1].rstrip() + ELLIPSIS
    if isinstance(value, dict):
        return {name: _clipped(inner, longest) for name, inner in value.items()}
    return [_clipped(inner, longest) for inner in value] if isinstance(value, list) else value


def _cuttable(value: object, shape: Shape, place: Place = ()) -> Iterator[Place]:
    """The lists of a payload, and its text for reading; not what lies inside a list, nor a table's names of
    columns, nor a matrix, which is whole or isn't one."""
    if place in shape.whole:
        return
    text = shape.plain_field is not None and place == (shape.plain_field,)
    if isinstance(value, list | str) and len(value) > 1 and (text or isinstance(value, list)):
        yield place
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"columns", "truncated", "labels", "values"}:
                yield from _cuttable(inner, shape, (*place, name))


def _at(payload: Payload, place: Place) -> Sized:
    value: object = payload
    for name in place:
        value = cast("Payload", value)[name]
    return cast("Sized", value)


def _replaced(payload: Payload, place: Place, value: Sized | Payload) -> Payload:
    name, *below = place
    inner = _replaced(cast("Payload", payload[name]), tuple(below), value) if below else value
    return payload | {name: inner}


def _noted(payload: Payload, place: Place, *, shown: int, total: int, rest: str) -> Payload:
    field = ".".join(name for name in place if name != "rows")
    others = [note for note in cast("list[Payload]", payload.get("truncated", [])) if note["field"] != field]
    note: Payload = {"field": field, "shown": shown, "total": total, "next_action": rest}
    return payload | {"truncated": [*others, note]}
