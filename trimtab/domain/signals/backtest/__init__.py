"""A portfolio of strategies over past days. `docs/signal-backtest.md` has the formulas."""

from trimtab.domain.signals.backtest.backtest import backtest
from trimtab.domain.signals.backtest.benchmarks import equal_weight
from trimtab.domain.signals.backtest.result import Backtest, Decisions, Trades
from trimtab.domain.signals.backtest.rules import Rules, Sizing
from trimtab.domain.signals.backtest.traded import Traded, traded_beyond

__all__ = ["Backtest", "Decisions", "Rules", "Sizing", "Traded", "Trades", "backtest", "equal_weight", "traded_beyond"]
