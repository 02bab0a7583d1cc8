"""Totals of a plan, and the executive summary made of them."""

import math
from collections import Counter

import numpy as np

from trimtab.domain.columns import CENT, FloatColumn
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.flag_text import FlagKind, parse_flag
from trimtab.domain.trading.overview import BuysSummary, SellsSummary, SessionSummary
from trimtab.domain.trading.valuation import reporting_currency
from trimtab.formatters.summary import format_summary
from trimtab.workflow.figures import in_cents, money
from trimtab.workflow.planning import SessionPlan, SidePlan, once_per_plan
from trimtab.workflow.ports.results import BuyReductionSummary, SideTotals, Totals

ANALYST_STRATEGY = "AI-optimized - prioritizes dividends, buys dips"
RULES_STRATEGY = "Rules - prioritizes dividends, buys dips"
PERSON_STRATEGY = "As a person decided"
TIER_STRATEGY = "Tiered - completes positions nearest their target first"
ALL_STRATEGY = "All buys are covered by cash"


def _sum(values: FloatColumn) -> float:
    return money(math.fsum(values))


def side_totals(side: SidePlan, *, planned: bool = True) -> SideTotals:
    """Totals of one side; zeros while it isn't planned yet. Values are positive money."""
    if not planned:
        return SideTotals(count=0, value=0, original_value=0, deferred_count=0, deferred_value=0, review_count=0)
    planned_value, value = in_cents(side.reported_planned_value), in_cents(side.reported_value)
    held_back = np.maximum(planned_value - value, 0.0)
    held = (side.verdict != Verdict.REVIEW) & (held_back > CENT / 2)
    return SideTotals(
        count=int((side.units > 0).sum()),
        value=_sum(value),
        original_value=_sum(planned_value),
        deferred_count=int(held.sum()),
        deferred_value=_sum(held_back),
        review_count=int((side.verdict == Verdict.REVIEW).sum()),
    )


@once_per_plan
def plan_totals(plan: SessionPlan) -> Totals:
    """Totals of the whole plan."""
    sells = side_totals(plan.sells)
    buys = side_totals(plan.buys, planned=plan.state.phase != "Sells")
    return Totals(
        sells=sells,
        buys=buys,
        net_cash_flow=money(sells.value - buys.value),
        missing_cash=money(float((plan.sell_plan.missing_cash * np.nan_to_num(plan.facts.reporting_rate)).sum())),
        currency=reporting_currency(plan.facts.book),
        left_out_portfolios=int(np.isnan(plan.facts.reporting_rate).sum()),
        hard_failures=len(plan.hard_failures),
        soft_warnings=len(plan.soft_warnings),
    )


def strategy(plan: SessionPlan) -> str:
    """How buys were cut to the cash there is: each way that was used, the one for the most portfolios first."""
    short = np.flatnonzero(plan.power.deferral_needed > CENT / 2)
    if not len(short):
        return ALL_STRATEGY
    sources: dict[int, set[str]] = {}
    for row, decision in plan.buys.decided.items():
        sources.setdefault(int(plan.buys.offers.portfolio[row]), set()).add(decision.source)
    used = Counter(_strategy_of(sources.get(portfolio, set())) for portfolio in short.tolist())
    exceeded = int(plan.buy_plan.caps_exceeded.sum())
    told = "; ".join(text for text, _ in sorted(used.items(), key=lambda item: (-item[1], item[0])))
    portfolios = "1 portfolio" if exceeded == 1 else f"{exceeded} portfolios"
    return told + (f"; the caps were not enough in {portfolios}" if exceeded else "")


def _strategy_of(sources: set[str]) -> str:
    """What decided a portfolio's buys; the strongest where several did."""
    ranked = {"person": PERSON_STRATEGY, "model": ANALYST_STRATEGY, "assistant": ANALYST_STRATEGY}
    return next(
        (text for source, text in ranked.items() if source in sources), RULES_STRATEGY if sources else TIER_STRATEGY
    )


def buy_reduction(plan: SessionPlan) -> BuyReductionSummary:
    """The seed's summary of the reduction."""
    buys = side_totals(plan.buys)
    original, reduced = buys.original_value, buys.value
    percent = (original - reduced) / original * 100 if original > 0 else 0.0
    return BuyReductionSummary(
        total_original_buys=money(original),
        total_reduced_buys=money(reduced),
        cash_preserved=money(original - reduced),
        overall_reduction_percent=round(percent, 2),
        strategy=strategy(plan),
    )


def dividends_captured(plan: SessionPlan) -> float:
    """Money of dividends that units kept back from a sell, or bought ahead of the ex-date, will earn."""
    captured = 0.0
    for side in (plan.sells, plan.buys):
        line = side.offers.line
        flagged = plan.proposal.flags.dividend_days[line] > 0
        per_share = plan.facts.events.dividend_table[plan.facts.positions.price_row[line]]
        kept = np.isin(side.verdict, (Verdict.DEFER, Verdict.PARTIAL)) if side is plan.sells else flagged
        units = side.offers.offered.units - side.units if side is plan.sells else side.units
        captured += float((np.nan_to_num(per_share) * units * side.reporting_rate)[flagged & kept].sum())
        if plan.state.phase == "Sells":
            break
    return captured


def _kinds(plan: SessionPlan) -> tuple[FlagKind, ...]:
    """The kinds of flag that sells were held back for, in a fixed order."""
    held = (d for d in plan.sells.decided.values() if d.action in ("defer", "partial"))
    found = {flag.kind for d in held for text in d.flags if (flag := parse_flag(text)) is not None}
    order: tuple[FlagKind, ...] = ("div", "cgt", "dip")
    return tuple(kind for kind in order if kind in found)


@once_per_plan
def executive_summary(plan: SessionPlan) -> str:
    """The session in a few lines of markdown."""
    totals, state = plan_totals(plan), plan.state
    analysis = state.sell_analysis
    degraded = [note for record in (analysis, state.buy_analysis) if record for note in record.degraded]
    unknown = int(np.isnan(plan.facts.positions.cash).sum())
    if unknown:
        degraded.append(f"cash of {unknown} portfolio(s) is unknown and taken as 2 % of the total")
    if totals.left_out_portfolios:
        degraded.append(
            f"{totals.left_out_portfolios} portfolio(s) without a rate to {totals.currency} are left out of the sums"
        )
    held = [d for d in plan.sells.decided.values() if d.action in ("defer", "partial")]
    return format_summary(
        SessionSummary(
            portfolios=len(plan.facts.positions.portfolio_row),
            phase=state.phase,
            sells=SellsSummary(
                count=totals.sells.count,
                value=totals.sells.value,
                deferred_count=totals.sells.deferred_count,
                deferred_for=_kinds(plan),
                review_count=totals.sells.review_count,
            ),
            buys=None
            if state.phase == "Sells"
            else BuysSummary(
                count=totals.buys.count,
                value=totals.buys.value,
                original_value=totals.buys.original_value,
                deferred_value=totals.buys.deferred_value,
                strategy=strategy(plan),
                review_count=totals.buys.review_count,
            ),
            market_context=analysis.market if analysis else "",
            dividends_captured=money(dividends_captured(plan)),
            cgt_deferrals=sum(any(flag.startswith("cgt:") for flag in d.flags) for d in held),
            hard_failures=totals.hard_failures,
            soft_warnings=totals.soft_warnings,
            degraded=tuple(degraded),
        )
    )
