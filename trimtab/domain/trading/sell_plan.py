"""The sell side of a plan: what is proposed for the whole book, and what decisions leave of it."""

from dataclasses import dataclass, replace

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn, SmallIntColumn
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.cash import CashRaised, cash_after, raise_cash
from trimtab.domain.trading.decisions import Decided, Decisions, Offered, apply_decisions
from trimtab.domain.trading.drift import Drift, compute_drift
from trimtab.domain.trading.flags import EventFacts, Flags, SectorFacts, compute_flags, event_facts, sector_facts
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.positions import Positions, build_positions
from trimtab.domain.trading.rules import (
    NO_SELL,
    SessionRules,
    rule_bits,
    sell_caps,
    substitute,
    substitute_lines,
)
from trimtab.domain.trading.segments import grouped_sum, segment_sum
from trimtab.domain.trading.tax import TaxRules
from trimtab.domain.trading.tax_lots import LotFacts, lot_facts
from trimtab.domain.trading.trades import PlannedTrades, TradeRules, plan_trades
from trimtab.domain.trading.valuation import reporting_rates
from trimtab.domain.trading.whole_lots import lots_down


@dataclass(frozen=True, slots=True, eq=False)
class TradingFacts:
    """What is known before any decision.

    The positions with what the calendar, the tax lots and the policy say of them. `reporting_rate` (p,) turns base
    currency into the book's reporting currency, NaN where the book has no rate.
    """

    book: Book
    policy: Policy
    positions: Positions
    events: EventFacts
    sectors: SectorFacts
    lots: LotFacts
    reporting_rate: FloatColumn


