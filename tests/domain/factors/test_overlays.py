import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trimtab.domain.factors.overlays import sensitivities

NONE = np.nan
SOME = st.one_of(st.just(NONE), st.integers(-60, 60).map(lambda percent: percent / 100))


def test_a_bond_loses_what_its_duration_says():
    # Loses 5 % for a rise of one point, exactly; of the four months three have both.
    changes = np.array([[0.2], [-0.1], [NONE], [0.5]])
    found = sensitivities(-0.05 * changes + np.array([[0], [0], [0.7], [0]]), changes)
    assert found.correlation.item() == pytest.approx(-1, rel=1e-14)
    assert found.slope.item() == pytest.approx(-0.05, rel=1e-14)
    assert found.n_months.tolist() == [[3]]


def test_two_months_say_nothing():
    found = sensitivities(np.array([[0.1], [0.2], [NONE]]), np.array([[0.1], [0.3], [0.4]]))
    assert np.isnan([found.correlation, found.slope]).all()
    assert found.n_months.tolist() == [[2]]


def test_what_does_not_vary_has_no_correlation():
    values = np.array([[0.1, 0.1], [0.2, 0.1], [0.4, 0.1]])
    still, moving = np.full((3, 1), 0.3), values[:, :1]
    assert np.isnan([*sensitivities(values, still).correlation, *sensitivities(values, still).slope]).all()
    assert np.isnan(sensitivities(values, moving).correlation[1, 0])
    assert sensitivities(values, moving).slope[1, 0] == 0


@given(
    arrays(np.float64, st.tuples(st.just(14), st.integers(1, 5)), elements=SOME),
    arrays(np.float64, (14, 4), elements=SOME),
)
def test_overlays_are_those_of_pandas_pair_by_pair(values, factors):
    found = sensitivities(values, factors)
    for row in range(values.shape[1]):
        for column in range(4):
            both = pd.DataFrame({"r": values[:, row], "f": factors[:, column]}).dropna()
            assert found.n_months[row, column] == len(both)
            if len(both) >= 3 and both.f.nunique() > 1:
                slope = both.r.cov(both.f) / both.f.var()
                assert found.slope[row, column] == pytest.approx(slope, abs=1e-12, rel=1e-12)
            else:
                assert np.isnan(found.slope[row, column])
            if len(both) >= 3 and both.f.nunique() > 1 and both.r.nunique() > 1:
                assert found.correlation[row, column] == pytest.approx(both.r.corr(both.f), abs=1e-12)
                assert abs(found.correlation[row, column]) <= 1
            else:
                assert np.isnan(found.correlation[row, column])
