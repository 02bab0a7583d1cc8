"""Section 7: what a decision leaves of a planned trade, and the least percent that may be decided."""

from collections.abc import Iterable, Sequence

from tests.oracle.oracle_compare import HALF_CENT, NOISE_MONEY, close_calls, more_money, more_pct, up_to_five
from tests.oracle.oracle_compare import lots_down as whole_lots_down
from tests.oracle.oracle_types import Decision, Line, Plan


def set_planned_amounts(plan: Plan) -> None:
    """The planned amount and the least percent of every line."""
    for line in plan.lines:
        cut = line.cut_by_exit or line.cash_raise_units > 0
        line.planned_amount = abs(line.planned_units) * line.unit_value if cut else abs(line.max_amount)
    for line in plan.lines:
        line.min_proceed_percent = min_proceed_percent(line, plan)


def min_proceed_percent(line: Line, plan: Plan) -> float:
    """Up to the next 5; 0 without planned units. A sell for cash of a line under its band ends no breach."""
    if line.planned_units == 0:
        return 0.0
    ends_a_breach = line.min_amount * line.planned_units > 0
    band_need = abs(line.min_amount) / line.planned_amount if ends_a_breach else 0.0
    return up_to_five(max(band_need, cash_need(line, plan)) * 100)


def cash_need(line: Line, plan: Plan) -> float:
    """The part of a sell without which the withdrawal can't be paid."""
    if line.planned_units > 0:
        return 0.0
    others = sum(
        -other.planned_units * other.unit_value
        for other in plan.lines
        if other.planned_units < 0 and other.code != line.code
    )
    need = plan.pending_withdrawal + plan.minimum_cash - plan.cash - others
    return max(0.0, min(1.0, need / (-line.planned_units * line.unit_value)))


def instrument_min_proceed_percent(plans: Iterable[Plan], code: str) -> float:
    """The largest over the portfolios that trade the instrument."""
    return max((line.min_proceed_percent for plan in plans for line in plan.lines if line.code == code), default=0.0)


def decide_sells(plan: Plan, decisions: Sequence[Decision]) -> None:
    """Applies the decisions to planned sells; a sell without one proceeds."""
    for line in plan.lines:
        if line.planned_units < 0:
            decide(line, plan, decisions)


def decide(line: Line, plan: Plan, decisions: Sequence[Decision]) -> None:
    """Sets the line's action, percent, decided units and reason; the last decision on a line stands."""
    for decision in decisions:
        if (decision.account_number, decision.code) == (line.account_number, line.code):
            line.percent = percent_of(decision, line)
            line.action = decision.action if decision.action != "partial" or line.percent < 100 else "proceed"
    side = 1 if line.planned_units > 0 else -1
    units, reason = kept_units(line, plan)
    line.decided_units = side * units if units else 0.0
    line.reason = reason or line.reason


def percent_of(decision: Decision, line: Line) -> float:
    """The decision as a percent; a person's amount is its share of the planned units in money."""
    if decision.action == "proceed":
        return 100.0
    if decision.action != "partial":
        return 0.0
    if decision.amount is not None:
        return min(100.0, decision.amount / (abs(line.planned_units) * line.unit_value) * 100)
    assert decision.proceed_percent is not None
    return decision.proceed_percent


def kept_units(line: Line, plan: Plan) -> tuple[float, str]:
    """Units without their sign, and why there are none."""
    planned = abs(line.planned_units)
    if line.action in {"defer", "review"}:
        return 0.0, "deferred" if line.action == "defer" else "under_review"
    if line.percent >= 100:
        return planned, ""
    units = whole_lots_down(line.percent / 100 * planned, line, most=planned)
    would_cure = not breached_after(line, plan, amount=line.percent / 100 * line.planned_amount)
    if line.status != "within" and would_cure and breached_after(line, plan, amount=units * line.unit_value):
        units = curing_units(line, plan, otherwise=units)
    if units <= 0:
        return 0.0, "under_one_lot"
    if line.cash_raise_units == 0 and more_money(plan.minimum_trade, units * line.unit_value):
        return 0.0, "below_minimum"
    return units, ""


def breached_after(line: Line, plan: Plan, *, amount: float) -> bool:
    """Is the line still outside its band after a trade of `amount`?

    A cent from the edge, money and points may answer differently.
    """
    side = 1 if line.planned_units > 0 else -1
    after_pct = (line.value + side * amount) / plan.weight_base * 100 - line.target_pct
    beyond_value = (abs(after_pct) - line.tolerance_pct) / 100 * plan.weight_base
    if NOISE_MONEY < abs(beyond_value) < 2 * HALF_CENT:
        close_calls.append(f"{beyond_value!r} beyond the edge")
    return more_pct(abs(after_pct), line.tolerance_pct)


def curing_units(line: Line, plan: Plan, *, otherwise: float) -> float:
    """The smallest number of lots that ends the breach; `otherwise` where the planned units are fewer."""
    lots = round(otherwise / line.lot_size)
    while lots * line.lot_size <= abs(line.planned_units):
        if not breached_after(line, plan, amount=lots * line.lot_size * line.unit_value):
            return lots * line.lot_size
        lots += 1
    return otherwise
