"""How correlations changed: rolling summaries and regimes."""

from typing import Any

import numpy as np
import pytest

from tests.workflow.factors.small_markets import (
    FAST,
    MEDIUM,
    MONTHS,
    NONE,
    SLOW,
    THRESHOLDS,
    entry,
    market_of,
    small_market,
    view_of,
    wave,
)
from trimtab.domain.factors.market import Market
from trimtab.workflow.factors.options import CorrelationOptions, chosen_options
from trimtab.workflow.factors.over_time import regimes, rolling
from trimtab.workflow.factors.sections import NotPossible
from trimtab.workflow.ports.factor_requests import ComputeCorrelations
from trimtab.workflow.ports.factor_results import Matrix
from trimtab.workflow.ports.results import Cell, Table

BOTH = [entry("market", "SPY"), entry("bond", "AGG", "bond")]


def options(**asked: Any) -> CorrelationOptions:
    return chosen_options(ComputeCorrelations(**asked), THRESHOLDS)


def rolled(market: Market, **asked: Any) -> dict[tuple[Cell, ...], tuple[Cell, ...]]:
    """By both labels and the window's months."""
    computed = rolling(view_of(market, beside=("SPY",)), options(**asked))
    assert isinstance(computed.result, Table)
    return {row[:3]: row[3:] for row in computed.result.rows}


def regimes_of(market: Market, *, least: int = 12, **asked: Any) -> tuple[dict[str, Matrix], tuple[str, ...]]:
    wanted = options(**asked)
    computed = regimes(view_of(market, beside=wanted.benchmarks), wanted, least_months=least)
    assert isinstance(computed.result, dict)
    return computed.result, computed.notes


def turned() -> Market:
    """Bonds move with shares for a year, then against them; the 10-year yield moves against bonds throughout."""
    first = np.arange(MONTHS) < 12
    bonds = np.where(first, FAST, -FAST)
    returns = {"SPY": 0.02 * FAST, "AGG": 0.01 * bonds}
    return market_of(returns, BOTH, yield_changes={"UST10Y": -0.1 * bonds})


def test_rolling_summaries_tell_mean_extremes_last_and_trend_of_each_pair() -> None:
    rows = rolled(turned(), rolling_windows=(12, 24))
    assert list(rows) == [
        ("equity", "bond", 12), ("equity", "bond", 24),
        ("equity", "UST10Y", 12), ("equity", "UST10Y", 24),
        ("bond", "UST10Y", 12), ("bond", "UST10Y", 24),
    ]  # fmt: skip
    mean, least, most, last, trend, count = rows["equity", "bond", 12]
    assert (least, most, last, count) == pytest.approx((-1, 1, -1, 13))
    assert mean == pytest.approx(0, abs=1e-12)
    # With k of its 12 months after the turn, a window's correlation falls from 1 to -1; the line through the 13.
    assert isinstance(trend, float)
    assert trend < -1.9
    assert rows["bond", "UST10Y", 12][:4] == pytest.approx((-1, -1, -1, -1))
    assert rows["equity", "bond", 24][:4] == pytest.approx((0, 0, 0, 0), abs=1e-10)
    assert rows["equity", "bond", 24][4:] == (None, 1)


def test_a_window_longer_than_the_months_looked_at_is_told_and_has_no_rows() -> None:
    computed = rolling(view_of(turned()), options())
    assert isinstance(computed.result, Table)
    assert computed.notes == ("rolling: a window of 36 months is longer than the 25 looked at.",)
    assert {row[2] for row in computed.result.rows} == {12, 24}
    with pytest.raises(NotPossible, match="every rolling window is longer than the 25 months looked at"):
        rolling(view_of(turned()), options(rolling_windows=(36, 48)))


def test_one_composite_rolls_beside_the_yield_alone_and_without_one_nothing_does() -> None:
    returns = {"SPY": 0.02 * FAST}
    alone = market_of(returns, BOTH[:1], yield_changes={"UST10Y": 0.1 * FAST})
    assert list(rolled(alone, rolling_windows=(12,))) == [("equity", "UST10Y", 12)]
    for yields in (None, {"UST2Y": 0.1 * FAST}):
        with pytest.raises(NotPossible, match="fewer than two macro composites"):
            rolled(market_of(returns, BOTH[:1], yield_changes=yields))


def test_each_regime_has_the_matrix_of_its_months() -> None:
    found, notes = regimes_of(turned(), regime="rates")
    # Bonds rise whenever the yield falls: within a regime they don't move, and of one column a matrix is left.
    assert {name: (each.labels, each.n_months) for name, each in found.items()} == {
        "rates_rising": (("equity",), 12),
        "rates_falling": (("equity",), 12),
    }
    assert notes == ()


def test_what_does_not_move_in_a_regime_is_listed_with_it() -> None:
    computed = regimes(view_of(turned(), beside=("SPY",)), options(regime="rates"), least_months=12)
    assert [(each.ticker, each.reason, each.detail) for each in computed.exclusions] == [
        ("bond", "constant", f"{name}: All its returns in the common months are equal.")
        for name in ("rates_rising", "rates_falling")
    ]


