"""How many prices a strategy really had when it first spoke."""

import numpy as np
import pandas as pd
import pytest

from trimtab.cli.signal_histories import fewest_prices, prices_had

NAN = np.nan


@pytest.mark.parametrize(
    ("columns", "fewest"),
    [
        ({"A": [1.0, 2.0, 3.0]}, 3),
        ({"A": [1.0, 2.0, 3.0], "B": [NAN, 2.0, 3.0]}, 2),
        ({"A": [1.0, NAN, 3.0]}, 1),
        ({"A": [1.0, 2.0, NAN]}, 0),
    ],
)
def test_prices_are_counted_back_to_the_last_gap(columns: dict[str, list[float]], fewest: int) -> None:
    assert fewest_prices(pd.DataFrame(columns)) == fewest


def test_they_are_those_of_the_symbols_on_the_first_day_in_the_market_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoke = {"a": ("2014-01-30", ["SPY", "AGG"]), "b": ("2014-01-02", ["SPY"])}
    assert prices_had(spoke) == {"a": 20, "b": 1}
    monkeypatch.setenv("TRIMTAB_MARKET", "yfinance")
    assert prices_had(spoke) == {}
