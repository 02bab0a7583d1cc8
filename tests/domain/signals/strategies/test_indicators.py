import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.signals.strategies.series_of_prices import PANELS, WAVES
from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.strategies.indicators import efficiency_ratio, ema, macd, rolling, rsi

NONE = np.nan
INDICATORS = {
    "rsi": lambda prices: rsi(prices, days=5),
    "ema": lambda prices: ema(prices, days=4),
    "macd": lambda prices: macd(prices, fast_days=3, slow_days=5, signal_days=3).line,
    "macd signal": lambda prices: macd(prices, fast_days=3, slow_days=5, signal_days=3).signal,
    "mean": lambda prices: rolling(prices, days=5).mean,
    "deviation": lambda prices: rolling(prices, days=5).deviation,
    "efficiency": lambda prices: efficiency_ratio(prices, days=5),
}
# Made with TA-Lib 0.8.2 of WAVES: RSI(14), EMA(10), MACD(12, 26, 9), BBANDS(20, 2, 2). The first row with a value, the
# values there, in the next and in the rows 60, 150 and 299, and the sum of all.
RSI = (14, [49.70196772819505, 55.941449643681764, 46.20907572257364, 47.72339585576471, 47.713499671020706],
       14138.42621899776)  # fmt: skip
EMA = (9, [104.37431368782912, 104.41461394669298, 98.59720959900794, 109.2717576754515, 87.8435786735896],
       29269.01808383847)  # fmt: skip
SIGNAL = (33, [2.0929251905795008, 1.9912066007973188, -2.6543407466913704, 0.9920920250417005, -2.844794311144145],
          -88.96767042026869)  # fmt: skip
HISTOGRAM = (33, [-1.1342491704296345, -0.40687435912872805, -0.3824145685101614, -0.8991479706238443,
                  0.4614276625466718], -20.88512717732422)  # fmt: skip
UPPER = (19, [117.8557671614981, 118.56389519542915, 113.28845680904367, 119.00142835137432, 95.80926798033761],
         30988.913645037588)  # fmt: skip
LOWER = (19, [96.11816767903436, 96.45465510581224, 90.63088458123526, 102.65992402122943, 80.74132321668645],
         25613.086398894033)  # fmt: skip


def of_waves(name: str) -> FloatColumn:
    prices = WAVES[:, None]
    lines, bands = macd(prices, fast_days=12, slow_days=26, signal_days=9), rolling(prices, days=20)
    found = {
        "rsi": rsi(prices, days=14),
        "ema": ema(prices, days=10),
        "signal": lines.signal,
        "histogram": lines.histogram,
        "upper": bands.mean + 2 * bands.deviation,
        "lower": bands.mean - 2 * bands.deviation,
    }
    return found[name][:, 0]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("rsi", RSI), ("ema", EMA), ("signal", SIGNAL), ("histogram", HISTOGRAM), ("upper", UPPER), ("lower", LOWER)],
)
def test_indicators_are_those_of_ta_lib(name: str, wanted: tuple[int, list[float], float]) -> None:
    found, (first, values, total) = of_waves(name), wanted
    assert np.flatnonzero(~np.isnan(found))[0] == first
    assert found[[first, first + 1, 60, 150, 299]] == pytest.approx(values, rel=1e-9, abs=1e-9)
    assert np.nansum(found) == pytest.approx(total, rel=1e-9)


def test_an_exponential_average_starts_with_a_plain_one():
    # (1 + 2 + 6) / 3 = 3, then half of the way to 5 and to 0.
    assert ema(np.array([[1.0], [2.0], [6.0], [5.0], [0.0]]), days=3)[2:, 0].tolist() == [3.0, 4.0, 2.0]


def test_an_exponential_average_may_start_later_with_the_newest_values():
    found = ema(np.array([[9.0], [2.0], [4.0], [6.0]]), days=3, first=4)[:, 0]
    np.testing.assert_array_equal(found, [NONE, NONE, NONE, 4.0])


