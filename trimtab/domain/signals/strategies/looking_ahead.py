"""Whether signals of strategies that aren't ours rest on what comes later: they are asked again about other prices."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.signals.strategies.panel import SignalPanel, framed
from trimtab.domain.signals.strategies.prices import LEAST_PRICE, MOST_PRICE, checked_prices
from trimtab.domain.signals.strategies.strategy import Strategy
from trimtab.domain.signals.strategies.strategy_failed import StrategyFailed
from trimtab.domain.signals.strategies.trial_days import days_to_try
from trimtab.domain.signals.strategies.trusting import checked_signals

MOST_TRIED: Final = 30_000_000
"""Prices in all trials together; beyond that fewer days are tried."""
_LEAST_DAYS: Final = 2
_AFTERWARDS: Final = 63
"""How many days with other prices follow the day that is tried."""
_UNKNOWN: Final = 100.0
"""What a symbol without a price so far costs in other prices."""
_ROUNDING: Final = 1e-9


def proven_signals(strategy: Strategy, prices: pd.DataFrame) -> SignalPanel:
    """The signals of a strategy, of which none was found to rest on something after its date.

    After each of up to 12 days what came later is taken away, and after every other one of them replaced by something
    else. Whatever the strategy said up to that day has to stand, to the last bit. That proves a look ahead, and makes
    it unlikely where it finds none.

    Raises:
        InvalidInput: the prices aren't such that any strategy could work on them.
        StrategyFailed: its signals can't be used, for these prices or for others; it looks ahead; or it gives signals
            that it kept of other prices.
    """
    checked_prices(prices)
    if prices.empty:
        return checked_signals(strategy, prices)
    # Asked first: what its class keeps by dates and symbols is then of prices that never were, and comes to light.
    try:
        other = _tried(strategy, _otherwise(prices, after=0))
    except StrategyFailed:
        checked_signals(strategy, prices)  # who fails whatever the prices are fails for these
        raise
    panel = checked_signals(strategy, prices)
    moved = [*_moved(panel, other, until=0), *_moved_by_later(strategy, prices, panel=panel)]
    if moved:
        day = prices.index[min(moved)].date()
        raise StrategyFailed(strategy.name, f"It looks ahead: its signals of {day} change when later prices do.")
    if _same_where_both(panel, other) and not _same_of_fewer(strategy, prices, panel=panel):
        said = "It gives signals of other prices than it is asked about; it may keep nothing between calls."
        raise StrategyFailed(strategy.name, said)
    return panel


def _moved_by_later(strategy: Strategy, prices: pd.DataFrame, *, panel: SignalPanel) -> Iterator[int]:
    """The rows that moved when later prices were taken away, and when they were others."""
    for place, day in enumerate(_affordable(days_to_try(panel.alpha), n_symbols=prices.shape[1])):
        yield from _moved(panel, _tried(strategy, prices.iloc[: day + 1]), until=day)
        if place % 2 == 0:
            others = _otherwise(prices.iloc[: day + 1 + _AFTERWARDS], after=day)
            yield from _moved(panel, _tried(strategy, others), until=day)


def _affordable(days: tuple[int, ...], *, n_symbols: int) -> tuple[int, ...]:
    """The first of the days, as many as don't cost more than a strategy over a large market may."""
    spent = accumulate((2 * day + _AFTERWARDS) * n_symbols for day in days)
    return days[: max(_LEAST_DAYS, sum(numbers <= MOST_TRIED for numbers in spent))]


def _tried(strategy: Strategy, prices: pd.DataFrame) -> SignalPanel:
    """Its signals for prices that weren't asked about."""
    try:
        return checked_signals(strategy, prices)
    except StrategyFailed as failure:
        said = f"{failure.reason} It was asked about other prices, to see whether it looks ahead."
        raise StrategyFailed(strategy.name, said) from failure


def _otherwise(prices: pd.DataFrame, *, after: int) -> pd.DataFrame:
    """The prices up to a day; then each symbol's last one, up and down by its own pattern, with gaps."""
    row, column = np.ogrid[: len(prices), : prices.shape[1]]
    known = prices.iloc[: after + 1].ffill().iloc[-1].fillna(_UNKNOWN).to_numpy(dtype=np.float64)
    other = np.clip(known * (0.6 + 0.1 * ((3 * row + 5 * column) % 9)), LEAST_PRICE, MOST_PRICE)
    # Gaps from the first day on would leave long windows without any signal.
    gaps = ((row + 2 * column) % 7 == 3) & (after > 0)
    values = prices.to_numpy(dtype=np.float64, na_value=np.nan)
    return framed(np.where(row <= after, values, np.where(gaps, np.nan, other)), prices)


def _moved(panel: SignalPanel, other: SignalPanel, *, until: int) -> Iterator[int]:
    """The first row of each frame in which the two differ; row 0 where what isn't by dates does."""
    if _terms(panel) != _terms(other):
        yield 0
        return
    others = [other.alpha, other.confidence, *other.indicators.values()]
    for before, after in zip([panel.alpha, panel.confidence, *panel.indicators.values()], others, strict=True):
        left, right = before.to_numpy()[: until + 1], after.to_numpy()[: until + 1]
        differs = ~((left == right) | (np.isnan(left) & np.isnan(right))).all(axis=1)
        if differs.any():
            yield int(differs.argmax())


def _terms(panel: SignalPanel) -> tuple[object, ...]:
    return panel.horizon_days, panel.volatility_adjusted, dict(panel.thresholds), tuple(panel.indicators)


def _same_of_fewer(strategy: Strategy, prices: pd.DataFrame, *, panel: SignalPanel) -> bool:
    """Whether it says the same without the first day, and with the symbols the other way round.

    Asked only of who says the same of whatever prices. Who goes by dates, or always says the same, does so still; who
    kept what it said before, by the first day or by the symbols, computes anew.
    """
    other = _tried(strategy, prices.iloc[1:, ::-1]).alpha.to_numpy()[:, ::-1]
    before = panel.alpha.to_numpy()[1:]
    return bool(((np.abs(before - other) <= _ROUNDING) | ~_both(before, other)).all())


def _same_where_both(panel: SignalPanel, other: SignalPanel) -> bool:
    """Whether the two, of which only the first prices are the same, say the same wherever both say something."""
    left, right = panel.alpha.to_numpy()[1:], other.alpha.to_numpy()[1:]
    both = _both(left, right)
    return bool(both.any()) and bool((left[both] == right[both]).all())


def _both(left: FloatColumn, right: FloatColumn) -> BoolColumn:
    return ~(np.isnan(left) | np.isnan(right))
