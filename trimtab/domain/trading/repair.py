"""From recommendations to a verdict per line.

Cited flags are checked against the data, what can't stand is removed and counted.

A caller's mistakes (unknown symbol, percent out of range, a double) are problems that refuse the whole input. A model's
are repaired and counted, because nobody is there to ask. No rule here invents a reason: what isn't supported proceeds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from trimtab.domain.columns import CENT
from trimtab.domain.errors import Problem
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.flag_text import parse_flag
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation

Source = Literal["person", "assistant", "rules", "model", "tiers"]
Side = Literal["sell", "buy"]

EVIDENCE: Final[dict[Side, frozenset[str]]] = {
    "sell": frozenset({"div", "dip", "cgt"}),
    "buy": frozenset({"cash"}),
}
"""Kinds of flag that may justify waiting. On buys a dividend or a dip speaks for going ahead."""
WHOLE_PCT: Final = 100.0


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line with a trade that waits for a decision.

    `row` counts in the offers; `planned_value` is the money of the planned units, `amounts` the least
    and the most a person may choose; `curing_pct` the smallest percent
    that ends the breach and pays the cash, `tradable_pct` the same where it isn't under the minimum trade; `flags` are
    the line's computed facts.
    """

    row: int
    account_number: str
    symbol: str
    side: Side
    planned_value: float
    amounts: tuple[float, float]
    curing_pct: float
    tradable_pct: float
    flags: tuple[str, ...]

    def evidence(self) -> tuple[str, ...]:
        """The line's flags that may justify waiting."""
        return tuple(flag for flag in self.flags if flag.partition(":")[0] in EVIDENCE[self.side])


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What is decided for one line; `flags` are those that were cited and are in the data. `note` marks a repair."""

    account_number: str
    symbol: str
    side: Side
    verdict: Verdict
    proceed_pct: float
    reason: str
    flags: tuple[str, ...]
    source: Source
    note: str = ""


@dataclass(frozen=True, slots=True)
class BlockedLine:
    """A line that was to trade against a rule; without an account number the rule stops the instrument's every line."""

    symbol: str
    rule: str
    account_number: str | None = None


BlockedBy = Mapping[str, Mapping[str, str]]
"""Rule names by symbol and account number, of lines that would trade if no rule forbade it."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What recommendations come to.

    Verdicts by line, what a rule blocks, what was removed (by rule name), flags without support by symbol, a caller's
    problems, and the same of a model, which nobody is told but the model, if it is asked again.
    """

    verdicts: tuple[LineVerdict, ...]
    blocked: tuple[BlockedLine, ...] = ()
    removed: Counter[str] = field(default_factory=Counter)
    unsupported: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    complaints: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Manners:
    """How recommendations are met: `lenient` repairs and counts instead of reporting problems.

    `needs_evidence` demands a flag in the data for waiting (a person may wait for any reason, but gives one).
    """

    lenient: bool = False
    needs_evidence: bool = True


CALLER: Final = Manners()
MODEL: Final = Manners(lenient=True)
PERSON: Final = Manners(needs_evidence=False)


@dataclass(slots=True)
class _Repair:
    """One run over one list of recommendations."""

    source: Source
    manners: Manners
    by_symbol: dict[str, dict[str, OpenLine]]
    known_symbols: frozenset[str]
    blocked_by: BlockedBy
    blocked: list[BlockedLine] = field(default_factory=list)
    removed: Counter[str] = field(default_factory=Counter)
    unsupported: dict[str, dict[str, None]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, rule: str, problem: Problem) -> None:
        """Counts a mistake, and keeps what is to be said of it."""
        self.removed[rule] += 1
        self.problems.append(problem)

    def block(self, line: BlockedLine, *, action: str) -> None:
        """A rule forbids the trade; not trading is what the rule wants, so that is no failure."""
        if action in ("proceed", "partial"):
            self.blocked.append(line)


