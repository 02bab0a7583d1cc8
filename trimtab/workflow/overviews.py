"""What an analyst reads, filled from the plan's columns: portfolio batches, momentum, buys."""

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, IntColumn
from trimtab.domain.trading.checks import account_of, symbol_of
from trimtab.domain.trading.momentum import build_momentum
from trimtab.domain.trading.overview import (
    Batch,
    BuyBlock,
    BuyRow,
    ExchangeMomentum,
    HoldingRow,
    PortfolioBlock,
)
from trimtab.workflow.lines import line_flags
from trimtab.workflow.planning import SessionPlan, once_per_plan

COMPACT_FACTOR = 3
"""How many times more portfolios a compact batch holds: what its head says once is then said once for them all."""


def _size(plan: SessionPlan, *, compact: bool) -> int:
    return plan.facts.policy.batch_size * (COMPACT_FACTOR if compact else 1)


def batch_count(plan: SessionPlan, *, compact: bool = False) -> int:
    """How many batches the portfolios make; at least one."""
    return max(1, -(-len(plan.facts.positions.portfolio_row) // _size(plan, compact=compact)))


def portfolio_batch(plan: SessionPlan, number: int, *, compact: bool = False) -> Batch:
    """Batch `number` (from 1) of the session's portfolios, with every line."""
    size, total = _size(plan, compact=compact), len(plan.facts.positions.portfolio_row)
    rows = range((number - 1) * size, min(number * size, total))
    blocks = tuple(_block(plan, portfolio) for portfolio in rows)
    return Batch(number, batch_count(plan, compact=compact), blocks)


def _block(plan: SessionPlan, portfolio: int) -> PortfolioBlock:
    facts, drift = plan.facts, plan.proposal.drift
    positions, portfolios = facts.positions, facts.book.portfolios
    row = int(positions.portfolio_row[portfolio])
    tolerance = 0.0 if drift.liquidated[portfolio] else float(positions.cash_tolerance_pct[portfolio])
    first, last = positions.start[portfolio : portfolio + 2]
    return PortfolioBlock(
        account_number=portfolios.account_number[row],
        client_name=portfolios.client_name[row],
        model=portfolios.model_name[row],
        tolerance_pct=tolerance,
        rows=tuple(_holding(plan, line, tolerance=tolerance) for line in range(int(first), int(last))),
    )


def _holding(plan: SessionPlan, line: int, *, tolerance: float) -> HoldingRow:
    drift = plan.proposal.drift
    return HoldingRow(
        symbol=symbol_of(plan.facts, line),
        current_pct=float(drift.actual_pct[line]),
        target_pct=float(drift.target_pct[line]),
        variance_pct=float(drift.variance_pct[line]),
        trade_amount=float(plan.trade_amount[line]),
        flags=line_flags(plan, line),
        tolerance_pct=own_tolerance(plan, line, default=tolerance),
    )


def own_tolerance(plan: SessionPlan, line: int, *, default: float) -> float | None:
    """The line's tolerance where it isn't its portfolio's."""
    own = float(plan.proposal.drift.edge_pct[line]) - EDGE_PCT
    return None if abs(own - default) <= EDGE_PCT else own


@once_per_plan
def markets(plan: SessionPlan) -> tuple[ExchangeMomentum, ...]:
    """Exchange > sector > instrument, with the pending sells and buys of the session."""
    facts = plan.facts
    return build_momentum(
        facts.book,
        facts.positions,
        events=facts.events,
        sells=_per_instrument(plan, plan.sells.offers.line),
        buys=_per_instrument(plan, plan.buys.offers.line),
    )


def _per_instrument(plan: SessionPlan, line: IntColumn) -> IntColumn:
    facts = plan.facts
    return np.bincount(facts.positions.instrument[line], minlength=len(facts.book.instruments.code))


def buy_blocks(plan: SessionPlan, *, only_short: bool = False) -> tuple[BuyBlock, ...]:
    """Planned buys by portfolio; `only_short`: where demand is over the cash and there is some."""
    offers = plan.buys.offers
    return tuple(
        _buy_block(plan, int(portfolio))
        for portfolio in np.unique(offers.portfolio)
        if not only_short
        or (plan.power.deferral_needed[portfolio] > CENT / 2 and plan.power.available[portfolio] > CENT / 2)
    )


def _buy_block(plan: SessionPlan, portfolio: int) -> BuyBlock:
    facts, power, drift = plan.facts, plan.power, plan.proposal.drift
    portfolios, row = facts.book.portfolios, int(facts.positions.portfolio_row[portfolio])
    tolerance = float(facts.positions.cash_tolerance_pct[portfolio])
    rows = np.flatnonzero(plan.buys.offers.portfolio == portfolio)
    return BuyBlock(
        account_number=account_of(facts, portfolio),
        client_name=portfolios.client_name[row],
        model=portfolios.model_name[row],
        tolerance_pct=tolerance,
        investable_value=float(drift.investable[portfolio]),
        cash_available=float(power.available[portfolio]),
        buy_demand=float(power.demand[portfolio]),
        deferral_needed=float(power.deferral_needed[portfolio]),
        rows=tuple(_buy_row(plan, int(offer), tolerance=tolerance) for offer in rows),
    )


def _buy_row(plan: SessionPlan, offer: int, *, tolerance: float) -> BuyRow:
    facts, drift = plan.facts, plan.proposal.drift
    line = int(plan.buys.offers.line[offer])
    instrument = int(facts.positions.instrument[line])
    in_window = bool(facts.events.buy_window[instrument])
    return BuyRow(
        symbol=symbol_of(facts, line),
        amount=float(plan.buys.planned_value[offer]),
        current_pct=float(drift.actual_pct[line]),
        target_pct=float(drift.target_pct[line]),
        gap_pct=-float(drift.variance_pct[line]),
        ex_dividend_days=int(facts.events.ex_days[instrument]) if in_window else None,
        return_1m_pct=_known(facts.book.instruments.return_1m_pct[instrument]),
        return_6m_pct=_known(facts.book.instruments.return_6m_pct[instrument]),
        tolerance_pct=own_tolerance(plan, line, default=tolerance),
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
