"""A holding belongs to one leaf, or is split by what it holds, and nothing of its value is lost."""

import math
from dataclasses import fields
from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.mapping.universes import Product, leaf, mapped_frameworks, universe, universes
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.mapping import CASH_CODE, Assigned, assigned
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.tree import Tree, tree_of

PRODUCTS = universe(
    Product("AGG", asset_class="Bonds", region="Global"),
    Product("BIL", asset_class="Cash"),
    Product("MIX", asset_class="Multi"),
    Product("SAP", type="Stock", region="International", sector="Technology"),
    Product("SPY", tags=("large",)),
    lies=(
        ("MIX", "AssetClass", "Cash", 0.1),
        ("MIX", "AssetClass", "EQUITY", 0.6),
        ("MIX", "AssetClass", "Fixed Income", 0.2),
        ("SPY", "Region", "International", 0.25),
        ("SPY", "Region", "US", 0.75),
        ("SPY", "Sector", "Energy", 0.125),
        ("SPY", "Sector", "Health Care", 0.25),
        ("SPY", "Sector", "Technology", 0.5),
    ),
)
CLASSES = tree_of([leaf("AssetClass/Bonds"), leaf("AssetClass/Equity"), leaf("AssetClass/Cash")])
REGIONS = tree_of(
    [leaf(f"Region/{name}", label=f"All of {name}", regions=(name,)) for name in ("US", "International", "Emerging")]
)
SECTORS = tree_of(
    [
        leaf("Sector/Defensive", sectors=("health care", "Utilities")),
        leaf("Sector/Cyclical", sectors=("Energy", "Materials")),
        leaf("Sector/Growth", sectors=("Technology",)),
    ]
)
reads: list[int] = []


class CountedTree(Tree):
    """A tree that notes how often its leaves are listed."""

    @property
    def leaves(self) -> tuple[Bucket, ...]:
        reads.append(1)
        return tuple(self.buckets[position] for position in np.flatnonzero(self.leaf))


def held(tree: Tree, *codes: str, value: float = 100.0, mapped_to=None) -> Assigned:
    return assigned(codes, np.full(len(codes), value), tree=tree, universe=PRODUCTS, mapped_to=mapped_to or {})


def test_a_holding_belongs_to_the_leaf_whose_rules_it_meets_and_else_to_none() -> None:
    found = held(CLASSES, "AGG", "SAP", "BIL", "NEW", "AGG")
    assert found.value.tolist() == [[100, 0, 0], [0, 100, 0], [0, 0, 100], [0, 0, 0], [100, 0, 0]]
    assert found.unassigned_value.tolist() == [0, 0, 0, 100, 0]


def test_what_was_mapped_stays_where_it_was_mapped_whole() -> None:
    whole = {"MIX": "assetclass/bonds", "NEW": "AssetClass/Equity", "AGG": "AssetClass/Gone", CASH_CODE: "X"}
    mapped_to = {code: [(path, 0.25)] for code, path in whole.items()}
    found = held(CLASSES, "MIX", "NEW", "AGG", mapped_to=mapped_to)
    assert found.value.tolist() == [[100, 0, 0], [0, 100, 0], [100, 0, 0]]


def test_what_was_mapped_to_several_leaves_is_split_by_its_weights_there() -> None:
    bonds, equity, gone = "AssetClass/Bonds", "assetclass/equity", "AssetClass/Gone"
    found = held(
        CLASSES,
        *("AGG", "SAP", "BIL", "SPY"),
        value=90.0,
        mapped_to={
            "AGG": ((bonds, Decimal("0.1")), (equity, Decimal("0.2"))),
            "SAP": [(bonds, 0.3), (gone, 0.6), (equity, 0.0)],
            "BIL": [(gone, 1.0), ("X", 2.0)],
            "SPY": [(bonds, 0), (equity, 0)],
        },
    )
    # BIL has no leaf of its own any more, and is taken by what it is.
    assert found.value.tolist() == [[pytest.approx(30), pytest.approx(60), 0], [90, 0, 0], [0, 0, 90], [45, 45, 0]]
    assert found.unassigned_value.tolist() == [0, 0, 0, 0]


def test_leaves_are_listed_a_few_times_however_many_they_are() -> None:
    counted = CountedTree(**{name.name: getattr(REGIONS, name.name) for name in fields(REGIONS)})
    reads.clear()
    held(counted, "SPY", mapped_to={"AGG": [("Region/US", 1.0)]})
    few = len(reads)
    buckets = [leaf(f"Region/R{at}", "0.01", regions=(f"R{at}",)) for at in range(100)]
    many = tree_of(buckets)
    reads.clear()
    held(CountedTree(**{name.name: getattr(many, name.name) for name in fields(many)}), "SPY")
    assert 0 < len(reads) <= few


