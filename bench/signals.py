"""Alpha signals beside their peers: indicators, portfolio backtests, risk parity, and the metrics of many series."""

import warnings
from functools import partial
from typing import Any, Final

import bt
import numpy as np
import pandas as pd
import riskfolio
import talib
import vectorbt
from skfolio.optimization import RiskBudgeting

from bench import signal_metrics
from bench.measure import Work, fastest
from bench.report import milliseconds, print_table
from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.backtest import Rules, backtest, equal_weight
from trimtab.domain.signals.risk_parity import contributions_differ_by, equal_risk_contribution
from trimtab.domain.signals.strategies import BollingerMeanReversion, MacdRsiConfluence, MomentumRank

DAYS: Final = 2_520
PANEL_SYMBOLS: Final = 500
PANEL_WANTED: Final = 2.0
SYMBOLS: Final = 100
BACKTEST_WANTED: Final = 50
PARITY_WANTED: Final = 10
ROUNDS: Final = 7
STRATEGIES: Final = (BollingerMeanReversion(), MacdRsiConfluence(), MomentumRank())
FREE: Final = Rules(lag_days=0, cost_bps=0.0)


def report() -> None:
    """Prints all tables."""
    _report_panel()
    _report_backtest()
    _report_parity()
    signal_metrics.report()


def walks(symbols: int) -> pd.DataFrame:
    """Prices of ten years that wander around 100."""
    steps = np.random.default_rng(1).normal(0.0003, 0.012, (DAYS, symbols))
    days = pd.bdate_range("2016-01-04", periods=DAYS)
    return pd.DataFrame(100.0 * np.exp(np.cumsum(steps, axis=0)), index=days, columns=[f"S{n}" for n in range(symbols)])


def indicators_in_a_loop(prices: FloatColumn) -> None:
    """What the three strategies are made of, symbol by symbol: no signal is made of it yet."""
    for column in range(prices.shape[1]):
        price = np.ascontiguousarray(prices[:, column])
        talib.SMA(price, 20)
        talib.STDDEV(price, 20)
        talib.SUM(np.abs(talib.MOM(price, 1)), 19)
        talib.MOM(price, 19)
        talib.RSI(price, 14)
        talib.MACD(price, 12, 26, 9)
        talib.ROCP(price, 231)


def _report_panel() -> None:
    frame = walks(PANEL_SYMBOLS)
    works: dict[str, Work] = {
        "TA-Lib": partial(indicators_in_a_loop, frame.to_numpy()),
        "all": lambda: [strategy.signals(frame) for strategy in STRATEGIES],
        **{strategy.name: partial(strategy.signals, frame) for strategy in STRATEGIES},
    }
    taken = fastest(works, repetitions=ROUNDS)
    base = taken["TA-Lib"]
    names = {"TA-Lib": "TA-Lib, the indicators alone in a loop over symbols", "all": "Trimtab, signals of all three"}
    print_table(
        f"Signals of {PANEL_SYMBOLS} symbols over {DAYS:,} days",
        ("", "ms", "times TA-Lib", "wanted"),
        [
            (names.get(name, f"Trimtab, `{name}`"), milliseconds(value), f"{value / base:.2f}",
             f"<= {PANEL_WANTED:g}" if name == "all" else "")
            for name, value in taken.items()
        ],
    )  # fmt: skip


def _report_backtest() -> None:
    prices = walks(SYMBOLS)
    panels = [strategy.signals(prices) for strategy in STRATEGIES]
    works: dict[str, Work] = {
        "Trimtab, `equal_weight`": partial(equal_weight, prices, rules=FREE),
        "vectorbt, `from_orders` and its value": partial(_vectorbt, prices),
        "bt": partial(_bt, prices),
        "Trimtab, `backtest` of three strategies": partial(backtest, prices, panels, rules=Rules()),
    }
    ours = equal_weight(prices, rules=FREE).equity / FREE.initial_capital
    for found in (_vectorbt(prices), _bt(prices)):
        if not np.allclose(found / found[0], ours, rtol=1e-9):
            raise RuntimeError("a peer has another equity")
    taken = fastest(works, repetitions=3)
    base = taken["bt"]
    print_table(
        f"Backtest of {SYMBOLS} symbols over {DAYS:,} days, equal weights each month",
        ("", "ms", "times faster than bt", "wanted"),
        [
            (name, milliseconds(value), f"{base / value:.1f}", f">= {BACKTEST_WANTED}" if "`equal" in name else "")
            for name, value in taken.items()
        ],
        notes="All give the same equity to 1e-9, except the last, which decides by signals.",
    )


def _month_starts(prices: pd.DataFrame) -> FloatColumn:
    months = prices.index.to_period("M").to_numpy()
    return np.concatenate(([True], months[1:] != months[:-1]))


def _vectorbt(prices: pd.DataFrame) -> FloatColumn:
    size = np.full(prices.shape, np.nan)
    size[_month_starts(prices)] = 1.0 / prices.shape[1]
    portfolio: Any = vectorbt.Portfolio.from_orders(
        prices, size, size_type="targetpercent", group_by=True, cash_sharing=True, call_seq="auto", freq="D"
    )
    return np.asarray(portfolio.value())


def _bt(prices: pd.DataFrame) -> FloatColumn:
    algos = [bt.algos.RunMonthly(run_on_first_date=True), bt.algos.SelectAll(), bt.algos.WeighEqually()]
    strategy = bt.Strategy("equal", [*algos, bt.algos.Rebalance()])
    test = bt.Backtest(strategy, prices, integer_positions=False, initial_capital=1e6, progress_bar=False)
    return np.asarray(bt.run(test).prices["equal"].iloc[1:])


def _report_parity() -> None:
    returns = np.random.default_rng(2).standard_normal((1_000, SYMBOLS)) @ _mixing(SYMBOLS) * 0.01
    covariance, names = np.cov(returns, rowvar=False), tuple(f"S{n}" for n in range(SYMBOLS))
    frame = pd.DataFrame(returns, columns=list(names))
    works: dict[str, Any] = {
        "Trimtab, `equal_risk_contribution`": partial(equal_risk_contribution, covariance, names),
        "skfolio, `RiskBudgeting`": partial(_skfolio, frame),
        "riskfolio-lib, `rp_optimization`": partial(_riskfolio, frame),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        errors = {name: contributions_differ_by(work(), covariance) for name, work in works.items()}
        taken = fastest(works, repetitions=ROUNDS)
    best = min(value for name, value in taken.items() if not name.startswith("Trimtab"))
    print_table(
        f"Risk parity of {SYMBOLS} assets",
        ("", "ms", "largest error of a contribution", "faster than the faster peer", "wanted"),
        [
            (name, milliseconds(taken[name]), f"{errors[name]:.0e}", f"{best / taken[name]:.1f}",
             f">= {PARITY_WANTED}" if name.startswith("Trimtab") else "")
            for name in works
        ],
    )  # fmt: skip


def _mixing(count: int) -> FloatColumn:
    random = np.random.default_rng(3)
    return np.eye(count) + 0.3 * random.standard_normal((count, count)) / np.sqrt(count) + 0.2 / count


def _skfolio(returns: pd.DataFrame) -> FloatColumn:
    return np.asarray(RiskBudgeting().fit(returns).weights_)


def _riskfolio(returns: pd.DataFrame) -> FloatColumn:
    portfolio = riskfolio.Portfolio(returns=returns)
    portfolio.assets_stats(method_mu="hist", method_cov="hist")
    return np.asarray(portfolio.rp_optimization(model="Classic", rm="MV", rf=0, b=None, hist=True)["weights"])
