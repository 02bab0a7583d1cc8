"""What changed between two versions of a framework."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from trimtab.domain.frameworks.framework import Bucket, BucketRules, Framework, Rebalancing

T = TypeVar("T")
_Key = tuple[str, int]
"""A path or a kind, and how often it stood before: in a wrong framework it may stand twice."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise than before.

    Attributes:
        path: the bucket's; empty for what isn't a bucket's.
        field: such as `target_weight`, `rules.regions`, `rebalancing.cadence` or `constraints.min_bonds`; `bucket`
            where a whole bucket is new or gone; `buckets.order` where the same ones stand in another order.
        before: None where it wasn't there.
        after: None where it isn't there any more.
    """

    path: str
    field: str
    before: object
    after: object


def diff(before: Framework, after: Framework) -> tuple[Change, ...]:
    """What changed: fields of the framework itself, then constraints, then buckets; what is gone after what is there.

    It is empty just where the two are equal. A bucket that moved is gone at one path and new at another.
    """
    return (
        *_changed("", _values(before), after=_values(after)),
        *_of_constraints(before, after),
        *_of_buckets(before, after),
    )


def _of_constraints(before: Framework, after: Framework) -> Iterator[Change]:
    old = _keyed(before.constraints, [each.kind for each in before.constraints])
    new = _keyed(after.constraints, [each.kind for each in after.constraints])
    for key in new | old:
        if old.get(key) != new.get(key):
            yield Change("", f"constraints.{key[0]}", old.get(key), new.get(key))
    yield from _order("constraints", old, new=new)


def _of_buckets(before: Framework, after: Framework) -> Iterator[Change]:
    old = _keyed(before.buckets, [each.path for each in before.buckets])
    new = _keyed(after.buckets, [each.path for each in after.buckets])
    for key in new | old:
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            yield Change(key[0], "bucket", was, now)
        else:
            yield from _changed(key[0], _values(was), after=_values(now))
    yield from _order("buckets", old, new=new)


def _keyed(things: Sequence[T], names: Sequence[str]) -> dict[_Key, T]:
    seen: Counter[str] = Counter()
    keyed: dict[_Key, T] = {}
    for name, thing in zip(names, things, strict=True):
        keyed[name, seen[name]] = thing
        seen[name] += 1
    return keyed


def _values(thing: Framework | Bucket | BucketRules | Rebalancing) -> dict[str, object]:
    """Every value by its field, with those of parts behind a point; not what stands in lists of its own."""
    found: dict[str, object] = {}
    for name in (each.name for each in fields(thing)):
        value = getattr(thing, name)
        if isinstance(value, BucketRules | Rebalancing):
            found |= {f"{name}.{part}": each for part, each in _values(value).items()}
        elif name not in ("constraints", "buckets"):
            found[name] = value
    return found


def _changed(path: str, before: Mapping[str, object], *, after: Mapping[str, object]) -> Iterator[Change]:
    for field, value in before.items():
        if value != after[field]:
            yield Change(path, field, value, after[field])


def _order(what: str, old: Mapping[_Key, object], *, new: Mapping[_Key, object]) -> Iterator[Change]:
    """Says so where what is in both stands in another order."""
    was = tuple(name for name, number in old if (name, number) in new)
    now = tuple(name for name, number in new if (name, number) in old)
    if was != now:
        yield Change("", f"{what}.order", was, now)
