"""Prose of a model beside the facts: a text that says what isn't so is replaced by our own, and counted.

Verdicts are checked elsewhere. Here nothing can change an action, a percent or a flag.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from trimtab.domain.outside_text import clean
from trimtab.domain.trading.model_answer import LONGEST_PROSE, Refused
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.domain.trading.prose import Claims, Facts, ProseRule, claims_of, market_faults, small_codes
from trimtab.domain.trading.reasons import buy_reason, sell_reason
from trimtab.domain.trading.repair import LineVerdict, OpenLine, Resolution
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import (
    ExchangeRemark,
    MomentumAnswer,
    SectorRemark,
    SynthesisAnswer,
    SynthesisQuestion,
)
from trimtab.workflow.prose_facts import (
    exchange_facts,
    line_facts,
    line_names,
    market_summary_facts,
    note_facts,
    sector_facts,
    summary_facts,
)
from trimtab.workflow.verdicts import ACTIONS

MISSING: Final = "missing_remark"
DOUBLE: Final = "duplicate_remark"
UNKNOWN: Final = "unknown_remark"
"""About something that isn't in the book."""

K = TypeVar("K")
V = TypeVar("V")


def guard_reasons(plan: SessionPlan, resolution: Resolution, *, lines: Iterable[OpenLine]) -> Resolution:
    """The verdicts, each with a reason that is true of its line; a text is counted once for each instrument."""
    by_line = {(line.account_number, line.symbol): line for line in lines}
    reasons = _Reasons(plan)
    removed: set[tuple[str, str, str]] = set()
    verdicts = []
    for verdict in resolution.verdicts:
        own = _own_reason(verdict)
        if not verdict.reason or verdict.note == "no_flag":
            verdicts.append(replace(verdict, reason=own))
            continue
        line = by_line[verdict.account_number, verdict.symbol]
        faults = reasons.faults(line, verdict)
        removed |= {(rule, verdict.symbol, verdict.reason) for rule in faults}
        verdicts.append(replace(verdict, reason=own if faults else clean(verdict.reason, None)))
    counted = Counter(rule for rule, _, _ in removed)
    return replace(resolution, verdicts=tuple(verdicts), removed=resolution.removed + counted)


class _Reasons:
    """Reads each text once for all lines about which it may say the same."""

    def __init__(self, plan: SessionPlan) -> None:
        self._plan = plan
        self._codes = small_codes(plan.facts.book.instruments.code)
        self._read: dict[tuple[str, frozenset[str], tuple[str, ...]], Claims] = {}

    def faults(self, line: OpenLine, verdict: LineVerdict) -> tuple[ProseRule, ...]:
        """The rules that the verdict's reason breaks."""
        names = line_names(self._plan, line)
        key = (verdict.reason, names, line.flags)
        if key not in self._read:
            codes = self._codes - {name.casefold() for name in names}
            self._read[key] = claims_of(verdict.reason, names=names, flags=frozenset(line.flags), codes=codes)
        claims = self._read[key]
        if not claims.quantities and not claims.kinds:
            return claims.broken
        return claims.faults(line_facts(self._plan, line, verdict=verdict))


def _own_reason(verdict: LineVerdict) -> str:
    action = ACTIONS[verdict.verdict]
    return sell_reason(action, verdict.flags) if verdict.side == "sell" else buy_reason(action)


def guard_market(
    answer: MomentumAnswer, markets: tuple[ExchangeMomentum, ...], *, template: MomentumAnswer
) -> tuple[MomentumAnswer, Counter[str]]:
    """Words on every exchange and sector of the book, the model's or the template's, and nothing on others."""
    guard = _Guard(answer.refused, markets)
    by_code = {market.code: market for market in markets}
    exchanges = guard.firsts({r.exchange: r for r in template.exchanges}, [(r.exchange, r) for r in answer.exchanges])
    sectors = guard.firsts(
        {(r.exchange, r.sector): r for r in template.sectors}, [((r.exchange, r.sector), r) for r in answer.sectors]
    )
    return (
        MomentumAnswer(
            guard.words(answer.summary, market_summary_facts(markets), own=template.summary),
            tuple(
                guard.exchange(said, own, facts=exchange_facts(by_code[own.exchange], markets))
                for said, own in exchanges
            ),
            tuple(
                guard.sector(said, own, facts=sector_facts(by_code[own.exchange], own.sector, markets=markets))
                for said, own in sectors
            ),
        ),
        guard.removed,
    )