def resolve(
    recommendations: Sequence[Recommendation],
    lines: Iterable[OpenLine],
    *,
    source: Source,
    known_symbols: frozenset[str],
    blocked_by: BlockedBy = MappingProxyType({}),
    manners: Manners = CALLER,
) -> Resolution:
    """Turns recommendations into verdicts for the open lines they name.

    Args:
        recommendations: at most one per symbol; a double is a problem (lenient: the first stands).
        lines: the open lines of the phase.
        source: who recommends.
        known_symbols: the book's instruments, to tell "unknown" from "nothing pending".
        blocked_by: lines that rules took out of the phase.
        manners: how mistakes are met, and whether waiting needs a flag.
    """
    by_symbol: dict[str, dict[str, OpenLine]] = {}
    for line in lines:
        by_symbol.setdefault(line.symbol, {})[line.account_number] = line
    repair = _Repair(source, manners, by_symbol, known_symbols, blocked_by)
    verdicts: list[LineVerdict] = []
    seen: set[str] = set()
    for number, recommendation in enumerate(recommendations):
        where = f"recommendations[{number}]"
        if _accepted(repair, recommendation, where=where, seen=seen):
            verdicts.extend(_verdicts(repair, recommendation, where=where))
    return Resolution(
        verdicts=tuple(verdicts),
        blocked=tuple(repair.blocked),
        removed=repair.removed,
        unsupported={symbol: tuple(flags) for symbol, flags in repair.unsupported.items()},
        problems=() if manners.lenient else tuple(repair.problems),
        complaints=tuple(repair.problems) if manners.lenient else (),
    )


def _accepted(repair: _Repair, recommendation: Recommendation, *, where: str, seen: set[str]) -> bool:
    """Whether the symbol can be acted on; a percent on its own is checked with the verdicts."""
    symbol = recommendation.symbol
    if symbol in seen:
        repair.fault("duplicate_symbol", Problem(f"{where}.symbol", "the symbol is in the list twice; keep one entry"))
        return False
    seen.add(symbol)
    if symbol in repair.by_symbol:
        return True
    rules = repair.blocked_by.get(symbol)
    if rules:
        repair.block(BlockedLine(symbol, min(rules.values())), action=recommendation.action)
        return False
    if symbol in repair.known_symbols:
        message = "nothing is pending in this instrument in this phase; see get_session view=trades"
        repair.fault("nothing_pending", Problem(f"{where}.symbol", message, "nothing_pending"))
    else:
        message = "the book has no such instrument; see get_session view=trades for those with pending trades"
        repair.fault("unknown_symbol", Problem(f"{where}.symbol", message, "unknown_symbol"))
    return False


def _verdicts(repair: _Repair, recommendation: Recommendation, *, where: str) -> Iterable[LineVerdict]:
    lines = repair.by_symbol[recommendation.symbol]
    exceptions = _exceptions(repair, recommendation, where=where, lines=lines)
    _count_unsupported(repair, recommendation, exceptions=exceptions, lines=lines)
    for account, line in lines.items():
        number, exception = exceptions.get(account, (-1, None))
        place = where if exception is None else f"{where}.exceptions[{number}]"
        verdict = _verdict(repair, recommendation, exception=exception, line=line, where=place)
        if verdict is not None:
            yield verdict


def _exceptions(
    repair: _Repair, recommendation: Recommendation, *, where: str, lines: Mapping[str, OpenLine]
) -> dict[str, tuple[int, PortfolioException]]:
    """Exceptions by account, each with its place in the list."""
    found: dict[str, tuple[int, PortfolioException]] = {}
    for number, exception in enumerate(recommendation.exceptions):
        place = f"{where}.exceptions[{number}].account_number"
        account = exception.account_number
        rule = repair.blocked_by.get(recommendation.symbol, {}).get(account)
        if rule is not None:
            repair.block(BlockedLine(recommendation.symbol, rule, account), action=exception.action)
        elif account not in lines:
            message = "this portfolio has no pending trade in the instrument"
            repair.fault("unknown_portfolio", Problem(place, message, "unknown_portfolio"))
        elif account in found:
            repair.fault("duplicate_portfolio", Problem(place, "the portfolio is in the list twice"))
        else:
            found[account] = (number, exception)
    return found


