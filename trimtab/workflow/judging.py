"""Recommendations against the plan.

What they would do, what forbids them, and the state in which they are decisions.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import CENT, IntColumn
from trimtab.domain.errors import Blocked, InvalidInput, Problem
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.checks import Finding, account_of
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation
from trimtab.domain.trading.repair import (
    CALLER,
    PERSON,
    WHOLE_PCT,
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
from trimtab.workflow.figures import money, points
from trimtab.workflow.groups import merged_action
from trimtab.workflow.lines import open_lines, open_rows
from trimtab.workflow.planning import SessionPlan, plan_session
from trimtab.workflow.ports.results import CheckedRecommendation
from trimtab.workflow.ports.results import Finding as FindingResult
from trimtab.workflow.state import Decision
from trimtab.workflow.verdicts import as_decision, decide

RULE_REASONS: Final = (Reason.DO_NOT_BUY, Reason.DO_NOT_SELL, Reason.HOLD)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What recommendations come to: `after` is the plan in which they are decisions.

    `kept` counts, by symbol, lines where a person's decision stands instead.
    """

    resolution: Resolution
    after: SessionPlan
    hard_failures: tuple[Finding, ...]
    kept: Counter[str]


def judge(
    plan: SessionPlan,
    recommendations: Sequence[Recommendation],
    *,
    source: Source,
    waiting: Sequence[OpenLine] | None = None,
    concerns: Callable[[str, str], bool] = lambda _symbol, _account: True,
) -> Judged:
    """Checks a caller's recommendations for the lines that wait (the open side's), as far as they are concerned.

    Raises:
        InvalidInput: Unknown symbols or portfolios, doubles, percents or amounts out of range; all at once.
    """
    side = plan.open_side
    lines = open_lines(plan, side) if waiting is None else waiting
    resolution = resolve(
        recommendations,
        [line for line in lines if concerns(line.symbol, line.account_number)],
        source=source,
        known_symbols=frozenset(plan.facts.book.instruments.code),
        blocked_by=blocked_lines(plan, side, concerns=concerns),
        manners=PERSON if source == "person" else CALLER,
    )
    problems = (*contradictions(recommendations), *resolution.problems)
    if problems:
        raise InvalidInput(_count_problems(problems), problems=problems)
    decisions = tuple(map(as_decision, resolution.verdicts))
    state = decide(plan.state, decisions)
    after = plan_session(plan.facts, state, rules=plan.rules)
    standing = frozenset(state.decisions)
    return Judged(
        resolution,
        after,
        (*map(_as_finding, resolution.blocked), *_caused(plan, after, decisions=decisions)),
        Counter(decision.symbol for decision in decisions if decision not in standing),
    )


def _caused(plan: SessionPlan, after: SessionPlan, *, decisions: Iterable[Decision]) -> Iterator[Finding]:
    """Hard failures that are new or worse than before, or lie on a line that these decisions are about."""
    before, now = _excess(plan.hard_failures), _excess(after.hard_failures)
    about = {(d.symbol, account) for d in decisions for account in (d.account_number, None)}
    for finding in after.hard_failures:
        key = (finding.rule, finding.symbol, finding.account_number)
        worse = key not in before or now[key] > before[key] + CENT / 2
        if worse or (finding.symbol, finding.account_number) in about:
            yield finding


def _excess(findings: Iterable[Finding]) -> dict[tuple[str, str, str | None], float]:
    """Money by rule, instrument and portfolio: sells and buys of one instrument may both be too much."""
    sums: dict[tuple[str, str, str | None], float] = {}
    for finding in findings:
        key = (finding.rule, finding.symbol, finding.account_number)
        sums[key] = sums.get(key, 0.0) + (finding.excess_value or 0.0)
    return sums


def contradictions(recommendations: Iterable[Recommendation]) -> Iterator[Problem]:
    """Percents and amounts that say something else than the action: neither is simply ignored."""
    for number, recommendation in enumerate(recommendations):
        where = f"recommendations[{number}]"
        yield from _contradiction(recommendation, where=where)
        for place, exception in enumerate(recommendation.exceptions):
            yield from _contradiction(exception, where=f"{where}.exceptions[{place}]")


