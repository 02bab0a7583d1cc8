"""A leaf is called by the parts of its path, its label, and what means the same."""

import pytest

from tests.domain.frameworks.mapping.universes import leaf
from trimtab.domain.frameworks.mapping.naming import cash_leaf, dimension_of, words_of_path
from trimtab.domain.frameworks.tree import tree_of


def test_parts_are_called_as_they_are_and_the_last_one_by_the_label_too() -> None:
    assert words_of_path(leaf("AssetClass/Bonds/US", label="America")) == (
        frozenset({"bonds", "fixed income"}),
        frozenset({"us", "america"}),
    )
    assert words_of_path(leaf("Region", label="US")) == (frozenset({"us"}),)


def test_the_dimension_is_that_of_the_path() -> None:
    assert [dimension_of(leaf(path)) for path in ("sleeve/A", "Sector", "Moon/A")] == ["Sleeve", "Sector", None]


@pytest.mark.parametrize(
    ("paths", "position"),
    [
        (["AssetClass/Bonds", "AssetClass/CASH"], 1),
        (["AssetClass/Cash", "AssetClass/Cash/Bills"], None),
        (["AssetClass/Bonds/Cash", "AssetClass/Bonds"], None),
        (["Sleeve/Cash"], None),
        ([], None),
    ],
)
def test_cash_is_a_leaf_right_below_asset_classes(paths: list[str], position: int | None) -> None:
    assert cash_leaf(tree_of([leaf(path) for path in paths])) == position
