"""Offsets: what a shift from what a portfolio has too much of into a candidate would change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.factors.market import Prices
from trimtab.domain.factors.overlays import LEAST_MONTHS
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.quotes import columns_of
from trimtab.domain.factors.rolling import MONTHS_A_YEAR
from trimtab.domain.factors.student import significance
from trimtab.domain.signals import measures
from trimtab.domain.signals.observations import observe
from trimtab.domain.signals.paired import paired

Verdict = Literal["offsets", "diversifies", "adds_risk"]

_ROUNDING: Final = 1e-12
"""A fall of volatility so small is one only by rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class OffsetEffects:
    """Of K candidates; NaN where a figure isn't defined.

    Attributes:
        correlation: with the exposure, over `n_months` common months.
        t_stat: of the correlation; NaN too where that is 1 or -1.
        n_months: months in which candidate and exposure have a return.
        distinguishable: whether the correlation is distinguishable from zero at 5 %.
        volatility_change: annualised, after less before.
        beta_change: to the benchmark, after less before.
        max_drawdown_change: after less before; above 0 is a shallower fall.
        verdict: see section 9.
    """

    correlation: FloatColumn
    t_stat: FloatColumn
    n_months: IntColumn
    distinguishable: BoolColumn
    volatility_change: FloatColumn
    beta_change: FloatColumn
    max_drawdown_change: FloatColumn
    verdict: tuple[Verdict, ...]


@np.errstate(over="ignore", invalid="ignore")
def offset_effects(
    portfolio_returns: FloatColumn,
    sold_returns: FloatColumn,
    *,
    exposure: FloatColumn,
    candidates: FloatColumn,
    benchmark: FloatColumn,
    shift: float,
) -> OffsetEffects:
    """Section 9 for all candidates at once.

    Args:
        portfolio_returns: M monthly returns; NaN where there is none.
        sold_returns: M returns of what is sold, its weights scaled to sum to 1.
        exposure: M returns of the over-exposed factor.
        candidates: M x K returns.
        benchmark: M returns.
        shift: the weight that moves, a fraction of the portfolio.
    """
    pairs = paired(observe(candidates), observe(exposure[:, None]))
    n = pairs.n[:, 0]
    rho = np.where(n >= LEAST_MONTHS, pairs.correlation[:, 0], np.nan)
    t_stat, far = significance(rho, n)
    common = ~np.isnan(candidates + (portfolio_returns + sold_returns + benchmark)[:, None])
    before = np.where(common, portfolio_returns[:, None], np.nan)
    after = before + shift * (candidates - sold_returns[:, None])
    volatility, beta, drawdown = (
        new - old for new, old in zip(_risks(after, benchmark), _risks(before, benchmark), strict=True)
    )
    return OffsetEffects(
        correlation=rho,
        t_stat=t_stat,
        n_months=n,
        distinguishable=far,
        volatility_change=volatility,
        beta_change=beta,
        max_drawdown_change=drawdown,
        verdict=_verdicts(volatility < -_ROUNDING, offsetting=(rho < 0) & far),
    )


def _risks(returns: FloatColumn, benchmark: FloatColumn) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    """Annualised volatility, beta and maximum drawdown of M x K returns."""
    found = observe(returns)
    beta = paired(found, observe(benchmark[:, None])).slope[:, 0]
    return (
        measures.volatility(found, periods_per_year=MONTHS_A_YEAR),
        beta,
        measures.compounded(found).max_drawdown,
    )


def _verdicts(calmer: BoolColumn, *, offsetting: BoolColumn) -> tuple[Verdict, ...]:
    names: tuple[Verdict, ...] = ("adds_risk", "diversifies", "offsets")
    return tuple(names[place] for place in (calmer * (1 + offsetting)).tolist())


def sold_weights(weights: Mapping[str, float], members: Collection[str], *, shift: float) -> dict[str, float]:
    """What is sold of each holding, in proportion to its weight; their sum is the shift, or less where less is held.

    Args:
        weights: of the holdings, fractions of the portfolio; those of 0 are no holdings.
        members: of the factor. Where none of them is held, all holdings are sold from.
        shift: the weight that is to move, a fraction of the portfolio.
    """
    held = {ticker: weight for ticker, weight in weights.items() if weight > 0}
    sold = {ticker: weight for ticker, weight in held.items() if ticker in members} or held
    total = sum(sold.values())
    return {ticker: weight * min(shift / total, 1.0) for ticker, weight in sold.items()}


def portfolio_returns(panel: Panel, weights: Mapping[str, float]) -> FloatColumn:
    """Sum of weights times returns, M; what is missing to 1 is cash without a return.

    NaN for a month in which a holding with a weight has no return, and so for all of them where the panel doesn't have
    the ticker at all.
    """
    held = {ticker: weight for ticker, weight in weights.items() if weight}
    places = columns_of(panel.tickers, tuple(held))
    returns = np.where(places >= 0, panel.returns[:, places], np.nan)
    found: FloatColumn = returns @ np.array(list(held.values()), dtype=np.float64)
    return found


@np.errstate(over="ignore")
def average_daily_value(prices: Prices, tickers: Sequence[str], *, days: int = 60) -> FloatColumn:
    """Mean of close x volume over each ticker's last `days` days with both, N; NaN where it has none."""
    places = columns_of(prices.tickers, tickers)
    value = np.where(places >= 0, prices.close[:, places] * prices.volume[:, places], np.nan)
    there = np.isfinite(value)
    newest = there & (np.cumsum(there[::-1], axis=0)[::-1] <= days)
    count = newest.sum(axis=0)
    return np.where(count > 0, np.where(newest, value, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
