"""From a framework and its products to a backtest, and back. Section 5 of `docs/framework-report.md`."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.errors import Problem
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.backtest.result import Run
from trimtab.domain.frameworks.bands import half_widths
from trimtab.domain.frameworks.framework import Cadence, Framework
from trimtab.domain.frameworks.mapping.naming import cash_leaf
from trimtab.domain.frameworks.reporting.aims import bands_around, cash_target, edges_of, scaled_targets
from trimtab.domain.frameworks.tree import Tree, tree_of
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.strategies.ranges import refuse

BETWEEN: Final = "|"
"""Stands between the path and the code in the name of one of a leaf's assets, where it has several."""

Weights = Mapping[str, Sequence[tuple[str, Decimal]]]
"""Codes with their weights in the whole portfolio, by the path of their leaf."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a framework is kept in a backtest; what is None is the framework's own. As `Plan` has them."""

    cadence: Cadence | None = None
    absolute_band_bps: float | None = None
    relative_band_pct: float | None = None
    lag_days: int = 1
    cost_bps: float = 5.0
    initial_capital: float = 1_000_000.0
    flows: Mapping[date, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Assets:
    """A assets of a plan, in its order: the products of L leaves.

    Attributes:
        name: A, the leaf's path, with the code behind it where the leaf has several products.
        path: A, of the leaf.
        code: A, of the product; one may stand for several leaves.
        leaf: A places among the leaves.
        leaves: L paths, in the order of the tree; that of cash has no asset.
    """

    name: TextColumn
    path: TextColumn
    code: TextColumn
    leaf: IntColumn
    leaves: TextColumn


def weights_of(
    framework: Framework, *, products: Mapping[str, str], total_value: float
) -> Mapping[str, tuple[tuple[str, Decimal], ...]]:
    """The weights of a framework of which each leaf is one product.

    Args:
        framework: a valid one.
        products: codes by path; what is no leaf's is left to `plan_of` to be refused, with a weight of 0.
        total_value: what a `min_cash` in money is a part of.
    """
    tree = tree_of(framework.buckets)
    cash = cash_target(tree, framework, total_value=total_value)
    scaled = scaled_targets(tree, cash_weight=cash)
    target = {tree.buckets[row].path.casefold(): scaled[row] for row in np.flatnonzero(tree.leaf)}
    return {path: ((code, target.get(path.casefold(), Decimal(0))),) for path, code in products.items()}


def plan_of(framework: Framework, *, weights: Weights, keeping: Keeping | None = None) -> tuple[Plan, Assets]:
    """The plan of a framework in which each leaf is what it was filled with; what lacks to 1 is cash.

    Bands are around the weight of each leaf, and a product is held to its part of them. A product of weight 0 is left
    out. A least or largest weight of a bucket that the weights themselves are past is that weight.

    Args:
        framework: a valid one.
        weights: of all leaves that have a target, but for cash.
        keeping: how it is kept; None for the framework's own bands and cadence.

    Raises:
        InvalidInput: paths that are no leaves or are cash, a product that stands twice in a leaf, leaves with a target
            and without a product, and what `Plan` refuses.
    """
    kept = Keeping() if keeping is None else keeping
    tree, ours = tree_of(framework.buckets), framework.rebalancing
    refuse(chain(_bad_paths(tree, weights), _bad_products(weights), _unfilled(tree, weights)))
    assets, weight = _assets(tree, weights)
    refuse(_bad_names(assets))
    relative = ours.relative_band_pct if kept.relative_band_pct is None else kept.relative_band_pct
    plan = Plan(
        targets=dict(zip(assets.name, weight.tolist(), strict=True)),
        cadence=ours.cadence if kept.cadence is None else kept.cadence,
        absolute_band_bps=ours.absolute_band_bps if kept.absolute_band_bps is None else kept.absolute_band_bps,
        relative_band_pct=None if relative is None else float(relative),
        lag_days=kept.lag_days,
        cost_bps=kept.cost_bps,
        initial_capital=kept.initial_capital,
        flows=kept.flows,
    )
    low, high = _edges(tree, plan, leaf=assets.leaf)
    # A weight is never below 0, nor is a larger one than 1 a rule.
    least = _given(assets, np.where(low > 0, low, np.nan))
    return replace(plan, min_weights=least, max_weights=_given(assets, np.minimum(high, 1.0))), assets


def asset_prices(prices: pd.DataFrame, assets: Assets) -> pd.DataFrame:
    """The prices of a plan's assets, dates x A, named as the plan names them.

    Args:
        prices: dates x codes.
        assets: of the plan.

    Raises:
        InvalidInput: all products that have no column.
    """
    lacking = [code for code in dict.fromkeys(assets.code) if code not in prices.columns]
    refuse(
        Problem("prices", f"{clean(code)} has no prices; give its closes, or name another product for its leaf.")
        for code in lacking
    )
    found = prices[list(assets.code)]
    return found.set_axis(list(assets.name), axis=1)


def first_days(prices: pd.DataFrame, assets: Assets) -> DateColumn:
    """A days on which products have their first price, NaT where they never have one.

    Raises:
        InvalidInput: as `asset_prices`.
    """
    chosen = asset_prices(prices, assets)
    priced: BoolColumn = chosen.notna().to_numpy()
    days = pd.DatetimeIndex(chosen.index).tz_localize(None).to_numpy().astype("datetime64[D]")
    if not len(days):
        return np.full(len(assets.name), np.datetime64("NaT", "D"))
    return np.where(priced.any(axis=0), days[priced.argmax(axis=0)], np.datetime64("NaT", "D"))


def leaf_contributions(run: Run, assets: Assets) -> FloatColumn:
    """L fractions of the capital: what each leaf earned; with those of costs they sum to the run's gain."""
    return _by_leaf(run.contributions, leaf=assets.leaf, leaves=len(assets.leaves))


def _assets(tree: Tree, weights: Weights) -> tuple[Assets, FloatColumn]:
    """The products that have a weight, leaf by leaf in the order of the tree, and their weights."""
    places = {leaf.path.casefold(): place for place, leaf in enumerate(tree.leaves)}
    rows = sorted(
        (
            (places[path.casefold()], code, float(weight))
            for path, products in weights.items()
            for code, weight in products
            if weight != 0
        ),
        key=itemgetter(0),
    )
    count, leaves = Counter(place for place, _, _ in rows), tuple(leaf.path for leaf in tree.leaves)
    assets = Assets(
        name=tuple(leaves[at] if count[at] == 1 else f"{leaves[at]}{BETWEEN}{code}" for at, code, _ in rows),
        path=tuple(leaves[place] for place, _, _ in rows),
        code=tuple(code for _, code, _ in rows),
        leaf=np.array([place for place, _, _ in rows], dtype=np.int64),
        leaves=leaves,
    )
    return assets, np.array([weight for _, _, weight in rows], dtype=np.float64)


def _edges(tree: Tree, plan: Plan, *, leaf: IntColumn) -> tuple[FloatColumn, FloatColumn]:
    """A least and largest weights, NaN where there is none.

    A single product has those of its bucket, beside the plan's bands. Of several each has its part of what bounds them
    together, their band included: a band of its own that is as wide as the bucket's would be too wide.
    """
    weight, leaves = plan.weights, tree.leaves
    together = _by_leaf(weight, leaf=leaf, leaves=len(leaves))
    widths = half_widths(together, absolute_band_bps=plan.absolute_band_bps, relative_band_pct=plan.relative_band_pct)
    several = np.bincount(leaf, minlength=len(leaves)) > 1
    bands = bands_around(
        together,
        half_width=np.where(several, widths, np.nan),
        min_weight=edges_of([bucket.min_weight for bucket in leaves]),
        max_weight=edges_of([bucket.max_weight for bucket in leaves]),
    )
    share = weight / together[leaf]
    # What rounding makes of a part is never past the weight itself.
    return np.minimum(share * bands.low[leaf], weight), np.maximum(share * bands.high[leaf], weight)


def _by_leaf(figures: FloatColumn, *, leaf: IntColumn, leaves: int) -> FloatColumn:
    """Sums over the assets of each leaf; 0 for one without."""
    found = np.zeros(leaves)
    np.add.at(found, leaf, figures)
    return found


def _given(assets: Assets, edges: FloatColumn) -> Mapping[str, float]:
    """By asset, where there is one."""
    return {name: edge for name, edge in zip(assets.name, edges.tolist(), strict=True) if not math.isnan(edge)}


def _bad_paths(tree: Tree, weights: Weights) -> Iterator[Problem]:
    leaves, cash, seen = {leaf.path.casefold() for leaf in tree.leaves}, _cash_key(tree), set[str]()
    known = ", ".join(clean(leaf.path) for leaf in tree.leaves if leaf.path.casefold() != cash)
    for path in weights:
        key, shown = path.casefold(), clean(path)
        if key not in leaves:
            yield Problem(_field(path), f"{shown} is no leaf of the framework; give products of {known}.")
        elif key == cash:
            yield Problem(_field(path), f"{shown} is held as cash; leave its products out.")
        elif key in seen:
            yield Problem(_field(path), f"{shown} stands twice, in other letters; give all its products once.")
        seen.add(key)


def _bad_products(weights: Weights) -> Iterator[Problem]:
    for path, products in weights.items():
        for code, count in Counter(code for code, _ in products).items():
            if count > 1:
                said = f"{clean(code)} stands twice in {clean(path)}; give it once, with the whole weight."
                yield Problem(_field(path), said)


def _unfilled(tree: Tree, weights: Weights) -> Iterator[Problem]:
    filled = {path.casefold() for path, products in weights.items() if products}
    filled.add(_cash_key(tree))
    for leaf in tree.leaves:
        if leaf.target_weight > 0 and leaf.path.casefold() not in filled:
            said = f"{clean(leaf.path)} has a target and no product; name one for it, or set its target to 0."
            yield Problem(_field(leaf.path), said)


def _bad_names(assets: Assets) -> Iterator[Problem]:
    for name, count in Counter(assets.name).items():
        if count > 1:
            said = f"Two products are both called {clean(name)}; rename the bucket whose path has a {BETWEEN}."
            yield Problem("products", said)


def _cash_key(tree: Tree) -> str:
    """The path of the cash leaf, as paths are compared; empty where there is none."""
    place = cash_leaf(tree)
    return "" if place is None else tree.leaves[place].path.casefold()


def _field(path: str) -> str:
    return f"products.{clean(path)}"
