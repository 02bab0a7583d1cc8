"""Rules one by one: which products each leaves in, and how exactly they meet it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.frameworks.framework import Constraint, Dimension
from trimtab.domain.frameworks.mapping.filters import Filters
from trimtab.domain.frameworks.mapping.indexing import HALF, NOISE, OWN_FIELDS, TAGS, Index
from trimtab.domain.frameworks.mapping.vocabulary import Vocabulary

_FILTER: Final = "filters."


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A rule.

    Attributes:
        rule: its name.
        kept: N, which products it leaves in.
        fit: N from 0 to 1, how exactly a product meets it; None for a rule that is met or not.
        share: N fractions of the product that lie where the rule is about; None where it is about no place.
        names: of which it asks for any; none where it asks for something else.
        known: the names that there are; None where it asks for something else.
    """

    rule: str
    kept: BoolColumn
    fit: FloatColumn | None = None
    share: FloatColumn | None = None
    names: Sequence[str] = ()
    known: Vocabulary | None = None


def worded(index: Index, field: str, *, rule: str, names: Sequence[str]) -> Iterator[Step]:
    """Products of which a field is one of the names."""
    if names:
        yield Step(rule, index.texts[field].among(names), names=names, known=index.borne[field])


def including(index: Index, tags: Sequence[str], *, rule: str) -> Iterator[Step]:
    """Products that bear any of the tags; they fit by how many."""
    if tags:
        fit = index.tags.total(tags) / len({tag.casefold() for tag in tags})
        yield Step(rule, fit > 0, fit=fit, names=tags, known=index.borne[TAGS])


def excluding(index: Index, tags: Sequence[str], *, rule: str) -> Iterator[Step]:
    """Products that bear none of the tags."""
    if tags:
        yield Step(rule, index.tags.total(tags) == 0)


def placed(index: Index, dimension: Dimension, *, rule: str, names: Sequence[str]) -> Iterator[Step]:
    """Products that lie in one of the names, by their own field or by half through what they hold."""
    if names:
        own = index.any_of(OWN_FIELDS[dimension], names)
        share = index.share_of(own, dimension=dimension, names=names)
        kept = own | (share >= HALF - NOISE)
        yield Step(rule, kept, fit=share, share=share, names=names, known=index.borne[dimension])


def at_least(values: FloatColumn, least: float | None, *, rule: str) -> Iterator[Step]:
    """Products with a value of at least that much; one that isn't known is less."""
    if least is not None:
        yield Step(rule, values >= least)


def constraint_steps(index: Index, constraints: Sequence[Constraint]) -> Iterator[Step]:
    """What the framework's own constraints say of each product alone: the currencies that are allowed."""
    for constraint in constraints:
        if constraint.kind == "allowed_currencies":
            yield from worded(index, "currency", rule=constraint.kind, names=constraint.currencies)


def filter_steps(index: Index, filters: Filters) -> Iterator[Step]:
    """What the caller left in."""
    yield from worded(index, "type", rule=f"{_FILTER}types", names=filters.types)
    yield from worded(index, "currency", rule=f"{_FILTER}currencies", names=filters.currencies)
    yield from placed(index, "Region", rule=f"{_FILTER}regions", names=filters.regions)
    yield from placed(index, "Sector", rule=f"{_FILTER}sectors", names=filters.sectors)
    yield from worded(index, "issuer", rule=f"{_FILTER}issuers", names=filters.issuers)
    yield from including(index, filters.include_tags, rule=f"{_FILTER}include_tags")
    yield from excluding(index, filters.exclude_tags, rule=f"{_FILTER}exclude_tags")
    if filters.exclude_codes:
        yield Step(f"{_FILTER}exclude_codes", ~index.texts["code"].among(filters.exclude_codes))
    yield from _number_steps(index, filters)


def _number_steps(index: Index, filters: Filters) -> Iterator[Step]:
    products, without = index.products, index.unlike_funds
    aum_value = np.where(without & np.isnan(products.aum_value), np.inf, products.aum_value)
    cost_pct = np.where(without & np.isnan(products.expense_ratio_pct), 0.0, products.expense_ratio_pct)
    yield from at_least(products.adv_value, filters.min_adv_value, rule=f"{_FILTER}min_adv_value")
    yield from at_least(aum_value, filters.min_aum_value, rule=f"{_FILTER}min_aum_value")
    yield from at_least(products.history_months, filters.min_history_months, rule=f"{_FILTER}min_history_months")
    if filters.max_expense_ratio_pct is not None:
        yield Step(f"{_FILTER}max_expense_ratio_pct", cost_pct <= filters.max_expense_ratio_pct)
    if filters.priced:
        yield Step(f"{_FILTER}priced", ~np.isnan(products.price))
