"""What is left of a draft, with the weight that nothing takes as cash. Section 7 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from trimtab.domain.frameworks.framework import Bucket
from trimtab.domain.frameworks.generating.drafting import STEPS, Changed, Draft, Part, filled
from trimtab.domain.frameworks.generating.excluding import CASH
from trimtab.domain.frameworks.tree import SEPARATOR

CASH_PART: Final = Part(CASH, CASH, 0)
_ASSET_CLASSES: Final = "AssetClass"


@dataclass(frozen=True, slots=True)
class Left:
    """What is left.

    Attributes:
        draft: its parts sum to 1.
        parts: the same with the weights that they have of the whole, where some of it is cash beside them.
        beside: steps that are kept as cash beside the buckets, as `min_cash`; a bucket of cash holds its own.
        unplaced: steps that stay cash as nothing takes them, in a bucket or beside.
        gone: paths of buckets that aren't there any more.
        gained: paths of those that took weight.
    """

    draft: Draft
    parts: tuple[Part, ...]
    beside: int
    unplaced: int
    gone: tuple[str, ...]
    gained: tuple[str, ...]


def left_of(before: Draft, changed: Changed) -> Left:
    """What a change left: in a framework over asset classes a bucket holds the cash, in others `min_cash` keeps it."""
    parts, unplaced, beside = changed.parts, changed.unplaced, 0
    if unplaced == STEPS:
        draft = Draft(_ASSET_CLASSES, (Part(CASH, CASH, STEPS),))
        parts = draft.parts
    elif before.dimension == _ASSET_CLASSES:
        parts = _with_cash(parts, unplaced)
        draft = Draft(before.dimension, parts)
    else:
        draft, beside = Draft(before.dimension, filled(parts)), unplaced
    old, new = before.buckets(), Draft(before.dimension, changed.parts).buckets()
    return Left(draft, parts, beside, unplaced, tuple(_gone(old, new)), tuple(_gained(old, new)))


def named(paths: Sequence[str]) -> tuple[str, ...]:
    """The names of buckets that are below none of the others."""
    tops = (path for path in paths if path.rpartition(SEPARATOR)[0] not in paths)
    return tuple(path.rpartition(SEPARATOR)[2] for path in tops)


def _with_cash(parts: Sequence[Part], steps: int) -> tuple[Part, ...]:
    """The parts, and a bucket of cash with that weight; where one is there it takes all that nothing else does."""
    return (*parts, Part(CASH, CASH, steps)) if steps else tuple(parts)


def _gone(old: Sequence[Bucket], new: Sequence[Bucket]) -> Iterator[str]:
    there = {bucket.path for bucket in new}
    return (bucket.path for bucket in old if bucket.path not in there)


def _gained(old: Sequence[Bucket], new: Sequence[Bucket]) -> Iterator[str]:
    had = {bucket.path: bucket.target_weight for bucket in old}
    return (bucket.path for bucket in new if bucket.target_weight > had[bucket.path])
