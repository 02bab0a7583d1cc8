import numpy as np
import pandas as pd
import pytest

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.symbols import figures_for, named, series_of


def test_ten_symbols_are_named_and_the_others_counted():
    assert named(["SPY", "AGG"]) == "SPY, AGG"
    assert named(f"T{number}" for number in range(12)) == "T0, T1, T2, T3, T4, T5, T6, T7, T8, T9 and 2 more"


def test_a_name_from_outside_is_one_short_harmless_line():
    assert named(["A\nB\u202e", "x" * 90]) == "A B, " + "x" * 15 + "…"


def test_figures_come_as_a_mapping_or_a_series():
    for given in ({"B": 1, "A": np.nan}, pd.Series({"B": 1, "A": np.nan})):
        series = series_of(given, field="alphas")
        assert list(series.index) == ["B", "A"]
        assert series.dtype == np.float64


def test_what_stands_twice_or_is_infinite_is_refused_by_name():
    with pytest.raises(InvalidInput, match="alphas has A more than once") as caught:
        series_of(pd.Series([1.0, 2.0, 3.0], index=["A", "B", "A"]), field="alphas")
    assert caught.value.field == "alphas"
    with pytest.raises(InvalidInput, match="alphas is infinite for B; give a finite number, or NaN"):
        series_of({"A": 1.0, "B": -np.inf}, field="alphas")


def test_figures_are_brought_into_the_order_of_the_symbols():
    assert figures_for(pd.Index(["B", "A"]), {"A": 1.0, "B": 2.0, "C": 3.0}, field="mean").tolist() == [2.0, 1.0]
    with pytest.raises(InvalidInput, match="mean has no figure for B, D; give one for each symbol"):
        figures_for(pd.Index(["B", "A", "D"]), {"A": 1.0, "B": np.nan}, field="mean")
