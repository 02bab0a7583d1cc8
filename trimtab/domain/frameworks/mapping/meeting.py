"""Which products meet the rules of a leaf. Section 1 of `docs/framework-mapping.md`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn
from trimtab.domain.frameworks.framework import Bucket, BucketRules
from trimtab.domain.frameworks.mapping.indexing import OWN_FIELDS, Index, index_of
from trimtab.domain.frameworks.mapping.naming import dimension_of, words_of_path
from trimtab.domain.frameworks.mapping.steps import Step, at_least, excluding, including, placed, worded
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.tree import Tree

PATH: Final = "path"
_NAMED: Final = ("asset_class", "region", "sector", "sector_group", "sleeve", "type")
"""Fields by which a part of a path may call a product."""
_ABOUT: Final[Mapping[str, frozenset[str]]] = {
    "AssetClass": frozenset({PATH, "include_tags"}),
    "Region": frozenset({PATH, "regions"}),
    "Sector": frozenset({PATH, "sectors"}),
    "Sleeve": frozenset({PATH, "include_tags"}),
}
"""The rules by which leaves of a dimension say which part of it they are."""


def meets(tree: Tree, universe: Universe) -> BoolColumn:
    """L leaves in the order of the tree x N products: whether the product meets the leaf's own rules."""
    index = index_of(universe)
    found = np.empty((len(tree.leaves), len(universe.products)), dtype=np.bool_)
    for row, leaf in enumerate(tree.leaves):
        found[row] = kept_by(tuple(leaf_steps(leaf, index)), index=index)
    return found


def meets_beside(tree: Tree, universe: Universe) -> BoolColumn:
    """L x N, the same without the rules that are about the framework's dimension: what look-through says instead."""
    index, about = index_of(universe), _ABOUT.get(tree.dimension or "", frozenset())
    found = np.empty((len(tree.leaves), len(universe.products)), dtype=np.bool_)
    for row, leaf in enumerate(tree.leaves):
        found[row] = kept_by([step for step in leaf_steps(leaf, index) if step.rule not in about], index=index)
    return found


def kept_by(steps: Sequence[Step], *, index: Index) -> BoolColumn:
    """N, whether all the rules leave a product in."""
    kept = np.ones(len(index.products), dtype=np.bool_)
    for step in steps:
        kept &= step.kept
    return kept


def leaf_steps(leaf: Bucket, index: Index) -> Iterator[Step]:
    """The rules of a leaf that say something, in their order."""
    rules = leaf.rules
    if not _picks(rules):
        yield from _by_path(leaf, index)
    yield from worded(index, "type", rule="allowed_types", names=rules.allowed_types)
    yield from including(index, rules.include_tags, rule="include_tags")
    yield from excluding(index, rules.exclude_tags, rule="exclude_tags")
    yield from placed(index, "Region", rule="regions", names=rules.regions)
    yield from placed(index, "Sector", rule="sectors", names=rules.sectors)
    yield from worded(index, "currency", rule="currencies", names=rules.currencies)
    least = None if rules.min_adv_value is None else float(rules.min_adv_value)
    yield from at_least(index.products.adv_value, least, rule="min_adv_value")


def _picks(rules: BucketRules) -> bool:
    """Whether the rules say what the bucket is, and not only what it isn't."""
    return any((rules.allowed_types, rules.include_tags, rules.regions, rules.sectors, rules.currencies))


def _by_path(leaf: Bucket, index: Index) -> Iterator[Step]:
    """Products that are what the path says, as far as it goes down."""
    dimension = dimension_of(leaf)
    if dimension is None:
        yield Step(PATH, np.zeros(len(index.products), dtype=np.bool_))
        return
    parts = words_of_path(leaf)
    names = tuple(frozenset[str]().union(*parts))
    own = index.any_of(OWN_FIELDS[dimension], names)
    share = index.share_of(own, dimension=dimension, names=names)
    kept = own.copy()
    for part in parts:
        called = tuple(part)
        kept &= index.any_of(_NAMED, called) | (index.tags.total(called) > 0)
    yield Step(PATH, kept, fit=share, share=share)
