"""The signals of one strategy over all dates and symbols."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.signals.strategies.ranges import refuse, whole
from trimtab.domain.signals.strategies.strategy_signal import MOST_HORIZON_DAYS, StrategySignal


@dataclass(frozen=True, slots=True, eq=False)
class SignalPanel:
    """Signals, T dates x N symbols; the newest row is today's. NaN is no signal, which isn't a neutral one.

    Attributes:
        strategy: the strategy's name.
        alpha: -1 to 1.
        confidence: 0 to 1, where there is an alpha.
        horizon_days: for how many trading days a signal is meant.
        volatility_adjusted: whether alpha is measured in each symbol's own volatility.
        indicators: what the signals were made of, by name, of the same dates and symbols.
        thresholds: the parameters they were compared with, by name.

    Raises:
        InvalidInput: a frame with other labels than alpha's, values out of range, or a horizon that is none.
    """

    strategy: str
    alpha: pd.DataFrame
    confidence: pd.DataFrame
    horizon_days: int
    volatility_adjusted: bool
    indicators: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frames = {"confidence": self.confidence, **self.indicators}
        refuse(
            [
                *whole("horizon_days", self.horizon_days, least=1, most=MOST_HORIZON_DAYS),
                *(_other_labels(name) for name, frame in frames.items() if not _labelled_alike(frame, self.alpha)),
            ]
        )
        refuse(_out_of_range(self.alpha.to_numpy(dtype=float), self.confidence.to_numpy(dtype=float)))


def framed(values: FloatColumn, like: pd.DataFrame) -> pd.DataFrame:
    """A copy of T x N values with the labels of another frame."""
    return pd.DataFrame(values, index=like.index, columns=like.columns)


def labelled(values: FloatColumn, like: pd.DataFrame) -> pd.DataFrame:
    """The same of values that nothing else uses: they aren't copied, which costs more than to make them."""
    return pd.DataFrame(values, index=like.index, columns=like.columns, copy=False)


def latest(panel: SignalPanel) -> tuple[StrategySignal, ...]:
    """The signals of the newest date, in the order of the symbols; without those that have none."""
    if panel.alpha.empty:
        return ()
    alpha, confidence = panel.alpha.iloc[-1], panel.confidence.iloc[-1]
    return tuple(
        StrategySignal(
            timestamp=panel.alpha.index[-1].to_pydatetime(),
            symbol=panel.alpha.columns[place],
            strategy=panel.strategy,
            alpha_score=float(alpha.iloc[place]),
            confidence=float(confidence.iloc[place]),
            horizon_days=panel.horizon_days,
            volatility_adjusted=panel.volatility_adjusted,
            metadata=_metadata(panel, place=place),
        )
        for place in np.flatnonzero(alpha.notna()).tolist()
    )


def _metadata(panel: SignalPanel, *, place: int) -> dict[str, float]:
    """Indicators of the newest date that are there, then thresholds."""
    newest = {name: float(frame.iloc[-1].iloc[place]) for name, frame in panel.indicators.items()}
    return {**{name: value for name, value in newest.items() if np.isfinite(value)}, **panel.thresholds}


def _labelled_alike(frame: pd.DataFrame, other: pd.DataFrame) -> bool:
    return frame.index.equals(other.index) and frame.columns.equals(other.columns)


def _other_labels(name: str) -> Problem:
    return Problem(name, f"{name} has other dates or symbols than alpha; give all frames the same.")


def _out_of_range(alpha: FloatColumn, confidence: FloatColumn) -> list[Problem]:
    problems = []
    if _beyond(alpha, least=-1.0):
        problems.append(Problem("alpha", "alpha holds a value that isn't within -1 and 1."))
    if _beyond(confidence, least=0.0):
        problems.append(Problem("confidence", "confidence holds a value that isn't within 0 and 1."))
    if not np.array_equal(np.isnan(alpha), np.isnan(confidence)):
        problems.append(Problem("confidence", "confidence has to be there where alpha is, and NaN where it isn't."))
    return problems


def _beyond(values: FloatColumn, *, least: float) -> bool:
    """Whether one is less than the least or more than 1; the extremes are enough to know, and NaN is neither."""
    lowest, highest = (side.reduce(values, axis=None, initial=np.nan) for side in (np.fmin, np.fmax))
    return bool(lowest < least) or bool(highest > 1)
