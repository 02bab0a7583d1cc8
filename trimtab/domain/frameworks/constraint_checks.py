"""What is wrong with the constraints and the bands of a framework. Section 2 of `docs/framework-maths.md`."""

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

import numpy as np

from trimtab.domain.frameworks.findings import ONE, ZERO, Finding, Findings, meant, meant_in_percent, places_of, shown
from trimtab.domain.frameworks.framework import PLACES, Bucket, Constraint, ConstraintKind, Framework, Rebalancing
from trimtab.domain.frameworks.tree import SEPARATOR, Tree
from trimtab.domain.outside_text import clean

CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
NARROWEST: Final = Decimal("0.001")
"""A narrower band is left by rounding to whole lots."""
BPS: Final = Decimal(10_000)

CLASSES: Final[Mapping[ConstraintKind, tuple[str, ...]]] = {
    "min_bonds": ("bonds", "fixed income"),
    "max_alternatives": ("alternatives",),
    "min_cash": ("cash",),
}
"""The asset classes that a constraint is about, by label or last part of the path."""
_BANDS: Final = "rebalancing"
_STEP: Final = Decimal(1).scaleb(-PLACES)


def constraint_findings(framework: Framework, tree: Tree) -> Findings:
    """Constraints that say nothing, and those that the targets themselves break; told behind all buckets.

    Before them buckets whose minimum is broken by what is kept as cash beside them; told where they stand.
    """
    kept = kept_cash(framework, tree)
    yield from _below_minimum(tree, kept)
    kinds = [constraint.kind for constraint in framework.constraints]
    for number, constraint in enumerate(framework.constraints):
        path = f"constraints[{number}]"
        said = list(_wrong_value(constraint))
        if constraint.kind in kinds[:number]:
            said.append(f"{constraint.kind} stands twice: keep one of the two.")
        for each in said:
            yield len(tree.buckets), Finding("constraint_value", path, each)
        broken = _broken(constraint, tree, kept=kept)
        if broken:
            yield len(tree.buckets), Finding("target_breaks_constraint", path, broken)


def band_findings(rebalancing: Rebalancing, tree: Tree) -> Findings:
    """Bands that are none, and those that are too narrow to trade by."""
    wide, relative = rebalancing.absolute_band_bps, rebalancing.relative_band_pct
    after = len(tree.buckets)
    if wide is not None and not 0 <= wide <= BPS:
        said = f"absolute_band_bps is {wide}: give 0 to {BPS} basis points, or null for no such band."
        yield after, Finding("constraint_value", _BANDS, said)
    elif wide is not None and wide / BPS < NARROWEST:
        said = f"absolute_band_bps is {wide}, and rounding to whole lots leaves such a band: make it 10 or more."
        yield after, Finding("narrow_band", _BANDS, said)
    if relative is None:
        return
    if not (relative.is_finite() and 0 <= relative <= 100):
        said = f"relative_band_pct is {shown(relative)}: give 0 to 100 percent of the target, or null for no such band."
        yield after, Finding("constraint_value", _BANDS, said)
        return
    for position in np.flatnonzero(tree.leaf):
        bucket = tree.buckets[position]
        half_width = bucket.target_weight * relative / 100
        if bucket.target_weight > 0 and half_width < NARROWEST:
            said = f"The band of {clean(bucket.path)} is {shown(relative)} % of its target, which is below 10 bp"
            yield int(position), Finding("narrow_band", bucket.path, f"{said}: widen relative_band_pct.")


def fraction_of(constraint: Constraint) -> Decimal | None:
    """The value as a fraction of the portfolio; None where it is none: money, a count, or out of its range."""
    value = constraint.value
    if value is None or constraint.unit not in ("percentage", "bps") or any(_wrong_value(constraint)):
        return None
    return value if constraint.unit == "percentage" else value / BPS


def kept_cash(framework: Framework, tree: Tree) -> Decimal:
    """The fraction that `min_cash` keeps as cash beside the buckets, which are scaled by the rest of it; 0 for none.

    It is 0 where a bucket is cash, as that holds it then, and where `min_cash` is money, which no total is known for.
    """
    if held_in(tree, "min_cash"):
        return ZERO
    kept = (fraction_of(constraint) for constraint in framework.constraints if constraint.kind == "min_cash")
    return next((fraction for fraction in kept if fraction is not None), ZERO)


def held_in(tree: Tree, kind: ConstraintKind) -> list[Bucket]:
    """The buckets right below the dimension that are of the asset classes which a constraint is about."""
    names = {*CLASSES.get(kind, ())} if tree.dimension == "AssetClass" else set()
    return [top for top in tree.tops if {top.label.casefold(), top.path.casefold().split(SEPARATOR)[-1]} & names]


