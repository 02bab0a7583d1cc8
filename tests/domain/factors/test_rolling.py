import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trimtab.domain.factors.rolling import RollingSummaries, rolling_summaries

NONE = np.nan
SOME = st.one_of(st.just(NONE), *[st.integers(-30, 30).map(lambda percent: percent / 100)] * 4)


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def figures(found: RollingSummaries, window: int = 0) -> list[float]:
    parts = (found.mean, found.least, found.most, found.last, found.trend_per_year)
    return [float(part[0, window]) for part in parts]


def test_summaries_are_of_the_correlation_of_every_run():
    # Runs of three: (1, 2, 3) with (1, 2, 3) is 1; (2, 3, 4) with (2, 3, 1) is -0.5; (3, 4, 5) with (3, 1, 2) is -0.5.
    found = rolling_summaries(column(1, 2, 3, 4, 5), column(1, 2, 3, 1, 2), windows=[3])
    assert figures(found) == pytest.approx([0, -0.5, 1, -0.5, 12 * -0.75])
    assert found.n_windows.tolist() == [[3]]


def test_months_that_a_pair_does_not_share_are_left_out():
    left, right = column(1, 2, NONE, 3, 4, 7, 5), column(1, 2, 9, 3, 1, NONE, 2)
    found = rolling_summaries(left, right, windows=[3])
    assert figures(found) == figures(rolling_summaries(column(1, 2, 3, 4, 5), column(1, 2, 3, 1, 2), windows=[3]))


def test_a_window_longer_than_the_common_months_has_nothing_to_say():
    found = rolling_summaries(column(1, 2, NONE), column(1, 3, 2), windows=[3, 4, 2])
    assert np.isnan([figures(found, 0), figures(found, 1)]).all()
    assert found.n_windows.tolist() == [[0, 0, 1]]
    assert figures(found, 2) == pytest.approx([1, 1, 1, 1, NONE], nan_ok=True)


def test_a_run_in_which_a_side_stands_still_keeps_its_place_and_counts_for_nothing():
    # The runs of two: 1, nothing, -1, nothing; two months lie between the first and the third.
    found = rolling_summaries(column(1, 2, 2, 3, 4), column(1, 2, 5, 4, 4), windows=[2])
    assert figures(found) == pytest.approx([0, -1, 1, -1, 12 * -1])
    assert found.n_windows.tolist() == [[2]]


def test_without_pairs_there_are_no_summaries():
    found = rolling_summaries(np.empty((20, 0)), np.empty((20, 0)), windows=[12, 24])
    assert found.mean.shape == found.n_windows.shape == (0, 2)


def slowly(left, right, *, window: int) -> list[float]:
    both = pd.DataFrame({"l": left, "r": right}).dropna().reset_index(drop=True)
    runs = {}
    for end in range(window, len(both) + 1):
        run = both.iloc[end - window : end]
        if run.l.nunique() > 1 and run.r.nunique() > 1:
            runs[end] = np.corrcoef(run.l, run.r)[0, 1]
    if not runs:
        return [NONE] * 5 + [0]
    found = list(runs.values())
    trend = 12 * np.polyfit(list(runs), found, 1)[0] if len(found) > 1 else NONE
    return [np.mean(found), min(found), max(found), found[-1], trend, len(found)]


@given(
    arrays(np.float64, st.tuples(st.integers(1, 25), st.just(3)), elements=SOME),
    st.data(),
)
def test_summaries_are_those_of_a_loop_over_runs(left, data):
    right = data.draw(arrays(np.float64, left.shape, elements=SOME))
    windows = (3, 6, 12)
    found = rolling_summaries(left, right, windows=windows)
    parts = (found.mean, found.least, found.most, found.last, found.trend_per_year, found.n_windows)
    for pair in range(3):
        for place, window in enumerate(windows):
            wanted = slowly(left[:, pair], right[:, pair], window=window)
            assert [part[pair, place] for part in parts] == pytest.approx(wanted, abs=1e-10, nan_ok=True)


def test_a_run_that_varies_beyond_all_numbers_counts_for_nothing():
    draw = np.random.default_rng(4)
    left, right = draw.normal(size=(20, 1)), draw.normal(size=(20, 1))
    left[10], right[11] = 1e162, -1e308
    found = rolling_summaries(left, right, windows=[5])
    # Of 16 runs those that begin in months 6 to 11 hold one of the two.
    assert found.n_windows.item() == 10
    assert np.isfinite([found.mean, found.least, found.most, found.last]).all()
