"""What weights have to keep, as rows of a linear programme. Section 2 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final, Literal

import numpy as np

from trimtab.domain.frameworks.bucket_checks import wrong_weight
from trimtab.domain.frameworks.constraint_checks import CLASSES, fraction_of, held_in, kept_cash
from trimtab.domain.frameworks.findings import ONE, TOLERANCE, ZERO, shown
from trimtab.domain.frameworks.framework import Bucket, Constraint, ConstraintKind, Framework
from trimtab.domain.frameworks.tree import Tree
from trimtab.domain.outside_text import clean

RowKind = Literal["sum", "bound", "constraint"]
BESIDE: Final = 2
"""Weights behind those of the buckets: cash that is kept beside them, and bonds in frameworks over something else."""
_PLACE: Final = Decimal(1).scaleb(-12)
"""Limits are rounded to so many places, to the looser side: no conflict is made by it, and no number is endless."""


@dataclass(frozen=True, slots=True)
class Row:
    """The sum of the weights at `plus`, less those at `minus`, is `least` or more.

    Attributes:
        plus: positions in the tree; behind its last one come the weights `BESIDE` the buckets.
        minus: the same.
        least: fraction of the portfolio.
        kind: a sum holds for any weights; a bound and a constraint are somebody's rule.
        name: of a rule; of a constraint with its value.
        path: of a rule: the bucket's, or `constraints[0]`.
        at: the position in the tree at which a rule is told.
    """

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    least: Decimal
    kind: RowKind = "sum"
    name: str = ""
    path: str = ""
    at: int = 0


def rows_broken(framework: Framework, tree: Tree) -> tuple[Row, ...]:
    """All rows where the targets break one: sums, bounds, and constraints on weights of buckets. None where they don't.

    Bounds that are wrong by themselves are left out; that is told of their buckets.
    """
    cash = kept_cash(framework, tree).quantize(_PLACE, rounding=ROUND_FLOOR)
    rows = (*_sums(tree, cash), *_constraints(framework, tree, cash=cash))
    of_buckets = [bucket.target_weight * (ONE - cash) for bucket in tree.buckets]
    weights = [*of_buckets, cash, _least_bonds(framework)]
    if all(map(_within, tree.buckets, of_buckets)) and all(_kept(row, weights) for row in rows):
        return ()
    return (*(Row((at,), (), ZERO) for at in range(len(weights))), *rows, *_bounds(tree))


def named(row: Row) -> str:
    """A rule in words, with its value."""
    if row.kind == "bound":
        return f"{row.name} of {clean(row.path)} ({shown(abs(row.least))})"
    return f"{row.name} of {row.path}"


def _within(bucket: Bucket, weight: Decimal) -> bool:
    """Whether a weight is within the bucket's own bounds. They may be a thousand, so no rows are made for it."""
    least, most = bucket.min_weight, bucket.max_weight
    return weight >= 0 and (least is None or weight >= least) and (most is None or weight <= most)


def _least_bonds(framework: Framework) -> Decimal:
    """`min_bonds`, which bonds beside the buckets would have to be; 0 for none."""
    least = (fraction_of(constraint) for constraint in framework.constraints if constraint.kind == "min_bonds")
    return next((fraction for fraction in least if fraction is not None), ZERO)


def _kept(row: Row, weights: Sequence[Decimal]) -> bool:
    total = sum((weights[at] for at in row.plus), ZERO) - sum((weights[at] for at in row.minus), ZERO)
    return total >= row.least


def _wrong(bucket: Bucket) -> bool:
    least, most = bucket.min_weight, bucket.max_weight
    if any(bound is not None and wrong_weight(bound) for bound in (least, most)):
        return True
    return least is not None and most is not None and least > most


def _sums(tree: Tree, cash: Decimal) -> Iterator[Row]:
    """Sums that hold for any weights; no more cash is kept beside the buckets than is asked for."""
    tops, beside = tree.top_positions, len(tree.buckets)
    if tops:
        yield Row(tops, (), ONE - cash - TOLERANCE)
        yield Row((), (*tops, beside) if cash else tops, -ONE - TOLERANCE)
    if tops and _has_bonds_beside(tree, cash):
        yield Row(tops, (beside + 1,), ZERO)
    for parent in np.unique(tree.parent[tree.depth > 1]):
        if parent >= 0:
            children = tuple(np.flatnonzero(tree.parent == parent).tolist())
            yield Row(children, (int(parent),), -TOLERANCE)
            yield Row((int(parent),), children, -TOLERANCE)


def _bounds(tree: Tree) -> Iterator[Row]:
    for at, bucket in enumerate(tree.buckets):
        least, most, path = bucket.min_weight, bucket.max_weight, bucket.path
        if least is not None and not _wrong(bucket):
            yield Row((at,), (), least, "bound", "min_weight", path, at)
        if most is not None and not _wrong(bucket):
            yield Row((), (at,), -most, "bound", "max_weight", path, at)


def _constraints(framework: Framework, tree: Tree, *, cash: Decimal) -> Iterator[Row]:
    held = {kind: _positions(tree, kind) for kind in CLASSES}
    of_cash = held["min_cash"]
    if cash:
        held["min_cash"] = (len(tree.buckets),)
    if _has_bonds_beside(tree, cash):
        held["min_bonds"] = (len(tree.buckets) + 1,)
    for number, constraint in enumerate(framework.constraints):
        positions, limit = held.get(constraint.kind), fraction_of(constraint)
        # Where there is no such bucket no weights help: that is `target_breaks_constraint`, which says to add one.
        if positions and limit is not None:
            most = constraint.kind.startswith("max")
            plus, minus, least = ((), positions, -limit) if most else (positions, (), limit)
            name = f"{constraint.kind} ({shown(limit)})"
            yield _constraint_row(tree, Row(plus, minus, least, "constraint", name, f"constraints[{number}]"))
    yield from _largest_number(framework, tree, of_cash=of_cash, beside=cash)


def _largest_number(framework: Framework, tree: Tree, *, of_cash: tuple[int, ...], beside: Decimal) -> Iterator[Row]:
    """What isn't cash has to find room in `max_products` products of `max_single_name` each.

    Cash is in buckets at these positions, or that much beside all buckets.
    """
    found: Mapping[ConstraintKind, tuple[int, Constraint]] = {
        constraint.kind: (number, constraint) for number, constraint in enumerate(framework.constraints)
    }
    if not {"max_products", "max_single_name"} <= found.keys():
        return
    number, products = found["max_products"]
    count, largest = products.value, fraction_of(found["max_single_name"][1])
    if count is None or largest is None or not (count >= 1 and count * largest < ONE):
        return
    name = f"max_products ({count.normalize():f}) x max_single_name ({shown(largest)})"
    least = ONE - count * largest - beside
    yield _constraint_row(tree, Row(of_cash, (), least, "constraint", name, f"constraints[{number}]"))


def _constraint_row(tree: Tree, row: Row) -> Row:
    least = row.least.quantize(_PLACE, rounding=ROUND_FLOOR)
    return Row(row.plus, row.minus, least, row.kind, row.name, row.path, len(tree.buckets))


def _has_bonds_beside(tree: Tree, cash: Decimal) -> bool:
    """Whether bonds are a weight of their own: no bucket is, but they and the cash have to find room in the whole."""
    return bool(cash) and tree.dimension != "AssetClass"


def _positions(tree: Tree, kind: ConstraintKind) -> tuple[int, ...]:
    held = held_in(tree, kind)
    return tuple(at for at in tree.top_positions if tree.buckets[at] in held)
