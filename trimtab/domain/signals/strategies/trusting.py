"""Signals of strategies that aren't ours: nothing that they answer is taken for granted."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import IntColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.methods import NAMES
from trimtab.domain.signals.strategies.names import is_name
from trimtab.domain.signals.strategies.panel import SignalPanel, framed
from trimtab.domain.signals.strategies.prices import LEAST_PRICE, MOST_PRICE, checked_prices
from trimtab.domain.signals.strategies.strategy import Strategy
from trimtab.domain.signals.strategies.strategy_failed import MOST_SAID, StrategyFailed, words_of

_FIELDS: Final = tuple(field.name for field in fields(SignalPanel))


def checked_signals(strategy: Strategy, prices: pd.DataFrame) -> SignalPanel:
    """The signals of a strategy, in frames that are ours.

    Raises:
        InvalidInput: the prices aren't such that any strategy could work on them.
        StrategyFailed: the strategy raised something, changed the prices, or answered what isn't signals for them.
    """
    values = checked_prices(prices)
    # Always one block of floats: how numbers lie in memory changes the last bit of a sum, and so of a signal.
    given = framed(values.copy(), prices)
    try:
        answer: object = strategy.signals(given)
    except Exception as error:
        raise StrategyFailed(strategy.name, f"It raised {words_of(error)}.") from error
    if type(answer) is not SignalPanel:
        raise StrategyFailed(strategy.name, f"It answered a {clean(type(answer).__name__)}, not a SignalPanel.")
    # Whoever made the panel may have gone round its checks, so that even a field may be missing.
    said = {name: getattr(answer, name, None) for name in _FIELDS}
    wrong = [*_misunderstood(said, strategy=strategy.name), *_misshapen(said, prices)]
    if not given.equals(framed(values, prices)):
        wrong.append("It changed the prices that it was given.")
    if wrong:
        raise StrategyFailed(strategy.name, " ".join(wrong))
    return _ours(said, prices)


def looks_ahead(strategy: Strategy, prices: pd.DataFrame, *, panel: SignalPanel) -> date | None:
    """The first date whose signal rests on something after it; None where none was found to.

    After two days, what came later is taken away, and then replaced by something else. Whatever the strategy said up to
    that day has to stand, to the last bit. That proves a look ahead, and makes it unlikely where it finds none.

    Args:
        strategy: who gave the panel.
        prices: what it was given.
        panel: its signals for them.

    Raises:
        StrategyFailed: it gives no signals for the other prices.
    """
    moved = [
        row
        for day in _days_to_try(panel)
        for other in (prices.iloc[: day + 1], _otherwise(prices, after=day))
        for row in _moved(panel, checked_signals(strategy, other), until=day)
    ]
    return prices.index[min(moved)].date() if moved else None


def _misunderstood(said: Mapping[str, Any], *, strategy: str) -> Iterator[str]:
    """What is wrong beside the frames."""
    if said["strategy"] != strategy:
        yield "Its signals are under another name than its own."
    if not isinstance(said["volatility_adjusted"], bool):
        yield "volatility_adjusted is neither True nor False."
    for field in ("indicators", "thresholds"):
        if not (isinstance(said[field], Mapping) and all(map(is_name, said[field]))):
            yield f"{field} aren't by names ({NAMES})."
    if isinstance(said["thresholds"], Mapping) and not all(map(_is_number, said["thresholds"].values())):
        yield "A threshold isn't a finite number."


def _misshapen(said: Mapping[str, Any], prices: pd.DataFrame) -> Iterator[str]:
    """What is wrong with the frames; all have the labels of the prices."""
    indicators = said["indicators"] if isinstance(said["indicators"], Mapping) else {}
    for name, frame in {"alpha": said["alpha"], "confidence": said["confidence"], **indicators}.items():
        if not isinstance(frame, pd.DataFrame):
            yield f"{clean(str(name))} isn't a DataFrame."
        elif not (frame.index.equals(prices.index) and frame.columns.equals(prices.columns)):
            yield f"{clean(str(name))} has other dates or symbols than the prices."
        elif not all(isinstance(kind, np.dtype) and kind.kind == "f" for kind in frame.dtypes):
            yield f"{clean(str(name))} holds something else than floats."


def _ours(said: Mapping[str, Any], prices: pd.DataFrame) -> SignalPanel:
    """A panel of our own, so that its checks are gone through, and nobody changes it later."""
    frames = {name: _copied(said[name], prices) for name in ("alpha", "confidence")}
    indicators = {name: _copied(frame, prices) for name, frame in said["indicators"].items()}
    thresholds = {name: float(value) for name, value in said["thresholds"].items()}
    try:
        panel = SignalPanel(**{**said, **frames, "indicators": indicators, "thresholds": thresholds})
    except InvalidInput as error:
        raise StrategyFailed(said["strategy"], clean(error.message, MOST_SAID)) from error
    unpriced = panel.alpha.notna() & prices.isna()
    if unpriced.any(axis=None):
        symbol = clean(prices.columns[int(unpriced.any(axis=0).argmax())])
        raise StrategyFailed(said["strategy"], f"It gives {symbol} a signal on a day on which that has no price.")
    return panel


def _copied(frame: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    return framed(frame.to_numpy(dtype=np.float64, copy=True), prices)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


def _days_to_try(panel: SignalPanel) -> tuple[int, ...]:
    """Two places among the days that have signals and others after them.

    Where there are such, the next day is of the same week and month: who looks ahead to the end of one shows it there.
    """
    given = panel.alpha.notna().any(axis=1).to_numpy()
    last = len(given) - 1
    first = min(int(given.argmax()) if given.any() else 0, last - 1)
    within = [row for row in _before_another_of_its_period(panel.alpha.index) if row >= first]
    places = within or range(max(first, 0), last)
    return tuple(sorted({places[len(places) // 3], places[2 * len(places) // 3]})) if places else ()


def _before_another_of_its_period(dates: pd.Index) -> list[int]:
    calendar = pd.DatetimeIndex(dates).isocalendar()
    period = np.column_stack([calendar["year"], calendar["week"], pd.DatetimeIndex(dates).month]).astype(np.int64)
    same: IntColumn = np.flatnonzero((period[1:] == period[:-1]).all(axis=1))
    return [int(row) for row in same]


def _otherwise(prices: pd.DataFrame, *, after: int) -> pd.DataFrame:
    """The prices up to a day; then each symbol's last one, up and down by its own pattern, with gaps."""
    row, column = np.ogrid[: len(prices), : prices.shape[1]]
    known = prices.iloc[: after + 1].ffill().iloc[-1].to_numpy(dtype=np.float64)
    other = np.clip(known * (0.6 + 0.1 * ((3 * row + 5 * column) % 9)), LEAST_PRICE, MOST_PRICE)
    gaps = (row + 2 * column) % 7 == 3
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
