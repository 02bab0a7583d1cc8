"""From a session's state to its whole plan: always the same plan for the same state, book and policy."""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TypeVar, cast

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, SmallIntColumn
from trimtab.domain.trading.aftermath import Aftermath, weigh_aftermath
from trimtab.domain.trading.book import Book, Restriction
from trimtab.domain.trading.buy_plan import BuyingPower, BuyPlan, buy_offers, buying_power, plan_buys
from trimtab.domain.trading.checks import (
    Finding,
    cash_overdrawn,
    large_trades,
    orders_over_limit,
    raised_to_block,
    tolerance_breaches,
)
from trimtab.domain.trading.decisions import Decisions, Verdict, curing_percent, tradable_percent
from trimtab.domain.trading.repair import Side
from trimtab.domain.trading.rules import GradualExit, SessionRules, Substitution
from trimtab.domain.trading.sell_plan import (
    Offers,
    Proposal,
    SellPlan,
    TradingFacts,
    offers_with_raised,
    plan_sells,
    propose,
    sell_offers,
)
from trimtab.workflow.state import Decision, SessionState

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class SidePlan:
    """One side after its decisions (r rows).

    `units` that go ahead, `reason` why a row has none, `decided` the decisions by row.

    Sells that only pay for what decisions held back elsewhere are rows too; they aren't open for decision. Columns that
    are made of others are made once, because some ask for them row by row.
    """

    offers: Offers
    curing_pct: FloatColumn
    verdict: SmallIntColumn
    proceed_pct: FloatColumn
    decided: Mapping[int, Decision]
    units: FloatColumn
    reason: SmallIntColumn
    aftermath: Aftermath
    reporting_rate: FloatColumn

    @cached_property
    def tradable_pct(self) -> FloatColumn:
        """The percent that really ends each breach: not under the minimum trade, shape (r,)."""
        return tradable_percent(self.offers.offered, self.curing_pct)

    @cached_property
    def value(self) -> FloatColumn:
        """Money that goes ahead, shape (r,)."""
        return self.units * self.offers.offered.unit_value

    @cached_property
    def reported_value(self) -> FloatColumn:
        """`value` in the reporting currency, shape (r,); 0 where there is no rate."""
        return self.value * self.reporting_rate

    @cached_property
    def reported_planned_value(self) -> FloatColumn:
        """`planned_value` in the reporting currency, shape (r,)."""
        return self.planned_value * self.reporting_rate

    @cached_property
    def planned_value(self) -> FloatColumn:
        """Money that was planned, shape (r,)."""
        return self.offers.offered.units * self.offers.offered.unit_value


@dataclass(frozen=True, slots=True, eq=False)
class SessionPlan:
    """Everything computed for a session. Buys are offered in every phase, and decided from Buys on.

    `trade_amount`, `min_amount`, `max_amount` (n,) are signed money per line: what would be sent now, the trade to the
    band edge, and the trade to target.
    """

    state: SessionState
    facts: TradingFacts
    rules: SessionRules
    proposal: Proposal
    sells: SidePlan
    sell_plan: SellPlan
    buys: SidePlan
    buy_plan: BuyPlan
    power: BuyingPower
    trade_amount: FloatColumn
    min_amount: FloatColumn
    max_amount: FloatColumn
    hard_failures: tuple[Finding, ...]
    soft_warnings: tuple[Finding, ...]
    known: dict[object, object] = field(default_factory=dict)

    def side(self, side: Side) -> SidePlan:
        """The sells or the buys."""
        return self.sells if side == "sell" else self.buys

    @property
    def open_side(self) -> Side:
        """The side that the phase decides."""
        return "sell" if self.state.phase == "Sells" else "buy"

    @property
    def planned_sides(self) -> tuple[tuple[Side, SidePlan], ...]:
        """The sides that are part of the plan in this phase."""
        sells: tuple[Side, SidePlan] = ("sell", self.sells)
        return (sells,) if self.state.phase == "Sells" else (sells, ("buy", self.buys))


