"""Section 8: what there is for buys, who decides on them, and what is bought in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.oracle.oracle_compare import close_calls, fits, more_money, sort_key
from tests.oracle.oracle_compare import lots_down as whole_lots_down
from tests.oracle.oracle_decisions import decide
from tests.oracle.oracle_types import Decision, Line, Plan


def buys_of(plan: Plan) -> list[Line]:
    return [line for line in plan.lines if line.planned_units > 0]


def money(line: Line, units: float) -> float:
    return abs(units) * line.unit_value


def set_cash(plan: Plan) -> None:
    """Available cash, demand and what must be deferred."""
    proceeds = sum(money(line, line.decided_units) for line in plan.lines if line.decided_units < 0)
    plan.available = max(0.0, plan.cash + proceeds - plan.pending_withdrawal - plan.minimum_cash)
    plan.demand = sum(money(line, line.planned_units) for line in buys_of(plan))
    plan.deferral_needed = max(0.0, plan.demand - plan.available)


def no_cash(plan: Plan) -> bool:
    return not more_money(plan.available, 0.0)


def decide_buys(plan: Plan, decisions: Sequence[Decision]) -> None:
    """An analyst's or a person's decisions; a buy without one proceeds. No available cash defers all."""
    for line in buys_of(plan):
        decide(line, plan, decisions)
        if no_cash(plan) and line.decided_units > 0:
            line.decided_units, line.reason = 0.0, "no_cash"
    finish_buys(plan)


def finish_buys(plan: Plan) -> None:
    """Exactly what the cash pays for: scaled, then freed of what is too small."""
    scale_to_cash(plan)
    for line in plan.lines:
        if line.planned_units <= 0:
            line.final_units = line.decided_units
        elif line.decided_units > 0:
            drop_what_is_too_small(line, plan)


def drop_what_is_too_small(line: Line, plan: Plan) -> None:
    if line.final_units <= 0:
        line.final_units, line.reason = 0.0, "no_cash"
    elif more_money(plan.minimum_trade, money(line, line.final_units)):
        line.final_units, line.reason = 0.0, "below_minimum"


def scale_to_cash(plan: Plan) -> None:
    """Pro rata down to whole lots, then one lot at a time, the largest remainder first, round after round."""
    lines = buys_of(plan)
    decided = sum(money(line, line.decided_units) for line in lines)
    if fits(decided, plan.available):
        for line in lines:
            line.final_units = line.decided_units
        return
    remainder = {}
    for line in lines:
        pro_rata = line.decided_units * plan.available / decided
        line.final_units = whole_lots_down(pro_rata, line)
        remainder[line.code] = (pro_rata - line.final_units) / line.lot_size
    left = plan.available - sum(money(line, line.final_units) for line in lines)
    queue = sorted(lines, key=lambda line: (-sort_key(remainder[line.code]), line.code))
    bought = True
    while bought:
        bought = False
        for line in queue:
            within = line.final_units + line.lot_size <= line.decided_units
            if within and fits(line.lot_size * line.unit_value, left):
                line.final_units += line.lot_size
                left -= line.lot_size * line.unit_value
                bought = True


@dataclass(frozen=True)
class BuyFacts:
    """What the rules analyst knows of an instrument."""

    ex_date: date | None
    return_6m_pct: float | None
    return_1m_pct: float | None

    @property
    def dip(self) -> bool:
        """Weak of late, good for longer; an unknown return is neither."""
        return (self.return_1m_pct or 0.0) < 0 < (self.return_6m_pct or 0.0)

    def ex_date_ahead(self, as_of: date, window_days: int) -> bool:
        return self.ex_date is not None and 1 <= (self.ex_date - as_of).days <= window_days


def rules_analyst(plan: Plan, facts: dict[str, BuyFacts], *, as_of: date, window_days: int) -> list[Decision]:
    """Defers what must be deferred: pairs in order, half of each pair, then the other halves."""
    lines = sorted(
        buys_of(plan),
        key=lambda line: (
            facts[line.code].ex_date_ahead(as_of, window_days),
            facts[line.code].dip,
            sort_key(line.target_pct - line.actual_pct),
            line.code,
        ),
    )
    pairs = [lines[i : i + 2] for i in range(0, len(lines), 2)]
    deferred = dict.fromkeys((line.code for line in lines), 0)
    need = plan.deferral_needed
    for pair in [*pairs, *pairs]:
        amount = sum(money(line, line.planned_units) for line in pair)
        percent = smallest_percent(need, amount)
        need -= percent / 100 * amount
        for line in pair:
            deferred[line.code] += percent
    return [decision_of(line, 100 - deferred[line.code]) for line in lines]


def smallest_percent(need: float, amount: float) -> int:
    """The smallest whole percent of `amount` that meets `need`, 50 if none does.

    Where a percent meets it but for half a cent, the next one is as good an answer.
    """
    for percent in range(50):
        if not more_money(need, percent / 100 * amount):
            if need > max(1e-9, percent / 100 * amount):
                close_calls.append(f"{percent} % of {amount!r} for {need!r}")
            return percent
    return 50


def decision_of(line: Line, percent: int) -> Decision:
    if percent in {0, 100}:
        return Decision(line.account_number, line.code, "proceed" if percent else "defer")
    return Decision(line.account_number, line.code, "partial", proceed_percent=float(percent))