def test_correlations_differ_by_regime() -> None:
    rising = MEDIUM > 0
    bonds = np.where(rising, FAST, -FAST)
    market = market_of({"SPY": 0.02 * FAST, "AGG": 0.01 * bonds}, BOTH, yield_changes={"UST10Y": 0.1 * MEDIUM})
    found, _ = regimes_of(market, regime="rates")
    np.testing.assert_allclose(np.array(found["rates_rising"].values), [[1, 1], [1, 1]])
    np.testing.assert_allclose(np.array(found["rates_falling"].values), [[1, -1], [-1, 1]])
    assert (found["rates_rising"].n_months, found["rates_falling"].n_months) == (12, 12)


def calm_then_wild() -> Market:
    """60 months, of which the last 24 move ten times as much."""
    size = np.where(np.arange(60) < 36, 0.01, 0.1)
    returns = {"SPY": size * wave(2, 60), "AGG": 0.01 * wave(4, 60)}
    return market_of(returns, BOTH, yield_changes={"UST10Y": 0.1 * wave(8, 60)})


def test_volatile_months_are_those_above_the_median_of_the_benchmarks() -> None:
    found, notes = regimes_of(calm_then_wild(), regime="volatility")
    assert sorted(found) == ["volatility_high", "volatility_low"]
    # The window has 60 of 61 months; of those 49 end 12 returns, and half of them without the median are above it.
    assert (found["volatility_high"].n_months, found["volatility_low"].n_months) == (24, 25)
    assert notes == ()


def test_a_regime_with_too_few_months_is_told_beside_those_that_have_enough() -> None:
    size = np.where(np.arange(MONTHS) < 18, 0.01, 0.1)
    returns = {"SPY": size * FAST, "AGG": 0.01 * SLOW}
    found, notes = regimes_of(market_of(returns, BOTH, yield_changes={"UST10Y": 0.1 * MEDIUM}))
    assert sorted(found) == ["rates_falling", "rates_rising"]
    # 13 of the 24 months end 12 returns; the last 6 of them with large ones.
    assert notes == (
        "regimes: volatility_high: 6 common months, and 12 are needed.",
        "regimes: volatility_low: 7 common months, and 12 are needed.",
    )


@pytest.mark.parametrize(
    ("market", "asked", "reason"),
    [
        (small_market(yield_changes=None), {"regime": "rates"}, "the market data has no 10-year yield"),
        (
            small_market(),
            {"regime": "volatility", "market_benchmarks": ("EEM",)},
            "EEM can't be used: The market has no prices of it",
        ),
        (
            small_market(yield_changes=None),
            {"market_benchmarks": ("EEM",)},
            "the market data has no 10-year yield; EEM can't be used: The market has no prices of it",
        ),
        (
            small_market(),
            {"regime": "rates", "macro_groups": ("crypto",)},
            "rates_rising: 0 common months, and 12 are needed; rates_falling: 0 common months, and 12 are needed",
        ),
    ],
)
def test_without_what_tells_regimes_apart_or_anything_in_them_there_are_none(
    market: Market, asked: dict[str, Any], reason: str
) -> None:
    with pytest.raises(NotPossible) as caught:
        regimes_of(market, **asked)
    assert str(caught.value) == reason


def test_a_regime_in_which_nothing_moves_is_told() -> None:
    market = market_of({"SPY": 0.02 * FAST}, BOTH[:1], yield_changes={"UST10Y": 0.1 * FAST})
    with pytest.raises(NotPossible, match="rates_rising: nothing moves in it"):
        regimes_of(market, regime="rates")


def test_months_are_common_to_all_composites_of_a_regime() -> None:
    late = np.where(np.arange(60) < 10, NONE, 0.01 * wave(4, 60))
    market = market_of({"SPY": 0.02 * wave(2, 60), "AGG": late}, BOTH, yield_changes={"UST10Y": wave(8, 60)})
    found, _ = regimes_of(market, regime="rates")
    # Of 60 months 32 rise and 28 fall; of the first 10, without bonds, 6 and 4.
    assert (found["rates_rising"].n_months, found["rates_falling"].n_months) == (26, 24)


def test_the_benchmarks_months_before_the_window_count_for_its_volatility() -> None:
    returns = {"SPY": np.linspace(0.01, 0.1, 60) * wave(2, 60), "AGG": 0.01 * wave(4, 60)}
    view = view_of(market_of(returns, BOTH), start_date="2024-03-01", beside=("SPY",))
    computed = regimes(view, options(regime="volatility"), least_months=12)
    assert isinstance(computed.result, dict)
    # Volatility rises month by month, so the second half of the 24 is above the median; each ends 12 returns.
    assert {name: each.n_months for name, each in computed.result.items()} == {
        "volatility_high": 12,
        "volatility_low": 12,
    }


def test_slow_waves_have_a_correlation_of_nothing_with_fast_ones_in_every_whole_wave() -> None:
    market = market_of({"SPY": 0.02 * FAST, "AGG": 0.01 * SLOW}, BOTH)
    row = rolled(market, rolling_windows=(8,))["equity", "bond", 8]
    assert row[:4] == pytest.approx((0, 0, 0, 0), abs=1e-10)
    assert row[5] == 17