def once_per_plan(compute: Callable[[SessionPlan], T]) -> Callable[[SessionPlan], T]:
    """Keeps with a plan what was computed of it: a plan never changes, and several calls ask for the same."""

    @wraps(compute)
    def known(plan: SessionPlan) -> T:
        if compute not in plan.known:
            plan.known[compute] = compute(plan)
        return cast("T", plan.known[compute])

    return known


def before_decisions(plan: SessionPlan, side: Side) -> SessionPlan:
    """The plan as it would be if nobody had decided anything on this side: what whoever judges it has to see."""
    others = tuple(decision for decision in plan.state.decisions if decision.side != side)
    if len(others) == len(plan.state.decisions):
        return plan
    return plan_session(plan.facts, plan.state.changed(decisions=others), rules=plan.rules)


def session_rules(book: Book, state: SessionState) -> SessionRules:
    """The book's restrictions and the session's rules together."""
    own = (
        Restriction(rule.code, rule.rule, rule.reason, rule.account_number, rule.until)
        for rule in state.instrument_rules
    )
    return SessionRules(
        restrictions=(*book.restrictions, *own),
        gradual_exits=tuple(
            GradualExit(e.code, e.max_sell_percent, e.target_units, e.account_number) for e in state.gradual_exits
        ),
        substitutions=tuple(Substitution(s.code, s.substitute, s.account_number) for s in state.substitutions),
    )


def plan_session(facts: TradingFacts, state: SessionState, *, rules: SessionRules) -> SessionPlan:
    """The whole plan: proposal, sells with their decisions, then buys within the cash that leaves."""
    proposal = propose(facts, rules)
    sells, sell_plan = _plan_sell_side(facts, proposal, state=state)
    buys, buy_plan, power = _plan_buy_side(facts, proposal, state=state, sell_plan=sell_plan)
    sides = (sells,) if state.phase == "Sells" else (sells, buys)
    soft = tuple(finding for side in sides for finding in _soft_warnings(facts, side))
    blocked = raised_to_block(soft, facts.policy.blocking_rules)
    over_limit = (
        finding for side in sides for finding in orders_over_limit(facts, offers=side.offers, units=side.units)
    )
    return SessionPlan(
        state=state,
        facts=facts,
        rules=rules,
        proposal=proposal,
        sells=sells,
        sell_plan=sell_plan,
        buys=buys,
        buy_plan=buy_plan,
        power=power,
        trade_amount=_trade_amounts(facts, sells, buys),
        min_amount=_by_line(facts, proposal, column=proposal.planned.min_amount),
        max_amount=_by_line(facts, proposal, column=proposal.planned.max_amount),
        hard_failures=(*cash_overdrawn(facts, sell_plan.missing_cash), *over_limit, *blocked),
        soft_warnings=tuple(finding for finding in soft if finding not in blocked),
    )


def _reporting_rates(facts: TradingFacts, offers: Offers) -> FloatColumn:
    """Rate of each offer's portfolio to the reporting currency, shape (r,); 0 where the book has none."""
    return np.nan_to_num(facts.reporting_rate)[offers.portfolio]


def _by_line(facts: TradingFacts, proposal: Proposal, *, column: FloatColumn) -> FloatColumn:
    dense = np.zeros(len(facts.positions.units))
    dense[proposal.planned.line] = column
    return dense


def _trade_amounts(facts: TradingFacts, *sides: SidePlan) -> FloatColumn:
    amounts = np.zeros(len(facts.positions.units))
    for side in sides:
        amounts[side.offers.line] += side.offers.side * side.value
    return amounts


def _soft_warnings(facts: TradingFacts, side: SidePlan) -> tuple[Finding, ...]:
    return (
        *tolerance_breaches(facts, offers=side.offers, aftermath=side.aftermath, cure_pct=side.tradable_pct),
        *large_trades(facts, offers=side.offers, units=side.units),
    )


