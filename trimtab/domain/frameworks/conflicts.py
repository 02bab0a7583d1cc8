"""Rules of a framework that no weights can keep together. Section 2 of `docs/framework-maths.md`.

Floats only look for a proof that there are no such weights; whether it is one is decided in fractions.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from trimtab.domain.columns import FloatColumn
from trimtab.domain.frameworks.conflict_rows import BESIDE, Row, named, rows_broken
from trimtab.domain.frameworks.findings import TOLERANCE, Finding, Findings, shown
from trimtab.domain.frameworks.framework import PLACES, Framework
from trimtab.domain.frameworks.tree import Tree

MOST_CONFLICTS: Final = 10
MOST_TRIED: Final = 20
"""Rules of one conflict that are tried without each: of more, few are named."""
_MOST_NAMED: Final = 8
_UNIT: Final = 10**PLACES
"""Rows are solved in steps of a weight, so that what is missed by one is 1."""
_COST: Final[Mapping[str, float]] = {"sum": 0.01, "constraint": 1.0, "bound": 10.0}
"""What a row costs in a proof: one that is about constraints is found before one of bounds alone."""
_NOTHING: Final = 1e-9
_LARGEST_PART: Final = 1_000
"""Multipliers of a corner are ratios of small whole numbers."""


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Rules with their multipliers, and by how much these rules miss together."""

    rules: tuple[tuple[Row, Fraction], ...]
    missing: Fraction


def conflict_findings(framework: Framework, tree: Tree) -> Findings:
    """Sets of rules that conflict, each as small as can be; nothing where the targets keep all rules.

    It compares decimals in the context of the caller, which has to be `EXACT`.
    """
    rows = rows_broken(framework, tree)
    for _ in range(MOST_CONFLICTS):
        conflict = _least(rows, len(tree.buckets) + BESIDE) if rows else None
        if conflict is None:
            return
        rules = [row for row, _ in conflict.rules]
        if not _of_one_family(rules, tree):
            first = next((row for row in rules if row.kind == "constraint"), rules[0])
            yield first.at, Finding("constraints_conflict", first.path, _said(conflict))
        rows = tuple(row for row in rows if row not in rules)


def _least(rows: Sequence[Row], n_weights: int) -> _Conflict | None:
    """A conflict without rules that it doesn't need: each is left out on trial, bounds first."""
    found = _conflict(rows, n_weights)
    if found is None or len(found.rules) > MOST_TRIED:
        return found
    sums = tuple(row for row in rows if row.kind == "sum")
    for row, _ in sorted(found.rules, key=lambda rule: -_COST[rule[0].kind]):
        others = tuple(other for other, _ in found.rules if other != row)
        found = (_conflict((*sums, *others), n_weights) if len(others) < len(found.rules) else None) or found
    return found


def _conflict(rows: Sequence[Row], n_weights: int) -> _Conflict | None:
    """The rules of a proof that there are no weights which keep all rows; None where there is none."""
    found = _multipliers(rows, n_weights)
    used = np.flatnonzero(found > _NOTHING * found.max(initial=0.0))
    if not len(used):
        return None
    scale = found[used].min()
    parts = [Fraction(float(part)).limit_denominator(_LARGEST_PART) for part in found[used] / scale]
    proof = [(rows[at], part) for at, part in zip(used.tolist(), parts, strict=True)]
    return _of_proof(proof) if proves(proof) else None


def _of_proof(proof: Sequence[tuple[Row, Fraction]]) -> _Conflict:
    """What it says of rules. What sums are allowed to be off by doesn't count in what is missing."""
    allowed = sum(part for row, part in proof if row.kind == "sum" and row.least) * Fraction(TOLERANCE)
    missing = sum(part * Fraction(row.least) for row, part in proof) + allowed
    return _Conflict(tuple((row, part) for row, part in proof if row.kind != "sum"), missing)


def _multipliers(rows: Sequence[Row], n_weights: int) -> FloatColumn:
    """A corner of the multipliers that add the rows up to 0 >= 1; none where weights can keep them."""
    entries = [
        (column, number, sign)
        for number, row in enumerate(rows)
        for sign, columns in ((1.0, row.plus), (-1.0, row.minus))
        for column in columns
    ]
    entries += [(n_weights, number, float(row.least * _UNIT)) for number, row in enumerate(rows)]
    at, number, value = zip(*entries, strict=True)
    # SciPy has no types.
    solved = linprog(
        [_COST[row.kind] for row in rows],
        A_eq=coo_array((value, (at, number)), shape=(n_weights + 1, len(rows))).tocsr(),
        b_eq=np.append(np.zeros(n_weights), 1.0),
        method="highs-ds",
    )
    multipliers: FloatColumn = np.empty(0) if solved.x is None else np.asarray(solved.x)
    return multipliers


def proves(proof: Sequence[tuple[Row, Fraction]]) -> bool:
    """Whether the rows, times their multipliers, add up to 0 >= more than 0: then no weights keep them all."""
    weights: defaultdict[int, Fraction] = defaultdict(Fraction)
    for row, part in proof:
        for at in row.plus:
            weights[at] += part
        for at in row.minus:
            weights[at] -= part
    return not any(weights.values()) and sum(part * Fraction(row.least) for row, part in proof) > 0


def _of_one_family(rules: Sequence[Row], tree: Tree) -> bool:
    """Whether they are bounds of one parent and its children, which `children_bounds` tells."""
    if any(row.kind != "bound" for row in rules):
        return False
    places = {row.at for row in rules}
    parents = {int(tree.parent[at]) for at in places}
    return len(parents) == 1 or any(all(at == head or tree.parent[at] == head for at in places) for head in places)


def _said(conflict: _Conflict) -> str:
    names = [named(row) for row, _ in conflict.rules]
    listed = ", ".join(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        listed = f"{listed} and {len(names) - _MOST_NAMED} more"
    lead = f"No weights keep {'these rules together' if len(names) > 1 else 'this rule'}: {listed}"
    if len({part for _, part in conflict.rules}) > 1:
        return f"{lead}. Loosen one of them, or take it away."
    steps = ceil(conflict.missing / conflict.rules[0][1] * _UNIT)
    one = "one of them" if len(names) > 1 else "it"
    return f"{lead}. Loosen {one} by {shown(Decimal(steps).scaleb(-PLACES))}, or take it away."
