"""Recommendations against the plan.

What they would do, what forbids them, and the state in which they are decisions.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.errors import Blocked, InvalidInput, Problem
from trimtab.domain.trading.checks import Finding, account_of
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.domain.trading.repair import (
    CALLER,
    PERSON,
    BlockedBy,
    BlockedLine,
    OpenLine,
    Resolution,
    Side,
    Source,
    resolve,
)
from trimtab.domain.trading.substitutes import find_substitutes
from trimtab.domain.trading.trades import Reason
from trimtab.workflow.analysis import as_decision
from trimtab.workflow.figures import money, points
from trimtab.workflow.groups import merged_action
from trimtab.workflow.lines import open_lines
from trimtab.workflow.planning import SessionPlan, plan_session
from trimtab.workflow.ports.results import CheckedRecommendation
from trimtab.workflow.ports.results import Finding as FindingResult
from trimtab.workflow.state import Decision, SessionState

MOST_NAMED: Final = 10
"""Portfolios that a result names; how many more there are is said."""
RULE_REASONS: Final = (Reason.DO_NOT_BUY, Reason.DO_NOT_SELL, Reason.HOLD)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What recommendations come to: `after` is the plan in which they are decisions."""

    resolution: Resolution
    after: SessionPlan
    hard_failures: tuple[Finding, ...]


def judge(
    plan: SessionPlan,
    recommendations: Sequence[Recommendation],
    *,
    source: Source,
    concerns: Callable[[OpenLine], bool] = lambda _line: True,
) -> Judged:
    """Checks a caller's recommendations for the open side, for the lines that they concern.

    Raises:
        InvalidInput: Unknown symbols or portfolios, doubles, percents or amounts out of range; all at once.
    """
    side = plan.open_side
    resolution = resolve(
        recommendations,
        filter(concerns, open_lines(plan, side)),
        source=source,
        known_symbols=frozenset(plan.facts.book.instruments.code),
        blocked_by=blocked_lines(plan, side),
        manners=PERSON if source == "person" else CALLER,
    )
    if resolution.problems:
        raise InvalidInput(_count_problems(resolution.problems), problems=resolution.problems)
    state = decide(plan.state, (as_decision(verdict) for verdict in resolution.verdicts))
    after = plan_session(plan.facts, state, rules=plan.rules)
    before = {(finding.rule, finding.symbol, finding.account_number) for finding in plan.hard_failures}
    new = (f for f in after.hard_failures if (f.rule, f.symbol, f.account_number) not in before)
    return Judged(resolution, after, (*map(_as_finding, resolution.blocked), *new))


def decide(state: SessionState, decisions: Iterable[Decision]) -> SessionState:
    """The state with these decisions; a person's decision stays unless a person decides again."""
    standing = {decision.key: decision for decision in state.decisions}
    for decision in decisions:
        old = standing.get(decision.key)
        if old is None or old.source != "person" or decision.source == "person":
            standing[decision.key] = decision
    return state.changed(decisions=tuple(standing[key] for key in sorted(standing)))


def refuse_if_blocked(judged: Judged) -> None:
    """Raises `Blocked` with every hard failure that the recommendations would cause."""
    if judged.hard_failures:
        problems = [
            Problem(
                f"{finding.symbol}{'/' + finding.account_number if finding.account_number else ''}",
                finding.message,
                finding.rule,
            )
            for finding in judged.hard_failures
        ]
        raise Blocked(f"{len(problems)} hard failure(s); nothing was stored.", problems=problems)


def _count_problems(problems: Sequence[Problem]) -> str:
    first = f"{problems[0].field}: {problems[0].message}"
    return f"{len(problems)} problem(s) in the recommendations; nothing was stored. First: {first}."


