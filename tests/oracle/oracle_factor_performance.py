"""Sections 8 and 9 of docs/factor-maths.md, one ticker and one candidate after another."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.oracle.oracle_factor_data import OLDEST_DAYS, Data
from tests.oracle.oracle_factors import NOISE

PERIODS = 12
LEAST_FOR_T = 3
ADV_DAYS = 60


@dataclass(frozen=True)
class Figures:
    """What a column returned, and at what risk; None is what isn't defined."""

    annualized_return: float | None
    volatility: float | None
    sharpe_ratio: float | None
    max_drawdown: float | None
    beta_vs_benchmark: float | None
    n_months: int


def moves(series: pd.Series) -> bool:
    """By more than what noise leaves, such as of a cash composite less itself."""
    return len(series) > 1 and float(series.max() - series.min()) > NOISE


def volatility(returns: pd.Series) -> float:
    return float(returns.std()) * math.sqrt(PERIODS)


def max_drawdown(returns: Iterable[float]) -> float:
    """From a wealth of 1."""
    wealth, top, worst = 1.0, 1.0, 0.0
    for value in returns:
        wealth *= 1 + value
        top = max(top, wealth)
        worst = min(worst, wealth / top - 1)
    return worst


def beta(returns: pd.Series, benchmark: pd.Series) -> float | None:
    both = pd.DataFrame({"r": returns, "b": benchmark}).dropna()
    return float(both["r"].cov(both["b"]) / both["b"].var()) if len(both) > 1 and moves(both["b"]) else None


def sharpe(returns: pd.Series, cash: pd.Series | None) -> float | None:
    """Over the months that both have."""
    excess = returns.dropna() if cash is None else (returns - cash).dropna()
    if len(excess) < 2 or not moves(excess):
        return None
    return float(excess.mean() / excess.std()) * math.sqrt(PERIODS)


def figures(returns: pd.Series, *, cash: pd.Series | None, benchmark: pd.Series | None) -> Figures:
    own = returns.dropna()
    return Figures(
        annualized_return=math.prod(1 + own) ** (PERIODS / len(own)) - 1 if len(own) else None,
        volatility=volatility(own) if len(own) > 1 else None,
        sharpe_ratio=sharpe(returns, cash),
        max_drawdown=max_drawdown(own) if len(own) else None,
        beta_vs_benchmark=None if benchmark is None else beta(returns, benchmark),
        n_months=len(own),
    )


def dividend_yield(data: Data, ticker: str, *, last: pd.Period, most: float) -> tuple[float | None, bool]:
    """The yield on the month-end price of section 1, and whether it was held within its bounds."""
    paid = data.dividend[ticker].dropna()
    close = month_end_close(data, ticker, month=last)
    if paid.empty or close is None or data.close[ticker].dropna().index[0] > (last - PERIODS).end_time:
        return None, False
    year = paid[(paid.index > (last - PERIODS).end_time) & (paid.index <= last.end_time)]
    raw = float(year.sum()) / close
    return min(max(raw, 0.0), most), not 0 <= raw <= most


def month_end_close(data: Data, ticker: str, *, month: pd.Period) -> float | None:
    days = data.close[(data.close.index >= month.start_time) & (data.close.index <= month.end_time)]
    own = days[ticker].dropna()
    if own.empty or (days.index[-1] - own.index[-1]).days > OLDEST_DAYS:
        return None
    return float(own.iloc[-1])


def student_cdf(t: float, degrees: int) -> float:
    """By Simpson's rule over the density."""
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    x = np.linspace(0.0, abs(t), 20_001)
    density = scale * (1 + x * x / degrees) ** (-(degrees + 1) / 2)
    step = x[1] - x[0]
    area = float(step / 3 * (density[0] + density[-1] + 4 * density[1:-1:2].sum() + 2 * density[2:-1:2].sum()))
    return 0.5 + math.copysign(area, t)


def distinguishable(t: float, degrees: int) -> bool:
    return student_cdf(abs(t), degrees) >= 0.975