def trading_facts(
    book: Book, portfolio_row: IntColumn, *, policy: Policy, tax_rules: TaxRules, rules: SessionRules
) -> TradingFacts:
    """Prepares the portfolios `portfolio_row` (p,) of a book; they must be checkable."""
    positions = build_positions(book, portfolio_row)
    extra = substitute_lines(book, positions, substitutions=rules.substitutions)
    if extra:
        positions = build_positions(book, portfolio_row, extra=extra)
    return TradingFacts(
        book=book,
        policy=policy,
        positions=positions,
        events=event_facts(book, policy),
        sectors=sector_facts(book, positions),
        lots=lot_facts(book, positions, tax_rules=tax_rules, policy=policy),
        reporting_rate=reporting_rates(book)[portfolio_row],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What the book would trade before decisions.

    `sell_units` (n,) include `cash_units` (n,), those sold only to raise cash; `sell_limit_units` (n,) is the most that
    rules and exits let go in all; `missing_cash` (p,) couldn't be raised.
    """

    drift: Drift
    planned: PlannedTrades
    bits: SmallIntColumn
    replaced: BoolColumn
    progress_pct: FloatColumn
    sell_units: FloatColumn
    cash_units: FloatColumn
    sell_limit_units: FloatColumn
    missing_cash: FloatColumn
    flags: Flags


def propose(facts: TradingFacts, rules: SessionRules) -> Proposal:
    """Sections 2 to 6 of the trading maths for the whole book."""
    book, positions, policy = facts.book, facts.positions, facts.policy
    moved = substitute(book, positions, drift=compute_drift(positions), substitutions=rules.substitutions)
    drift = moved.drift
    bits = rule_bits(book, positions, restrictions=rules.in_force(book.as_of))
    caps = sell_caps(book, positions, exits=rules.gradual_exits)
    lot_size = book.instruments.lot_size
    planned = plan_trades(positions, drift, rules=TradeRules(policy, lot_size, bits, caps))
    sold = np.zeros(len(positions.units))
    sells = planned.side < 0
    sold[planned.line[sells]] = planned.units[sells]
    limit = sell_limit(positions, bits=bits, caps=caps, lot_size=lot_size)
    sold_value = grouped_sum(
        positions.portfolio[planned.line],
        np.where(sells, planned.units * planned.unit_value, 0.0),
        count=len(drift.total),
    )
    raised = raise_missing(facts, drift, sold_units=sold, sell_value=sold_value, limit_units=limit)
    sold += raised.units
    return Proposal(
        drift=drift,
        planned=planned,
        bits=bits,
        replaced=moved.replaced,
        progress_pct=moved.progress_pct,
        sell_units=sold,
        cash_units=raised.units,
        sell_limit_units=limit,
        missing_cash=raised.missing_cash,
        flags=compute_flags(
            positions, drift, events=facts.events, sectors=facts.sectors, lots=facts.lots, sold_units=sold
        ),
    )


def sell_limit(
    positions: Positions, *, bits: SmallIntColumn, caps: FloatColumn | None, lot_size: FloatColumn
) -> FloatColumn:
    """Most units of each line that may be sold in the session, shape (n,)."""
    limit = np.where(bits & NO_SELL, 0.0, positions.units) if bits.any() else positions.units
    if caps is None:
        return limit
    capped = lots_down(np.minimum(caps, positions.units), lot_size[positions.instrument])
    return np.minimum(limit, np.where(np.isfinite(caps), capped, np.inf))


def raise_missing(
    facts: TradingFacts, drift: Drift, *, sold_units: FloatColumn, sell_value: FloatColumn, limit_units: FloatColumn
) -> CashRaised:
    """Raises what `sold_units` (n,), worth `sell_value` (p,), leave unpaid."""
    return raise_cash(
        facts.positions,
        drift,
        need=-cash_after(facts.positions, drift, sell_value=sell_value, policy=facts.policy),
        sold_units=sold_units,
        limit_units=limit_units,
        lot_size=facts.book.instruments.lot_size,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """One side of the proposal (-1 sells, +1 buys), up for decision.

    `line` (r,) rising, and `cash_need` (r,) the share of each that cash needs.
    """

    side: int
    line: IntColumn
    portfolio: IntColumn
    offered: Offered
    cash_need: FloatColumn


def sell_offers(facts: TradingFacts, proposal: Proposal) -> Offers:
    """The lines with planned sells."""
    positions, planned = facts.positions, proposal.planned
    line = np.flatnonzero(proposal.sell_units > 0)
    portfolio = positions.portfolio[line]
    unit_value = positions.unit_value[line]
    units = proposal.sell_units[line]
    value = units * unit_value
    for_cash = proposal.cash_units[line] > 0
    row = np.minimum(np.searchsorted(planned.line, line), max(len(planned.line) - 1, 0))
    triggered = (planned.line[row] == line) if len(planned.line) else np.zeros(len(line), dtype=np.bool_)
    whole = triggered & ~for_cash
    whole[whole] &= ~planned.capped[row[whole]]
    sums = grouped_sum(portfolio, value, count=len(positions.portfolio_row))
    after = cash_after(positions, proposal.drift, sell_value=sums, policy=facts.policy)
    unpaid = value - after[portfolio]
    to_target = np.where(triggered, np.maximum(-_at(planned.max_amount, row), 0.0), 0.0)
    to_edge = np.where(triggered, np.maximum(-_at(planned.min_amount, row), 0.0), 0.0)
    return Offers(
        side=-1,
        line=line,
        portfolio=portfolio,
        offered=Offered(
            units=units,
            unit_value=unit_value,
            lot_size=facts.book.instruments.lot_size[positions.instrument[line]],
            planned_amount=np.where(whole, to_target, value),
            edge_amount=to_edge,
            far_edge_amount=2 * to_target - to_edge,
            minimum_value=minimum_trade_value(facts, proposal.drift)[portfolio],
            for_cash=for_cash,
        ),
        cash_need=np.clip(unpaid / value, 0.0, 1.0),
    )


def offers_with_raised(facts: TradingFacts, proposal: Proposal, *, offers: Offers, raised_units: FloatColumn) -> Offers:
    """The offers and, as rows of their own, lines that nobody offered and that raise cash after decisions.

    `raised_units` (n,) are the units that decisions made necessary, offered lines included.
    """
    added = np.where(proposal.sell_units > 0, 0.0, raised_units)
    if not added.any():
        return offers
    return sell_offers(
        facts,
        replace(proposal, sell_units=proposal.sell_units + added, cash_units=proposal.cash_units + added),
    )


def _at(column: FloatColumn, row: IntColumn) -> FloatColumn:
    return column[row] if len(column) else np.zeros(len(row))


def minimum_trade_value(facts: TradingFacts, drift: Drift) -> FloatColumn:
    """What a trade must be worth in each portfolio, shape (p,)."""
    return np.maximum(facts.policy.min_trade_value, facts.policy.min_trade_pct / 100 * drift.investable)


@dataclass(frozen=True, slots=True, eq=False)
class SellPlan:
    """Sells after decisions.

    `decided` per offer, `raised_units` (n,) sold because decisions left a withdrawal unpaid, `units` (n,) all sells,
    `value` (p,) their money, `missing_cash` (p,) what can't be paid.
    """

    decided: Decided
    raised_units: FloatColumn
    units: FloatColumn
    value: FloatColumn
    missing_cash: FloatColumn


def plan_sells(facts: TradingFacts, proposal: Proposal, *, offers: Offers, decisions: Decisions) -> SellPlan:
    """Applies decisions to the offered sells, and raises again what they leave unpaid, from lines nobody held back."""
    positions = facts.positions
    decided = apply_decisions(offers.offered, decisions)
    units = np.zeros(len(positions.units))
    units[offers.line] = decided.units
    limit = proposal.sell_limit_units.copy()
    held_back = decisions.verdict != 0
    limit[offers.line[held_back]] = decided.units[held_back]
    value = grouped_sum(offers.portfolio, decided.units * offers.offered.unit_value, count=len(proposal.drift.total))
    raised = raise_missing(facts, proposal.drift, sold_units=units, sell_value=value, limit_units=limit)
    units = units + raised.units
    return SellPlan(
        decided=decided,
        raised_units=raised.units,
        units=units,
        value=segment_sum(units * positions.unit_value, positions.start),
        missing_cash=raised.missing_cash,
    )