def blocked_lines(plan: SessionPlan, side: Side) -> BlockedBy:
    """Lines of a side that rules keep from trading, by symbol and account."""
    planned, positions = plan.proposal.planned, plan.facts.positions
    sign = -1 if side == "sell" else 1
    chosen = np.flatnonzero((planned.side == sign) & np.isin(planned.reason, RULE_REASONS))
    line = planned.line[chosen]
    portfolio = np.searchsorted(positions.start, line, side="right") - 1
    found: dict[str, dict[str, str]] = {}
    for row, of_line, of_portfolio in zip(chosen, line, portfolio, strict=True):
        symbol = plan.facts.book.instruments.code[positions.instrument[of_line]]
        found.setdefault(symbol, {})[account_of(plan.facts, int(of_portfolio))] = Reason(int(planned.reason[row])).code
    return found


def _as_finding(blocked: BlockedLine) -> Finding:
    return Finding(
        rule=blocked.rule,
        symbol=blocked.symbol,
        account_number=blocked.account_number,
        message=f"a {blocked.rule} rule is in force; get_session view=why_not shows it",
    )


def check_results(judged: Judged, recommendations: Sequence[Recommendation]) -> tuple[CheckedRecommendation, ...]:
    """What each recommendation comes to, in the order given."""
    after = judged.after
    side = after.side(after.open_side)
    breached = side.aftermath.breached
    substitutes = find_substitutes(after.facts, after.proposal, offers=side.offers, breached=breached)
    codes = after.facts.book.instruments.code
    of_offer = after.facts.positions.instrument[side.offers.line]
    results = []
    for recommendation in recommendations:
        rows = np.flatnonzero([codes[instrument] == recommendation.symbol for instrument in of_offer])
        if not len(rows):
            continue
        action, percent = merged_action(side, rows)
        results.append(
            CheckedRecommendation(
                symbol=recommendation.symbol,
                action=action,
                proceed_percent=points(percent),
                min_proceed_percent=points(float(side.curing_pct[rows].max())),
                portfolio_count=len(rows),
                total_value=money(float(side.planned_value[rows].sum())),
                breaching_portfolios=_named(after, side.offers.portfolio[rows[breached[rows]]].tolist()),
                substitutes=substitutes.get(recommendation.symbol, ()),
                unsupported_flags=judged.resolution.unsupported.get(recommendation.symbol, ()),
            )
        )
    return tuple(results)


def _named(plan: SessionPlan, portfolios: list[int]) -> tuple[str, ...]:
    named = tuple(account_of(plan.facts, portfolio) for portfolio in portfolios[:MOST_NAMED])
    more = len(portfolios) - len(named)
    return (*named, f"and {more} more") if more else named


def soft_warnings_for(plan: SessionPlan, symbols: frozenset[str]) -> tuple[Finding, ...]:
    """The plan's soft warnings about these instruments."""
    return tuple(finding for finding in plan.soft_warnings if finding.symbol in symbols)


def advisories_for(judged: Judged, symbols: frozenset[str]) -> tuple[Finding, ...]:
    """Context that changes nothing: momentum of what was held back, and flags that aren't in the data."""
    analysis = judged.after.state.sell_analysis
    held = {v.symbol for v in judged.resolution.verdicts if v.verdict.action != "proceed"}
    notes = dict(analysis.notes) if analysis else {}
    momentum = (Finding("momentum", symbol, notes[symbol]) for symbol in sorted(held & notes.keys() & symbols))
    unsupported = (
        Finding(
            "unsupported_flag",
            symbol,
            f"{len(flags)} cited flag(s) aren't in the data; they count for nothing",
        )
        for symbol, flags in judged.resolution.unsupported.items()
    )
    return (*unsupported, *momentum)


def as_results(findings: Iterable[Finding]) -> tuple[FindingResult, ...]:
    """Findings as they leave the workflow."""
    return tuple(
        FindingResult(
            rule=f.rule,
            symbol=f.symbol,
            account_number=f.account_number,
            message=f.message,
            count=f.count,
            excess_pct=None if f.excess_pct is None else points(f.excess_pct),
            excess_value=None if f.excess_value is None else money(f.excess_value),
        )
        for f in findings
    )
