"""How far rows are to their edges."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.frameworks.reporting.portfolios import FRAMEWORKS, WITH_CASH, held_by, report_of
from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.framework import Rebalancing
from trimtab.domain.frameworks.reporting.heatmap import heatmap
from trimtab.domain.frameworks.reporting.report import allocation_report
from trimtab.domain.frameworks.tree import tree_of


def hot(ours, *values: float):
    return heatmap(
        allocation_report(tree_of(ours.buckets), ours, leaf_value=np.array(values), unassigned_value=0, cash_value=0)
    )


def test_1_is_the_edge_on_either_side():
    # World goes down to 0.17 only, and bonds up to 0.39.
    found = hot(WITH_CASH, 400, 170, 390, 40)
    assert found.path == tuple(each.path for each in WITH_CASH.buckets)
    assert found.label[0] == "Equity"
    assert found.level.tolist() == [1, 2, 2, 1, 1]
    assert found.drift == pytest.approx([-0.03, 0, -0.03, 0.04, -0.01])
    assert found.drift_of_band == pytest.approx([-0.6, 0, -1, 1, -0.2])
    assert set(found.status) == {"within"}


def test_without_a_band_there_is_no_way_to_its_edge():
    ours = framework(bucket("Region/US", "0.5"), bucket("Region/Asia", "0.5"), rebalancing=Rebalancing("Q", None, None))
    assert np.isnan(hot(ours, 1, 2).drift_of_band).all()
    none = framework(
        bucket("Region/US", "1"), bucket("Region/Asia", "0"), rebalancing=Rebalancing("Q", None, Decimal(5))
    )
    assert np.isnan(hot(none, 1, 1).drift_of_band).tolist() == [False, True]


@given(seed=st.integers(0, 2**32 - 1), ours=st.sampled_from(FRAMEWORKS))
def test_more_than_1_is_out_of_the_band(seed, ours):
    found = heatmap(report_of(ours, held_by(seed, ours)))
    way = found.drift_of_band
    known = ~np.isnan(way)
    out = np.array([status != "within" for status in found.status])
    assert (out == (np.abs(way) > 1 + 1e-9))[known].all()
