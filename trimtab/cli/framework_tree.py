"""The buckets of a framework with the edges they are held to; loaded when one is shown, as it computes."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.frameworks.bands import bands_of, half_widths
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Framework
from trimtab.domain.frameworks.tree import tree_of

MOST_NAMED: Final = 4
"""Names of a rule that are shown; the document has all."""
_PERCENT: Final = 100


def tree_rows(framework: Framework) -> list[tuple[object, ...]]:
    """A row for each bucket in the order of the tree: path, label, target, minimum, maximum, edges of its band, and
    what it takes. Weights are in percent; what isn't there is None."""
    tree, rules = tree_of(framework.buckets), framework.rebalancing
    relative = rules.relative_band_pct
    bands = bands_of(
        tree.target_weights,
        half_width=half_widths(
            tree.target_weights,
            absolute_band_bps=rules.absolute_band_bps,
            relative_band_pct=None if relative is None else float(relative),
        ),
        min_weight=_given([bucket.min_weight for bucket in tree.buckets]),
        max_weight=_given([bucket.max_weight for bucket in tree.buckets]),
    )
    edges = zip(np.maximum(bands.low, 0.0).tolist(), np.minimum(bands.high, 1.0).tolist(), strict=True)
    return [_row(bucket, low=low, high=high) for bucket, (low, high) in zip(tree.buckets, edges, strict=True)]


def _given(weights: list[Decimal | None]) -> FloatColumn:
    return np.array([np.nan if each is None else float(each) for each in weights], dtype=np.float64)


def _row(bucket: Bucket, *, low: float, high: float) -> tuple[object, ...]:
    weights = (bucket.target_weight, bucket.min_weight, bucket.max_weight)
    shares = (None if each is None else _PERCENT * float(each) for each in weights)
    edges = (None if np.isnan(each) else _PERCENT * each for each in (low, high))
    return bucket.path, bucket.label, *shares, *edges, rules_said(bucket.rules)


def rules_said(rules: BucketRules) -> str:
    """Which products a bucket takes, in words."""
    found: Mapping[str, object] = asdict(rules)
    said = []
    for name, value in found.items():
        words = name.replace("_", " ").removeprefix("include ").removeprefix("allowed ")
        if isinstance(value, tuple) and value:
            more = [f"{len(value) - MOST_NAMED} more"] if len(value) > MOST_NAMED else []
            said.append(f"{words} {', '.join([*map(str, value[:MOST_NAMED]), *more])}")
        elif isinstance(value, Decimal):
            said.append(f"at least {value:,} traded a day")
    return "; ".join(said)