def _contradiction(stated: Recommendation | PortfolioException, *, where: str) -> Iterator[Problem]:
    percent = stated.proceed_percent
    amount = stated.amount if isinstance(stated, PortfolioException) else None
    if stated.action == "partial":
        if percent is not None and amount is not None:
            yield Problem(f"{where}.amount", "give an amount or a proceed_percent, not both")
        return
    meant = WHOLE_PCT if stated.action == "proceed" else 0.0
    if percent not in (None, meant):
        yield Problem(f"{where}.proceed_percent", f"{stated.action} means {meant:g}; use partial for 1 to 99")
    if amount is not None:
        yield Problem(f"{where}.amount", "an amount needs the action partial")


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


def blocked_lines(plan: SessionPlan, side: Side, *, concerns: Callable[[str, str], bool]) -> BlockedBy:
    """Lines of a side that rules keep from trading, by symbol and account, as far as they are concerned."""
    planned, positions = plan.proposal.planned, plan.facts.positions
    sign = -1 if side == "sell" else 1
    chosen = np.flatnonzero((planned.side == sign) & np.isin(planned.reason, RULE_REASONS))
    line = planned.line[chosen]
    portfolio = positions.portfolio[line]
    found: dict[str, dict[str, str]] = {}
    for row, of_line, of_portfolio in zip(chosen, line, portfolio, strict=True):
        symbol = plan.facts.book.instruments.code[positions.instrument[of_line]]
        account = account_of(plan.facts, int(of_portfolio))
        if concerns(symbol, account):
            found.setdefault(symbol, {})[account] = Reason(int(planned.reason[row])).code
    return found


def _as_finding(blocked: BlockedLine) -> Finding:
    return Finding(
        rule=blocked.rule,
        symbol=blocked.symbol,
        account_number=blocked.account_number,
        message=f"a {blocked.rule} rule is in force; get_session view=why_not shows it",
    )


def check_results(judged: Judged, recommendations: Sequence[Recommendation]) -> tuple[CheckedRecommendation, ...]:
    """What each recommendation comes to, in the order given; what could be sold instead only for sells."""
    after = judged.after
    side = after.side(after.open_side)
    breached = side.aftermath.breached
    selling = after.open_side == "sell"
    substitutes = (
        find_substitutes(after.facts, after.proposal, offers=side.offers, breached=breached) if selling else {}
    )
    codes = after.facts.book.instruments.code
    taking = open_rows(after, after.open_side)
    of_offer = after.facts.positions.instrument[side.offers.line[taking]]
    results = []
    for recommendation in recommendations:
        rows = taking[of_offer == codes.index(recommendation.symbol)]
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
                total_value=money(float(side.reported_planned_value[rows].sum())),
                breaching_portfolios=_named(after, side.offers.portfolio[rows[breached[rows]]]),
                substitutes=substitutes.get(recommendation.symbol, ()),
                unsupported_flags=tuple(map(clean, judged.resolution.unsupported.get(recommendation.symbol, ()))),
            )
        )
    return tuple(results)


def _named(plan: SessionPlan, portfolios: IntColumn) -> tuple[str, ...]:
    return tuple(account_of(plan.facts, portfolio) for portfolio in portfolios.tolist())


def soft_warnings_for(plan: SessionPlan, symbols: frozenset[str]) -> tuple[Finding, ...]:
    """The plan's soft warnings about these instruments."""
    return tuple(finding for finding in plan.soft_warnings if finding.symbol in symbols)


def advisories_for(judged: Judged, symbols: frozenset[str]) -> tuple[Finding, ...]:
    """Context that blocks nothing: what was cited or asked for in vain, decisions that stay, momentum."""
    analysis = judged.after.state.sell_analysis
    verdicts = judged.resolution.verdicts
    held = {v.symbol for v in verdicts if v.verdict.action != "proceed"}
    notes = dict(analysis.notes) if analysis else {}
    no_flag = Counter(v.symbol for v in verdicts if v.note == "no_flag")
    cited = {symbol: len(flags) for symbol, flags in judged.resolution.unsupported.items()}
    return (
        *_counted("unsupported_flag", cited, text="cited flag(s) aren't in the data; they count for nothing"),
        *_counted("no_flag", no_flag, text="line(s) have no flag to wait for, and proceed; a person may override it"),
        *_counted("person_decided", judged.kept, text="line(s) keep what a person decided; an override changes it"),
        *(Finding("momentum", symbol, notes[symbol]) for symbol in sorted(held & notes.keys() & symbols)),
    )


def _counted(rule: str, counts: Mapping[str, int], *, text: str) -> Iterator[Finding]:
    return (Finding(rule, symbol, f"{counts[symbol]} {text}", count=counts[symbol]) for symbol in sorted(counts))


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
