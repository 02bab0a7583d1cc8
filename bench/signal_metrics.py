"""All metrics of returns for many series at once, beside the packages that are known for them.

A part of the benchmark of alpha signals; `python -m bench.signal_metrics` prints it alone.
"""

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from typing import Any, Final

import empyrical
import ffn
import numpy as np
import pandas as pd
import quantstats.stats as quantstats
import vectorbt  # noqa: F401  # it puts its accessor on frames

from bench.measure import Work, fastest
from bench.report import milliseconds, print_table
from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.evaluation.suite import METRICS, metric_suite

SERIES: Final = 1_000
DAYS: Final = 2_520
FEW: Final = 20
"""Series of the packages that take tens of milliseconds for each; their time is multiplied up."""
ROUNDS: Final = 7
TOLERANCE: Final = 1e-9
PEERS: Final = ("empyrical-reloaded", "vectorbt", "quantstats", "ffn")
WANTED: Final = {"Series": 20, "vectorbt": 3, "quantstats": 100, "ffn": 100}

Figures = Mapping[str, Any]


def report() -> None:
    """Prints the table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        returns, market = _series()
        works = _works(returns, market)
        _refuse_other_figures(returns, market)
        taken = fastest(works, repetitions=ROUNDS)
    ours = taken["ours"]
    rows = [("Trimtab, `metric_suite`", len(METRICS), milliseconds(ours), "1.0", "")]
    for key, (name, count) in _NAMES.items():
        seconds = taken[key] * (SERIES / FEW if key in _PER_SERIES else 1)
        rows.append(
            (name, count, milliseconds(seconds), f"{seconds / ours:.1f}", f">= {WANTED[key]}" if key in WANTED else "")
        )
    print_table(
        f"Metrics of {SERIES:,} series of {DAYS:,} days",
        ("", "metrics", "ms", "times Trimtab", "wanted"),
        rows,
        notes=f"{', '.join(f'{peer} {version(peer)}' for peer in PEERS)}. Fastest of {ROUNDS} runs each, in turns; "
        f"quantstats and ffn took {FEW} series, and their time is multiplied by {SERIES // FEW}. Before that all "
        f"figures on which conventions agree were equal to {TOLERANCE:g}. Trimtab uses two threads, the others one.",
    )


_NAMES: Final = {
    "Series": ("empyrical-reloaded, a pandas Series each", 12),
    "arrays": ("empyrical-reloaded, a NumPy array each", 12),
    "vectorbt": ("vectorbt, `returns` accessor of the frame, compiled", 11),
    "quantstats": ("quantstats, a pandas Series each", 15),
    "ffn": ("ffn, `PerformanceStats`, prices of each", 5),
}
_PER_SERIES: Final = ("quantstats", "ffn")


def _series() -> tuple[pd.DataFrame, "pd.Series[float]"]:
    rng = np.random.default_rng(2)
    days = pd.date_range("2015-01-01", periods=DAYS, freq="B")
    market = rng.normal(0.0004, 0.01, DAYS)
    values = market[:, None] * rng.normal(1, 0.3, SERIES) + rng.normal(0.0002, 0.01, (DAYS, SERIES))
    return pd.DataFrame(values, index=days).add_prefix("s"), pd.Series(market, index=days)


def _works(returns: pd.DataFrame, market: "pd.Series[float]") -> dict[str, Work]:
    arrays = [column.copy() for column in returns.to_numpy().T]
    each = [returns[name] for name in returns]
    prices = [_prices(series) for series in each[:FEW]]
    accessor = returns.vbt.returns(freq="D", year_freq="252D", benchmark_rets=market)
    return {
        "ours": partial(metric_suite, returns, benchmark=market),
        "Series": partial(_looped, of_empyrical, each, market),
        "arrays": partial(_looped, of_empyrical, arrays, market.to_numpy()),
        "vectorbt": partial(of_vectorbt, accessor),
        "quantstats": partial(_looped, of_quantstats, each[:FEW], market),
        "ffn": lambda: [ffn.PerformanceStats(series) for series in prices],
    }


def _looped(
    compute: Callable[[Any, Any], Figures], series: list[Any], market: "pd.Series[float] | FloatColumn"
) -> list[Figures]:
    return [compute(each, market) for each in series]


def of_empyrical(returns: "pd.Series[float] | FloatColumn", market: "pd.Series[float] | FloatColumn") -> Figures:
    """What it has of our metrics, all by the same convention; its ratio to a benchmark is per period."""
    return {
        "total_return": empyrical.cum_returns_final(returns),
        "cagr": empyrical.cagr(returns),
        "volatility": empyrical.annual_volatility(returns),
        "sharpe": empyrical.sharpe_ratio(returns),
        "sortino": empyrical.sortino_ratio(returns),
        "max_drawdown": empyrical.max_drawdown(returns),
        "calmar": empyrical.calmar_ratio(returns),
        "value_at_risk": empyrical.value_at_risk(returns),
        "expected_shortfall": empyrical.conditional_value_at_risk(returns),
        "beta": empyrical.beta(returns, market),
        "tracking_error": empyrical.annual_volatility(returns - market),
        "information_ratio": empyrical.excess_sharpe(returns, market) * np.sqrt(252),
    }


def of_vectorbt(accessor: Any) -> Figures:
    """What it has of our metrics, of all series; its drawdown starts at the first value."""
    return {
        "total_return": accessor.total(),
        "cagr": accessor.annualized(),
        "volatility": accessor.annualized_volatility(),
        "sharpe": accessor.sharpe_ratio(),
        "sortino": accessor.sortino_ratio(),
        "max_drawdown": accessor.max_drawdown(),
        "calmar": accessor.calmar_ratio(),
        "value_at_risk": accessor.value_at_risk(),
        "expected_shortfall": accessor.cond_value_at_risk(),
        "beta": accessor.beta(),
        "information_ratio": accessor.information_ratio() * np.sqrt(252),
    }


def of_quantstats(returns: "pd.Series[float]", market: "pd.Series[float]") -> Figures:
    """All our metrics; its value at risk is that of a normal distribution, its ratio to a benchmark per period."""
    return {
        "total_return": quantstats.comp(returns),
        "cagr": quantstats.cagr(returns),
        "volatility": quantstats.volatility(returns),
        "sharpe": quantstats.sharpe(returns),
        "sortino": quantstats.sortino(returns),
        "max_drawdown": quantstats.max_drawdown(returns),
        "calmar": quantstats.calmar(returns),
        "value_at_risk": quantstats.value_at_risk(returns),
        "expected_shortfall": quantstats.cvar(returns, method="historical"),
        "win_rate": quantstats.win_rate(returns),
        "profit_factor": quantstats.profit_factor(returns),
        "average_win_loss": quantstats.payoff_ratio(returns),
        "beta": quantstats.greeks(returns, market)["beta"],
        "tracking_error": quantstats.volatility(returns - market),
        "information_ratio": quantstats.information_ratio(returns, market) * np.sqrt(252),
    }


def of_ffn(prices: "pd.Series[float]") -> Figures:
    """Those of its figures that follow the same convention; it computes some forty more."""
    found = ffn.PerformanceStats(prices)
    return {
        "total_return": found.total_return,
        "volatility": found.daily_vol,
        "sharpe": found.daily_sharpe,
        "sortino": found.daily_sortino,
        "max_drawdown": found.max_drawdown,
    }


def _prices(returns: "pd.Series[float]") -> "pd.Series[float]":
    """From 1 on the day before the first."""
    first = pd.Series([1.0], index=[returns.index[0] - pd.Timedelta(days=1)])
    return pd.concat([first, (1 + returns).cumprod()])


def _refuse_other_figures(returns: pd.DataFrame, market: "pd.Series[float]") -> None:
    few = returns.iloc[:, :FEW]
    ours = metric_suite(returns, benchmark=market).iloc[:, :FEW]
    accessor = returns.vbt.returns(freq="D", year_freq="252D", benchmark_rets=market)
    compiled = {name: found.to_numpy()[:FEW] for name, found in of_vectorbt(accessor).items()}
    looped = {
        "empyrical": pd.DataFrame([of_empyrical(few[name], market) for name in few]),
        "vectorbt": pd.DataFrame(compiled).drop(columns=["max_drawdown", "calmar"]),
        "quantstats": pd.DataFrame([of_quantstats(few[name], market) for name in few]).drop(columns="value_at_risk"),
        "ffn": pd.DataFrame([of_ffn(_prices(few[name])) for name in few]),
    }
    for name, found in looped.items():
        for metric in found:
            if not np.allclose(found[metric], ours.loc[metric], rtol=TOLERANCE, atol=TOLERANCE):
                raise RuntimeError(f"{name} gives another {metric}")


if __name__ == "__main__":
    report()