def _count_unsupported(
    repair: _Repair,
    recommendation: Recommendation,
    *,
    exceptions: Mapping[str, tuple[int, PortfolioException]],
    lines: Mapping[str, OpenLine],
) -> None:
    """A flag cited for an instrument must stand on one of its lines, one cited for a portfolio on that line."""
    cited = [(flag, list(lines.values())) for flag in recommendation.flags or ()]
    cited += [(f, [lines[account]]) for account, (_, e) in exceptions.items() for f in e.flags or ()]
    for text, where in cited:
        flag = parse_flag(text)
        if flag is not None and flag.kind == "tol":
            continue
        if flag is None or not any(flag.cites(present) for line in where for present in line.flags):
            repair.removed["unsupported_flag"] += 1
            repair.unsupported.setdefault(recommendation.symbol, {})[text] = None


def _verdict(
    repair: _Repair,
    recommendation: Recommendation,
    *,
    exception: PortfolioException | None,
    line: OpenLine,
    where: str,
) -> LineVerdict | None:
    stated = exception or recommendation
    verdict = Verdict[stated.action.upper()]
    percent, note = _percent(repair, stated, line=line, where=where)
    if percent is None:
        return None
    if verdict is Verdict.PARTIAL:
        verdict = _verdict_of(percent)
    flags = _supported(stated, line)
    said_of_all = None if repair.manners.lenient and exception is not None else recommendation.reason
    reason = (stated.reason or said_of_all or "").strip()  # a model's words on one action are no reason for another
    if verdict in (Verdict.DEFER, Verdict.PARTIAL):
        if repair.manners.needs_evidence and not flags:
            verdict, percent, note = Verdict.PROCEED, WHOLE_PCT, "no_flag"
            repair.removed["no_flag"] += 1
        elif not repair.manners.needs_evidence and not reason and not flags:
            message = "waiting without a flag is a person's override and needs a reason"
            repair.fault("no_reason", Problem(f"{where}.reason", message))
            return None
    return LineVerdict(
        account_number=line.account_number,
        symbol=line.symbol,
        side=line.side,
        verdict=verdict,
        proceed_pct=percent,
        reason=reason,
        flags=flags,
        source=repair.source,
        note=note,
    )


def _verdict_of(percent: float) -> Verdict:
    if percent >= WHOLE_PCT:
        return Verdict.PROCEED
    return Verdict.PARTIAL if percent > 0 else Verdict.DEFER


def _percent(
    repair: _Repair, stated: Recommendation | PortfolioException, *, line: OpenLine, where: str
) -> tuple[float | None, str]:
    """Percent of the planned units, and a note where it was repaired; None where a caller's input can't stand."""
    if stated.action != "partial":
        return (WHOLE_PCT if stated.action == "proceed" else 0.0), ""
    amount = stated.amount if isinstance(stated, PortfolioException) else None
    if amount is not None:
        return _percent_of_amount(repair, amount, line=line, where=where)
    percent = stated.proceed_percent
    if percent is not None and 1 <= percent <= 99:
        return percent, ""
    message = "a partial needs a proceed_percent from 1 to 99; use proceed for all and defer for none"
    repair.fault("percent_out_of_range", Problem(f"{where}.proceed_percent", message))
    return (line.curing_pct, "curing_percent") if repair.manners.lenient else (None, "")


def _percent_of_amount(repair: _Repair, amount: float, *, line: OpenLine, where: str) -> tuple[float | None, str]:
    least, most = line.amounts
    if least - CENT / 2 <= amount <= most + CENT / 2:
        return min(amount / line.planned_value, 1.0) * WHOLE_PCT, ""
    over = "oversell" if line.side == "sell" else "over_planned_amount"
    rule = over if amount > most else "under_min_amount"
    message = f"the amount has to be from {least:,.2f} (min_amount) to {most:,.2f} (max_amount)"
    repair.fault(rule, Problem(f"{where}.amount", message, rule))
    return None, ""


def _supported(stated: Recommendation | PortfolioException, line: OpenLine) -> tuple[str, ...]:
    """The line's evidence that is cited; without citations all of it."""
    if stated.flags is None:
        return line.evidence()
    cited = [flag for flag in map(parse_flag, stated.flags) if flag is not None]
    return tuple(present for present in line.evidence() if any(flag.cites(present) for flag in cited))
