"""A portfolio kept at target weights over past days. `docs/framework-maths.md` has the formulas."""

from trimtab.domain.frameworks.backtest.comparing import KEEPING, Comparison, side_by_side
from trimtab.domain.frameworks.backtest.plan import MODES, Mode, Plan
from trimtab.domain.frameworks.backtest.result import Executions, Reason, Run, Trades
from trimtab.domain.frameworks.backtest.simulating import simulate

__all__ = [
    "KEEPING", "MODES", "Comparison", "Executions", "Mode", "Plan", "Reason", "Run", "Trades", "side_by_side",
    "simulate",
]  # fmt: skip
