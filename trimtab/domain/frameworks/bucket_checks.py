"""What is wrong with the weights of single buckets. Section 2 of `docs/framework-maths.md`."""

from collections.abc import Iterator
from decimal import Decimal

from trimtab.domain.frameworks.findings import ONE, ZERO, Finding, Findings, meant_in_percent, places_of, shown
from trimtab.domain.frameworks.framework import PLACES, Bucket
from trimtab.domain.frameworks.tree import Tree
from trimtab.domain.outside_text import clean


def bucket_findings(tree: Tree) -> Findings:
    """What is wrong with each bucket's own weights."""
    for position, bucket in enumerate(tree.buckets):
        for finding in _found(bucket):
            yield position, finding


def _found(bucket: Bucket) -> Iterator[Finding]:
    path, target, least, most = bucket.path, bucket.target_weight, bucket.min_weight, bucket.max_weight
    for field, weight in (("target_weight", target), ("min_weight", least), ("max_weight", most)):
        said = "" if weight is None else wrong_weight(weight)
        if said:
            yield Finding("weight_range", path, f"{field} of {clean(path)} {said}")
    if least is not None and most is not None and least > most:
        said = f"min_weight of {clean(path)} is {shown(least)}, above its max_weight {shown(most)}"
        yield Finding("min_over_max", path, f"{said}: lower the one, or raise the other.")
    if least is not None and target < least:
        said = f"target_weight of {clean(path)} is {shown(target)}, below its min_weight {shown(least)}"
        yield Finding("target_outside", path, f"{said}: raise the target by {shown(least - target)}, or lower that.")
    if most is not None and target > most:
        said = f"target_weight of {clean(path)} is {shown(target)}, above its max_weight {shown(most)}"
        yield Finding("target_outside", path, f"{said}: lower the target by {shown(target - most)}, or raise that.")


def wrong_weight(weight: Decimal) -> str:
    """Says so where a number can't be a weight; empty where it can."""
    if not weight.is_finite() or not ZERO <= weight <= ONE:
        return f"is {shown(weight)}: give a fraction from 0 to 1{meant_in_percent(weight)}."
    if places_of(weight) > PLACES:
        return f"has more than {PLACES} decimal places: round it to {shown(round(weight, PLACES))}."
    return ""
