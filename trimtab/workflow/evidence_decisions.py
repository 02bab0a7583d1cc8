"""What was decided for each line, read from a kept plan and state: by instrument, the largest first."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from trimtab.workflow.evidence_contents import (
    KeptAnalysis,
    KeptDecision,
    KeptInstrument,
    KeptPlan,
    KeptPortfolio,
    KeptState,
)
from trimtab.workflow.evidence_models import (
    AnalysisMade,
    InstrumentDecisions,
    LineDecision,
    ModelCallMade,
    NotTraded,
    OverrideMade,
)
from trimtab.workflow.evidence_reading import Readings, purpose_of, records
from trimtab.workflow.evidence_terms import NOTES, REASONS, words_for
from trimtab.workflow.log import LogEntry
from trimtab.workflow.ports.results import Cell

_QUESTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "sell": ("portfolios", "momentum", "synthesis"),
    "buy": ("buys",),
}


def instrument_decisions(plan: KeptPlan | None, state: KeptState | None) -> tuple[InstrumentDecisions, ...]:
    """The planned trades with what was decided about them; none while no plan was kept."""
    if plan is None:
        return ()
    decided = {(d.account_number, d.symbol, d.side): d for d in (state.decisions if state else ())}
    portfolios = {portfolio.account_number: portfolio for portfolio in plan.portfolios}
    grouped: dict[tuple[str, str], list[LineDecision]] = {}
    for row in plan.trades.records:
        account, code, side = _text(row, "account_number"), _text(row, "code"), _text(row, "action")
        portfolio = portfolios.get(account) or KeptPortfolio(account_number=account)
        line = _line(row, portfolio, decision=decided.get((account, code, side)))
        grouped.setdefault((code, side), []).append(line)
    instruments = {instrument.code: instrument for instrument in plan.instruments}
    made = [
        _instrument(instruments.get(code) or KeptInstrument(code=code), side, lines=lines)
        for (code, side), lines in grouped.items()
    ]
    return tuple(sorted(made, key=lambda each: (-each.reported_planned_value, each.code, each.side)))


def _line(row: Mapping[str, Cell], portfolio: KeptPortfolio, *, decision: KeptDecision | None) -> LineDecision:
    reason, rate = _text(row, "deferred_reason"), portfolio.reporting_rate
    planned, amount = _number(row, "planned_amount"), _number(row, "amount")
    return LineDecision(
        account_number=portfolio.account_number,
        client_name=portfolio.client_name,
        currency=portfolio.currency,
        planned_amount=planned,
        amount=amount,
        quantity=_text(row, "quantity"),
        status=_text(row, "status"),
        action=_text(row, "decision"),
        percent=_number(row, "proceed_percent"),
        source=_text(row, "source"),
        reason=(decision.reason if decision else "") or (words_for(reason, REASONS) if reason else ""),
        note=words_for(decision.note, NOTES) if decision and decision.note else "",
        facts=_split(row, "categories"),
        cited=decision.flags if decision else (),
        concerns=_split(row, "compliance_flags"),
        weight_before_pct=_number(row, "weight_before_pct"),
        target_pct=_number(row, "target_pct"),
        weight_after_pct=_number(row, "weight_after_pct"),
        reported_planned_value=None if rate is None else round(abs(planned) * rate, 2),
        reported_value=None if rate is None else round(abs(amount) * rate, 2),
    )


def _instrument(named: KeptInstrument, side: str, *, lines: Iterable[LineDecision]) -> InstrumentDecisions:
    by_size = sorted(lines, key=lambda line: (-(line.reported_planned_value or 0.0), line.account_number))
    return InstrumentDecisions(
        code=named.code,
        name=named.name,
        exchange=named.exchange,
        side=side,
        reported_planned_value=_sum(line.reported_planned_value for line in by_size),
        reported_value=_sum(line.reported_value for line in by_size),
        sources=dict(sorted(Counter(line.source for line in by_size).items())),
        lines=tuple(by_size),
    )


def _sum(values: Iterable[float | None]) -> float:
    """Money of the lines that have a rate to the reporting currency."""
    return round(math.fsum(value or 0.0 for value in values), 2)


def not_traded(plan: KeptPlan | None) -> Iterator[NotTraded]:
    """The lines that don't trade, and why."""
    if plan is None:
        return
    portfolios = {portfolio.account_number: portfolio for portfolio in plan.portfolios}
    for row in plan.not_traded.records:
        account, reason = _text(row, "account_number"), _text(row, "reason")
        portfolio = portfolios.get(account)
        yield NotTraded(
            account_number=account,
            client_name=portfolio.client_name if portfolio else "",
            code=_text(row, "code"),
            reason=reason,
            words=words_for(reason, REASONS),
            amount=_number(row, "amount_not_traded"),
            currency=portfolio.currency if portfolio else "",
            detail=_text(row, "detail"),
        )


def overrides_made(readings: Readings) -> Iterator[OverrideMade]:
    """Every override that was stored, in order; a later one for the same line replaced an earlier one."""
    for reading, entry in readings.of(LogEntry):
        for override in records(entry.detail.get("overrides")):
            yield OverrideMade(
                seq=reading.entry.seq,
                at=entry.at,
                actor=entry.actor,
                source=entry.source,
                code=str(override.get("code", "")),
                account_number=str(override.get("account_number") or ""),
                action=str(override.get("action", "")),
                percent=_optional(override.get("proceed_percent")),
                amount=_optional(override.get("amount")),
                reason=str(override.get("reason", "")),
            )


def model_calls(readings: Readings) -> Iterator[ModelCallMade]:
    """The calls of a language model, in the order in which they ended."""
    for reading, entry, call in readings.calls():
        yield ModelCallMade(
            seq=reading.entry.seq,
            at=entry.at,
            provider=call.provider,
            model=call.model,
            purpose=purpose_of(call),
            outcome=call.outcome,
            failure=call.failure,
            input_tokens=call.usage.input_tokens,
            output_tokens=call.usage.output_tokens,
            cost_usd=call.usage.cost_usd,
            attempts=call.attempts,
            latency_ms=call.latency_ms,
            prompt_hash=call.prompt_hash,
            prompt=call.prompt.model_dump(mode="json"),
            answer=call.answer,
        )


def analyses(readings: Readings) -> Iterator[AnalysisMade]:
    """The analyses that stand at the end, sells first."""
    state = readings.last(KeptState)
    standing: tuple[KeptAnalysis | None, ...] = (state.sell_analysis, state.buy_analysis) if state else ()
    asked = [(call.question, call.prompt_hash) for _, _, call in readings.calls()]
    for analysis in filter(None, standing):
        questions = _QUESTIONS.get(analysis.side, ())
        hashes = dict.fromkeys(prompt_hash for question, prompt_hash in asked if question in questions)
        yield AnalysisMade(analysis=analysis, prompt_hashes=tuple(hashes))


def _text(row: Mapping[str, Cell], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _number(row: Mapping[str, Cell], name: str) -> float:
    return _optional(row.get(name)) or 0.0


def _optional(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _split(row: Mapping[str, Cell], name: str) -> tuple[str, ...]:
    return tuple(filter(None, _text(row, name).split(",")))
