"""What is wrong with the weights and rules of single buckets. Section 2 of `docs/framework-maths.md`."""

from collections.abc import Iterator
from decimal import Decimal

from trimtab.domain.frameworks.findings import ONE, ZERO, Finding, Findings, meant, meant_in_percent, places_of, shown
from trimtab.domain.frameworks.framework import PLACES, Bucket
from trimtab.domain.frameworks.tree import Tree
from trimtab.domain.outside_text import clean


def bucket_findings(tree: Tree) -> Findings:
    """What is wrong with each bucket's own weights and rules."""
    for position, bucket in enumerate(tree.buckets):
        for finding in (*_weights(bucket), *_rules(bucket)):
            yield position, finding


def _weights(bucket: Bucket) -> Iterator[Finding]:
    path, given = bucket.path, (bucket.target_weight, bucket.min_weight, bucket.max_weight)
    for field, weight in zip(("target_weight", "min_weight", "max_weight"), given, strict=True):
        said = "" if weight is None else wrong_weight(weight)
        if said:
            yield Finding("weight_range", path, f"{field} of {clean(path)} {said}")
    target, least, most = meant(given[0]), *(None if bound is None else meant(bound) for bound in given[1:])
    if least is not None and most is not None and least > most:
        said = f"min_weight of {clean(path)} is {shown(least)}, above its max_weight {shown(most)}"
        yield Finding("min_over_max", path, f"{said}: lower the one, or raise the other.")
    if least is not None and target < least:
        said = f"target_weight of {clean(path)} is {shown(target)}, below its min_weight {shown(least)}"
        yield Finding("target_outside", path, f"{said}: raise the target by {shown(least - target)}, or lower that.")
    if most is not None and target > most:
        said = f"target_weight of {clean(path)} is {shown(target)}, above its max_weight {shown(most)}"
        yield Finding("target_outside", path, f"{said}: lower the target by {shown(target - most)}, or raise that.")


def _rules(bucket: Bucket) -> Iterator[Finding]:
    traded = bucket.rules.min_adv_value
    if traded is not None and not (traded.is_finite() and traded >= 0):
        said = f"min_adv_value of {clean(bucket.path)} is {shown(traded)}"
        yield Finding("rule_value", bucket.path, f"{said}: give an amount of 0 or more, or leave it out.")


def wrong_weight(weight: Decimal) -> str:
    """Says so where a number can't be a weight; empty where it can."""
    if not weight.is_finite() or not ZERO <= weight <= ONE:
        return f"is {shown(weight)}: give a fraction from 0 to 1{meant_in_percent(weight)}."
    if places_of(weight) > PLACES:
        return f"has more than {PLACES} decimal places: round it to {shown(round(weight, PLACES))}."
    return ""
