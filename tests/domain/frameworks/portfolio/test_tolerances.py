"""A position may be as far from its weight as its part of the leaf's band."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.domain.frameworks.trees import bucket
from trimtab.domain.frameworks.framework import Rebalancing
from trimtab.domain.frameworks.portfolio.choosing import Choice
from trimtab.domain.frameworks.portfolio.tolerances import LEFT_BY_LOTS, tolerances

LEAVES = (bucket("Sector/A", "0.6"), bucket("Sector/B", "0.3 0.28 0.5"), bucket("Sector/C", "0.1 - 0.11"))
CHOICES = [Choice(leaf, 0, "P", 0.5, Fraction(1)) for leaf in (0, 0, 1, 2)]
WEIGHTS = [Decimal(text) for text in ("0.4", "0.2", "0.3", "0.1")]


def of(rebalancing: Rebalancing) -> list[float]:
    return tolerances(CHOICES, WEIGHTS, leaves=LEAVES, rebalancing=rebalancing).tolist()


def test_the_leaf_s_half_width_is_split_by_weight_and_cut_by_minimum_and_maximum() -> None:
    assert of(Rebalancing()) == pytest.approx([0.05 * 2 / 3, 0.05 / 3, 0.02, 0.01])
    both = Rebalancing(absolute_band_bps=500, relative_band_pct=Decimal(5))
    assert of(both) == pytest.approx([0.02, 0.01, 0.015, 0.005])


def test_without_a_band_only_minimum_and_maximum_count_and_else_what_lots_may_leave() -> None:
    assert of(Rebalancing(absolute_band_bps=None)) == pytest.approx([LEFT_BY_LOTS, LEFT_BY_LOTS, 0.02, 0.01])


def test_without_a_band_no_position_is_left_out_for_being_small() -> None:
    free, small = Rebalancing("Q", None), [Decimal("0.592"), Decimal("0.008"), Decimal("0.3"), Decimal(0)]
    leaves = (*LEAVES[:2], bucket("Sector/C", "0.1"))
    found = tolerances(CHOICES, small, leaves=leaves, rebalancing=free).tolist()
    assert found == pytest.approx([0.005, 0.004, 0.02, 0])


def test_products_without_weight_share_a_band_alike_and_no_products_have_none() -> None:
    nothing = tolerances(CHOICES[:2], [Decimal(0)] * 2, leaves=LEAVES, rebalancing=Rebalancing())
    assert nothing.tolist() == pytest.approx([0.025, 0.025])
    assert tolerances([], [], leaves=LEAVES, rebalancing=Rebalancing()).tolist() == []
