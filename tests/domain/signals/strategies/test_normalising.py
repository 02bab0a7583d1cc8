import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.domain.signals.strategies.series_of_prices import PANELS, frame
from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies.normalising import (
    History,
    Normaliser,
    min_max,
    normalise,
    rank,
    winsorised,
    z_score,
)

NONE = np.nan
METHODS: list[Normaliser] = ["z_score", "min_max", "rank", "winsorised"]
HISTORIES = [None, History(days=6, least=3)]
DATE = frame([[1.0, 2.0, NONE, 6.0]])
PAST = History(days=3, least=3)


def row(found: pd.DataFrame) -> list[float]:
    return found.iloc[-1].tolist()


def test_a_z_score_is_in_deviations_of_the_date():
    # Mean 3, squares 4 + 1 + 9 = 14, s = sqrt(7).
    wanted = [each / 7**0.5 / 3 for each in (-2, -1, NONE, 3)]
    assert row(z_score(DATE)) == pytest.approx(wanted, nan_ok=True)
    assert row(z_score(DATE, full_at=1.0)) == pytest.approx([-2 / 7**0.5, -1 / 7**0.5, NONE, 1], nan_ok=True)


def test_a_score_stands_between_the_least_and_the_most():
    assert row(min_max(DATE)) == pytest.approx([-1, -0.6, NONE, 1], nan_ok=True)


def test_equal_scores_share_a_rank():
    assert row(rank(DATE)) == pytest.approx([-1, 0, NONE, 1], nan_ok=True)
    assert row(rank(frame([[5.0, 1.0, 5.0, 9.0, 5.0]]))) == [0, -1, 0, 1, 0]
    assert row(rank(frame([[7.0, 7.0]]))) == [0, 0]


def test_winsorised_scores_stand_between_quantiles():
    # Quantiles of 0..10 at a tenth: 1 and 9; 2 is an eighth of the way.
    scores = pd.DataFrame([np.arange(11.0)], columns=list("ABCDEFGHIJK"))
    found = row(winsorised(scores, tail=0.1))
    assert found[:3] == pytest.approx([-1, -1, -0.75])
    assert found[-2:] == [1, 1]
    assert row(winsorised(scores, tail=0)) == row(min_max(scores))


@pytest.mark.parametrize(
    ("method", "wanted"),
    [(z_score, 3 / 7**0.5 / 3), (min_max, 1.0), (rank, 1.0), (winsorised, 1.0)],
)
def test_within_a_symbol_a_score_is_compared_with_its_last_ones(method, *, wanted: float) -> None:
    # The first score is out of the window: 1, 2, 6 are left.
    found = method(frame([100.0, 1.0, 2.0, 6.0]), history=PAST)["A"]
    assert found.iloc[-1] == pytest.approx(wanted)
    assert found[:2].isna().all()


def test_a_gap_in_the_past_is_not_counted():
    scores = frame([1.0, NONE, 2.0, 6.0, NONE])
    for method in METHODS:
        few, enough = (normalise(scores, method, history=History(days=4, least=least))["A"] for least in (4, 3))
        assert few.isna().all()
        assert enough.isna().tolist() == [True, True, True, False, True]
    assert z_score(scores, history=History(days=4, least=3))["A"].iloc[3] == pytest.approx(1 / 7**0.5)
    assert rank(frame([3.0, NONE, 1.0, 3.0]), history=History(days=4, least=3))["A"].iloc[3] == pytest.approx(0.5)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("method", ["z_score", "min_max", "winsorised"])
def test_where_nothing_varies_nothing_is_defined(method, *, history: History | None) -> None:
    assert normalise(frame(np.full((9, 3), 0.1)), method, history=history).isna().all(axis=None)
    assert normalise(frame([[0.1, NONE, NONE]]), method, history=history).isna().all(axis=None)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("method", METHODS)
@given(scores=PANELS, later=PANELS, day=st.integers(0, 39))
def test_nothing_later_changes_a_score(method, *, history, scores: FloatColumn, later: FloatColumn, day: int) -> None:
    other = np.where(np.arange(40)[:, None] > day, later, scores)
    found = [normalise(frame(each), method, history=history)[: day + 1] for each in (scores, other, scores[: day + 1])]
    pd.testing.assert_frame_equal(found[0], found[1], check_exact=True)
    pd.testing.assert_frame_equal(found[0], found[2], check_exact=True, check_freq=False)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("method", METHODS)
@given(
    scores=arrays(np.float64, (9, 4), elements=st.one_of(st.just(NONE), st.floats(-1e100, 1e100))),
    scale=st.sampled_from([0.5, 4.0]),
)
def test_scores_are_within_one_in_order_and_whatever_their_unit(method, *, history, scores: FloatColumn, scale) -> None:
    found = normalise(frame(scores), method, history=history).to_numpy()
    assert (np.isnan(found) | (np.abs(found) <= 1)).all()
    assert np.isnan(found[np.isnan(scores)]).all()
    if history is None:
        more = scores[:, :, None] > scores[:, None, :]
        assert not (more & (found[:, :, None] < found[:, None, :] - 1e-12)).any()
    exact = frame(np.round(np.clip(scores, -1e3, 1e3)))
    pd.testing.assert_frame_equal(
        normalise(exact, method, history=history), normalise(exact * scale, method, history=history)
    )


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("method", METHODS)
def test_without_dates_or_symbols_there_is_no_score(method, *, history: History | None) -> None:
    for shape in ((0, 2), (3, 0)):
        empty = frame(np.ones(shape))
        assert normalise(empty, method, history=history).shape == shape


@pytest.mark.parametrize("method", METHODS)
def test_an_infinite_score_is_refused(method) -> None:
    with pytest.raises(InvalidInput, match="beyond 1e\\+100; give finite numbers"):
        normalise(frame([[1.0, -np.inf]]), method)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: History(days=1), "days"),
        (lambda: History(days=10, least=11), "least"),
        (lambda: z_score(DATE, full_at=0), "full_at"),
        (lambda: winsorised(DATE, tail=0.5), "tail"),
        (lambda: normalise(DATE, "softmax"), "method"),  # type: ignore[arg-type]  # what a careless caller would do
    ],
)
def test_what_is_out_of_range_is_named(call, *, field: str) -> None:
    with pytest.raises(InvalidInput, match="give") as refused:
        call()
    assert refused.value.field == field
