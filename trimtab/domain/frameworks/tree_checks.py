"""What is wrong with paths, and with weights below one parent. Section 2 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.factors.reference_checks import near
from trimtab.domain.frameworks.findings import ONE, TOLERANCE, ZERO, Finding, Findings, meant, shown
from trimtab.domain.frameworks.framework import DIMENSIONS, Bucket
from trimtab.domain.frameworks.tree import NO_PARENT, SEPARATOR, Tree
from trimtab.domain.outside_text import TEXT_LIMIT, clean

PATH_LIMIT: Final = 500
_LOOSE: Final = (f" {SEPARATOR}", f"{SEPARATOR} ")
BEFORE_ALL: Final = -1
"""The position of what is found out about the dimension: before its buckets."""


def path_findings(tree: Tree) -> Findings:
    """Paths that are no paths, stand twice, or hang in the air."""
    if not tree.buckets:
        start = f"{DIMENSIONS[0]}{SEPARATOR}Equity"
        yield BEFORE_ALL, Finding("no_buckets", "buckets", f"There are no buckets: add some, such as {start}.")
    again = set(np.flatnonzero(tree.first != np.arange(len(tree.buckets))).tolist())
    alone = set(np.flatnonzero((tree.depth > 1) & (tree.parent == NO_PARENT)).tolist())
    for position, path in enumerate(bucket.path for bucket in tree.buckets):
        wrong = list(_wrong_parts(tree, path))
        for said in wrong:
            yield position, Finding("bad_path", path, said)
        if position in again:
            twice = f"{clean(path)} stands twice (the case of letters doesn't count)"
            yield position, Finding("duplicate_path", path, f"{twice}: rename one of the two, or take it away.")
        if position in alone and not wrong:
            above = clean(path.rpartition(SEPARATOR)[0])
            said = f"{clean(path)} has no parent: add a bucket {above}, or move this one."
            yield position, Finding("orphan_path", path, said)


def sum_findings(tree: Tree) -> Findings:
    """Targets that don't sum to their parent's, and minimums and maximums that can't."""
    if tree.dimension is not None and tree.tops:
        whole = Bucket(tree.dimension, tree.dimension, ONE)
        for finding in _of_family(whole, [*map(_as_meant, tree.tops)]):
            yield BEFORE_ALL, finding
    for parent, children in tree.families():
        if tree.depth[parent]:
            for finding in _of_family(_as_meant(tree.buckets[parent]), [*map(_as_meant, children)]):
                yield parent, finding
        elif abs(meant(tree.buckets[parent].target_weight) - ONE) > TOLERANCE:
            path = tree.buckets[parent].path
            said = f"{clean(path)} is the whole, and its target_weight isn't 1: make it 1, or take the bucket away."
            yield parent, Finding("weight_sum", path, said)


def _wrong_parts(tree: Tree, path: str) -> Iterator[str]:
    parts = path.split(SEPARATOR)
    start = parts[0]
    if len(path) > PATH_LIMIT:
        yield f"{clean(path)} has {len(path)} characters: shorten it to at most {PATH_LIMIT}."
    if not all(map(str.strip, parts)):
        said = f"The path '{clean(path)}' has an empty part"
        yield f"{said}: write names with one {SEPARATOR} between, and none at its ends."
    elif clean(path, None) != path or any(blank in path for blank in _LOOSE):
        yield f"{clean(path)} has blanks around a part, or characters that can't be seen: take them out."
    if start not in DIMENSIONS:
        said = f"The path '{clean(path)}' begins with no dimension"
        hint = near(start[:TEXT_LIMIT], [*DIMENSIONS])
        yield f"{said}: begin it with one of {', '.join(DIMENSIONS)}.{hint}"
    elif start != tree.dimension:
        said = f"{clean(path)} is in another dimension than the first bucket"
        yield f"{said}: a framework has one, here {tree.dimension}."


def _as_meant(bucket: Bucket) -> Bucket:
    """The bucket with fractions where it has percents: that they are none is `weight_range`."""
    given = bucket.target_weight, bucket.min_weight, bucket.max_weight
    target, least, most = (None if weight is None else meant(weight) for weight in given)
    if target is None or (target, least, most) == given:
        return bucket
    return replace(bucket, target_weight=target, min_weight=least, max_weight=most)


def _of_family(parent: Bucket, children: Sequence[Bucket]) -> Iterator[Finding]:
    total = sum((child.target_weight for child in children), ZERO)
    missing = parent.target_weight - total
    if abs(missing) > TOLERANCE:
        yield Finding("weight_sum", parent.path, _off(parent, total=total, missing=missing))
    yield from _bounds(parent, children)


def _off(parent: Bucket, *, total: Decimal, missing: Decimal) -> str:
    name, given, gap = clean(parent.path), shown(parent.target_weight), shown(abs(missing))
    lead = f"Children of {name} sum to {shown(total)}, it has {given}"
    if SEPARATOR not in parent.path:
        more = f"add {gap} to them" if missing > 0 else f"take {gap} from them"
        return f"Buckets right below {name} sum to {shown(total)}, not to 1: {more}."
    if missing > 0:
        return f"{lead}: add {gap} to them, or take it from {name}."
    return f"{lead}: take {gap} from them, or add it to {name}."


def _bounds(parent: Bucket, children: Sequence[Bucket]) -> Iterator[Finding]:
    least = sum((child.min_weight or ZERO for child in children), ZERO)
    most = sum((ONE if child.max_weight is None else child.max_weight for child in children), ZERO)
    upper = _one_of(parent, "max_weight")
    lower = _one_of(parent, "min_weight")
    name = clean(parent.path)
    if least - upper[1] > TOLERANCE:
        gap = shown(least - upper[1])
        said = (
            f"min_weight of the buckets below {name} sum to {shown(least)}, more than its {upper[0]} {shown(upper[1])}"
        )
        yield Finding("children_bounds", parent.path, f"{said}: lower them by {gap}{_or(parent, 'raise')}.")
    if lower[1] - most > TOLERANCE:
        gap = shown(lower[1] - most)
        said = (
            f"max_weight of the buckets below {name} sum to {shown(most)}, less than its {lower[0]} {shown(lower[1])}"
        )
        yield Finding("children_bounds", parent.path, f"{said}: raise them by {gap}{_or(parent, 'lower')}.")


def _one_of(parent: Bucket, field: str) -> tuple[str, Decimal]:
    """The parent's bound, or its target where it has none; with what it is called."""
    bound = parent.max_weight if field == "max_weight" else parent.min_weight
    return ("target_weight", parent.target_weight) if bound is None else (field, bound)


def _or(parent: Bucket, verb: str) -> str:
    return f", or {verb} that" if SEPARATOR in parent.path else ""
