"""Mapping once more, plainly and slowly, product by product, from `docs/framework-mapping.md` alone."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.mapping import Filters
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.tree import tree_of

_FIELDS: Final = {"assetclass": ["asset_class"], "region": ["region"], "sector": ["sector", "sector_group"]}
_BONDS: Final = {"bonds", "fixed income"}


@dataclass
class Verdict:
    """What one rule says of one product."""

    rule: str
    met: bool
    fit: float | None = None
    share: float | None = None


class SlowProduct:
    """A product and what it holds."""

    def __init__(self, universe: Universe, row: int) -> None:
        self.row = row
        self.universe = universe
        self.tags = {tag.casefold() for tag in universe.products.tags[row]}
        self.is_fund = self.text("type") not in {"stock", "bond"}

    def text(self, field: str) -> str:
        return getattr(self.universe.products, field)[self.row].casefold()

    def number(self, field: str) -> float:
        return float(getattr(self.universe.products, field)[self.row])

    def inside(self, dimension: str, names: set[str]) -> float:
        look = self.universe.look_through
        found = 0.0
        for at in range(len(look.key)):
            if look.product[at] == self.row and look.dimension[at].casefold() == dimension:
                found += float(look.share[at]) if look.key[at].casefold() in names else 0.0
        return min(found, 1.0)

    def place(self, rule: str, dimension: str, names: set[str]) -> Verdict:
        own = any(self.text(field) in names for field in _FIELDS.get(dimension, [dimension]))
        inside = self.inside(dimension, names)
        share = 1.0 if own and inside == 0 else inside
        return Verdict(rule, own or share >= 0.5 - 1e-9, share, share)

    def bears(self, rule: str, names: set[str]) -> Verdict:
        return Verdict(rule, bool(self.tags & names), len(self.tags & names) / len(names))


def _low(names: tuple[str, ...]) -> set[str]:
    return {name.casefold() for name in names}


def _known(names: tuple[str, ...]) -> set[str]:
    return _low(names) - {""}


def is_cash(leaf: Bucket) -> bool:
    """Whether a leaf is the cash, where it is over asset classes."""
    parts = leaf.path.casefold().split("/")
    return len(parts) == 2 and parts[0] == "assetclass" and "cash" in {parts[1], leaf.label.casefold()}


def _by_path(leaf: Bucket, product: SlowProduct) -> Verdict:
    dimension, *parts = leaf.path.casefold().split("/")
    if dimension not in {"assetclass", "region", "sector", "sleeve"}:
        return Verdict("path", met=False)
    called = [{part} for part in parts] or [set()]
    called[-1] = called[-1] | {leaf.label.casefold()}
    called = [(names | _BONDS if names & _BONDS else names) - {""} for names in called]
    everything = set().union(*called)
    own = any(product.text(field) in everything for field in _FIELDS.get(dimension, [dimension]))
    fields = ("asset_class", "region", "sector", "sector_group", "sleeve", "type")
    words = {product.text(field) for field in fields} | product.tags
    verdict = product.place("path", dimension, everything)
    verdict.met = own and all(words & names for names in called)
    return verdict


def _leaf_verdicts(leaf: Bucket, product: SlowProduct) -> Iterator[Verdict]:
    rules = leaf.rules
    picks = (rules.allowed_types, rules.include_tags, rules.regions, rules.sectors, rules.currencies)
    if not any(picks):
        yield _by_path(leaf, product)
    if rules.allowed_types:
        yield Verdict("allowed_types", product.text("type") in _known(rules.allowed_types))
    if rules.include_tags:
        yield product.bears("include_tags", _low(rules.include_tags))
    if rules.exclude_tags:
        yield Verdict("exclude_tags", not product.tags & _low(rules.exclude_tags))
    if rules.regions:
        yield product.place("regions", "region", _known(rules.regions))
    if rules.sectors:
        yield product.place("sectors", "sector", _known(rules.sectors))
    if rules.currencies:
        yield Verdict("currencies", product.text("currency") in _known(rules.currencies))
    if rules.min_adv_value is not None:
        yield Verdict("min_adv_value", product.number("adv_value") >= float(rules.min_adv_value))


def _filter_verdicts(filters: Filters, product: SlowProduct) -> Iterator[Verdict]:
    for name, field in (("types", "type"), ("currencies", "currency")):
        if getattr(filters, name):
            yield Verdict(name, product.text(field) in _known(getattr(filters, name)))
    for name, dimension in (("regions", "region"), ("sectors", "sector")):
        if getattr(filters, name):
            yield product.place(name, dimension, _known(getattr(filters, name)))
    if filters.issuers:
        yield Verdict("issuers", product.text("issuer") in _known(filters.issuers))
    if filters.include_tags:
        yield product.bears("include_tags", _low(filters.include_tags))
    if filters.exclude_tags:
        yield Verdict("exclude_tags", not product.tags & _low(filters.exclude_tags))
    if filters.exclude_codes:
        yield Verdict("exclude_codes", product.text("code") not in _low(filters.exclude_codes))
    yield from _number_verdicts(filters, product)


def _number_verdicts(filters: Filters, product: SlowProduct) -> Iterator[Verdict]:
    if filters.min_adv_value is not None:
        yield Verdict("min_adv_value", product.number("adv_value") >= filters.min_adv_value)
    if filters.min_aum_value is not None:
        aum = product.number("aum_value")
        yield Verdict("min_aum_value", aum >= filters.min_aum_value or (math.isnan(aum) and not product.is_fund))
    if filters.min_history_months is not None:
        yield Verdict("min_history_months", product.number("history_months") >= filters.min_history_months)
    if filters.max_expense_ratio_pct is not None:
        cost = product.number("expense_ratio_pct")
        kept = cost <= filters.max_expense_ratio_pct or (math.isnan(cost) and not product.is_fund)
        yield Verdict("max_expense_ratio_pct", kept)
    if filters.priced:
        yield Verdict("priced", not math.isnan(product.number("price")))


def slow_meets(framework: Framework, universe: Universe) -> list[list[bool]]:
    """Leaves x products: whether all of the leaf's own rules are met."""
    products = [SlowProduct(universe, row) for row in range(len(universe.products))]
    leaves = tree_of(framework.buckets).leaves
    return [[all(each.met for each in _leaf_verdicts(leaf, product)) for product in products] for leaf in leaves]


