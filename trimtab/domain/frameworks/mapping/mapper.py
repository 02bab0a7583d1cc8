"""The best products of every leaf. `docs/framework-mapping.md`."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.mapping.filters import NO_FILTERS, Filters
from trimtab.domain.frameworks.mapping.fitting import fit_of, scores_of, share_of
from trimtab.domain.frameworks.mapping.gaps import gaps_of
from trimtab.domain.frameworks.mapping.health import OF_CASH, health_of
from trimtab.domain.frameworks.mapping.indexing import Index, index_of
from trimtab.domain.frameworks.mapping.mapped import LeafMapping, Mapped, Scored
from trimtab.domain.frameworks.mapping.meeting import kept_by, leaf_steps
from trimtab.domain.frameworks.mapping.naming import cash_leaf
from trimtab.domain.frameworks.mapping.ranking import best
from trimtab.domain.frameworks.mapping.scoring import Standing, standing_of
from trimtab.domain.frameworks.mapping.steps import Step, constraint_steps, filter_steps
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.tree import tree_of


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is the same for every leaf; `without_fit` is what N products score by themselves."""

    index: Index
    standing: Standing
    without_fit: FloatColumn
    common: tuple[Step, ...]
    per_bucket: int


def map_products(
    framework: Framework, universe: Universe, *, as_of: date, filters: Filters = NO_FILTERS, per_bucket: int = 5
) -> Mapped:
    """The best products of every leaf of a framework, and why some leaves are short of them.

    Args:
        framework: any; its constraint on currencies counts.
        universe: what there is to choose from.
        as_of: the day for which prices are old or new.
        filters: what comes into question at all.
        per_bucket: how many products a leaf gets at most, at least 1.
    """
    tree = tree_of(framework.buckets)
    index = index_of(universe)
    standing = standing_of(index, as_of=as_of)
    common = (*constraint_steps(index, framework.constraints), *filter_steps(index, filters))
    asked = _Asked(index, standing, standing.without_fit, common, per_bucket)
    cash = cash_leaf(tree)
    leaves = tuple(
        _held_as_cash(leaf) if position == cash else _mapped(leaf, asked) for position, leaf in enumerate(tree.leaves)
    )
    return Mapped(tree, universe, leaves, as_of)


def _held_as_cash(leaf: Bucket) -> LeafMapping:
    return LeafMapping(leaf.path, leaf.label, leaf.target_weight, 0, (), OF_CASH, (), cash=True)


def _mapped(leaf: Bucket, asked: _Asked) -> LeafMapping:
    own = tuple(leaf_steps(leaf, asked.index))
    steps = (*own, *asked.common)
    rows = np.flatnonzero(kept_by(steps, index=asked.index))
    fit = fit_of(own, rows)
    score = scores_of(asked.without_fit[rows], fit)
    chosen = best(score, most=asked.per_bucket)
    codes = asked.index.products.code
    share = share_of(own, rows[chosen])
    products = tuple(
        Scored(
            int(rows[at]), codes[rows[at]], float(score[at]), asked.standing.parts(rows[at], fit=float(fit[at])), part
        )
        for at, part in zip(chosen, share.tolist(), strict=True)
    )
    short = len(products) < asked.per_bucket
    gaps = gaps_of(steps, size=len(codes), wanted=asked.per_bucket) if short else ()
    health = health_of(rows[chosen], standing=asked.standing, codes=codes)
    return LeafMapping(leaf.path, leaf.label, leaf.target_weight, len(rows), products, health, tuple(gaps), cash=False)
