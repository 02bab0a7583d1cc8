"""Filters leave products in for every leaf, and rules are told in a fixed order."""

from dataclasses import fields, replace
from typing import Any

import pytest

from tests.domain.frameworks.mapping.universes import AS_OF, Product, leaf, universe
from trimtab.domain.frameworks.framework import Constraint, Framework
from trimtab.domain.frameworks.mapping import NO_FILTERS, Filters, LeafMapping, map_products

NAN = float("nan")
PRODUCTS = universe(
    Product("A", tags=("green",), expense_ratio_pct=0.2),
    Product("B", type="Stock", currency="EUR", issuer="Rock", expense_ratio_pct=NAN, aum_value=NAN),
    Product("C", region="Global", sector="Energy", aum_value=1e6, history_months=NAN),
    Product("D", expense_ratio_pct=NAN, adv_value=NAN, price=NAN, aum_value=NAN, history_months=11),
    lies=(("C", "Region", "Emerging", 0.5),),
)
EACH: dict[str, Any] = {
    "types": ("etf",),
    "currencies": ("EUR",),
    "regions": ("emerging",),
    "sectors": ("Energy",),
    "issuers": ("rock",),
    "include_tags": ("Green",),
    "exclude_tags": ("GREEN",),
    "exclude_codes": ("a", "Z"),
    "min_adv_value": 1e9,
    "min_aum_value": 1e7,
    "min_history_months": 12,
    "max_expense_ratio_pct": 0.1,
    "priced": True,
}


def mapped(filters: Filters = NO_FILTERS, *, per_bucket: int = 9, **framework) -> LeafMapping:
    every = leaf("Moon/A", allowed_types=("ETF", "Stock"))
    return map_products(
        Framework("Ours", (every,), **framework), PRODUCTS, as_of=AS_OF, filters=filters, per_bucket=per_bucket
    ).leaves[0]


@pytest.mark.parametrize(
    ("name", "codes"),
    list(zip(EACH, ["ACD", "B", "C", "C", "B", "A", "BCD", "BCD", "ABC", "AB", "AB", "BC", "ABC"], strict=True)),
)
def test_each_filter_leaves_in_what_it_says(name: str, codes: str) -> None:
    found = mapped(replace(NO_FILTERS, **{name: EACH[name]}))
    assert sorted(each.code for each in found.products) == list(codes)
    assert [gap.rule for gap in found.gaps if gap.lost] == [f"filters.{name}"]


def test_the_framework_allows_currencies_before_the_caller_filters() -> None:
    allowed = (Constraint("max_products"), Constraint("allowed_currencies", currencies=("usd",)))
    found = mapped(Filters(priced=True), constraints=allowed, per_bucket=3)
    assert [(gap.rule, gap.candidates, gap.lost) for gap in found.gaps] == [
        ("allowed_currencies", 4, 1),
        ("filters.priced", 3, 1),
    ]


def test_every_filter_was_tried() -> None:
    assert [field.name for field in fields(Filters)] == list(EACH)
