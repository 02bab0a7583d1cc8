"""Products that somebody names for a leaf, held against its rules. Section 2 of `docs/framework-mapping.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trimtab.domain.frameworks.mapping.fitting import fit_of, scores_of
from trimtab.domain.frameworks.mapping.indexing import index_of
from trimtab.domain.frameworks.mapping.mapped import Mapped
from trimtab.domain.frameworks.mapping.meeting import leaf_steps
from trimtab.domain.frameworks.mapping.scoring import standing_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A product in a leaf.

    Attributes:
        score: as the mapping scores it there, whether or not it is among its best; NaN where it doesn't meet the rules.
        broken: the leaf's own rules that it doesn't meet, in their order.
    """

    score: float
    broken: tuple[str, ...]


def judged(mapped: Mapped, named: Sequence[tuple[int, int]]) -> tuple[Judged, ...]:
    """What the rules of leaves say of products that somebody names for them.

    Args:
        mapped: the leaves, and the products there are.
        named: K places of leaves and rows of products.

    Returns:
        K; neither the framework's constraints nor filters count.
    """
    return tuple(_judged(mapped, named))


def _judged(mapped: Mapped, named: Sequence[tuple[int, int]]) -> Iterator[Judged]:
    rows = np.unique(np.array([row for _, row in named], dtype=np.int64))
    # Of many products few are named, and what one scores doesn't depend on others.
    index = index_of(mapped.universe.only(rows))
    without_fit, leaves = standing_of(index, as_of=mapped.as_of).without_fit, mapped.tree.leaves
    for place, row in named:
        steps, at = tuple(leaf_steps(leaves[place], index)), np.searchsorted(rows, [row])
        broken = tuple(step.rule for step in steps if not step.kept[at[0]])
        score = np.nan if broken else float(scores_of(without_fit[at], fit_of(steps, at))[0])
        yield Judged(score, broken)
