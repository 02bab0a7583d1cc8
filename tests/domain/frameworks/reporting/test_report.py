"""Reports by hand, and what holds of any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.frameworks.reporting.portfolios import FRAMEWORKS, REGIONS, WITH_CASH, held_by, report_of
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.reporting.report import Allocation, allocation_report
from trimtab.domain.frameworks.tree import tree_of


def report(ours, *leaf_value: float, unassigned: float = 0.0, cash: float = 0.0, due: bool = False) -> Allocation:
    return allocation_report(
        tree_of(ours.buckets), ours, leaf_value=np.array(leaf_value), unassigned_value=unassigned, cash_value=cash,
        cadence_due=due,
    )  # fmt: skip


def test_every_row_is_held_against_its_own_band():
    found = report(WITH_CASH, 440, 220, 250, 90)
    assert found.actual.tolist() == [0.66, 0.44, 0.22, 0.25, 0.09, 0, 0]
    assert found.drift == pytest.approx([0.06, 0.04, 0.02, -0.1, 0.04, 0, 0])
    assert found.drift_pct == pytest.approx([10, 10, 10, -100 / 3.5, 80, np.nan, np.nan], nan_ok=True)
    # The leaves of equity are within, and equity isn't.
    assert found.status[:5] == ("over", "within", "within", "under", "within")
    assert (found.out_of_band, found.reason, found.rebalance_needed) == (2, "band", True)
    assert found.total_drift == pytest.approx(0.1)
    assert found.shown.tolist() == [True] * 5 + [False, False]


def test_the_edge_of_a_band_is_inside():
    found = report(WITH_CASH, 425, 225, 300, 50)
    assert set(found.status) == {"within"}
    assert (found.reason, found.rebalance_needed) == ("none", False)


def test_minimum_and_maximum_always_count():
    assert report(WITH_CASH, 400, 160, 395, 45).status == (
        "within", "within", "under", "over", "within", "within", "within"
    )  # fmt: skip


def test_the_cadence_asks_too():
    assert report(WITH_CASH, 400, 200, 350, 50, due=True).reason == "cadence"
    assert report(WITH_CASH, 1, 0, 0, 0, due=True).reason == "both"


def test_cash_lies_in_its_leaf_and_beside_the_leaves_without_one():
    assert report(WITH_CASH, 400, 200, 350, 0, cash=50).total_drift == pytest.approx(0)
    found = report(REGIONS, 450, 270, 180, cash=100)
    assert found.total_drift == pytest.approx(0)
    assert found.shown.tolist() == [True, True, True, False, True]


def test_what_belongs_to_no_leaf_has_a_target_of_0():
    found = report(REGIONS, 400, 270, 150, unassigned=90, cash=90)
    assert found.status[3] == "over"
    assert found.total_drift == pytest.approx(0.09)
    assert found.shown.all()


@pytest.mark.parametrize("value", [0.0, -5.0, np.nan, np.inf])
def test_nothing_is_a_part_of_nothing(value):
    with pytest.raises(InvalidInput, match="weights are parts of more than 0") as refused:
        report(REGIONS, value, 0, 0)
    assert refused.value.field == "holdings"


@given(seed=st.integers(0, 2**32 - 1), ours=st.sampled_from(FRAMEWORKS))
def test_drifts_sum_to_0_and_parts_to_the_whole(seed, ours):
    found = report_of(ours, held_by(seed, ours))
    part = found.aims.part
    assert found.drift[part].sum() == pytest.approx(0, abs=1e-12)
    assert found.value[part].sum() == pytest.approx(found.total_value)
    assert found.total_drift == pytest.approx(found.drift[part].clip(min=0).sum(), abs=1e-12)
