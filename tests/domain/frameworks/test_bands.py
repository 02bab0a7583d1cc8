"""Bands by hand, and what holds of any way back into them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.domain.frameworks.bands import (
    EDGE,
    OVER,
    UNDER,
    WITHIN,
    Bands,
    bands_of,
    drift,
    drift_pct,
    half_widths,
    out_of_band,
    rebalanced,
    sides,
    total_drift,
)
from trimtab.domain.frameworks.methods import Aim

NONE = np.nan


def column(*figures: float) -> np.ndarray:
    return np.array(figures)


def band(target: np.ndarray, **given: float) -> Bands:
    return bands_of(target, half_width=half_widths(target, **given))


def test_of_the_5_25_rule_the_smaller_counts():
    # A quarter of 60 % is 15 %, of 20 % just 5 %, of 8 % it is 2 %.
    target = column(0.6, 0.2, 0.08, 0.0)
    widths = half_widths(target, absolute_band_bps=500, relative_band_pct=25)
    assert widths == pytest.approx(column(0.05, 0.05, 0.02, 0.05))


def test_a_target_of_0_has_no_relative_band():
    assert half_widths(column(0.5, 0.0), relative_band_pct=25) == pytest.approx(column(0.125, NONE), nan_ok=True)
    assert np.isnan(half_widths(column(0.5, 0.0))).all()


def test_the_edge_is_inside():
    bands = band(column(0.6, 0.4), absolute_band_bps=500)
    found = sides(np.array([[0.65, 0.35], [0.65 + 0.9 * EDGE, 0.35], [0.65 + 5e-12, 0.35 - 5e-12], [0.5, 0.5]]), bands)
    assert found.tolist() == [[WITHIN, WITHIN], [WITHIN, WITHIN], [OVER, UNDER], [UNDER, OVER]]


def test_the_least_and_the_largest_weight_always_count():
    target = column(0.6, 0.3, 0.1)
    cut = bands_of(
        target,
        half_width=half_widths(target, absolute_band_bps=500),
        min_weight=column(0.58, NONE, 0.0),
        max_weight=column(NONE, 0.31, 1.0),
    )
    assert sides(column(0.57, 0.32, 0.11), cut).tolist() == [UNDER, OVER, WITHIN]
    alone = bands_of(target, half_width=half_widths(target), min_weight=column(0.5, NONE, NONE))
    assert alone.has_edges
    assert sides(column(0.49, 0.5, 0.01), alone).tolist() == [UNDER, WITHIN, WITHIN]


def test_without_any_band_everything_is_within():
    free = band(column(0.6, 0.4))
    assert not free.has_edges
    assert sides(column(0.0, 1.0), free).tolist() == [WITHIN, WITHIN]


def test_each_portfolio_may_have_bands_of_its_own():
    targets = np.array([[0.6, 0.4], [0.9, 0.1]])
    found = sides(np.array([[0.7, 0.3], [0.86, 0.14]]), band(targets, absolute_band_bps=500, relative_band_pct=25))
    assert found.tolist() == [[OVER, UNDER], [WITHIN, OVER]]


def test_values_are_judged_as_parts_of_their_whole():
    bands = band(column(0.6, 0.4), absolute_band_bps=500)
    values = np.array([[65.0, 35.0], [66.0, 34.0], [56.0, 35.0]])
    # In the last row 9 are cash.
    assert out_of_band(values, column(100, 100, 100), bands=bands).tolist() == [False, True, False]


def test_drift_is_told_in_points_and_in_percent_of_the_target():
    actual, target = column(0.66, 0.32, 0.02), column(0.6, 0.4, 0.0)
    assert drift(actual, target) == pytest.approx(column(0.06, -0.08, 0.02))
    assert drift_pct(actual, target) == pytest.approx(column(10, -20, NONE), nan_ok=True)


def test_total_drift_is_what_stands_in_the_wrong_place():
    found = total_drift(np.array([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1]]), column(0.5, 0.4, 0.1))
    assert found == pytest.approx(column(0.2, 0.0))


def test_to_the_target_everything_goes_to_its_target():
    bands = band(column(0.6, 0.4), absolute_band_bps=500)
    assert rebalanced(np.array([[0.7, 0.3], [0.6, 0.4]]), bands).tolist() == [[0.6, 0.4], [0.6, 0.4]]


def test_to_the_edge_only_what_is_out_and_what_takes_it_up_moves():
    # A sells 3 to its edge of 55; C and D lack 2 and 6, and B is above its target.
    bands = band(column(0.5, 0.2, 0.2, 0.1), absolute_band_bps=500)
    actual = column(0.58, 0.23, 0.18, 0.01)
    # D buys 4 to its own edge of 5: one is lacking, which B and A have to give, as they are 3 and 5 above.
    found = rebalanced(actual, bands, to="band_edge")
    assert found == pytest.approx(column(0.55 - 0.01 * 5 / 8, 0.23 - 0.01 * 3 / 8, 0.18, 0.05), abs=1e-15)


def test_what_is_freed_goes_to_those_below_their_targets_by_how_far():
    bands = band(column(0.5, 0.3, 0.2), absolute_band_bps=500)
    found = rebalanced(column(0.57, 0.27, 0.16), bands, to="band_edge")
    assert found == pytest.approx(column(0.55, 0.27 + 0.02 * 3 / 7, 0.16 + 0.02 * 4 / 7), abs=1e-15)


def test_to_half_of_the_band_it_goes_midway_to_the_edge_that_counts():
    bands = band(column(0.6, 0.4), absolute_band_bps=500)
    assert rebalanced(column(0.7, 0.3), bands, to="half_band") == pytest.approx(column(0.625, 0.375))
    target = column(0.6, 0.4)
    cut = bands_of(target, half_width=column(0.05, 0.05), max_weight=column(0.62, NONE))
    assert rebalanced(column(0.63, 0.37), cut, to="half_band") == pytest.approx(column(0.61, 0.39))


@pytest.mark.parametrize("to", ["band_edge", "half_band"])
def test_what_is_within_stays_as_it_is(to: Aim):
    # Their sum is 1 but for rounding, which nobody trades.
    actual = column(0.7, 0.2, 0.1)
    assert actual.sum() != 1
    bands = band(column(0.66, 0.23, 0.11), absolute_band_bps=500)
    assert rebalanced(actual, bands, to=to).tolist() == actual.tolist()


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 9), to=st.sampled_from(["band_edge", "half_band"]))
def test_any_way_back_ends_within_and_trades_no_more_than_it_has_to(*, seed: int, count: int, to: Aim):
    draw = np.random.default_rng(seed)
    target = draw.dirichlet(np.ones(count), 4)
    actual = draw.dirichlet(np.ones(count), 4)
    width = half_widths(target, absolute_band_bps=draw.choice([0.0, 100, 500]), relative_band_pct=25)
    bands = bands_of(target, half_width=width, min_weight=0.9 * target, max_weight=np.minimum(1.0, 1.3 * target))
    after = rebalanced(actual, bands, to=to)
    assert not sides(after, bands).any()
    assert after.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    # None passes its target or moves away from it.
    moved = after - actual
    assert (moved * (target - actual) >= -1e-15).all()
    assert (np.abs(moved) <= np.abs(target - actual) + 1e-12).all()
    edges = (bands.low, bands.high) if to == "band_edge" else ((bands.low + target) / 2, (bands.high + target) / 2)
    side = sides(actual, bands)
    sold = np.where(side == OVER, actual - edges[1], 0).sum(axis=1)
    bought = np.where(side == UNDER, edges[0] - actual, 0).sum(axis=1)
    assert np.abs(moved).sum(axis=1) / 2 == pytest.approx(np.maximum(sold, bought), abs=1e-12)
