"""Section 5: selling more where the cash doesn't reach; one line at a time, literally as written."""

from collections.abc import Mapping

from tests.oracle.oracle_compare import lots_down as whole_lots_down
from tests.oracle.oracle_compare import lots_up as whole_lots_up
from tests.oracle.oracle_compare import more_money, more_pct, sort_key
from tests.oracle.oracle_types import Line, Plan
from trimtab.domain.trading.policy import Policy

Units = dict[str, float]


def raise_planned_cash(plan: Plan, policy: Policy) -> None:
    """The first run, over what is planned. A line that is sold for cash loses its planned buy."""
    plan.minimum_cash = policy.minimum_cash_pct / 100 * plan.investable
    sold = {line.code: max(0.0, -line.planned_units) for line in plan.lines}
    taken, plan.missing_cash = raise_cash(plan, sold, barred=frozenset())
    _note_missing(plan)
    for line in plan.lines:
        if taken[line.code] > 0:
            drop_buy(line)
            line.planned_units -= taken[line.code]
            line.cash_raise_units = taken[line.code]
        line.decided_units = line.planned_units


def raise_late_cash(plan: Plan) -> None:
    """The second run, over what the decisions left, without lines deferred, reduced or sent to review."""
    barred = frozenset(line.code for line in plan.lines if line.planned_units < 0 and line.action != "proceed")
    sold = {line.code: max(0.0, -line.decided_units) for line in plan.lines}
    taken, plan.missing_cash = raise_cash(plan, sold, barred=barred)
    _note_missing(plan)
    for line in plan.lines:
        if taken[line.code] > 0:
            drop_buy(line)
            line.decided_units -= taken[line.code]
            line.late_raise_units = taken[line.code]


def drop_buy(line: Line) -> None:
    """A line that is sold for cash is not bought in the session; any other reason for not trading is gone."""
    if line.planned_units > 0:
        line.planned_units = line.decided_units = 0.0
        line.reason = "sold_for_cash"
    elif line.reason != "sold_for_cash":
        line.reason = ""


def _note_missing(plan: Plan) -> None:
    plan.hard_failures = ("cash_overdrawn",) if plan.missing_cash else ()


def raise_cash(plan: Plan, sold: Mapping[str, float], *, barred: frozenset[str]) -> tuple[Units, float]:
    """Units to take from each line beyond `sold`, and the money that can't be raised."""
    proceeds = sum(sold[line.code] * line.unit_value for line in plan.lines)
    missing = plan.pending_withdrawal + plan.minimum_cash - plan.cash - proceeds
    taken = {line.code: 0.0 for line in plan.lines}
    open_lines = [line for line in plan.lines if not line.sell_rule and line.code not in barred]
    missing = take_excess(plan, open_lines, sold=sold, taken=taken, missing=missing)
    missing = take_in_proportion(open_lines, sold=sold, taken=taken, missing=missing)
    return taken, missing if more_money(missing, 0.0) else 0.0


def may_sell(line: Line, gone: float) -> float:
    """Units that may still be sold of a line of which `gone` units are sold already."""
    if line.sell_cap_units is None:
        return max(0.0, line.units - gone)
    return max(0.0, whole_lots_down(line.sell_cap_units - gone, line, most=line.units - gone))


def take_excess(plan: Plan, lines: list[Line], *, sold: Mapping[str, float], taken: Units, missing: float) -> float:
    """Step 1: lines over their target, the largest excess first, each down to its target."""
    excess_pct: dict[str, float] = {}
    for line in lines:
        left = (line.units - sold[line.code]) * line.unit_value
        weight_pct = left / plan.weight_base * 100 if plan.weight_base else 0.0
        if more_pct(weight_pct, line.target_pct):
            excess_pct[line.code] = weight_pct - line.target_pct
    over = [line for line in lines if line.code in excess_pct]
    for line in sorted(over, key=lambda line: (-sort_key(excess_pct[line.code]), line.code)):
        if not more_money(missing, 0.0):
            break
        wanted = min(excess_pct[line.code] / 100 * plan.weight_base, missing)
        most = may_sell(line, sold[line.code])
        units = whole_lots_up(wanted / line.unit_value, line, most=most)
        taken[line.code] += units
        missing -= units * line.unit_value
    return missing


def take_in_proportion(lines: list[Line], *, sold: Mapping[str, float], taken: Units, missing: float) -> float:
    """Step 2: all lines, in proportion to remaining value, the largest first, at most what is missing."""
    if not more_money(missing, 0.0):
        return missing
    gone = {line.code: sold[line.code] + taken[line.code] for line in lines}
    remaining = {line.code: (line.units - gone[line.code]) * line.unit_value for line in lines}
    gives = {line.code: may_sell(line, gone[line.code]) * line.unit_value for line in lines}
    shares = share_out(missing, remaining, gives)
    for line in sorted(lines, key=lambda line: (-sort_key(remaining[line.code]), line.code)):
        if not more_money(missing, 0.0):
            break
        wanted = min(shares[line.code], missing)
        most = may_sell(line, gone[line.code])
        units = whole_lots_up(wanted / line.unit_value, line, most=most)
        taken[line.code] += units
        missing -= units * line.unit_value
    return missing


def share_out(need: float, weights: Mapping[str, float], most: Mapping[str, float]) -> dict[str, float]:
    """`need` in proportion to `weights`, none above `most`; the others give what one can't, in proportion."""
    shares = dict.fromkeys(weights, 0.0)
    open_codes = [code for code in weights if most[code] > 0]
    while open_codes:
        total = sum(weights[code] for code in open_codes)
        full = [code for code in open_codes if need * weights[code] / total >= most[code]]
        if not full:
            for code in open_codes:
                shares[code] = need * weights[code] / total
            break
        for code in full:
            shares[code] = most[code]
            need -= most[code]
            open_codes.remove(code)
    return shares
