"""Whether scores said which symbols would do better, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.metrics.panels import Panel, dates_of, panel_values, placed
from trimtab.domain.signals.observations import centred, settled
from trimtab.domain.signals.quotients import quotient
from trimtab.domain.signals.ranks import rank_correlation


@dataclass(frozen=True, slots=True, eq=False)
class InformationCoefficient:
    """How scores and the returns after them went together.

    Attributes:
        mean: of the dates that have one, -1 to 1; NaN without any.
        t_stat: the mean over its standard error; NaN where the coefficients don't vary, or for fewer than two.
        n_dates: dates that have one.
        by_date: one coefficient per date, NaN where there is none.
    """

    mean: float
    t_stat: float
    n_dates: int
    by_date: "pd.Series[float]"


def information_coefficient(
    scores: Panel, forward_returns: Panel, *, horizon_periods: int = 1
) -> InformationCoefficient:
    """Information coefficient: Spearman's correlation of scores and forward returns across symbols, date by date.

    Convention: average ranks among equals, over the symbols that have both, as `alphalens`
    (`factor_information_coefficient`); the mean is that of its `mean_information_coefficient`. The t-statistic is
    mean / s sqrt(n), as its tear sheet's, where a forward return spans one period. One that spans h overlaps with its
    neighbours, which makes that figure too large; then the standard error is that of Newey and West (1987) with h - 1
    lags. A date without a coefficient keeps its place.

    Args:
        scores: T x N, a row per date, known at that date.
        forward_returns: T x N, fractions, what came after each date; frames are aligned by the labels of the scores.
        horizon_periods: how many rows a forward return spans, h.

    Returns:
        Mean, t-statistic and the coefficient of each date.

    Raises:
        InvalidInput: tables that don't fit (`placed`), an infinite value, or a horizon below 1.
    """
    _checked((horizon_periods,), field="horizon_periods")
    values = panel_values(scores, field="scores")
    found = rank_correlation(values, placed(forward_returns, scores, field="forward_returns"))
    return _summary(pd.Series(found, index=dates_of(scores)), horizon_periods=horizon_periods)


def alpha_decay(scores: Panel, returns: Panel, *, horizons: Sequence[int]) -> pd.DataFrame:
    """Alpha decay: the information coefficient for the return over the next 1, 2, 5 ... periods.

    Convention: the forward return of a date compounds the h periods after it, (1 + r) of t + 1 to t + h, less 1, as
    `alphalens` has it for a trade at the close of t; without one of them there is none. Horizons count rows of the
    returns, and so does the overlap that the t-statistic allows for, however seldom there are scores.

    Args:
        scores: a row per date, known at that date's close; frames are aligned by the labels of the returns.
        returns: T x N per period, fractions: the row of a date is the return up to it.
        horizons: periods, each a whole number of 1 or more, none twice.

    Returns:
        A row per horizon (`horizon_periods`), in the order given: `mean`, `t_stat`, `n_dates`.

    Raises:
        InvalidInput: tables that don't fit (`placed`), an infinite value, or horizons that aren't as above.
    """
    _checked(horizons, field="horizons")
    values = panel_values(returns, field="returns")
    known = placed(scores, returns, field="scores")
    found = [information_coefficient(known, forward_returns(values, periods=h), horizon_periods=h) for h in horizons]
    return pd.DataFrame(
        {
            "mean": [each.mean for each in found],
            "t_stat": [each.t_stat for each in found],
            "n_dates": [each.n_dates for each in found],
        },
        index=pd.Index(horizons, name="horizon_periods"),
    )


def _checked(horizons: Sequence[int], *, field: str) -> None:
    problems = [
        Problem(field, f"{each} is not a horizon; give a whole number of periods, 1 or more.")
        for each in horizons
        if each < 1
    ]
    if len(set(horizons)) != len(horizons):
        problems.append(Problem(field, "a horizon stands twice; each may stand once."))
    if problems:
        raise InvalidInput(f"{field}: {problems[0].message}", problems=problems)


@np.errstate(over="ignore", invalid="ignore")
def forward_returns(returns: FloatColumn, *, periods: int) -> FloatColumn:
    """Compounded returns of the periods after each row, T x N; NaN where one of them is missing."""
    found = np.full(returns.shape, np.nan)
    if periods < len(returns):
        windows = np.lib.stride_tricks.sliding_window_view(returns[1:] + 1.0, periods, axis=0)
        found[:-periods] = windows.prod(axis=-1) - 1.0
    return np.where(np.isfinite(found), found, np.nan)


def _summary(by_date: "pd.Series[float]", *, horizon_periods: int) -> InformationCoefficient:
    values = by_date.to_numpy(dtype=np.float64)[:, None]
    there: FloatColumn = np.subtract(1.0, np.isnan(values))
    n = there.sum(axis=0).astype(np.int64)
    filled: FloatColumn = np.nan_to_num(values)
    mean = quotient(filled.sum(axis=0), n)
    around = centred(filled, there, n=n)[:, 0]
    # Sums over all windows of h rows, squared, weigh the product of two dates h - lag times: Bartlett's weights.
    # The 0 in front changes none of them; without it no date at all would be an error.
    windows = np.convolve(np.append(0.0, around), np.ones(horizon_periods))
    squares = settled(np.atleast_1d(windows @ windows / horizon_periods), n)
    t_stat = quotient(mean, np.sqrt(quotient(squares, n * (n - 1))))
    return InformationCoefficient(float(mean[0]), float(t_stat[0]), int(n[0]), by_date)
