"""Section 4: the trade a line would need, and the units that are planned of it."""

from tests.oracle.oracle_compare import EDGE_PCT, more_money, more_pct
from tests.oracle.oracle_compare import lots_down as whole_lots_down
from tests.oracle.oracle_types import Line, Plan
from trimtab.domain.trading.policy import Policy


def plan_trades(plan: Plan, policy: Policy) -> None:
    """Triggers, amounts, planned units and reasons of every line."""
    assert plan.cash_line is not None
    plan.minimum_trade = max(policy.min_trade_value, policy.min_trade_pct / 100 * plan.investable)
    breached = any(line.status != "within" for line in [*plan.lines, plan.cash_line])
    for line in plan.lines:
        line.triggered = line.status != "within" or (
            policy.trade_scope == "portfolio" and breached and direction(line) != 0
        )
        if line.triggered:
            set_amounts(line, plan)
            units, line.planned_reason = planned_units(line, plan)
            line.planned_units = units * direction(line)
            line.reason = line.planned_reason
        elif inside_wide_band(line):
            line.reason = "inside_wide_band"
        if line.substituted and line.planned_units == 0:
            line.reason = "substituted"


def inside_wide_band(line: Line) -> bool:
    """Is the band as wide as the target, so that the line can't come under it?"""
    return line.status == "within" and line.target_pct > 0 and not more_pct(line.target_pct, line.tolerance_pct)


def direction(line: Line) -> int:
    """1 buy, -1 sell, 0 for a line at its target."""
    if abs(line.variance_pct) <= EDGE_PCT:
        return 0
    return -1 if line.variance_pct > 0 else 1


def set_amounts(line: Line, plan: Plan) -> None:
    """The trade to the target, and to the nearer edge of the band; a full liquidation has no band."""
    if plan.full_liquidation or line.target_pct == 0:
        line.max_amount = -line.value
    else:
        line.max_amount = (line.target_pct - line.actual_pct) / 100 * plan.investable
    if plan.full_liquidation:
        line.min_amount = -line.value
    elif line.status != "within":
        beyond_pct = abs(line.variance_pct) - line.tolerance_pct
        line.min_amount = direction(line) * beyond_pct / 100 * plan.investable


def planned_units(line: Line, plan: Plan) -> tuple[float, str]:
    """Units without their sign, and the first reason that holds where there are none."""
    side = direction(line)
    rule = {-1: line.sell_rule, 1: line.buy_rule, 0: ""}[side]
    if rule:
        return 0.0, rule
    units = _units_before_caps(line, plan, side=side)
    if units <= 0:
        return 0.0, "under_one_lot"
    if side < 0 and line.sell_cap_units is not None:
        capped = min(units, whole_lots_down(line.sell_cap_units, line, most=line.units))
        line.cut_by_exit = capped < units
        units = capped
        if units <= 0:
            return 0.0, "gradual_exit"
    if more_money(plan.minimum_trade, units * line.unit_value):
        return 0.0, "below_minimum"
    return units, ""


def _units_before_caps(line: Line, plan: Plan, *, side: int) -> float:
    if side == 0:
        return 0.0
    wanted = abs(line.max_amount) / line.unit_value
    if side > 0:
        return whole_lots_down(wanted, line)
    if plan.full_liquidation or line.target_pct == 0:
        return line.units
    return whole_lots_down(wanted, line, most=line.units)
