import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.strategies.ranking import ranked

NONE = np.nan


def row(*values: float, least: int = 2) -> list[float]:
    return ranked(np.array([values]), least=least)[0].tolist()


def test_the_least_is_minus_one_the_most_is_one_and_equal_ones_share():
    assert row(5.0, -1.0, 9.0) == [0, -1, 1]
    assert row(5.0, 1.0, 5.0, 9.0, 5.0) == [0, -1, 0, 1, 0]
    assert row(0.0, -0.0) == [0, 0]


def test_what_is_not_there_has_no_rank_and_takes_none():
    np.testing.assert_array_equal(row(5.0, NONE, 9.0, -NONE, 7.0), [-1, NONE, 1, NONE, 0])


def test_too_few_have_no_rank():
    assert np.isnan(row(5.0, NONE, 9.0, least=3)).all()
    assert np.isnan(row(5.0, 6.0, least=3)).all()
    assert np.isnan(row(5.0)).all()
    assert np.isnan(row(NONE, NONE)).all()


def test_what_differs_in_its_last_bit_is_not_equal():
    above = np.nextafter(1.0, 2.0)
    assert row(above, 1.0, 3.0) == [0, -1, 1]
    assert row(-above, -1.0, -1.0) == [-1, 0.5, 0.5]


def _scores(seed: int) -> FloatColumn:
    chosen = np.random.default_rng(seed)
    values = chosen.choice([1e-300, 1.0, 1e100]) * chosen.standard_normal((5, int(chosen.integers(1, 40))))
    values = np.round(values, 1) if chosen.random() < 0.5 else values
    return np.where(chosen.random(values.shape) < chosen.choice([0.0, 0.3]), NONE, values)


@settings(max_examples=50)
@given(values=st.integers(0, 2**32 - 1).map(_scores))
def test_ranks_are_those_of_pandas(values: FloatColumn) -> None:
    places, count = pd.DataFrame(values).rank(axis=1).to_numpy(), (~np.isnan(values)).sum(axis=1, keepdims=True)
    wanted = 2 * (places - 1) / np.where(count >= 2, count - 1.0, NONE) - 1
    np.testing.assert_array_equal(ranked(values, least=2), wanted)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_without_dates_or_symbols_there_is_no_rank(shape) -> None:
    assert ranked(np.ones(shape), least=2).shape == shape
