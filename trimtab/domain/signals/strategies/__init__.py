"""Strategies: prices in, signals of all symbols and dates out."""

from trimtab.domain.signals.strategies.bollinger_mean_reversion import BollingerMeanReversion, BollingerParameters
from trimtab.domain.signals.strategies.macd_rsi_confluence import MacdRsiConfluence, MacdRsiParameters
from trimtab.domain.signals.strategies.momentum_rank import MomentumParameters, MomentumRank
from trimtab.domain.signals.strategies.panel import SignalPanel, latest
from trimtab.domain.signals.strategies.parameters import Parameters
from trimtab.domain.signals.strategies.strategy import Strategy
from trimtab.domain.signals.strategies.strategy_signal import Direction, StrategySignal, direction

__all__ = [
    "BollingerMeanReversion",
    "BollingerParameters",
    "Direction",
    "MacdRsiConfluence",
    "MacdRsiParameters",
    "MomentumParameters",
    "MomentumRank",
    "Parameters",
    "SignalPanel",
    "Strategy",
    "StrategySignal",
    "direction",
    "latest",
]
