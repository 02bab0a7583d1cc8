"""Which leaf a holding belongs to, or how much of it to which. Section 4 of `docs/framework-mapping.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.frameworks.framework import Bucket, Dimension
from trimtab.domain.frameworks.mapping.indexing import NOISE, words_of
from trimtab.domain.frameworks.mapping.meeting import meets, meets_beside
from trimtab.domain.frameworks.mapping.naming import cash_leaf, words_of_path
from trimtab.domain.frameworks.products import LookThrough, Universe
from trimtab.domain.frameworks.tree import Tree

CASH_CODE: Final = "CASH"
"""The code under which cash is held."""
MappedTo: TypeAlias = Mapping[str, Sequence[tuple[str, Decimal | float]]]
"""By code the paths of the leaves that it was mapped to, with its weights there, of any scale and not below 0."""
_NOWHERE: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """The money of H holdings by L leaves, in the order of the tree.

    Attributes:
        value: H x L. A row and its `unassigned_value` sum to the holding's value exactly, but for cash without a leaf.
        unassigned_value: H, what belongs to no leaf.
        cash_value: cash for which there is no leaf; it stands in neither of the others.
    """

    value: FloatColumn
    unassigned_value: FloatColumn
    cash_value: float


def assigned(
    holdings_code: TextColumn,
    holdings_value: FloatColumn,
    *,
    tree: Tree,
    universe: Universe,
    mapped_to: MappedTo,
) -> Assigned:
    """The money of holdings, by leaf.

    Args:
        holdings_code: H; codes that no product has belong to no leaf, but where they are mapped.
        holdings_value: H finite amounts of money.
        tree: the framework's.
        universe: the products with what funds hold.
        mapped_to: leaves by code, for what was mapped; a holding is split over them in proportion to the weights,
            alike where all are 0.
    """
    universe = universe.only(_held_rows(holdings_code, universe))
    rows = {code: row for row, code in enumerate(universe.products.code)}
    row = np.array([rows.get(code, _NOWHERE) for code in holdings_code], dtype=np.int64)
    cash = np.array([code == CASH_CODE for code in holdings_code], dtype=np.bool_)
    home = cash_leaf(tree)
    fraction = _given(holdings_code, tree=tree, mapped_to=mapped_to)
    fraction[cash] = 0.0
    if home is not None:
        fraction[cash, home] = 1.0
    open_row = np.where(cash | fraction.any(axis=1), _NOWHERE, row)
    fraction += _looked_through(open_row, tree=tree, universe=universe)
    open_row[fraction.any(axis=1)] = _NOWHERE
    leaf = _by_rules(open_row, tree=tree, universe=universe)
    ruled = np.flatnonzero(leaf != _NOWHERE)
    fraction[ruled, leaf[ruled]] = 1.0
    apart = cash & (home is None)
    value, rest = _split(np.where(apart, 0.0, holdings_value), fraction)
    return Assigned(value, rest, float(holdings_value[apart].sum()))


def _held_rows(codes: TextColumn, universe: Universe) -> IntColumn:
    """The rows of the products that are held, ascending: of many few are."""
    held = frozenset(codes)
    rows = [row for row, code in enumerate(universe.products.code) if code in held]
    return np.array(rows, dtype=np.int64)


def _given(codes: TextColumn, *, tree: Tree, mapped_to: MappedTo) -> FloatColumn:
    """H x L fractions by the leaves to which codes were mapped; 0 for what wasn't."""
    places: dict[str, int] = {}
    for position, leaf in enumerate(tree.leaves):
        places.setdefault(leaf.path.casefold(), position)
    found = np.zeros((len(codes), len(tree.leaves)))
    for holding, code in enumerate(codes):
        pairs = [(places.get(path.casefold(), _NOWHERE), float(weight)) for path, weight in mapped_to.get(code, ())]
        there = [(place, weight) for place, weight in pairs if place != _NOWHERE]
        if not there:
            continue
        whole = sum(weight for _, weight in there)
        for place, weight in there:
            found[holding, place] += weight / whole if whole > 0 else 1.0 / len(there)
    return found