def test_a_fund_is_split_by_what_it_holds_and_the_rest_is_unassigned() -> None:
    found = held(CLASSES, "MIX", value=1000.0)
    assert found.value.tolist() == [pytest.approx([200, 600, 100])]
    assert found.unassigned_value.tolist() == pytest.approx([100])
    regions = held(REGIONS, "SPY", "SAP", "AGG")
    assert regions.value.tolist() == [[75, 25, 0], [0, 100, 0], [0, 0, 0]]
    assert regions.unassigned_value.tolist() == [0, 0, 100]


def test_what_is_looked_through_meets_the_other_rules_of_the_leaf() -> None:
    large = tree_of([leaf("Region/US", regions=("US",), include_tags=("large",)), leaf("Region/International")])
    small = tree_of([leaf("Region/US", regions=("US",), include_tags=("small",)), leaf("Region/International")])
    assert held(large, "SPY").value.tolist() == [[75, 25]]
    assert held(small, "SPY").value.tolist() == [[0, 25]]
    assert held(small, "SPY").unassigned_value.tolist() == [75]


def test_sectors_name_a_leaf_that_takes_them() -> None:
    found = held(SECTORS, "SPY", "SAP")
    assert found.value.tolist() == [[25, 12.5, 50], [0, 0, 100]]
    assert found.unassigned_value.tolist() == [12.5, 0]


def test_the_deepest_leaf_comes_first_and_then_the_first_by_path() -> None:
    both = ("ETF", "Stock")
    tree = tree_of(
        [
            leaf("Sleeve/A", allowed_types=both),
            leaf("Sleeve/B"),
            leaf("Sleeve/B/Z", allowed_types=both),
            leaf("Sleeve/B/Y", allowed_types=both),
        ]
    )
    assert [each.path for each in tree.leaves] == ["Sleeve/A", "Sleeve/B/Z", "Sleeve/B/Y"]
    assert held(tree, "SAP").value.tolist() == [[0, 0, 100]]


def test_cash_goes_to_the_cash_leaf_or_is_told_apart() -> None:
    assert held(CLASSES, CASH_CODE, mapped_to={CASH_CODE: [("AssetClass/Bonds", 1)]}).value.tolist() == [[0, 0, 100]]
    found = held(tree_of([leaf("Region/US")]), CASH_CODE, "SPY", CASH_CODE)
    assert (found.cash_value, found.value.tolist(), found.unassigned_value.tolist()) == (
        200.0,
        [[0], [75], [0]],
        [0, 25, 0],
    )


def test_nothing_held_and_no_buckets_are_fine() -> None:
    assert held(CLASSES).value.shape == (0, 3)
    found = held(tree_of([]), "SPY", "AGG")
    assert (found.value.shape, found.unassigned_value.tolist()) == ((2, 0), [100, 100])
    nothing = assigned(("SPY",), np.array([5.0]), tree=CLASSES, universe=universe(), mapped_to={})
    assert nothing.unassigned_value.tolist() == [5.0]


_VALUES = st.floats(-1e15, 1e15, allow_subnormal=True)
_LEAVES = st.sampled_from(["AssetClass/Bonds", "AssetClass/Equity", "region/us", "Region/US", "Sector/Energy", "Gone"])
_CODES = st.sampled_from([*"ABCDEFGHIJKL", CASH_CODE, "NEW"])


@given(
    mapped_frameworks(),
    universes(),
    st.lists(st.tuples(_CODES, _VALUES), max_size=8),
    st.dictionaries(_CODES, st.lists(st.tuples(_LEAVES, st.floats(0, 1)), max_size=4)),
)
@settings(max_examples=40, deadline=None)
def test_rows_sum_to_what_is_held_exactly(
    frame: Framework,
    products: Universe,
    holdings: list[tuple[str, float]],
    mapped_to: dict[str, list[tuple[str, float]]],
) -> None:
    codes = tuple(code for code, _ in holdings)
    values = np.array([value for _, value in holdings], dtype=np.float64)
    found = assigned(codes, values, tree=tree_of(frame.buckets), universe=products, mapped_to=mapped_to)
    assert found.value.shape == (len(codes), len(tree_of(frame.buckets).leaves))
    for code, value, row, rest in zip(codes, values, found.value, found.unassigned_value, strict=True):
        parts = [*row.tolist(), float(rest)]
        in_any_order = {sum(parts), sum(reversed(parts)), sum(sorted(parts)), math.fsum(parts)}
        assert in_any_order == {value} or (code == CASH_CODE and in_any_order == {0.0})
        assert all(part * value >= 0 for part in parts)


def test_no_order_of_adding_parts_rounds() -> None:
    values = np.random.default_rng(1).uniform(-1e6, 1e6, 5_000)
    funds = assigned(("MIX",) * len(values), values, tree=CLASSES, universe=PRODUCTS, mapped_to={})
    parts = np.column_stack([funds.value, funds.unassigned_value])
    for order in permutations(range(4)):
        total = np.zeros(len(values))
        for column in order:
            total += parts[:, column]
        assert (total == values).all()
