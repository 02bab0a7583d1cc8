"""Which product stands for each leaf in a backtest: it needs prices of past days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.frameworks.bridging import Weights, weights_of
from trimtab.domain.outside_text import clean
from trimtab.workflow.frameworks.accepted import AcceptedPortfolio
from trimtab.workflow.frameworks.choosing import Chosen
from trimtab.workflow.frameworks.goods import Goods
from trimtab.workflow.frameworks.mapping import mapped
from trimtab.workflow.ports.framework_requests import MappingFilters

MOST_TRIED: Final = 25
"""Products of a bucket that are looked at, the best first."""


@dataclass(frozen=True, slots=True, eq=False)
class StandIns:
    """Products with their weights by leaf; `passed_over` are better ones by leaf, which have no prices of past days."""

    weights: Weights
    passed_over: Mapping[str, Sequence[str]]


def of_framework(found: Chosen, goods: Goods, *, given: Mapping[str, str], total_value: float) -> StandIns:
    """The product that was named for a leaf, else its best one with prices.

    Raises:
        InvalidInput: all leaves with a target for which there is none, and products that have no prices.
    """
    priced = _priced(goods)
    given = _by_leaf(given, found)
    products, passed = {}, {}
    problems = [
        Problem(f"run.products.{clean(path)}", f"{clean(code)} has no prices of past days in the market.")
        for path, code in given.items()
        if code not in priced
    ]
    for leaf in mapped(found, goods, filters=MappingFilters(), per_bucket=MOST_TRIED).leaves:
        if leaf.cash or leaf.path in given:
            continue
        codes = [each.code for each in leaf.products]
        chosen = next((code for code in codes if code in priced), None)
        if chosen is not None:
            products[leaf.path] = chosen
            passed[leaf.path] = codes[: codes.index(chosen)]
        elif leaf.target_weight > 0:
            said = f"Of {len(codes)} products of {clean(leaf.path)} none has prices of past days: name one in products."
            problems.append(Problem(f"run.products.{clean(leaf.path)}", said, "no_prices"))
    if problems:
        raise InvalidInput(
            f"{problems[0].message}{f' ({len(problems) - 1} more)' if len(problems) > 1 else ''}",
            problems=problems,
            next_action="Name products that the market has in run.products; map_products shows what fits.",
        )
    chosen_ones = {**products, **given}
    return StandIns(weights_of(found.framework, products=chosen_ones, total_value=total_value), passed)


def _by_leaf(given: Mapping[str, str], found: Chosen) -> dict[str, str]:
    """What was named, by the leaves' own spelling of their paths; another path stays, and is refused later."""
    spelled = {leaf.path.casefold(): leaf.path for leaf in found.tree.leaves}
    return {spelled.get(path.casefold(), path): code for path, code in given.items()}


def of_portfolio(accepted: AcceptedPortfolio, goods: Goods) -> StandIns:
    """The products of an accepted portfolio, with its weights.

    Raises:
        InvalidInput: all that have no prices.
    """
    priced, weights = _priced(goods), dict[str, list[tuple[str, Decimal]]]()
    problems = [
        Problem(f"products.{clean(each.path)}", f"{clean(each.code)} has no prices of past days.", "no_prices")
        for each in accepted.positions
        if each.code not in priced
    ]
    if problems:
        raise InvalidInput(
            problems[0].message,
            problems=problems,
            next_action="Backtest the portfolio's framework instead: there run.products may name others.",
        )
    for each in accepted.positions:
        weights.setdefault(each.path, []).append((each.code, each.weight))
    return StandIns(weights, {})


def _priced(goods: Goods) -> frozenset[str]:
    """Codes of which the market has any price."""
    prices = goods.market.prices
    there = np.flatnonzero(np.logical_or.reduce(np.isfinite(prices.close), axis=0))
    return frozenset(prices.tickers[column] for column in there)