def test_rsi_by_hand():
    # Changes +2, -1, then +3: gains (2 + 0) / 2 = 1, losses 0.5: 100 / 1.5; then gains 2, losses 0.25.
    found = rsi(np.array([[10.0], [12.0], [11.0], [14.0]]), days=2)[:, 0]
    assert found[2:] == pytest.approx([200 / 3, 200 / 2.25])
    assert np.isnan(found[:2]).all()


def test_rsi_of_what_only_rises_is_100_only_falls_0_and_does_not_move_undefined():
    rising = np.arange(1.0, 30.0)
    found = rsi(np.column_stack([rising, rising[::-1], np.full(29, 7.0)]), days=14)[-1]
    np.testing.assert_array_equal(found, [100.0, 0.0, NONE])


def test_the_deviation_is_of_the_population():
    found = rolling(np.array([[1.0], [2.0], [4.0], [9.0]]), days=3)
    assert found.mean[2:, 0] == pytest.approx([7 / 3, 5.0])
    assert found.deviation[3, 0] == pytest.approx((26 / 3) ** 0.5)


def test_what_does_not_move_deviates_by_nothing():
    still = np.full((300, 1), 0.1)
    assert (rolling(still, days=7).deviation[6:] == 0).all()
    noisy = still * (1 + 2e-16 * (np.arange(300)[:, None] % 2))
    assert (rolling(noisy, days=7).deviation[6:] == 0).all()


def test_a_shock_leaves_no_trace_once_it_left_the_window():
    quiet = np.tile([[1.0], [1.001]], (20, 1))
    shocked = np.vstack([[[1e15]], quiet])
    assert np.array_equal(rolling(shocked, days=4).deviation[4:], rolling(quiet, days=4).deviation[3:])


def test_efficiency_is_distance_over_way():
    found = efficiency_ratio(np.array([[1.0], [3.0], [2.0], [5.0]]), days=4)[:, 0]
    np.testing.assert_array_equal(found, [NONE, NONE, NONE, 4 / 6])
    straight = efficiency_ratio(np.arange(1.0, 9.0)[:, None] * 0.1, days=8)[-1, 0]
    assert straight == pytest.approx(1)
    assert straight <= 1
    assert np.isnan(efficiency_ratio(np.full((9, 1), 0.1), days=3)).all()


@pytest.mark.parametrize("name", INDICATORS)
@given(prices=PANELS)
def test_a_run_after_a_gap_is_a_series_of_its_own(name: str, *, prices: FloatColumn) -> None:
    prices[17, 0] = NONE
    for column in range(3):
        alone = np.full(40, NONE)
        gaps = np.flatnonzero(np.isnan([NONE, *prices[:, column], NONE])) - 1
        for start, end in zip(gaps[:-1] + 1, gaps[1:], strict=True):
            alone[start:end] = INDICATORS[name](prices[start:end, [column]])[:, 0]
        np.testing.assert_allclose(INDICATORS[name](prices)[:, column], alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", INDICATORS)
@given(prices=PANELS, later=PANELS, day=st.integers(0, 39))
def test_nothing_later_changes_an_indicator(name: str, *, prices: FloatColumn, later: FloatColumn, day: int) -> None:
    other = np.where(np.arange(40)[:, None] > day, later, prices)
    np.testing.assert_array_equal(INDICATORS[name](prices)[: day + 1], INDICATORS[name](other)[: day + 1])
    np.testing.assert_array_equal(INDICATORS[name](prices)[: day + 1], INDICATORS[name](prices[: day + 1]))


@pytest.mark.parametrize("name", INDICATORS)
def test_too_few_prices_or_no_symbol_give_nothing(name: str) -> None:
    assert np.isnan(INDICATORS[name](np.ones((2, 3)))).all()
    assert INDICATORS[name](np.ones((0, 3))).shape == (0, 3)
    assert INDICATORS[name](np.ones((9, 0))).shape == (9, 0)
