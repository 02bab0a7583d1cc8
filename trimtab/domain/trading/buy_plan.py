"""The buy side of a plan: what is offered, how much cash there is, and what is bought in the end."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import CENT, BoolColumn, FloatColumn, IntColumn, SmallIntColumn
from trimtab.domain.trading.buys import Wanted, reduce_by_tiers, scale_to_cash
from trimtab.domain.trading.cash import cash_after
from trimtab.domain.trading.decisions import Decided, Decisions, Offered, apply_decisions
from trimtab.domain.trading.segments import grouped_sum
from trimtab.domain.trading.sell_plan import Offers, Proposal, SellPlan, TradingFacts, minimum_trade_value
from trimtab.domain.trading.trades import Reason
from trimtab.domain.trading.whole_lots import lots_down


@dataclass(frozen=True, slots=True, eq=False)
class BuyingPower:
    """Per portfolio (p,): cash for buys, what is planned to be bought, and how much of that must be put off."""

    available: FloatColumn
    demand: FloatColumn
    deferral_needed: FloatColumn


def buy_offers(facts: TradingFacts, proposal: Proposal, *, sells: SellPlan) -> Offers:
    """The lines with planned buys, less those that are, or were planned to be, sold to raise cash."""
    positions, planned = facts.positions, proposal.planned
    sold = (sells.units + proposal.cash_units)[planned.line] > 0
    row = np.flatnonzero((planned.side > 0) & (planned.units > 0) & ~sold)
    line = planned.line[row]
    portfolio = positions.portfolio[line]
    return Offers(
        side=1,
        line=line,
        portfolio=portfolio,
        offered=Offered(
            units=planned.units[row],
            unit_value=planned.unit_value[row],
            lot_size=planned.lot_size[row],
            planned_amount=planned.max_amount[row],
            edge_amount=planned.min_amount[row],
            far_edge_amount=2 * planned.max_amount[row] - planned.min_amount[row],
            minimum_value=minimum_trade_value(facts, proposal.drift)[portfolio],
            for_cash=np.zeros(len(row), dtype=np.bool_),
        ),
        cash_need=np.zeros(len(row)),
    )


def buying_power(facts: TradingFacts, proposal: Proposal, *, sells: SellPlan, offers: Offers) -> BuyingPower:
    """Section 8 of the trading maths, first three lines."""
    after = cash_after(facts.positions, proposal.drift, sell_value=sells.value, policy=facts.policy)
    available = np.maximum(after, 0.0)
    value = offers.offered.units * offers.offered.unit_value
    demand = grouped_sum(offers.portfolio, value, count=len(available))
    return BuyingPower(available, demand, np.maximum(demand - available, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class BuyPlan:
    """Buys after decisions and scaling, one row per offer.

    `wanted_units` is what the decisions asked for, `units` what cash allows; `by_tiers` (p,) portfolios reduced by the
    fallback, `caps_exceeded` (p,) those where its caps weren't enough.
    """

    wanted_units: FloatColumn
    units: FloatColumn
    reason: SmallIntColumn
    by_tiers: BoolColumn
    caps_exceeded: BoolColumn


def plan_buys(
    facts: TradingFacts,
    proposal: Proposal,
    *,
    offers: Offers,
    power: BuyingPower,
    decisions: Decisions,
    tiers: BoolColumn,
) -> BuyPlan:
    """Applies decisions, then fits every portfolio's buys into its cash.

    Portfolios in `tiers` (p,) that are short of cash are reduced by tiers first.
    """
    offered = offers.offered
    decided = apply_decisions(offered, decisions)
    value = decided.units * offered.unit_value
    demand = grouped_sum(offers.portfolio, value, count=len(power.available))
    by_tiers = tiers & (demand > power.available + CENT / 2)
    reduction = reduce_by_tiers(
        value,
        progress_pct(proposal, offers.line),
        portfolio=offers.portfolio,
        available=np.where(by_tiers, power.available, np.inf),
        tier_caps_pct=facts.policy.tier_caps_pct,
    )
    cut = by_tiers[offers.portfolio]
    wanted = np.where(cut, lots_down(decided.units * reduction.factor, offered.lot_size), decided.units)
    wanted = np.where(power.available[offers.portfolio] > CENT / 2, wanted, 0.0)
    units = scale_to_cash(Wanted(wanted, offered.unit_value, offered.lot_size, offers.portfolio), power.available)
    small = (units > 0) & (units * offered.unit_value < offered.minimum_value - CENT / 2)
    return BuyPlan(
        wanted_units=wanted,
        units=np.where(small, 0.0, units),
        reason=_reasons(decided, units=units, small=small),
        by_tiers=by_tiers,
        caps_exceeded=by_tiers & reduction.caps_exceeded,
    )


def _reasons(decided: Decided, *, units: FloatColumn, small: BoolColumn) -> SmallIntColumn:
    reason = decided.reason.copy()
    reason[(decided.units > 0) & (units <= 0)] = Reason.NO_CASH
    reason[small] = Reason.BELOW_MINIMUM
    return reason


def progress_pct(proposal: Proposal, line: IntColumn) -> FloatColumn:
    """Actual over target x 100 of each line.

    A substitute has the progress of the line it replaces, a target of 0 gives 0.
    """
    target = proposal.drift.target_pct[line]
    own = np.where(target > 0, proposal.drift.actual_pct[line] / np.where(target > 0, target, 1.0) * 100, 0.0)
    replaced = proposal.progress_pct[line]
    return np.where(np.isnan(replaced), own, replaced)
