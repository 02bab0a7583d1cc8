"""The tree that buckets form by their paths, built once. Section 1 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.frameworks.framework import DIMENSIONS, Bucket, Dimension

NO_PARENT: Final = -1
SEPARATOR: Final = "/"


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """N buckets in the order of the tree: each before what is below it, and siblings as they were given.

    Paths are the same whatever the case of their letters. Any buckets make a tree, those of a wrong framework too: of
    two with one path the first is the parent of what is below.

    Attributes:
        buckets: N.
        dimension: that of the first bucket that has a known one; None where none has.
        parent: N positions, `NO_PARENT` right below the dimension, and where the parent isn't there.
        depth: N numbers of parts behind the dimension: 1 right below it, and 0 for a bucket of the dimension itself.
        leaf: N, whether no bucket is below.
        first: N positions of the first bucket with the same path: their own, but for duplicates.
        given: N positions in the order in which the buckets were given.
    """

    buckets: tuple[Bucket, ...]
    dimension: Dimension | None
    parent: IntColumn
    depth: IntColumn
    leaf: BoolColumn
    first: IntColumn
    given: IntColumn

    @property
    def target_weights(self) -> FloatColumn:
        """N targets, as floats: for what is computed with prices, not for checks."""
        return np.array([float(bucket.target_weight) for bucket in self.buckets])

    @property
    def leaves(self) -> tuple[Bucket, ...]:
        """The buckets that products go to, in the order of the tree."""
        return tuple(self.buckets[position] for position in np.flatnonzero(self.leaf))

    @property
    def tops(self) -> tuple[Bucket, ...]:
        """The buckets right below the dimension."""
        return tuple(self.buckets[position] for position in self.top_positions)

    @property
    def top_positions(self) -> tuple[int, ...]:
        """Where those are in the tree."""
        start = f"{self.dimension}{SEPARATOR}".casefold()
        right_below = np.flatnonzero(self.depth == 1).tolist()
        return tuple(at for at in right_below if self.buckets[at].path.casefold().startswith(start))

    def families(self) -> Iterator[tuple[int, tuple[Bucket, ...]]]:
        """Each position that has buckets below it, with those right below it."""
        order = np.argsort(self.parent, kind="stable")
        below = order[self.parent[order] != NO_PARENT]
        parents, starts = np.unique(self.parent[below], return_index=True)
        for parent, family in zip(parents, np.split(below, starts[1:]), strict=False):
            yield int(parent), tuple(self.buckets[child] for child in family)

    def rolled_up(self, of_leaves: FloatColumn) -> FloatColumn:
        """... x N sums over the leaves below each bucket, of ... x N values; what isn't a leaf's doesn't count."""
        total = np.where(self.leaf, of_leaves, 0.0)
        for depth in range(int(self.depth.max(initial=0)), 0, -1):
            at = np.flatnonzero((self.depth == depth) & (self.parent != NO_PARENT))
            np.add.at(total.T, self.parent[at], total.T[at])
        return total


def tree_of(buckets: Sequence[Bucket]) -> Tree:
    """The tree of the buckets of a framework."""
    keys = [bucket.path.casefold() for bucket in buckets]
    first: dict[str, int] = {}
    for position, key in enumerate(keys):
        first.setdefault(key, position)
    parents = [_parent(key, first) for key in keys]
    has_children = set(parents)
    order = _depth_first(parents)
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    # Where a parent is -1 the last entry is read, so that it stays what it is.
    place[-1] = NO_PARENT
    return Tree(
        buckets=tuple(buckets[position] for position in order),
        dimension=_dimension(buckets),
        parent=place[np.array([parents[position] for position in order], dtype=np.int64)],
        depth=np.array([keys[position].count(SEPARATOR) for position in order], dtype=np.int64),
        leaf=np.array([first[keys[position]] not in has_children for position in order], dtype=np.bool_),
        first=place[np.array([first[keys[position]] for position in order], dtype=np.int64)],
        given=np.array(order, dtype=np.int64),
    )


def _parent(key: str, first: dict[str, int]) -> int:
    above, separator, _ = key.rpartition(SEPARATOR)
    return first.get(above, NO_PARENT) if separator else NO_PARENT


def _dimension(buckets: Sequence[Bucket]) -> Dimension | None:
    known = {dimension.casefold(): dimension for dimension in DIMENSIONS}
    starts = (bucket.path.partition(SEPARATOR)[0].casefold() for bucket in buckets)
    return next((known[start] for start in starts if start in known), None)


def _depth_first(parents: Sequence[int]) -> list[int]:
    """Positions in the order of the tree; a path is longer than its parent's, so there are no circles."""
    children: dict[int, list[int]] = {}
    for position, parent in enumerate(parents):
        children.setdefault(parent, []).append(position)
    order: list[int] = []
    waiting = children.get(NO_PARENT, [])[::-1]
    while waiting:
        order.append(waiting.pop())
        waiting.extend(reversed(children.get(order[-1], [])))
    return order
