"""Section 8, the fallback: buys are reduced by how far a line is from its target."""

from tests.oracle.oracle_buys import buys_of, finish_buys, money, no_cash
from tests.oracle.oracle_compare import lots_down as whole_lots_down
from tests.oracle.oracle_compare import more_money, more_pct
from tests.oracle.oracle_types import Line, Plan
from trimtab.domain.trading.policy import Policy


def progress_pct(line: Line) -> float:
    """How much of its target the line has; a line that only replaces another has that one's."""
    if line.own_target_pct == 0:
        return line.replaced_progress_pct
    return line.actual_pct / line.target_pct * 100


def tier(line: Line) -> int:
    """1 from 80, 2 from 50, 3 below."""
    progress = progress_pct(line)
    if not more_pct(80.0, progress):
        return 1
    return 2 if not more_pct(50.0, progress) else 3


def reduce_by_tiers(plan: Plan, policy: Policy) -> None:
    """Tier 3 first, then 2, then 1, each up to its cap; then all of what is left pro rata."""
    lines = buys_of(plan)
    amounts = {line.code: money(line, line.planned_units) for line in lines}
    need = plan.deferral_needed
    for number in (3, 2, 1):
        members = [line for line in lines if tier(line) == number]
        amount = sum(amounts[line.code] for line in members)
        if amount <= 0 or not more_money(need, 0.0):
            continue
        reduction = min(need, policy.tier_caps_pct[number - 1] / 100 * amount)
        need -= reduction
        for line in members:
            amounts[line.code] *= 1 - reduction / amount
    if more_money(need, 0.0):
        plan.caps_exceeded = True
        left = sum(amounts.values())
        for line in lines:
            amounts[line.code] *= 1 - need / left
    for line in lines:
        _decide(line, plan, amounts[line.code])
    finish_buys(plan)


def _decide(line: Line, plan: Plan, amount: float) -> None:
    if no_cash(plan):
        line.decided_units, line.percent, line.reason = 0.0, 0.0, "no_cash"
        return
    line.percent = amount / money(line, line.planned_units) * 100
    line.decided_units = whole_lots_down(amount / line.unit_value, line, most=line.planned_units)
    if line.decided_units <= 0:
        line.reason = "no_cash"
