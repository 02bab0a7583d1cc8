"""The buckets of a framework as they are shown: in the order of the tree, with the edges they are held to."""

from decimal import Decimal

import pytest

from trimtab.cli.framework_tree import rules_said, tree_rows
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Framework, Rebalancing


def bucket(path: str, target: str, *, min_weight: str | None = None, max_weight: str | None = None) -> Bucket:
    least, most = (None if each is None else Decimal(each) for each in (min_weight, max_weight))
    return Bucket(path, path[-1], Decimal(target), least, most)


def test_children_stand_below_their_parent_and_edges_are_cut_by_minimum_and_maximum() -> None:
    buckets = (
        bucket("AssetClass/E/U", "0.6"),
        bucket("AssetClass/B", "0.04", min_weight="0.03"),
        bucket("AssetClass/E", "0.96", max_weight="0.97"),
        bucket("AssetClass/E/X", "0.36"),
    )
    rows = tree_rows(Framework("F", buckets, rebalancing=Rebalancing(absolute_band_bps=500)))
    assert [row[0] for row in rows] == ["AssetClass/B", "AssetClass/E", "AssetClass/E/U", "AssetClass/E/X"]
    assert rows[0][2:7] == (4.0, 3.0, None, 3.0, pytest.approx(9.0))
    assert rows[1][2:7] == (96.0, None, 97.0, pytest.approx(91.0), 97.0)


def test_the_narrower_band_counts_and_without_one_there_is_no_edge() -> None:
    buckets = (bucket("AssetClass/A", "0.1"), bucket("AssetClass/B", "0.9"))
    both = Rebalancing(absolute_band_bps=500, relative_band_pct=Decimal(25))
    rows = tree_rows(Framework("F", buckets, rebalancing=both))
    assert rows[0][5:7] == (pytest.approx(7.5), pytest.approx(12.5))
    assert rows[1][5:7] == (pytest.approx(85), pytest.approx(95))
    none = tree_rows(Framework("F", buckets, rebalancing=Rebalancing(absolute_band_bps=None)))
    assert none[0][5:7] == (None, None)
    assert tree_rows(Framework("F", ())) == []


def test_rules_are_said_in_words_and_long_lists_are_cut() -> None:
    rules = BucketRules(
        include_tags=("a",), allowed_types=("ETF",), min_adv_value=Decimal(1000000), sectors=("1", "2", "3", "4", "5")
    )
    assert rules_said(rules) == "tags a; types ETF; at least 1,000,000 traded a day; sectors 1, 2, 3, 4, 1 more"
    assert rules_said(BucketRules()) == ""