def _wrong_value(constraint: Constraint) -> Iterator[str]:
    kind, value = constraint.kind, constraint.value
    if kind == "allowed_currencies":
        yield from _wrong_currencies(constraint)
        return
    if constraint.currencies:
        yield f"{kind} has currencies: those are for allowed_currencies alone, take them away."
    if value is None:
        yield f"{kind} has no value: give one."
    if kind == "max_products":
        if constraint.unit is not None:
            yield "max_products is a count: leave out its unit."
        if value is not None and not (value.is_finite() and value >= 1 and places_of(value) <= 0):
            yield f"max_products is {shown(value)}: give a whole number from 1."
    elif constraint.unit is None:
        yield f"{kind} has no unit: give percentage, bps or dollars."
    elif value is not None:
        yield from _out_of_range(constraint, value)


def _wrong_currencies(constraint: Constraint) -> Iterator[str]:
    if not constraint.currencies:
        yield "allowed_currencies has no currencies: name some, such as USD."
    elif not all(CURRENCY.fullmatch(currency) for currency in constraint.currencies):
        yield "allowed_currencies takes codes of three capital letters, such as USD."
    if constraint.value is not None or constraint.unit is not None:
        yield "allowed_currencies has neither value nor unit: leave them out."


def _out_of_range(constraint: Constraint, value: Decimal) -> Iterator[str]:
    most = {"percentage": ONE, "bps": BPS}.get(constraint.unit or "")
    if value.is_finite() and value >= 0 and (most is None or value <= most):
        return
    said = f"{constraint.kind} is {shown(value)} in {constraint.unit}"
    if constraint.unit == "dollars":
        yield f"{said}: give an amount of 0 or more."
    elif constraint.unit == "bps":
        yield f"{said}: give 0 to {BPS} basis points."
    else:
        yield f"{said}: a percentage is given as a fraction from 0 to 1{meant_in_percent(value)}."


def _below_minimum(tree: Tree, kept: Decimal) -> Findings:
    """Buckets with a target that keeps their minimum, but not beside what is kept as cash."""
    for position, bucket in enumerate(tree.buckets):
        least, target = bucket.min_weight, meant(bucket.target_weight)
        left = target * (ONE - kept)
        if least is not None and target >= meant(least) > left:
            lead = f"target_weight of {clean(bucket.path)} is {shown(target)}, and beside a min_cash of {shown(kept)}"
            left = left.quantize(_STEP, ROUND_FLOOR)
            said = f"{lead} it has {shown(left)}, below its min_weight {shown(meant(least))}: lower that or min_cash."
            yield position, Finding("target_outside", bucket.path, said)


def _broken(constraint: Constraint, tree: Tree, *, kept: Decimal) -> str:
    """How the targets break the constraint; empty where they don't, or where it is about products.

    Without a bucket of cash `min_cash` isn't broken: so much is kept beside the buckets.
    """
    kind, limit = constraint.kind, fraction_of(constraint)
    if kind not in CLASSES or limit is None or tree.dimension != "AssetClass":
        return ""
    held = held_in(tree, kind)
    if kind == "min_cash" and not held:
        return ""
    weight = sum((meant(top.target_weight) for top in held), ZERO) * (ONE - kept)
    gap = weight - limit if kind.startswith("max") else limit - weight
    if not gap > 0:
        return ""
    beside = f" beside a min_cash of {shown(kept)}" if kept else ""
    mend = "lower min_cash" if limit > ONE - kept else _mend(kind, tree, gap=gap / (ONE - kept))
    held_now = _rounded(weight, ROUND_CEILING if kind.startswith("max") else ROUND_FLOOR)
    return f"{kind} is {shown(limit)}, and the targets hold {held_now}{beside}: {mend}, or change the constraint."


def _mend(kind: ConstraintKind, tree: Tree, *, gap: Decimal) -> str:
    held, size = held_in(tree, kind), _rounded(gap, ROUND_CEILING)
    if held:
        verb = "lower" if kind.startswith("max") else "raise"
        return f"{verb} {', '.join(clean(top.path) for top in held)} by {size}"
    return f"add a bucket {tree.dimension}{SEPARATOR}{CLASSES[kind][0].title()} of {size}"


def _rounded(weight: Decimal, rounding: str) -> str:
    """A weight with at most as many places as a target may have."""
    long = weight.is_finite() and places_of(weight) > PLACES
    return shown(weight.quantize(_STEP, rounding) if long else weight)