def _plan_sell_side(facts: TradingFacts, proposal: Proposal, *, state: SessionState) -> tuple[SidePlan, SellPlan]:
    offers = sell_offers(facts, proposal)
    decided = decisions_by_row(facts, offers, decisions=state.decisions, side="sell")
    decisions = as_columns(decided, len(offers.line))
    plan = plan_sells(facts, proposal, offers=offers, decisions=decisions)
    every = offers_with_raised(facts, proposal, offers=offers, raised_units=plan.raised_units)
    row = np.searchsorted(every.line, offers.line)
    verdict, reason = np.zeros((2, len(every.line)), dtype=np.int8)
    curing, percent = np.full((2, len(every.line)), 100.0)
    percent[row] = decisions.proceed_pct
    verdict[row], reason[row] = decisions.verdict, plan.decided.reason
    curing[row] = curing_percent(offers.offered, offers.cash_need)
    units = plan.units[every.line]
    return (
        SidePlan(
            offers=every,
            curing_pct=curing,
            verdict=verdict,
            proceed_pct=percent,
            decided={int(row[old]): decision for old, decision in decided.items()},
            units=units,
            reason=np.where(units > 0, 0, reason).astype(np.int8),
            aftermath=weigh_aftermath(proposal, offers=every, units=units, verdict=verdict),
            reporting_rate=_reporting_rates(facts, every),
        ),
        plan,
    )


def _plan_buy_side(
    facts: TradingFacts, proposal: Proposal, *, state: SessionState, sell_plan: SellPlan
) -> tuple[SidePlan, BuyPlan, BuyingPower]:
    offers = buy_offers(facts, proposal, sells=sell_plan)
    decided = decisions_by_row(facts, offers, decisions=state.decisions, side="buy")
    decisions = as_columns(decided, len(offers.line))
    power = buying_power(facts, proposal, sells=sell_plan, offers=offers)
    plan = plan_buys(
        facts,
        proposal,
        offers=offers,
        power=power,
        decisions=decisions,
        tiers=_undecided(offers, decided, count=len(power.available)),
    )
    return (
        SidePlan(
            offers=offers,
            curing_pct=curing_percent(offers.offered, offers.cash_need),
            verdict=decisions.verdict,
            proceed_pct=decisions.proceed_pct,
            decided=decided,
            units=plan.units,
            reason=plan.reason,
            aftermath=weigh_aftermath(proposal, offers=offers, units=plan.units, verdict=decisions.verdict),
            reporting_rate=_reporting_rates(facts, offers),
        ),
        plan,
        power,
    )


def decisions_by_row(
    facts: TradingFacts, offers: Offers, *, decisions: tuple[Decision, ...], side: Side
) -> dict[int, Decision]:
    """The decisions that still have an offer, by its row.

    A line that rules took out of the plan since is left alone.
    """
    book, positions = facts.book, facts.positions
    width = len(book.instruments.code)
    key_of_offer = offers.portfolio * width + positions.instrument[offers.line]
    found: dict[int, Decision] = {}
    for decision in decisions:
        if decision.side != side:
            continue
        row = bisect_left(book.portfolios.account_number, decision.account_number)
        portfolio = int(np.searchsorted(positions.portfolio_row, row))
        if portfolio == len(positions.portfolio_row) or positions.portfolio_row[portfolio] != row:
            continue
        key = portfolio * width + bisect_left(book.instruments.code, decision.symbol)
        offer = int(np.searchsorted(key_of_offer, key))
        if offer < len(key_of_offer) and key_of_offer[offer] == key:
            found[offer] = decision
    return found


def as_columns(decided: Mapping[int, Decision], count: int) -> Decisions:
    """Decisions per offer; without one an offer goes ahead."""
    decisions = Decisions.proceed_all(count)
    for row, decision in decided.items():
        decisions.verdict[row] = Verdict[decision.action.upper()]
        decisions.proceed_pct[row] = decision.proceed_pct
    return decisions


def _undecided(offers: Offers, decided: Mapping[int, Decision], *, count: int) -> BoolColumn:
    """Portfolios without a decision on any buy: the tiers cut these where cash is short."""
    undecided = np.ones(count, dtype=np.bool_)
    undecided[offers.portfolio[list(decided)]] = False
    return undecided
