"""A portfolio kept at target weights over past days. `docs/framework-maths.md` has the formulas."""

from trimtab.domain.frameworks.backtest.comparing import KEEPING, Comparison, side_by_side
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.backtest.result import Executions, Reason, Run, Trades
from trimtab.domain.frameworks.backtest.simulating import simulate
from trimtab.domain.frameworks.methods import MODES, Mode

__all__ = [
    "KEEPING", "MODES", "Comparison", "Executions", "Mode", "Plan", "Reason", "Run", "Trades", "side_by_side",
    "simulate",
]  # fmt: skip
