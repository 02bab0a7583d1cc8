"""From a model's flat proposal of a framework to the document that frameworks are read from; nothing is judged here.

What has another kind than was asked for stays as it is: the reading tells it, at its place. What a proposal may not
say, such as a base currency, is refused, so that only code sets it.
"""

from collections.abc import Mapping
from typing import Final

from trimtab.domain.frameworks.framework import DIMENSIONS
from trimtab.domain.frameworks.tree import SEPARATOR
from trimtab.domain.trading.model_answer import NotAnAnswer, Refused, entries
from trimtab.workflow.ports.analysts import FrameworkAnswer

MOST_DEPTH: Final = 8
"""Lists and objects in each other: an honest proposal has four."""
_REBALANCING: Final = ("cadence", "absolute_band_bps", "relative_band_pct")
_RULES: Final = ("include_tags", "exclude_tags", "allowed_types", "regions", "sectors")
_BUCKET: Final = ("path", "label", "target_weight", "min_weight", "max_weight")
_CONSTRAINT: Final = ("kind", "value", "unit", "currencies")
_DOCUMENT: Final = ("name", "description")
_OTHERS: Final = ("dimension", "buckets", "constraints", "rationale")

Entry = Mapping[str, object]


def read_framework(answer: object) -> FrameworkAnswer:
    """The proposal as a document, with numbers as text.

    Raises:
        NotAnAnswer: It has no list of buckets, no list of constraints, or no rationale.
    """
    buckets, constraints = entries(answer, "buckets"), entries(answer, "constraints")
    if not isinstance(answer, dict) or not isinstance(answer.get("rationale"), str):
        raise NotAnAnswer("the answer has no text `rationale`")
    refused = [*_unasked(answer, (*_DOCUMENT, *_OTHERS, *_REBALANCING), where="the answer")]
    for number, bucket in enumerate(buckets):
        refused += _unasked(bucket, (*_BUCKET, *_RULES), where=f"buckets[{number}]")
    for number, constraint in enumerate(constraints):
        refused += _unasked(constraint, _CONSTRAINT, where=f"constraints[{number}]")
    refused += _outside(answer.get("dimension"), buckets)
    document = {
        **{name: answer.get(name) for name in _DOCUMENT},
        "rebalancing": {name: answer[name] for name in _REBALANCING if name in answer},
        "constraints": constraints,
        "buckets": [_bucket(each) for each in buckets],
    }
    return FrameworkAnswer(
        {name: _as_text(value) for name, value in document.items()}, answer["rationale"], tuple(refused)
    )


def _unasked(entry: object, asked: tuple[str, ...], *, where: str) -> list[Refused]:
    """Refuses what nobody asked for; its name isn't repeated, for a model wrote it."""
    if not isinstance(entry, dict) or entry.keys() <= set(asked):
        return []
    return [Refused("wrong_schema", f"{where} has fields that weren't asked for; there are {', '.join(asked)}")]


def _outside(dimension: object, buckets: list[object]) -> list[Refused]:
    """Refuses an unknown dimension, and paths that begin with another one than was named."""
    if dimension not in DIMENSIONS:
        return [Refused("wrong_schema", f"dimension has to be one of {', '.join(DIMENSIONS)}")]
    return [
        Refused("wrong_schema", f"buckets[{number}].path has to begin with {dimension}{SEPARATOR}")
        for number, bucket in enumerate(buckets)
        if isinstance(bucket, dict)
        and isinstance(bucket.get("path"), str)
        and not bucket["path"].startswith(f"{dimension}{SEPARATOR}")
    ]


def _bucket(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    rules = {name: entry[name] for name in _RULES if name in entry}
    return {**{name: entry[name] for name in _BUCKET if name in entry}, "rules": rules}


def _as_text(value: object, depth: int = MOST_DEPTH) -> object:
    """The value with its numbers as the text that reads the same; what lies too deep is nothing that can be read."""
    if not depth:
        return False
    if isinstance(value, dict):
        return {name: _as_text(inner, depth - 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner, depth - 1) for inner in value]
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