def verdicts(leaf: Bucket, product: SlowProduct, *, framework: Framework, filters: Filters) -> list[Verdict]:
    """What all rules say of a product, in their order."""
    own = list(_leaf_verdicts(leaf, product))
    for constraint in framework.constraints:
        if constraint.kind == "allowed_currencies":
            own.append(Verdict(constraint.kind, product.text("currency") in _known(constraint.currencies)))
    filtered = _filter_verdicts(filters, product)
    return own + [Verdict(f"filters.{each.rule}", each.met) for each in filtered]


def _part(value: float) -> float:
    return 0.0 if math.isnan(value) else min(max(value, 0.0), 1.0)


def slow_parts(product: SlowProduct, found: list[Verdict], *, as_of: date) -> dict[str, float]:
    """The six parts of a score."""
    fits = [each.fit for each in found if each.fit is not None]
    adv, cost, error = (product.number(name) for name in ("adv_value", "expense_ratio_pct", "tracking_error_pct"))
    cost, error = (0.0 if math.isnan(each) and not product.is_fund else each for each in (cost, error))
    history = _part(product.number("history_months") / 120)
    day = product.universe.products.price_date[product.row]
    fresh = 0.0 if np.isnat(day) else _part(1 - (max((as_of - day.item()).days, 0) - 7) / 90)
    fields = 10 if product.is_fund else 7
    known = 1 - len(slow_missing(product)) / fields
    return {
        "liquidity": _part((math.log10(adv) - 4) / 5) if adv > 0 else 0.0,
        "cost": _part(1 - cost),
        "fit": sum(fits) / len(fits) if fits else 1.0,
        "history": history,
        "tracking": _part(1 - error / 2),
        "data_health": (fresh + history + known) / 3,
    }


def slow_missing(product: SlowProduct) -> list[str]:
    """Fields that should be known and aren't."""
    of_all = ["currency", "exchange", "issuer", "adv_value", "history_months", "price"]
    numbers = {"adv_value", "history_months", "price"}
    found = [
        name for name in of_all if (math.isnan(product.number(name)) if name in numbers else not product.text(name))
    ]
    if np.isnat(product.universe.products.price_date[product.row]):
        found.append("price_date")
    of_funds = ["expense_ratio_pct", "aum_value", "tracking_error_pct"] if product.is_fund else []
    return found + [name for name in of_funds if math.isnan(product.number(name))]
