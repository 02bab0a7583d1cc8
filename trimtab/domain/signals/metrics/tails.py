"""The worst returns: where they begin, and what they are on average."""

from dataclasses import dataclass
from typing import Final, overload

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics.frames import Figures, Returns, columns_of, shaped
from trimtab.domain.signals.metrics.periods import checked_periods

CONFIDENCE: Final = 0.95
_WHOLE: Final = 1e-9
"""A place this near to a whole one is it: (n - 1) (1 - confidence) isn't exact, and rounding down would lose one."""


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """The lowest returns of N columns.

    Attributes:
        ascending: lowest first, as many rows as the longest tail has; NaN where a column has no more.
        place: N places of the quantile, counted from 0, between whole ones where it lies between two returns.
    """

    ascending: FloatColumn
    place: FloatColumn

    @property
    def last(self) -> IntColumn:
        """N places of the last return that is in the tail."""
        return np.floor(self.place).astype(np.int64)

    def at(self, place: IntColumn) -> FloatColumn:
        """N returns at N places."""
        found: FloatColumn = self.ascending[place, np.arange(len(place))]
        return found

    @property
    def value_at_risk(self) -> FloatColumn:
        """N: see the metric."""
        below, above = self.at(self.last), self.at(np.ceil(self.place).astype(np.int64))
        share = self.place - self.last
        return below * (1.0 - share) + above * share

    @property
    def expected_shortfall(self) -> FloatColumn:
        """N: see the metric."""
        count = self.last + 1
        within = np.arange(len(self.ascending))[:, None] < count
        # Each is divided before they are added: the sum of finite returns may not be finite.
        found: FloatColumn = (np.where(within, self.ascending, 0.0) / count).sum(axis=0)
        return found


def tail(values: FloatColumn, *, n: IntColumn | None = None, confidence: float = CONFIDENCE) -> Tail:
    """The tails of T x N returns, NaN where there is none; fastest where the periods of a column lie side by side.

    Args:
        values: T x N.
        n: how many returns each column has, where it is known.
        confidence: share of the periods that are better.

    Raises:
        InvalidInput: a confidence that isn't between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise InvalidInput(
            f"confidence is {confidence}; give a share between 0 and 1, such as 0.95.", field="confidence"
        )
    padded = values if len(values) else np.full((1, values.shape[1]), np.nan)
    there = np.count_nonzero(~np.isnan(padded), axis=0) if n is None else n
    exact = np.maximum(there - 1, 0) * (1.0 - confidence)
    place = np.where(np.abs(exact - np.rint(exact)) < _WHOLE, np.rint(exact), exact)
    deepest = int(np.ceil(place).max(initial=0))
    return Tail(np.sort(np.partition(padded, deepest, axis=0)[: deepest + 1], axis=0), place)


@overload
def value_at_risk(returns: "pd.Series[float]", *, confidence: float = ..., periods_per_year: float = ...) -> float: ...
@overload
def value_at_risk(
    returns: pd.DataFrame, *, confidence: float = ..., periods_per_year: float = ...
) -> "pd.Series[float]": ...
@overload
def value_at_risk(
    returns: FloatColumn, *, confidence: float = ..., periods_per_year: float = ...
) -> float | FloatColumn: ...
def value_at_risk(returns: Returns, *, confidence: float = CONFIDENCE, periods_per_year: float = 252) -> Figures:
    """Value at risk: the (1 - confidence) quantile of the returns.

    Convention: historical, interpolated linearly between returns (type 7 of Hyndman and Fan 1996), and signed as a
    return, so a loss is negative, as `empyrical.value_at_risk` and `vectorbt`. `quantstats` takes the quantile of a
    normal distribution, `riskfolio` and `skfolio` turn the sign. A NaN is no observation.

    Args:
        returns: per period, fractions.
        confidence: share of the periods that are better, between 0 and 1.
        periods_per_year: taken so that all metrics are called alike; it changes nothing here.

    Returns:
        A fraction per period; NaN without an observation.

    Raises:
        InvalidInput: a confidence that isn't between 0 and 1.
    """
    checked_periods(periods_per_year)
    return shaped(tail(columns_of(returns), confidence=confidence).value_at_risk, returns)


@overload
def expected_shortfall(
    returns: "pd.Series[float]", *, confidence: float = ..., periods_per_year: float = ...
) -> float: ...
@overload
def expected_shortfall(
    returns: pd.DataFrame, *, confidence: float = ..., periods_per_year: float = ...
) -> "pd.Series[float]": ...
@overload
def expected_shortfall(
    returns: FloatColumn, *, confidence: float = ..., periods_per_year: float = ...
) -> float | FloatColumn: ...
def expected_shortfall(returns: Returns, *, confidence: float = CONFIDENCE, periods_per_year: float = 252) -> Figures:
    """Expected shortfall: the mean of the returns up to the value at risk.

    Convention: historical, the lowest floor((n - 1) (1 - confidence)) + 1 returns, signed as a return, as
    `empyrical.conditional_value_at_risk`. Where returns are equal to the value at risk, all returns up to it
    (`quantstats` with `method="historical"`, PerformanceAnalytics) may be more than these. `quantstats` by default
    takes a normal distribution, `riskfolio` and `skfolio` the mean of exactly (1 - confidence) n, sign turned. A NaN
    is no observation.

    Args:
        returns: per period, fractions.
        confidence: share of the periods that are better, between 0 and 1.
        periods_per_year: taken so that all metrics are called alike; it changes nothing here.

    Returns:
        A fraction per period, at most the value at risk; NaN without an observation.

    Raises:
        InvalidInput: a confidence that isn't between 0 and 1.
    """
    checked_periods(periods_per_year)
    return shaped(tail(columns_of(returns), confidence=confidence).expected_shortfall, returns)
