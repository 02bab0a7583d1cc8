"""Buckets form a tree by their paths, whatever the order they are given in."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests.domain.frameworks.trees import bucket, paths
from trimtab.domain.frameworks.tree import NO_PARENT, tree_of

MIXED = tree_of(
    [
        bucket("AssetClass/Equity/US", "0.4"),
        bucket("AssetClass/Bonds", "0.4"),
        bucket("AssetClass/Equity", "0.6"),
        bucket("assetclass/equity/EM", "0.2"),
    ]
)


def test_a_parent_stands_before_its_children_and_siblings_as_they_were_given() -> None:
    assert [each.label for each in MIXED.buckets] == ["Bonds", "Equity", "US", "EM"]
    assert MIXED.given.tolist() == [1, 2, 0, 3]
    assert MIXED.parent.tolist() == [NO_PARENT, NO_PARENT, 1, 1]
    assert MIXED.depth.tolist() == [1, 1, 2, 2]


def test_leaves_have_nothing_below_and_tops_are_right_below_the_dimension() -> None:
    assert [each.label for each in MIXED.leaves] == ["Bonds", "US", "EM"]
    assert [each.label for each in MIXED.tops] == ["Bonds", "Equity"]
    assert MIXED.target_weights.tolist() == [0.4, 0.6, 0.4, 0.2]
    assert [(parent, [each.label for each in below]) for parent, below in MIXED.families()] == [(1, ["US", "EM"])]


def test_what_leaves_hold_is_rolled_up_for_one_portfolio_and_for_many() -> None:
    held = np.array([[0.5, 9.0, 0.3, 0.2], [0.25, 9.0, 0.5, 0.25]])
    assert MIXED.rolled_up(held).tolist() == [[0.5, 0.5, 0.3, 0.2], [0.25, 0.75, 0.5, 0.25]]
    assert MIXED.rolled_up(held[0]).tolist() == [0.5, 0.5, 0.3, 0.2]


def test_a_bucket_of_the_dimension_itself_holds_all() -> None:
    tree = tree_of([bucket("Region/US", "0.7"), bucket("Region", "1"), bucket("Region/EM", "0.3")])
    assert tree.depth.tolist() == [0, 1, 1]
    assert tree.rolled_up(np.array([0.0, 0.7, 0.3])).tolist() == [1.0, 0.7, 0.3]


def test_of_two_with_one_path_the_first_is_the_parent() -> None:
    tree = tree_of([bucket("Sleeve/Core/A", "1"), bucket("Sleeve/CORE", "1"), bucket("Sleeve/Core", "1")])
    assert [each.path for each in tree.buckets] == ["Sleeve/CORE", "Sleeve/Core/A", "Sleeve/Core"]
    assert tree.first.tolist() == [0, 1, 0]
    assert tree.leaf.tolist() == [False, True, False]


def test_no_buckets_and_paths_that_are_none_make_a_tree_too() -> None:
    empty = tree_of([])
    assert (empty.buckets, empty.dimension, empty.tops, list(empty.families())) == ((), None, (), [])
    assert empty.rolled_up(np.empty(0)).size == 0
    assert tree_of([bucket("/", "1"), bucket("", "1")]).parent.tolist() == [NO_PARENT, 0]
    assert tree_of([bucket("Moon/A", "1"), bucket("region/A", "1")]).dimension == "Region"


@given(paths())
@settings(max_examples=40)
def test_every_bucket_stands_once_behind_its_parent_and_next_to_its_family(given_paths: tuple[str, ...]) -> None:
    tree = tree_of([bucket(path, "0") for path in given_paths])
    assert sorted(tree.given.tolist()) == list(range(len(given_paths)))
    assert [each.path for each in tree.buckets] == [given_paths[position] for position in tree.given]
    for position, each in enumerate(tree.buckets):
        above = each.path.rpartition("/")[0]
        parent = tree.parent[position]
        assert parent < position
        assert (above in given_paths) == (parent != NO_PARENT)
        assert parent == NO_PARENT or tree.buckets[parent].path == above
    assert sum(len(below) for _, below in tree.families()) == int((tree.parent != NO_PARENT).sum())
    # Without orphans what the tops hold is all that leaves hold.
    total = tree.rolled_up(np.ones(len(given_paths)))
    assert total[tree.parent == NO_PARENT].sum() == pytest.approx(int(tree.leaf.sum()))
