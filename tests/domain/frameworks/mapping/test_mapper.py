"""Every leaf gets its best products, in an order that can be explained."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.mapping.slow_mapping import SlowProduct, is_cash, slow_missing, slow_parts, verdicts
from tests.domain.frameworks.mapping.universes import (
    AS_OF,
    Product,
    filters,
    leaf,
    mapped_frameworks,
    universe,
    universes,
)
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.mapping import Filters, LeafMapping, map_products
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.tree import tree_of

WEIGHTS = {"liquidity": 0.25, "cost": 0.2, "fit": 0.2, "history": 0.15, "tracking": 0.1, "data_health": 0.1}


def only_leaf(bucket: Bucket, products: Universe, **asked) -> LeafMapping:
    return map_products(Framework("Ours", (bucket,)), products, as_of=AS_OF, **asked).leaves[0]


def test_equal_scores_stand_by_code_and_those_beyond_the_number_are_left_out() -> None:
    alike = universe(*[Product(code) for code in "HBDAGCFE"], Product("Z", expense_ratio_pct=0.5))
    found = only_leaf(leaf("Region/US"), alike, per_bucket=3)
    assert [each.code for each in found.products] == ["A", "B", "C"]
    assert found.candidates == 9
    assert [each.score for each in found.products] == [1.0, 1.0, 1.0]
    assert [each.row for each in found.products] == [0, 1, 2]


def test_a_global_fund_fits_a_region_by_as_much_as_lies_there() -> None:
    lies = (("WORLD", "Region", "US", 0.6), ("WORLD", "Region", "Emerging", 0.4))
    products = universe(Product("WORLD", region="Global"), Product("USA"), lies=lies)
    frame = Framework("Ours", (leaf("Region/US", regions=("us",)), leaf("Region/World", regions=("Global",))))
    us, world = map_products(frame, products, as_of=AS_OF).leaves
    assert [(each.code, each.share, each.parts.fit) for each in us.products] == [("USA", 1, 1), ("WORLD", 0.6, 0.6)]
    assert us.products[1].score == pytest.approx(1 - 0.2 * 0.4)
    assert [(each.code, each.share) for each in world.products] == [("WORLD", 1)]


def test_the_asset_class_cash_is_held_as_cash_and_lacks_nothing() -> None:
    frame = Framework("Ours", (leaf("AssetClass/Liquidity", "0.1", label="Cash"), leaf("AssetClass/Equity", "0.9")))
    cash, equity = map_products(frame, universe(Product("A", asset_class="Cash")), as_of=AS_OF).leaves
    assert (cash.cash, cash.candidates, cash.products, cash.gaps, cash.health.score) == (True, 0, (), (), 1.0)
    assert (equity.cash, equity.products) == (False, ())
    elsewhere = Framework("Ours", (leaf("Region/Cash"),))
    assert not map_products(elsewhere, universe(), as_of=AS_OF).leaves[0].cash


def test_no_buckets_have_no_leaves_and_leaves_stand_in_the_order_of_the_tree() -> None:
    assert map_products(Framework("Ours", ()), universe(), as_of=AS_OF).leaves == ()
    frame = Framework("Ours", (leaf("Region/A/B"), leaf("Region/C"), leaf("Region/A")))
    mapped = map_products(frame, universe(), as_of=AS_OF)
    assert [each.path for each in mapped.leaves] == ["Region/C", "Region/A/B"]


def test_what_is_not_known_gives_no_part_of_a_score() -> None:
    nan = float("nan")
    unknown = Product(
        "A", adv_value=nan, expense_ratio_pct=nan, history_months=nan, tracking_error_pct=nan, price_date=None,
        price=nan, aum_value=nan, currency="", exchange="", issuer="",
    )  # fmt: skip
    fund = only_leaf(leaf("Region/US"), universe(unknown)).products[0]
    assert asdict(fund.parts) == dict.fromkeys(WEIGHTS, 0.0) | {"fit": 1.0}
    stock = only_leaf(leaf("Region/US"), universe(replace(unknown, type="Stock"))).products[0]
    assert (stock.parts.cost, stock.parts.tracking, stock.parts.liquidity) == (1.0, 1.0, 0.0)


@given(mapped_frameworks(), universes(), filters(), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_plain_mapping_product_by_product_says_the_same(
    frame: Framework, products: Universe, asked: Filters, per_bucket: int
) -> None:
    mapped = map_products(frame, products, as_of=AS_OF, filters=asked, per_bucket=per_bucket)
    over_classes = mapped.tree.dimension == "AssetClass"
    cash = next((each for each in tree_of(frame.buckets).leaves if over_classes and is_cash(each)), None)
    assert [each.path for each in mapped.leaves] == [each.path for each in mapped.tree.leaves]
    for bucket, found in zip(mapped.tree.leaves, mapped.leaves, strict=True):
        if found.cash:
            assert bucket == cash
            cash = None
        else:
            _same(found, bucket, frame, products, asked, per_bucket)
    assert cash is None


def _same(found, bucket, frame, products, asked, per_bucket) -> None:
    every = [SlowProduct(products, row) for row in range(len(products.products))]
    judged = [(each, verdicts(bucket, each, framework=frame, filters=asked)) for each in every]
    left = [(each, said) for each, said in judged if all(one.met for one in said)]
    assert found.candidates == len(left)
    parts = {each.row: slow_parts(each, said, as_of=AS_OF) for each, said in left}
    score = {row: round(sum(WEIGHTS[name] * value for name, value in of.items()), 9) for row, of in parts.items()}
    best = sorted(score, key=lambda row: (-score[row], row))[:per_bucket]
    assert [each.row for each in found.products] == best
    shares = {each.row: _product(one.share for one in said if one.share is not None) for each, said in left}
    for each in found.products:
        assert each.code == products.products.code[each.row]
        assert asdict(each.parts) == pytest.approx(parts[each.row])
        assert each.score == pytest.approx(score[each.row], abs=2e-9)
        assert each.share == pytest.approx(shares[each.row])
    missing = {every[row].text("code").upper(): tuple(slow_missing(every[row])) for row in best}
    assert dict(found.health.missing_fields) == {code: fields for code, fields in missing.items() if fields}
    _same_gaps(found, judged, per_bucket)


def _product(shares) -> float:
    total = 1.0
    for share in shares:
        total *= share
    return total


def _same_gaps(found: LeafMapping, judged, per_bucket: int) -> None:
    if len(found.products) >= per_bucket:
        assert found.gaps == ()
        return
    lost: dict[tuple[int, str], int] = {}
    for _, said in judged:
        at = next((at for at, one in enumerate(said) if not one.met), None)
        if at is not None:
            lost[at, said[at].rule] = lost.get((at, said[at].rule), 0) + 1
    told = [(gap.rule, gap.lost) for gap in found.gaps if gap.rule != "products"]
    assert told == [(rule, count) for (_, rule), count in sorted(lost.items())]
    assert len(judged) - sum(gap.lost for gap in found.gaps) == found.candidates
