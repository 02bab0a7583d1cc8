"""Targets that were rounded carelessly, made to sum up. Section 7 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

import numpy as np

from trimtab.domain.frameworks.apportioning import apportioned
from trimtab.domain.frameworks.findings import EXACT, ONE, ZERO, places_of, shown
from trimtab.domain.frameworks.framework import PLACES, Framework
from trimtab.domain.frameworks.tree import NO_PARENT, Tree, tree_of
from trimtab.domain.outside_text import clean

MOST_MISSED: Final = Decimal("0.005")
"""What a family may miss to be closed; what is further off is no matter of rounding."""
_FINEST: Final = 12
"""Places that count when what is missing is shared out."""
_MOST_NAMED: Final = 8


def repaired(framework: Framework) -> tuple[Framework, tuple[str, ...]]:
    """The framework with targets of 4 places that sum up under every parent where little is missing; and what was done.

    Only targets change. A family with a target that is no weight from 0 to 1 isn't closed, nor is one that misses more
    than 0.005 of its parent's target, as that is then.
    """
    tree = tree_of(framework.buckets)
    with localcontext(EXACT):
        given = [bucket.target_weight for bucket in tree.buckets]
        targets = [round(weight, PLACES) if _long(weight) else weight for weight in given]
        said = [*_rounded(tree, given), *_closed(tree, given, targets=targets)]
    buckets = list(framework.buckets)
    for at, place in enumerate(tree.given.tolist()):
        buckets[place] = replace(tree.buckets[at], target_weight=targets[at])
    return replace(framework, buckets=tuple(buckets)), tuple(said)


def _is_weight(weight: Decimal) -> bool:
    return weight.is_finite() and ZERO <= weight <= ONE


def _long(weight: Decimal) -> bool:
    return _is_weight(weight) and places_of(weight) > PLACES


def _rounded(tree: Tree, given: Sequence[Decimal]) -> Iterator[str]:
    paths = [tree.buckets[at].path for at, weight in enumerate(given) if _long(weight)]
    if paths:
        yield f"Rounded to {PLACES} decimal places: {_listed([clean(path) for path in paths])}."


def _closed(tree: Tree, given: Sequence[Decimal], *, targets: list[Decimal]) -> Iterator[str]:
    """Closes family by family, parents first, in `targets`; and says so."""
    tops = tree.top_positions
    if tops:
        yield from _close(tree, given, targets=targets, family=tops, head=None)
    below = tree.depth > 1
    for head in np.unique(tree.parent[below & (tree.parent != NO_PARENT)]).tolist():
        family = np.flatnonzero(below & (tree.parent == head)).tolist()
        yield from _close(tree, given, targets=targets, family=family, head=head)


def _close(
    tree: Tree, given: Sequence[Decimal], *, targets: list[Decimal], family: Sequence[int], head: int | None
) -> Iterator[str]:
    whole = ONE if head is None else targets[head]
    weights = [given[at] for at in family]
    if not _is_weight(whole) or not all(map(_is_weight, weights)):
        return
    weights = [round(weight, _FINEST) for weight in weights]
    total = sum(weights, ZERO)
    if sum((targets[at] for at in family), ZERO) == whole or not total or abs(whole - total) > MOST_MISSED:
        return
    closed = _apportioned(weights, whole)
    told = []
    for at, target in zip(family, closed, strict=True):
        if target != targets[at]:
            told.append(f"{clean(tree.buckets[at].path)} from {shown(targets[at])} to {shown(target)}")
            targets[at] = target
    name = tree.dimension if head is None else clean(tree.buckets[head].path)
    yield f"Targets right below {name} summed to {shown(total)}, closed to {shown(whole)}: {_listed(told)}."


def _apportioned(weights: Sequence[Decimal], whole: Decimal) -> list[Decimal]:
    """The weights in proportion, in whole steps that sum to the whole."""
    steps, total = int(whole.scaleb(PLACES)), Fraction(sum(weights, ZERO))
    quotas = [Fraction(weight) * steps / total for weight in weights]
    return [Decimal(each).scaleb(-PLACES) for each in apportioned(quotas, steps)]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"