@dataclass(frozen=True)
class Holdings:
    """A portfolio, what a shift sells of it, and their returns."""

    weights: dict[str, float]
    sold: dict[str, float]
    returns: pd.Series
    sold_returns: pd.Series
    shift: float


def holdings(weights: Mapping[str, float], members: Iterable[str], *, returns: pd.DataFrame, shift: float) -> Holdings:
    """Section 9: `sold` are the weights that go; the returns are those of months that all holdings have."""
    own = returns[list(weights)].dropna()
    inside = {ticker: weight for ticker, weight in weights.items() if ticker in set(members)} or dict(weights)
    shift = min(shift, sum(inside.values()))
    total = sum(inside.values())
    return Holdings(
        weights=dict(weights),
        sold={ticker: shift * weight / total for ticker, weight in inside.items()},
        returns=sum((own[t] * w for t, w in weights.items()), pd.Series(0.0, index=own.index)),
        sold_returns=sum((own[t] * w / total for t, w in inside.items()), pd.Series(0.0, index=own.index)),
        shift=shift,
    )


@dataclass(frozen=True)
class Effect:
    """Section 9 of one candidate."""

    correlation: float | None
    t_stat: float | None
    n_months: int
    distinguishable: bool
    volatility_change: float
    beta_change: float | None
    max_drawdown_change: float
    verdict: str


def effect(candidate: pd.Series, held: Holdings, *, exposure: pd.Series, benchmark: pd.Series) -> Effect:
    both = pd.DataFrame({"c": candidate, "e": exposure}).dropna()
    n = len(both)
    rho = float(both["c"].corr(both["e"])) if n >= LEAST_FOR_T and moves(both["c"]) and moves(both["e"]) else None
    t = None if rho is None or abs(rho) >= 1 - 1e-12 else rho * math.sqrt((n - 2) / (1 - rho * rho))
    told = rho is not None and (t is None or distinguishable(t, n - 2))
    all_of_it = pd.DataFrame({"p": held.returns, "s": held.sold_returns, "c": candidate, "b": benchmark}).dropna()
    before, after = all_of_it["p"], all_of_it["p"] + held.shift * (all_of_it["c"] - all_of_it["s"])
    risk = volatility(after) - volatility(before)
    betas = beta(after, all_of_it["b"]), beta(before, all_of_it["b"])
    falls = risk < 0
    return Effect(
        correlation=rho,
        t_stat=t,
        n_months=n,
        distinguishable=told,
        volatility_change=risk,
        beta_change=None if betas[0] is None or betas[1] is None else betas[0] - betas[1],
        max_drawdown_change=max_drawdown(after) - max_drawdown(before),
        verdict="offsets"
        if rho is not None and rho < 0 and told and falls
        else "diversifies"
        if falls
        else "adds_risk",
    )


@dataclass(frozen=True)
class PortfolioFigures:
    volatility: float
    beta: float | None
    max_drawdown: float
    correlation_with_factor: float
    n_months: int
    cash_weight: float


def portfolio_figures(held: Holdings, *, exposure: pd.Series, benchmark: pd.Series) -> PortfolioFigures:
    """Over the months of all holdings and the benchmark."""
    both = pd.DataFrame({"p": held.returns, "b": benchmark}).dropna()
    return PortfolioFigures(
        volatility=volatility(both["p"]),
        beta=beta(both["p"], both["b"]),
        max_drawdown=max_drawdown(both["p"]),
        correlation_with_factor=float(both["p"].corr(exposure.reindex(both.index))),
        n_months=len(both),
        cash_weight=1 - sum(held.weights.values()),
    )


def average_daily_value(data: Data, ticker: str) -> float | None:
    """Close x volume over its last 60 days with both; None where it has none."""
    traded = (data.close[ticker] * data.volume[ticker]).dropna().tail(ADV_DAYS)
    return float(traded.mean()) if len(traded) else None


def last_close(data: Data, ticker: str) -> float:
    return float(data.close[ticker].dropna().iloc[-1])
