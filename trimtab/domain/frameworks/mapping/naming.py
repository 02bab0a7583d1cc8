"""What a leaf is called, and which leaf is the cash."""

from trimtab.domain.frameworks.constraint_checks import CLASSES, held_in
from trimtab.domain.frameworks.framework import DIMENSIONS, Bucket, Dimension
from trimtab.domain.frameworks.tree import SEPARATOR, Tree

_SAME = (CLASSES["min_bonds"],)
"""Names that mean one thing."""


def dimension_of(bucket: Bucket) -> Dimension | None:
    """That of its path; None where there is no such dimension."""
    start = bucket.path.partition(SEPARATOR)[0].casefold()
    return next((dimension for dimension in DIMENSIONS if dimension.casefold() == start), None)


def words_of_path(bucket: Bucket) -> tuple[frozenset[str], ...]:
    """In small letters what each part of the path behind the dimension may be called, the last one by the label too."""
    parts = bucket.path.casefold().split(SEPARATOR)[1:] or [""]
    return (*(_widened({part}) for part in parts[:-1]), _widened({parts[-1], bucket.label.casefold()}))


def cash_leaf(tree: Tree) -> int | None:
    """Position among the leaves of the one that is held as cash: the asset class cash, if the framework has it."""
    held = held_in(tree, "min_cash")
    return next((position for position, leaf in enumerate(tree.leaves) if leaf in held), None)


def _widened(names: set[str]) -> frozenset[str]:
    same = (words for words in _SAME if names & {*words})
    return frozenset(names.union(*same) - {""})
