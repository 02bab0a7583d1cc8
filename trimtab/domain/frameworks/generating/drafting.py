"""A framework in the making: parts whose weights always sum up. Section 7 of `docs/framework-maths.md`."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from trimtab.domain.frameworks.apportioning import scaled
from trimtab.domain.frameworks.framework import PLACES, Bucket, BucketRules, Dimension, Framework
from trimtab.domain.frameworks.tree import SEPARATOR, tree_of

STEPS: Final = 10**PLACES


@dataclass(frozen=True, slots=True)
class Part:
    """A bucket.

    Attributes:
        key: the last part of its path.
        label: for people.
        steps: its weight in steps of 0.0001.
        rules: which products it takes.
        parts: what is below it; they sum to it.
    """

    key: str
    label: str
    steps: int
    rules: BucketRules = field(default_factory=BucketRules)
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts right below the dimension; they sum to 1."""

    dimension: Dimension
    parts: tuple[Part, ...]

    def buckets(self) -> tuple[Bucket, ...]:
        """As buckets of a framework, in the order of the tree."""
        return tuple(_buckets(self.parts, self.dimension))


Change = Callable[[Part], Part | None]
Takers = Mapping[str, Sequence[str]]
"""The keys of the parts of its family that may take the weight of a part of that key."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change left.

    Attributes:
        parts: those that are left; with `unplaced` they sum to what there was.
        unplaced: steps of weight that no part that is left may take.
    """

    parts: tuple[Part, ...]
    unplaced: int = 0


def draft_of(template: Framework) -> Draft:
    """A template of one level as a draft."""
    parts = tuple(
        Part(bucket.path.rpartition(SEPARATOR)[2], bucket.label, int(bucket.target_weight * STEPS), bucket.rules)
        for bucket in template.buckets
    )
    return Draft(tree_of(template.buckets).dimension or "AssetClass", parts)


def steps_of(parts: Sequence[Part], key: str) -> int:
    """What all parts of that key have, wherever they are."""
    return sum(part.steps if part.key == key else steps_of(part.parts, key) for part in parts)


def resized(part: Part, steps: int) -> Part:
    """The part at another weight, with what is below it in proportion."""
    return replace(part, steps=steps, parts=_filling(part.parts, steps))


def divided(draft: Draft, key: str, *, into: Sequence[Part]) -> Draft:
    """The draft with parts below the one of that key; their weights say in what proportion."""
    return replace(
        draft,
        parts=tuple(
            replace(part, parts=_filling(into, part.steps)) if part.key == key else part for part in draft.parts
        ),
    )


def moved(draft: Draft, source: str, *, to: Part, steps: int) -> Draft:
    """Moves weight from a part to another of its family, as far as it is there.

    `to` is added at the end where it isn't there, with 0 of its own; what has nothing left is taken away. The draft
    stays as it is where no family has the source.
    """
    return replace(draft, parts=_moved(draft.parts, source, to=to, steps=steps))


def changed(draft: Draft, change: Change, *, takers: Takers) -> Changed:
    """The draft with each part changed, or taken away where that gives None; its takers share its weight in proportion.

    What none of a family may take is taken from what is above, whose takers share it. Of a part that nothing is left
    below nothing is left. What is above is changed before what is below.
    """
    return _changed(draft.parts, change, takers=takers)


def filled(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts in proportion, so that they sum to 1."""
    return _filling(parts, STEPS)


def _buckets(parts: Sequence[Part], above: str) -> Iterator[Bucket]:
    for part in parts:
        path = f"{above}{SEPARATOR}{part.key}"
        yield Bucket(path, part.label, Decimal(part.steps).scaleb(-PLACES), rules=part.rules)
        yield from _buckets(part.parts, path)


def _filling(parts: Sequence[Part], steps: int) -> tuple[Part, ...]:
    """The parts in proportion, or alike where they have nothing, so that they sum to so many steps."""
    weights = [part.steps for part in parts]
    if not any(weights):
        weights = [1] * len(parts)
    return tuple(resized(part, size) for part, size in zip(parts, scaled(weights, steps), strict=True)) if parts else ()


def _moved(parts: Sequence[Part], source: str, *, to: Part, steps: int) -> tuple[Part, ...]:
    found = next((part for part in parts if part.key == source), None)
    if found is None:
        return tuple(replace(part, parts=_moved(part.parts, source, to=to, steps=steps)) for part in parts)
    size = min(steps, found.steps)
    known = parts if any(part.key == to.key for part in parts) else (*parts, replace(to, steps=0))
    change = {source: -size, to.key: size}
    sized = (resized(part, part.steps + change.get(part.key, 0)) for part in known)
    return tuple(part for part in sized if part.steps)


def _changed(parts: Sequence[Part], change: Change, *, takers: Takers) -> Changed:
    each = [(part.key, _changed_part(part, change, takers=takers)) for part in parts]
    kept = [part for _, one in each for part in one.parts]
    more: Counter[str] = Counter()
    unplaced = 0
    for key, one in each:
        able = [part for part in kept if part.key in takers.get(key, ())]
        if able:
            more.update({part.key: part.steps for part in _filling(able, one.unplaced)})
        else:
            unplaced += one.unplaced
    return Changed(tuple(resized(part, part.steps + more[part.key]) for part in kept), unplaced)


def _changed_part(part: Part, change: Change, *, takers: Takers) -> Changed:
    new = change(part)
    if new is None or not part.parts:
        return Changed((), part.steps) if new is None else Changed((new,))
    below = _changed(part.parts, change, takers=takers)
    if below.unplaced == part.steps:
        return Changed((), part.steps)
    return Changed((replace(new, parts=below.parts, steps=part.steps - below.unplaced),), below.unplaced)
