"""The page on coverage: its gaps, weights and split are what the mapping of products gives."""

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from tests.prompts.concept_pages import lacking, only_these_numbers
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.mapping import Mapped, assigned, coverage_findings, map_products
from trimtab.domain.frameworks.mapping.scoring import FULL_MONTHS, WEIGHTS
from trimtab.domain.frameworks.products import LookThrough, Products, Universe
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.tree import tree_of
from trimtab.domain.frameworks.universe import universe_of
from trimtab.workflow.ports.framework_requests import MapProducts

LEAST_VALUE = 1_000_000
NOTHING_SEEN = LookThrough(np.array([], dtype=np.int64), (), (), np.array([]))
# Type, tags, money traded a day.
PRODUCTS = (
    *[("Stock", ("bonds",), 5e6)] * 2,
    *[("ETF", ("equity",), 5e6)] * 4,
    *[("Fund", ("bonds",), 5e5)] * 4,
    *[("ETF", ("bonds",), 5e6)] * 2,
)


def universe(
    rows: tuple[tuple[str, tuple[str, ...], float], ...] = PRODUCTS, *, look_through: LookThrough = NOTHING_SEEN
) -> Universe:
    """Products of which nothing else is known."""
    n = len(rows)
    blank, unknown = ("",) * n, np.full(n, np.nan)
    types, tags, traded = zip(*rows, strict=True)
    products = Products(
        code=tuple(f"P{at:02d}" for at in range(n)),
        name=blank, type=types, asset_class=blank, region=blank, sector=blank, sector_group=blank, sleeve=blank,
        issuer=blank, currency=("USD",) * n, exchange=blank, tags=tags, adv_value=np.array(traded),
        expense_ratio_pct=unknown, aum_value=unknown, tracking_error_pct=unknown, history_months=unknown,
        price=unknown, price_date=np.full(n, np.datetime64("NaT"), "M8[D]"), source=blank,
    )  # fmt: skip
    return universe_of(products, look_through)


def strict_balanced() -> Framework:
    """The template, of which the bonds ask for what is traded a day."""
    buckets = TEMPLATES["balanced"].buckets
    asking = [
        replace(each, rules=replace(each.rules, min_adv_value=Decimal(LEAST_VALUE)))
        if each.label == "Fixed Income"
        else each
        for each in buckets
    ]
    return replace(TEMPLATES["balanced"], buckets=tuple(asking))


def mapped(rows: tuple[tuple[str, tuple[str, ...], float], ...] = PRODUCTS) -> Mapped:
    return map_products(strict_balanced(), universe(rows), as_of=date(2026, 11, 20))


def split() -> dict[str, str]:
    """What 10,000 of a fund over two regions is, by the labels of the template."""
    shares = LookThrough(np.array([0, 0]), ("Region", "Region"), ("US", "International"), np.array([0.6, 0.4]))
    tree = tree_of(TEMPLATES["geographic"].buckets)
    found = assigned(
        ("P00",),
        np.array([10_000.0]),
        tree=tree,
        universe=universe((("Fund", ("equity",), 5e6),), look_through=shares),
        mapped_to={},
    )
    return {leaf.label: f"{value:,.0f}" for leaf, value in zip(tree.leaves, found.value[0], strict=True)}


def test_the_numbers_of_coverage_are_computed() -> None:
    bonds = next(leaf for leaf in mapped().leaves if leaf.label == "Fixed Income")
    gaps = [gap.message for gap in bonds.gaps]
    money = split()
    assert len(gaps) == 3
    assert len(bonds.products) == bonds.candidates
    only_these_numbers(
        "coverage",
        f"six parts from 0 to 1, and `map_products` shows the best {MapProducts(framework_id='x').per_bucket}:",
        *(f"| `{part}` | {weight:.2f} |" for part, weight in asdict(WEIGHTS).items()),
        f"it has more months, up to {FULL_MONTHS}",
        "What isn't known gives 0",
        f"is made to ask for {LEAST_VALUE:,} traded a day. Of {len(PRODUCTS)} products:",
        " ".join(gaps),
        f"{bonds.candidates} are left, and the last rule is the one to loosen",
        "A fund of equity lies 60 % in `US` and 40 % in `International`",
        f"10,000 of it are {money['United States']} of United States",
        f"and {money['International Developed']} of International Developed",
    )


def test_the_last_rule_of_the_example_takes_what_loosening_brings() -> None:
    loose = map_products(TEMPLATES["balanced"], universe(), as_of=date(2026, 11, 20))
    assert next(leaf.candidates for leaf in loose.leaves if leaf.label == "Fixed Income") == 6


@pytest.mark.parametrize(("n_bonds", "warned"), [(0, "no_product"), (1, "thin_coverage")])
def test_a_bucket_with_few_products_is_warned_of_as_the_page_says(n_bonds: int, warned: str) -> None:
    found = coverage_findings(mapped(PRODUCTS[: 6 + 4 + n_bonds]))
    assert [each.code for each in found if each.path == "AssetClass/Bonds"] == [warned]
    assert lacking("coverage", f"`{warned}`") == []
