import numpy as np
import pytest

from trimtab.domain.factors.student import critical_correlation, critical_t, significance

# From any table of the t distribution, two-sided 5 %.
TABLE = {
    1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 6: 2.4469, 7: 2.3646, 8: 2.3060, 9: 2.2622, 10: 2.2281,
    15: 2.1314, 20: 2.0860, 30: 2.0423, 40: 2.0211, 60: 2.0003, 120: 1.9799,
}  # fmt: skip
# Made with scipy 1.17.1: scipy.stats.t.ppf(0.975, degrees).
EXACT = {5: 2.5705818356363146, 8: 2.306004135204166, 10: 2.228138851986274, 20: 2.085963447265864,
         30: 2.0422724563012378, 58: 2.0017174841452356}  # fmt: skip


@pytest.mark.parametrize(("degrees", "wanted"), TABLE.items())
def test_the_points_are_those_of_the_table(degrees: int, wanted: float) -> None:
    assert critical_t(degrees) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize(("degrees", "error"), [(5, 4e-5), (8, 3e-6), (10, 1e-6), (30, 1e-9), (58, 1e-9)])
def test_the_points_are_as_accurate_as_is_said(degrees: int, error: float) -> None:
    assert critical_t(degrees) == pytest.approx(EXACT[degrees], abs=error)


def test_with_twice_the_degrees_a_64th_of_the_error_is_left():
    # The first term that the expansion leaves out has the sixth power.
    errors = [critical_t(degrees) - EXACT[degrees] for degrees in (10, 20)]
    assert errors[0] / errors[1] == pytest.approx(64, abs=2)


def test_arrays_keep_their_shape_and_what_has_no_degrees_has_no_point():
    found = critical_t(np.array([[4, 0], [-1, 10]]))
    assert np.isnan(found[[0, 1], [1, 0]]).all()
    assert found[[0, 1], [0, 1]] == pytest.approx([TABLE[4], TABLE[10]], abs=1e-4)
    assert isinstance(critical_t(4), float)


def test_the_points_fall_towards_that_of_the_normal_distribution():
    points = critical_t(np.arange(1, 5_000))
    assert (np.diff(points) < 0).all()
    assert points[-1] == pytest.approx(1.959964, abs=1e-3)


def test_a_correlation_is_far_from_zero_or_not():
    # 60 months: t = 0.25 sqrt(58 / 0.9375) = 1.966, below 2.0017; 0.26 gives 2.051.
    t_stat, far = significance(np.array([0.25, -0.26]), np.array([60, 60]))
    assert t_stat == pytest.approx([0.25 * (58 / (1 - 0.0625)) ** 0.5, -0.26 * (58 / (1 - 0.0676)) ** 0.5])
    assert far.tolist() == [False, True]


def test_what_lies_on_a_line_has_no_finite_t_and_is_far_all_the_same():
    t_stat, far = significance(np.array([1.0, -1.0, 1 - 1e-15, 1.0]), np.array([60, 3, 24, 2]))
    assert np.isnan(t_stat).all()
    assert far.tolist() == [True, True, True, False]


def test_what_has_no_correlation_is_not_far_from_zero():
    t_stat, far = significance(np.array([np.nan, 0.5]), np.array([60, 1]))
    assert np.isnan(t_stat[0])
    assert far.tolist() == [False, False]


@pytest.mark.parametrize(("n", "wanted"), [(3, 0.9969), (5, 0.8783), (12, 0.5760), (32, 0.3494), (62, 0.2500)])
def test_the_smallest_correlation_that_counts_is_that_of_the_table(n: int, wanted: float) -> None:
    # From any table of critical values of Pearson's correlation, two-sided 5 %.
    assert critical_correlation(n) == pytest.approx(wanted, abs=1e-4)


def test_on_two_observations_no_correlation_counts():
    assert critical_correlation(2) == 1.0


@pytest.mark.parametrize("n", [24, 60, 120])
def test_a_correlation_counts_from_there_on_and_not_below(n: int) -> None:
    edge = critical_correlation(n)
    _, far = significance(np.array([edge * 1.000001, edge * 0.999999]), np.array([n, n]))
    assert far.tolist() == [True, False]