def _deepest_first(tree: Tree) -> IntColumn:
    """L positions of leaves: the deepest first, then by path."""
    depth, leaves = tree.depth[tree.leaf], tree.leaves
    order = sorted(range(len(leaves)), key=lambda at: (-depth[at], leaves[at].path.casefold()))
    return np.array(order, dtype=np.int64)


def _by_rules(row: IntColumn, *, tree: Tree, universe: Universe) -> IntColumn:
    """H leaves whose rules the products in these rows meet; none for a row that is none."""
    order = _deepest_first(tree)
    met: BoolColumn = np.zeros((len(order), len(row)), dtype=np.bool_)
    known = row != _NOWHERE
    if known.any():
        met[:, known] = meets(tree, universe)[order][:, row[known]]
    first = np.where(met, np.arange(len(order))[:, None], len(order)).min(axis=0, initial=len(order))
    found: IntColumn = np.append(order, _NOWHERE)[first]
    return found


def _looked_through(row: IntColumn, *, tree: Tree, universe: Universe) -> FloatColumn:
    """H x L fractions of the products in these rows that lie in leaves which their keys name.

    They have to meet the leaf's other rules: a bond fund over a region is no equity of that region.
    """
    look_through = universe.look_through
    size = int(max(look_through.product.max(initial=0), row.max(initial=0))) + 1
    held, holding = np.unique(row[row != _NOWHERE], return_inverse=True)
    place = np.full(size, _NOWHERE, dtype=np.int64)
    place[held] = np.arange(len(held))
    leaf = _named_leaf(look_through, tree)
    used = (place[look_through.product] != _NOWHERE) & (leaf != _NOWHERE)
    of_products = np.zeros((len(held), len(tree.leaves)))
    np.add.at(of_products, (place[look_through.product[used]], leaf[used]), look_through.share[used])
    found = np.zeros((len(row), len(tree.leaves)))
    found[row != _NOWHERE] = of_products[holding]
    if used.any():
        found[row != _NOWHERE] *= meets_beside(tree, universe)[:, row[row != _NOWHERE]].T
    return found


def _named_leaf(look_through: LookThrough, tree: Tree) -> IntColumn:
    """K leaves that the keys of the framework's dimension name."""
    keys, leaves = words_of(look_through.key), tree.leaves
    named: dict[str, int] = {}
    for position in _deepest_first(tree).tolist():
        for name in _names(leaves[position], tree.dimension):
            named.setdefault(name, position)
    of_word = np.array([named.get(word, _NOWHERE) for word in keys.numbers], dtype=np.int64)
    inside = np.array([dimension == tree.dimension for dimension in look_through.dimension], dtype=np.bool_)
    return np.where(inside, of_word[keys.number], _NOWHERE)


def _names(leaf: Bucket, dimension: Dimension | None) -> frozenset[str]:
    """In small letters what a key may call the leaf."""
    rules = {"Region": leaf.rules.regions, "Sector": leaf.rules.sectors}.get(dimension or "", ())
    return words_of_path(leaf)[-1].union(name.casefold() for name in rules if name)


def _split(value: FloatColumn, fraction: FloatColumn) -> tuple[FloatColumn, FloatColumn]:
    """H amounts by fractions, and what is left of them.

    Every part is a whole multiple of the last binary digit of the amount, so that no sum of parts is rounded.
    """
    if not fraction.shape[1]:
        return np.zeros(fraction.shape), value.copy()
    whole = fraction.sum(axis=1)
    digit = np.spacing(np.abs(value))[:, None]
    parts = np.trunc(value[:, None] * (fraction / np.maximum(whole, 1.0)[:, None]) / digit) * digit
    # Where it is all there the largest part is what the others leave: what is only noise is not unassigned.
    full = np.flatnonzero(whole >= 1.0 - NOISE)
    largest = np.argmax(fraction[full], axis=1)
    parts[full, largest] = 0.0
    parts[full, largest] = value[full] - parts[full].sum(axis=1)
    rest: FloatColumn = value - parts.sum(axis=1)
    return parts, rest
