"""Metrics of returns: pure functions over a Series, a frame with a column per strategy, or an array.

Each takes returns per period as fractions, `periods_per_year`, and where it has a meaning `risk_free` (per year) or a
`benchmark`. A NaN is no observation. What isn't defined is NaN, never infinite. Each says which convention it follows.
"""

from trimtab.domain.signals.metrics.growth import cagr, total_return
from trimtab.domain.signals.metrics.ratios import sharpe
from trimtab.domain.signals.metrics.relative import beta
from trimtab.domain.signals.metrics.risk import max_drawdown, volatility

__all__ = ["beta", "cagr", "max_drawdown", "sharpe", "total_return", "volatility"]
