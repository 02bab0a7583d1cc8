"""Recommendations by instrument, as an analysis answers them: one verdict over all its portfolios, with the counts."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from trimtab.domain.columns import IntColumn
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.repair import Side
from trimtab.workflow.figures import money, points
from trimtab.workflow.groups import VERDICTS, merged_action
from trimtab.workflow.lines import open_rows
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.results import ExchangeComment, RecommendationResult, SectorComment, Stability
from trimtab.workflow.state import AnalysisRecord

MOST_FLAGS = 5


def recommendations(plan: SessionPlan, side: Side) -> tuple[RecommendationResult, ...]:
    """A verdict per instrument with an offer on the side, most money first."""
    rows = open_rows(plan, side)
    instrument = plan.facts.positions.instrument[plan.side(side).offers.line[rows]]
    results = [_recommendation(plan, side, rows=rows[instrument == row]) for row in np.unique(instrument)]
    return tuple(sorted(results, key=lambda result: (-result.total_value, result.symbol)))


def _recommendation(plan: SessionPlan, side: Side, *, rows: IntColumn) -> RecommendationResult:
    of_side = plan.side(side)
    line = of_side.offers.line[rows]
    symbol = plan.facts.book.instruments.code[int(plan.facts.positions.instrument[line[0]])]
    action, percent = merged_action(of_side, rows)
    decided = [of_side.decided[row] for row in rows.tolist() if row in of_side.decided]
    held_back = [decision for decision in decided if decision.action != "proceed"]
    flags = Counter(flag for decision in held_back for flag in decision.flags)
    reasons = Counter(decision.reason for decision in held_back or decided if decision.reason)
    sources = Counter(decision.source for decision in decided)
    analysis = plan.state.sell_analysis if side == "sell" else plan.state.buy_analysis
    counts = Counter(of_side.verdict[rows].tolist())
    return RecommendationResult(
        symbol=symbol,
        side=side,
        action=action,
        proceed_percent=points(percent),
        min_proceed_percent=points(float(of_side.curing_pct[rows].max())),
        reason=reasons.most_common(1)[0][0] if reasons else "",
        flags=tuple(flag for flag, _ in flags.most_common(MOST_FLAGS)),
        total_value=money(float(of_side.reported_planned_value[rows].sum())),
        portfolio_count=len(rows),
        counts={VERDICTS[verdict]: counts[verdict] for verdict in sorted(counts)},
        source=sources.most_common(1)[0][0] if sources else "default",
        momentum_note=dict(analysis.notes).get(symbol) if analysis else None,
        dividends_captured_value=money(_dividends_kept(plan, side, rows=rows)),
    )


def _dividends_kept(plan: SessionPlan, side: Side, *, rows: IntColumn) -> float:
    """Money of the dividends of the units that a sell keeps."""
    of_side = plan.side(side)
    if side == "buy":
        return 0.0
    line = of_side.offers.line[rows]
    flagged = (plan.proposal.flags.dividend_days[line] > 0) & np.isin(
        of_side.verdict[rows], (Verdict.DEFER, Verdict.PARTIAL)
    )
    per_share = plan.facts.events.dividend_table[plan.facts.positions.price_row[line]]
    kept = of_side.offers.offered.units[rows] - of_side.units[rows]
    return float((np.nan_to_num(per_share) * kept * of_side.reporting_rate[rows])[flagged].sum())


def stability_of(record: AnalysisRecord) -> Stability | None:
    """What several votes showed; None where there was one."""
    if record.votes == 1:
        return None
    return Stability(votes=record.votes, flip_rate_pct=record.flip_rate_pct, flipped=record.flipped)


def exchange_comments(record: AnalysisRecord) -> Iterator[ExchangeComment]:
    """Remarks about exchanges."""
    for remark in record.remarks:
        if remark.sector is None:
            yield ExchangeComment(
                exchange=remark.exchange, comment=remark.comment, cross_exchange_insight=remark.across
            )


def sector_comments(record: AnalysisRecord) -> Iterator[SectorComment]:
    """Remarks about sectors."""
    for remark in record.remarks:
        if remark.sector is not None:
            yield SectorComment(
                exchange=remark.exchange,
                sector=remark.sector,
                comment=remark.comment,
                exchange_context=remark.within,
                cross_exchange_insight=remark.across,
            )
