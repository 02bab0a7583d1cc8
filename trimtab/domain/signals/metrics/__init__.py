"""Metrics of returns, weights and scores: pure functions over a Series, a frame, or an array.

Those of returns take them per period as fractions (a Series, a frame with a column per strategy, or an array),
`periods_per_year`, and where it has a meaning `risk_free` (per year) or a `benchmark`. Those of weights and scores take
tables of dates x symbols. A NaN is no observation. What isn't defined is NaN, never infinite. Each says which
convention it follows; `docs/signal-metrics.md` shows where the field disagrees.
"""

from trimtab.domain.signals.metrics.active import information_ratio, tracking_error
from trimtab.domain.signals.metrics.downside import calmar, sortino
from trimtab.domain.signals.metrics.growth import cagr, total_return
from trimtab.domain.signals.metrics.holdings import average_holding_period, turnover
from trimtab.domain.signals.metrics.outcomes import average_win_loss, profit_factor, win_rate
from trimtab.domain.signals.metrics.prediction import InformationCoefficient, alpha_decay, information_coefficient
from trimtab.domain.signals.metrics.ratios import sharpe
from trimtab.domain.signals.metrics.relative import beta
from trimtab.domain.signals.metrics.risk import max_drawdown, volatility
from trimtab.domain.signals.metrics.tails import expected_shortfall, value_at_risk

__all__ = [
    "InformationCoefficient",
    "alpha_decay",
    "average_holding_period",
    "average_win_loss",
    "beta",
    "cagr",
    "calmar",
    "expected_shortfall",
    "information_coefficient",
    "information_ratio",
    "max_drawdown",
    "profit_factor",
    "sharpe",
    "sortino",
    "total_return",
    "tracking_error",
    "turnover",
    "value_at_risk",
    "volatility",
    "win_rate",
]
