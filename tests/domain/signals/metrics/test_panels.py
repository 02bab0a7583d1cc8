import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics.panels import dates_of, panel_values, placed

FRAME = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]}, index=["a", "b"])


def test_frames_meet_by_their_labels():
    beside = pd.DataFrame(0.0, index=["b", "c"], columns=["y", "z"])
    np.testing.assert_array_equal(placed(FRAME, beside, field="scores"), [[4.0, np.nan], [np.nan, np.nan]])


def test_without_labels_on_both_sides_places_count():
    assert placed(FRAME, np.zeros((2, 2)), field="scores").tolist() == [[1.0, 3.0], [2.0, 4.0]]
    assert placed(np.ones((2, 2)), FRAME, field="scores").tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_dates_are_the_labels_of_the_rows_or_their_places():
    assert list(dates_of(FRAME)) == ["a", "b"]
    assert list(dates_of(np.zeros((3, 1)))) == [0, 1, 2]


def test_a_table_has_two_dimensions_and_finite_values():
    with pytest.raises(InvalidInput, match="weights has 1 dimensions; give a row per date") as refused:
        panel_values(np.zeros(3), field="weights")
    assert refused.value.field == "weights"
    with pytest.raises(InvalidInput, match="weights holds an infinite value"):
        panel_values(FRAME.replace(4.0, -np.inf), field="weights")


@pytest.mark.parametrize("twice", [FRAME.loc[["a", "a"]], FRAME[["x", "x"]]])
def test_a_date_or_a_symbol_stands_once(twice: pd.DataFrame) -> None:
    with pytest.raises(InvalidInput, match="scores has a date or a symbol twice"):
        placed(twice, FRAME, field="scores")


def test_tables_without_labels_have_the_same_shape():
    with pytest.raises(InvalidInput, match=r"scores has the shape \(3, 2\); give \(2, 2\)") as refused:
        placed(np.zeros((3, 2)), FRAME, field="scores")
    assert refused.value.field == "scores"
