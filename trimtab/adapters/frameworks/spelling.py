"""Versions of frameworks as rows, and rows as frameworks: numbers are the text of their decimals, to the last zero."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from trimtab.adapters.frameworks.rows import BUCKETS, CONSTRAINTS, VERSIONS, Columns, hash_of, hash_of_parts
from trimtab.adapters.frameworks.stored import StoredBucket, StoredConstraint, StoredVersion
from trimtab.domain.frameworks.framework import Bucket, Constraint, Framework, Rebalancing
from trimtab.domain.frameworks.tree import NO_PARENT, tree_of
from trimtab.workflow.evidence import canonical
from trimtab.workflow.ports.framework_records import NewVersion, StoredFramework


@dataclass(frozen=True, slots=True, eq=False)
class VersionRows:
    """One version, to be kept; `stored` is what it is then, of a framework that isn't archived."""

    version: Columns
    buckets: Sequence[Columns]
    constraints: Sequence[Columns]
    stored: StoredFramework


def version_rows(owner: str, framework_id: str, *, version: int, new: NewVersion, at: str) -> VersionRows:
    """The rows of a version; `at` is when it is saved.

    Raises:
        ValueError: it holds what no database shall hold.
    """
    its = {"framework_id": framework_id, "version": version}
    framework = new.framework
    parents = _parent_paths(framework.buckets)
    buckets = [
        its | {"position": position} | _bucket_columns(bucket) | {"parent_path": parents[position]}
        for position, bucket in enumerate(framework.buckets)
    ]
    constraints = [
        its | {"position": position} | _constraint_columns(constraint)
        for position, constraint in enumerate(framework.constraints)
    ]
    # What isn't text, or no database takes, can't be hashed either: so it is looked for first.
    BUCKETS.require(buckets)
    CONSTRAINTS.require(constraints)
    said = {"actor": new.actor, "note": new.note, "saved_at": at, "n_buckets": len(buckets)}
    row = its | _header_columns(framework) | said | {"parts_hash": hash_of_parts(buckets, constraints)}
    row["content_hash"] = hash_of(row | {"owner": owner})
    VERSIONS.require([row])
    stored = StoredFramework(framework_id, version, version, False, framework, at, new.actor, new.note)
    return VersionRows(row, buckets, constraints, stored)


def framework_of(
    version: StoredVersion, *, buckets: Sequence[StoredBucket], constraints: Sequence[StoredConstraint]
) -> Framework:
    """The framework of these rows, just as it was kept."""
    return Framework(
        name=version.name,
        buckets=tuple(map(_bucket, buckets)),
        description=version.description,
        method=version.method,
        base_ccy=version.base_ccy,
        benchmark=version.benchmark,
        risk_band=version.risk_band,
        rebalancing=version.rebalancing,
        constraints=tuple(map(_constraint, constraints)),
    )


def _header_columns(framework: Framework) -> Columns:
    return {
        "name": framework.name,
        "description": framework.description,
        "method": framework.method,
        "base_ccy": framework.base_ccy,
        "benchmark": framework.benchmark,
        "risk_band": framework.risk_band,
        "rebalancing": _json(framework.rebalancing),
    }


def _bucket_columns(bucket: Bucket) -> Columns:
    return {
        "path": bucket.path,
        "label": bucket.label,
        "target_weight": _spelled(bucket.target_weight),
        "min_weight": _spelled(bucket.min_weight),
        "max_weight": _spelled(bucket.max_weight),
        "rules": canonical(asdict(bucket.rules) | {"min_adv_value": _spelled(bucket.rules.min_adv_value)}),
    }


def _constraint_columns(constraint: Constraint) -> Columns:
    return {
        "constraint_type": constraint.kind,
        "constraint_value": _spelled(constraint.value),
        "constraint_unit": constraint.unit,
        "currencies": canonical(constraint.currencies),
    }


def _parent_paths(buckets: Sequence[Bucket]) -> list[str | None]:
    """The path of each bucket's parent, None right below the dimension; in the order in which they were given."""
    tree = tree_of(buckets)
    parents: list[str | None] = [None] * len(buckets)
    for position, parent in zip(tree.given.tolist(), tree.parent.tolist(), strict=True):
        parents[position] = None if parent == NO_PARENT else tree.buckets[parent].path
    return parents


def _bucket(row: StoredBucket) -> Bucket:
    return Bucket(
        path=row.path,
        label=row.label,
        target_weight=Decimal(row.target_weight),
        min_weight=_number(row.min_weight),
        max_weight=_number(row.max_weight),
        rules=row.rules,
    )


def _constraint(row: StoredConstraint) -> Constraint:
    return Constraint(row.constraint_type, _number(row.constraint_value), row.constraint_unit, row.currencies)


def _json(rebalancing: Rebalancing) -> str:
    return canonical(asdict(rebalancing) | {"relative_band_pct": _spelled(rebalancing.relative_band_pct)})


def _spelled(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
