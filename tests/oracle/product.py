"""The product run as the workflow runs it, with the second computation's rules and decisions as its input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.oracle.oracle_types import Decision, Session
from tests.oracle.oracle_types import TaxRule as PlainTaxRule
from trimtab.adapters.analysts.rules_buys import judge_buys
from trimtab.domain.columns import CENT, BoolColumn
from trimtab.domain.trading.book import Book, Restriction
from trimtab.domain.trading.buy_plan import BuyingPower, BuyPlan, buy_offers, buying_power, plan_buys
from trimtab.domain.trading.decisions import Decisions, Verdict
from trimtab.domain.trading.overview import BuyBlock, BuyRow
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.rules import GradualExit, SessionRules, Substitution
from trimtab.domain.trading.sell_plan import (
    Offers,
    Proposal,
    SellPlan,
    TradingFacts,
    plan_sells,
    propose,
    sell_offers,
    trading_facts,
)
from trimtab.domain.trading.tax import TaxRule, TaxRules
from trimtab.domain.trading.valuation import find_unable

NO_SESSION = Session()


@dataclass(frozen=True, eq=False)
class Product:
    """A book's proposal, with the row of every line by account and code."""

    facts: TradingFacts
    proposal: Proposal
    portfolio_of: Mapping[str, int]
    line_of: Mapping[tuple[str, str], int]


@dataclass(frozen=True, eq=False)
class Sold:
    """The sells after their decisions."""

    offers: Offers
    plan: SellPlan


@dataclass(frozen=True, eq=False)
class Bought:
    """The buys after their decisions."""

    offers: Offers
    power: BuyingPower
    plan: BuyPlan


def propose_all(
    book: Book, policy: Policy, *, session: Session = NO_SESSION, tax_rules: Sequence[PlainTaxRule] = ()
) -> Product:
    """Everything before decisions, for the portfolios that can be checked."""
    rules = SessionRules(
        restrictions=(
            *book.restrictions,
            *(Restriction(r.code, r.rule, "Session rule", r.account_number, r.until) for r in session.rules),
        ),
        gradual_exits=tuple(
            GradualExit(e.code, e.max_sell_percent, e.target_units, e.account_number) for e in session.gradual_exits
        ),
        substitutions=tuple(Substitution(s.code, s.substitute, s.account_number) for s in session.substitutions),
    )
    accounts, codes = book.portfolios.account_number, book.instruments.code
    unable = {portfolio.account_number for portfolio in find_unable(book, policy)}
    rows = [row for row, account in enumerate(accounts) if account not in unable]
    facts = trading_facts(
        book,
        np.array(rows, dtype=np.int64),
        policy=policy,
        tax_rules=TaxRules(tuple(_tax_rule(rule) for rule in tax_rules)),
        rules=rules,
    )
    positions = facts.positions
    owners = [accounts[rows[portfolio]] for portfolio in positions.portfolio]
    names = [codes[instrument] for instrument in positions.instrument]
    return Product(
        facts=facts,
        proposal=propose(facts, rules),
        portfolio_of={accounts[row]: number for number, row in enumerate(rows)},
        line_of={key: line for line, key in enumerate(zip(owners, names, strict=True))},
    )


def _tax_rule(rule: PlainTaxRule) -> TaxRule:
    return TaxRule(
        country=rule.country,
        entity=rule.entity,
        benefit="discount",
        source="example",
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        holding_months=rule.months,
        discount_pct=rule.discount_pct,
    )


def sell(product: Product, decisions: Sequence[Decision]) -> Sold:
    """The sells that the decisions leave, cash raised again."""
    offers = sell_offers(product.facts, product.proposal)
    columns = as_columns(product, offers, decisions=decisions)
    return Sold(offers, plan_sells(product.facts, product.proposal, offers=offers, decisions=columns))


def buy(product: Product, sold: Sold, *, decisions: Sequence[Decision] = (), by_tiers: bool = False) -> Bought:
    """The buys that the decisions, or the tiers, and the cash leave."""
    offers = buy_offers(product.facts, product.proposal, sells=sold.plan)
    power = buying_power(product.facts, product.proposal, sells=sold.plan, offers=offers)
    tiers: BoolColumn = np.full(len(power.available), by_tiers)
    columns = as_columns(product, offers, decisions=decisions)
    plan = plan_buys(product.facts, product.proposal, offers=offers, power=power, decisions=columns, tiers=tiers)
    return Bought(offers, power, plan)


def as_columns(product: Product, offers: Offers, *, decisions: Sequence[Decision]) -> Decisions:
    """The decisions per offer; a person's amount as its share of the planned units in money."""
    columns = Decisions.proceed_all(len(offers.line))
    row_of = {int(line): row for row, line in enumerate(offers.line)}
    for decision in decisions:
        row = row_of.get(product.line_of[decision.account_number, decision.code])
        if row is None:
            continue
        planned_value = float(offers.offered.units[row] * offers.offered.unit_value[row])
        if decision.amount is not None:
            percent = min(decision.amount / planned_value, 1.0) * 100
        else:
            percent = decision.proceed_percent or 0.0
        whole = decision.action == "proceed" or percent >= 100
        columns.verdict[row] = Verdict.PROCEED if whole else Verdict[decision.action.upper()]
        columns.proceed_pct[row] = 100.0 if whole else percent
    return columns


def analyse(product: Product, bought: Bought) -> list[Decision]:
    """What the rules analyst decides where cash is short, from the rows that it is shown."""
    facts, found = product.facts, []
    for account, portfolio in product.portfolio_of.items():
        rows = np.flatnonzero(bought.offers.portfolio == portfolio)
        needed = float(bought.power.deferral_needed[portfolio])
        if needed <= CENT / 2 or not len(rows):
            continue
        block = BuyBlock(
            account_number=account,
            client_name="",
            model="",
            tolerance_pct=0.0,
            investable_value=float(product.proposal.drift.investable[portfolio]),
            cash_available=float(bought.power.available[portfolio]),
            buy_demand=float(bought.power.demand[portfolio]),
            deferral_needed=needed,
            rows=tuple(_buy_row(facts, product.proposal, offers=bought.offers, row=int(row)) for row in rows),
        )
        found += [
            Decision(account, verdict.symbol, verdict.action, proceed_percent=verdict.proceed_percent)
            for verdict in judge_buys(block)
        ]
    return found


def _buy_row(facts: TradingFacts, proposal: Proposal, *, offers: Offers, row: int) -> BuyRow:
    line, drift = int(offers.line[row]), proposal.drift
    instrument = int(facts.positions.instrument[line])
    ahead = bool(facts.events.buy_window[instrument])
    month, half_year = (
        float(column[instrument])
        for column in (facts.book.instruments.return_1m_pct, facts.book.instruments.return_6m_pct)
    )
    return BuyRow(
        symbol=facts.book.instruments.code[instrument],
        amount=float(offers.offered.units[row] * offers.offered.unit_value[row]),
        current_pct=float(drift.actual_pct[line]),
        target_pct=float(drift.target_pct[line]),
        gap_pct=-float(drift.variance_pct[line]),
        ex_dividend_days=int(facts.events.ex_days[instrument]) if ahead else None,
        return_1m_pct=None if np.isnan(month) else month,
        return_6m_pct=None if np.isnan(half_year) else half_year,
    )
