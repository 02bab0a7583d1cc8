"""The rows of reports, their targets and their bands."""

from decimal import Decimal

import numpy as np
import pytest

from tests.domain.frameworks.reporting.portfolios import DEEP, FRAMEWORKS, INEXACT, REGIONS, WITH_CASH
from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.bands import WITHIN, sides
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.framework import Constraint
from trimtab.domain.frameworks.reporting.aims import aims_of, cash_target
from trimtab.domain.frameworks.tree import tree_of


def aims(ours, *, total_value: float = 1000.0):
    return aims_of(tree_of(ours.buckets), ours, total_value=total_value)


def test_rows_are_the_buckets_then_what_is_beside_them():
    found = aims(WITH_CASH)
    assert found.path[-3:] == ("AssetClass/Cash", "Unassigned", "Cash")
    assert found.label[1:3] == ("US", "World")
    assert found.level.tolist() == [1, 2, 2, 1, 1, 1, 1]
    assert found.part.tolist() == [False, True, True, True, True, True, True]
    assert found.place_paths[-1] == "Unassigned"
    assert (found.cash, found.cash_leaf) == (4, True)
    assert found.bands.target.tolist() == [0.6, 0.4, 0.2, 0.35, 0.05, 0, 0]
    assert found.bands.low[:4] == pytest.approx([0.55, 0.35, 0.17, 0.3])
    assert found.bands.high[:4] == pytest.approx([0.65, 0.45, 0.25, 0.39])


def test_without_a_cash_leaf_the_least_cash_is_kept_and_the_rest_scaled():
    found = aims(REGIONS)
    assert (found.cash, found.cash_leaf) == (4, False)
    assert found.bands.target == pytest.approx([0.45, 0.27, 0.18, 0, 0.1])


@pytest.mark.parametrize("ours", FRAMEWORKS)
def test_targets_sum_to_1_and_are_within_their_bands(ours):
    assert validate(ours).valid
    found = aims(ours)
    assert found.bands.target[found.part].sum() == pytest.approx(1, abs=1e-12)
    assert (sides(found.bands.target, found.bands) == WITHIN).all()


def test_a_target_that_is_scaled_past_its_maximum_is_the_edge():
    assert aims(INEXACT).bands.high[2] == aims(INEXACT).bands.target[2] > 0.3333


def test_a_relative_band_is_of_the_rows_own_target_and_none_of_0():
    bands = aims(DEEP).bands
    assert bands.high - bands.target == pytest.approx([*(0.1 * bands.target[:4]), np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("value", "unit", "kept"),
    [("250", "dollars", "0.25"), ("5000", "dollars", "1"), ("300", "bps", "0.03"), (None, "dollars", "0")],
)
def test_the_least_cash_may_be_money_or_basis_points(value, unit, kept):
    least = Constraint("min_cash", None if value is None else Decimal(value), unit)
    ours = framework(bucket("Region/US", "1"), constraints=(Constraint("max_products", Decimal(3)), least))
    assert cash_target(tree_of(ours.buckets), ours, total_value=1000.0) == Decimal(kept)


@pytest.mark.parametrize("more", [(), (bucket("AssetClass/Cash/Dollars", "0.05"),)])
def test_no_cash_is_kept_beside_a_bucket_of_cash(more):
    least = Constraint("min_cash", Decimal("0.02"), "percentage")
    ours = framework(*WITH_CASH.buckets, *more, constraints=(least,))
    assert cash_target(tree_of(ours.buckets), ours, total_value=1.0) == 0
    assert aims(ours).cash_leaf == (not more)


def test_figures_of_parts_are_rolled_up():
    found = aims(REGIONS)
    assert found.rolled_up(np.arange(5.0)).tolist() == [0, 1, 2, 3, 4]
    found = aims(WITH_CASH)
    assert found.rolled_up(np.array([9.0, 1, 2, 3, 4, 5, 0])).tolist() == [3, 1, 2, 3, 4, 5, 0]
    rows = found.rows_of(np.array([[1.0, 2, 3, 4]]), unassigned=np.array([5.0]), cash=np.array([6.0]))
    assert rows.tolist() == [[3, 1, 2, 3, 10, 5, 0]]