def guard_synthesis(
    answer: SynthesisAnswer, question: SynthesisQuestion, *, template: SynthesisAnswer
) -> tuple[SynthesisAnswer, Counter[str]]:
    """A summary and notes that say nothing but what was shown; the template's notes where the model has none."""
    guard = _Guard(answer.refused, question.markets)
    facts = summary_facts(question.verdicts, question.markets, portfolios=question.portfolios)
    own = dict(template.notes)
    known = _facts_of_notes(question)
    said: dict[str, str] = {}
    for symbol, note in answer.notes:
        rule = UNKNOWN if symbol not in own else DOUBLE if symbol in said else ""
        if rule:
            guard.removed[rule] += 1
        else:
            said[symbol] = guard.words(note, known[symbol], own=own[symbol])
    summary = guard.words(answer.summary, facts, own=template.summary)
    return SynthesisAnswer(summary, tuple((own | said).items())), guard.removed


class _Guard:
    """Replaces what can't stand, and counts it, with what of the answer couldn't be read."""

    def __init__(self, refused: Iterable[Refused], markets: Iterable[ExchangeMomentum]) -> None:
        self.removed = Counter[str](entry.rule for entry in refused)
        sectors = (sector for market in markets for sector in market.sectors)
        self._codes = small_codes(instrument.symbol for sector in sectors for instrument in sector.instruments)

    def firsts(self, own: Mapping[K, V], said: Iterable[tuple[K, V]]) -> list[tuple[V | None, V]]:
        """What was first said of each thing there is, beside our own words on it; the rest is counted."""
        first: dict[K, V] = {}
        for key, remark in said:
            rule = UNKNOWN if key not in own else DOUBLE if key in first else ""
            if rule:
                self.removed[rule] += 1
            else:
                first[key] = remark
        self.removed[MISSING] += len(own) - len(first)
        return [(first.get(key), remark) for key, remark in own.items()]

    def exchange(self, said: ExchangeRemark | None, own: ExchangeRemark, *, facts: Facts) -> ExchangeRemark:
        """A remark on an exchange."""
        if said is None:
            return own
        return ExchangeRemark(
            own.exchange,
            self.words(said.comment, facts, own=own.comment),
            self._other(said.across, facts, own=own.across),
        )

    def sector(self, said: SectorRemark | None, own: SectorRemark, *, facts: Facts) -> SectorRemark:
        """A remark on a sector."""
        if said is None:
            return own
        return SectorRemark(
            own.exchange,
            own.sector,
            self.words(said.comment, facts, own=own.comment),
            self._other(said.within, facts, own=own.within),
            self._other(said.across, facts, own=own.across),
        )

    def _other(self, text: str | None, facts: Facts, *, own: str | None) -> str | None:
        return None if text is None else self.words(text, facts, own=own or "") or None

    def words(self, text: str, facts: Facts, *, own: str) -> str:
        """The text, or our own where it doesn't hold."""
        line = clean(text, LONGEST_PROSE)
        faults: tuple[str, ...] = (MISSING,)
        if line:
            beside = replace(facts, codes=self._codes - {name.casefold() for name in facts.names})
            faults = market_faults(line, beside) or (("markup_in_prose",) if line != text.strip() else ())
        self.removed.update(faults)
        return own if faults else line


def _facts_of_notes(question: SynthesisQuestion) -> Mapping[str, Facts]:
    return {
        instrument.symbol: note_facts(instrument, sector, market=market)
        for market in question.markets
        for sector in market.sectors
        for instrument in sector.instruments
    }
