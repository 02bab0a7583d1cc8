import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics.frames import aligned, columns_of, observed, shaped

SERIES = pd.Series([0.1, np.nan, 0.3], index=["a", "b", "c"])


def test_a_series_is_one_column():
    assert columns_of(SERIES).shape == (3, 1)
    assert observed(SERIES).n.tolist() == [2]
    assert columns_of(np.array([0.1, 0.2])).shape == (2, 1)


def test_a_frame_keeps_its_columns_even_without_rows():
    frame = pd.DataFrame({"x": [], "y": []}, dtype=float)
    assert columns_of(frame).shape == (0, 2)
    found = shaped(np.array([1.0, 2.0]), frame)
    assert isinstance(found, pd.Series)
    assert found.to_dict() == {"x": 1.0, "y": 2.0}


def test_figures_have_the_shape_of_the_returns():
    assert shaped(np.array([7.0]), SERIES) == 7.0
    assert np.array_equal(shaped(np.array([7.0, 8.0]), np.zeros((3, 2))), [7.0, 8.0])


def test_arrays_of_other_dimensions_are_refused():
    with pytest.raises(InvalidInput, match="3 dimensions; give T returns, or T x N") as refused:
        columns_of(np.zeros((2, 2, 2)))
    assert refused.value.field == "returns"


def test_an_infinite_return_is_refused():
    with pytest.raises(InvalidInput, match="infinite"):
        columns_of(pd.Series([0.1, np.inf]))


def test_two_series_are_aligned_by_their_labels():
    other = pd.Series([1.0, 2.0, 3.0], index=["c", "x", "a"])
    np.testing.assert_array_equal(aligned(other, SERIES, field="benchmark"), [3.0, np.nan, 1.0])
    np.testing.assert_array_equal(aligned(other, SERIES.to_frame(), field="benchmark"), [3.0, np.nan, 1.0])


def test_without_labels_on_both_sides_places_count():
    other = pd.Series([1.0, 2.0, 3.0], index=["c", "x", "a"])
    assert aligned(other, np.array([0.1, 0.2, 0.3]), field="benchmark").tolist() == [1.0, 2.0, 3.0]
    assert aligned(np.array([1.0, 2.0, 3.0]), SERIES, field="benchmark").tolist() == [1.0, 2.0, 3.0]


def test_what_cannot_be_aligned_is_refused():
    with pytest.raises(InvalidInput, match="benchmark has a date twice"):
        aligned(pd.Series([1.0, 2.0], index=["a", "a"]), SERIES, field="benchmark")
    with pytest.raises(InvalidInput, match=r"risk_free has the shape \(2,\); give one value for each of the 3 periods"):
        aligned(np.array([1.0, 2.0]), SERIES, field="risk_free")
