import numpy as np
import pandas as pd
import pytest

from tests.domain.signals.strategies.series_of_prices import frame
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies.prices import checked_prices

GOOD = frame([[1.0, 2.0], [np.nan, 3.0], [5.0, 4.0]])


def refused(prices: pd.DataFrame) -> list[str]:
    with pytest.raises(InvalidInput) as found:
        checked_prices(prices)
    return [f"{problem.field}: {problem.message}" for problem in found.value.problems]


def test_prices_are_taken_with_their_gaps():
    np.testing.assert_array_equal(checked_prices(GOOD), [[1, 2], [np.nan, 3], [5, 4]])
    np.testing.assert_array_equal(checked_prices(GOOD.astype("Float64")), GOOD)
    assert checked_prices(GOOD.dropna().astype(int)).tolist() == [[1, 2], [5, 4]]
    assert checked_prices(GOOD[:0]).shape == (0, 2)


def test_rows_are_dates_in_order_each_once():
    assert refused(GOOD.reset_index(drop=True)) == [
        "prices: The rows of prices aren't labelled by dates; give a DatetimeIndex."
    ]
    assert "aren't labelled by dates" in refused(GOOD.set_axis([*GOOD.index[:2], pd.NaT]))[0]
    wanted = ["prices: The dates of prices aren't in order; give them ascending, each once."]
    assert refused(GOOD[::-1]) == wanted
    assert refused(GOOD.iloc[[0, 1, 1]]) == wanted


def test_columns_are_symbols_each_once():
    wanted = ["prices: The columns of prices aren't symbols; give texts, each once."]
    for labels in (["A", "A"], ["A", 7], ["A", ""]):
        assert refused(GOOD.set_axis(labels, axis=1)) == wanted


def test_only_numbers_are_prices():
    for kind in (str, bool, complex):
        assert refused(GOOD.astype(kind)) == ["prices: A column of prices holds something else than numbers."]


def test_all_that_is_wrong_with_the_labels_is_told_at_once():
    assert len(refused(GOOD.astype(str).reset_index(drop=True).set_axis([1, 2], axis=1))) == 3


def test_what_is_not_a_price_is_named_by_symbol_and_first_date():
    bad = frame([[1.0, 2.0, 0.0], [np.inf, 3.0, 1.0], [-1.0, 4.0, 2e15]])
    allowed = "a price that isn't a number within 1e-15 and 1e+15; leave out what isn't known as NaN."
    assert refused(bad) == [f"prices.A: A has on 2024-01-02 {allowed}", f"prices.C: C has on 2024-01-01 {allowed}"]


def test_a_symbol_from_outside_is_shown_clean():
    assert refused(GOOD.rename(columns={"A": "A\n\u202eB"}) * -1)[0].startswith("prices.A B: A B has on")
