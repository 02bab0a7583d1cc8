"""A backtest by the functions that the tools call: three strategies on five symbols of the demo market."""

from datetime import date

from trimtab.adapters.market.folder import FolderSource
from trimtab.domain.signals.backtest import Rules, backtest
from trimtab.domain.signals.evaluation.daily_returns import daily_returns
from trimtab.domain.signals.evaluation.suite import metric_suite
from trimtab.domain.signals.strategies import BollingerMeanReversion, MacdRsiConfluence, MomentumRank
from trimtab.fixtures import DEMO_MARKET
from trimtab.workflow.signals.quoting import quoted

prices = quoted(FolderSource(DEMO_MARKET).load(), ["AGG", "EEM", "GLD", "SPY", "TLT"]).prices
panels = [strategy.signals(prices) for strategy in (BollingerMeanReversion(), MacdRsiConfluence(), MomentumRank())]
run = backtest(prices, panels, rules=Rules(start=date(2020, 1, 1)))

print(f"{run.equity[-1]:,.2f} after {len(run.dates)} days and {len(run.trades.day)} trades")
for source, value in zip(run.contribution_names, run.contributions.sum(axis=0), strict=True):
    print(f"{source}: {value:,.2f}")
metrics = metric_suite(daily_returns({"portfolio": run}))["portfolio"]
print(f"Sharpe ratio {metrics['sharpe']:.4f}, drawdown {metrics['max_drawdown']:.4f}")
