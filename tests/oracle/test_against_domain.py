"""The product against the slow second computation, line by line, over books drawn towards every edge.

Portfolios in which float noise could turn a comparison are left out: neither answer is wrong there. Nothing is shrunk,
as the examples are small and shrinking them takes minutes.
"""

import math
from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle import oracle
from tests.oracle.books import books, policies
from tests.oracle.oracle_trades import inside_wide_band
from tests.oracle.oracle_types import Decision, Line, Plan
from tests.oracle.product import Bought, Product, Sold, analyse, buy, propose_all, sell
from tests.oracle.sessions import TAX_RULES, decisions, sessions
from trimtab.domain.columns import EDGE_PCT
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.decisions import curing_percent
from trimtab.domain.trading.flags import flag_texts
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.rules import within_wide_band
from trimtab.domain.trading.trades import Reason
from trimtab.domain.trading.valuation import UnableToCheck, find_unable

EXAMPLES = 120
STATUS = {-1: "under", 0: "within", 1: "over"}

compared = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def same_pct(found: float, expected: float) -> bool:
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


def same_money(found: float, expected: float) -> bool:
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-6)


def same_units(found: float, expected: float) -> bool:
    return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-9)


def reason_code(reason: int) -> str:
    return Reason(reason).code if reason else ""


def comparable(plans: list[Plan]) -> list[Plan]:
    return [plan for plan in plans if not plan.unable and not plan.close_call]


def lines_of(plans: list[Plan], product: Product) -> Iterator[tuple[Line, int]]:
    """The comparable lines, each with its row in the product."""
    for plan in comparable(plans):
        for line in plan.lines:
            yield line, product.line_of[plan.account_number, line.code]


@compared
@given(books(), policies())
def test_the_same_portfolios_are_unable_to_check_for_the_same_reasons(book: Book, policy: Policy) -> None:
    found = {portfolio.account_number: unable_reasons(portfolio) for portfolio in find_unable(book, policy)}
    for plan in oracle.plan_book(book, policy):
        if not plan.close_call:
            expected = {(reason.reason, reason.code) for reason in plan.unable}
            assert found.get(plan.account_number, set()) == expected


def unable_reasons(portfolio: UnableToCheck) -> set[tuple[str, str]]:
    return {(p.code, "" if p.field in {"model", "pending_withdrawal"} else p.field) for p in portfolio.reasons}


@compared
@given(st.data(), books(), policies())
def test_every_line_is_weighed_planned_and_flagged_alike(data: st.DataObject, book: Book, policy: Policy) -> None:
    session = data.draw(sessions(book))
    plans = oracle.plan_book(book, policy, session=session, tax_rules=TAX_RULES)
    product = propose_all(book, policy, session=session, tax_rules=TAX_RULES)
    assert len(product.line_of) == sum(len(plan.lines) for plan in plans if not plan.unable)
    for plan in comparable(plans):
        compare_portfolio(plan, product)
    wide = within_wide_band(product.proposal.drift)
    planned_row = {int(line): row for row, line in enumerate(product.proposal.planned.line)}
    for line, row in lines_of(plans, product):
        compare_line(line, product, row=row)
        assert bool(wide[row]) == inside_wide_band(line)
        assert (row in planned_row) == line.triggered
        if line.triggered:
            compare_planned(line, product, row=planned_row[row])


def compare_portfolio(plan: Plan, product: Product) -> None:
    proposal, number = product.proposal, product.portfolio_of[plan.account_number]
    drift = proposal.drift
    assert plan.cash_line is not None
    assert same_money(drift.cash[number], plan.cash)
    assert same_money(drift.total[number], plan.total)
    assert same_money(drift.investable[number], plan.investable)
    assert bool(drift.liquidated[number]) == plan.full_liquidation
    assert same_pct(drift.cash_pct[number], plan.cash_line.actual_pct)
    assert STATUS[int(drift.cash_status[number])] == plan.cash_line.status
    assert same_money(proposal.missing_cash[number], plan.missing_cash)


def compare_line(line: Line, product: Product, *, row: int) -> None:
    facts, proposal = product.facts, product.proposal
    drift = proposal.drift
    assert same_money(drift.value[row], line.value)
    assert same_pct(drift.actual_pct[row], line.actual_pct)
    assert same_pct(drift.target_pct[row], line.target_pct)
    assert same_pct(drift.edge_pct[row], line.tolerance_pct + EDGE_PCT)
    assert same_pct(drift.variance_pct[row], line.variance_pct)
    assert STATUS[int(drift.status[row])] == line.status
    assert bool(proposal.replaced[row]) == line.substituted
    assert same_units(proposal.sell_units[row], max(0.0, -line.planned_units))
    assert same_units(proposal.cash_units[row], line.cash_raise_units)
    texts = flag_texts(facts.book, facts.positions, flags=proposal.flags, events=facts.events, line=row)
    assert texts == tuple(flag.text for flag in line.flags)


def compare_planned(line: Line, product: Product, *, row: int) -> None:
    planned = product.proposal.planned
    assert same_money(planned.max_amount[row], line.max_amount)
    assert same_money(planned.min_amount[row], line.min_amount)
    assert reason_code(planned.reason[row]) == line.planned_reason
    if not line.cash_raise_units:
        assert same_units(planned.side[row] * planned.units[row], line.planned_units)


@compared
@given(st.data(), books(), policies(), st.sampled_from(("person", "rules", "tiers")))
def test_every_decision_leaves_the_same_units(data: st.DataObject, book: Book, policy: Policy, strategy: str) -> None:
    session = data.draw(sessions(book))
    plans = oracle.plan_book(book, policy, session=session, tax_rules=TAX_RULES)
    product = propose_all(book, policy, session=session, tax_rules=TAX_RULES)
    on_sells = data.draw(decisions(plans, sells=True))
    sold = sell(product, on_sells)
    compare_curing(plans, product, sold=sold)
    oracle.decide_on_sells(plans, on_sells)
    compare_sold(plans, product, sold=sold)
    planned = buy(product, sold)
    compare_power(plans, product, bought=planned)
    if strategy == "tiers":
        oracle.reduce_buys(plans, policy)
        bought = buy(product, sold, by_tiers=True)
    else:
        analysed = tuple(oracle.analyse_buys(plans, book, policy=policy))
        compare_analysis(plans, analysed, found=analyse(product, planned))
        on_buys = analysed if strategy == "rules" else data.draw(decisions(plans, sells=False))
        oracle.decide_on_buys(plans, on_buys)
        bought = buy(product, sold, decisions=on_buys)
    compare_bought(plans, product, bought=bought)


def compare_curing(plans: list[Plan], product: Product, *, sold: Sold) -> None:
    curing = curing_percent(sold.offers.offered, sold.offers.cash_need)
    row_of = {int(line): row for row, line in enumerate(sold.offers.line)}
    for line, row in lines_of(plans, product):
        assert (row in row_of) == (line.planned_units < 0)
        if row in row_of:
            assert curing[row_of[row]] == line.min_proceed_percent


def compare_sold(plans: list[Plan], product: Product, *, sold: Sold) -> None:
    row_of = {int(line): row for row, line in enumerate(sold.offers.line)}
    for line, row in lines_of(plans, product):
        assert same_units(sold.plan.units[row], max(0.0, -line.decided_units))
        assert same_units(sold.plan.raised_units[row], line.late_raise_units)
        if row in row_of and not line.decided_units:
            assert reason_code(sold.plan.decided.reason[row_of[row]]) == line.reason
    for plan in comparable(plans):
        number = product.portfolio_of[plan.account_number]
        assert same_money(sold.plan.missing_cash[number], plan.missing_cash)


def compare_power(plans: list[Plan], product: Product, *, bought: Bought) -> None:
    curing = curing_percent(bought.offers.offered, bought.offers.cash_need)
    row_of = {int(line): row for row, line in enumerate(bought.offers.line)}
    for line, row in lines_of(plans, product):
        assert (row in row_of) == (line.planned_units > 0)
        if row in row_of:
            assert curing[row_of[row]] == line.min_proceed_percent
    for plan in comparable(plans):
        number = product.portfolio_of[plan.account_number]
        assert same_money(bought.power.available[number], plan.available)
        assert same_money(bought.power.demand[number], plan.demand)
        assert same_money(bought.power.deferral_needed[number], plan.deferral_needed)


def compare_analysis(plans: list[Plan], expected: tuple[Decision, ...], *, found: list[Decision]) -> None:
    """Where nothing is short the analyst isn't asked."""
    told = {(d.account_number, d.code): (d.action, d.proceed_percent) for d in found}
    shown = {plan.account_number for plan in comparable(plans)}
    for decision in expected:
        if decision.account_number in shown:
            key = (decision.account_number, decision.code)
            assert told.get(key, ("proceed", None)) == (decision.action, decision.proceed_percent)


def compare_bought(plans: list[Plan], product: Product, *, bought: Bought) -> None:
    row_of = {int(line): row for row, line in enumerate(bought.offers.line)}
    for line, row in lines_of(plans, product):
        if row in row_of:
            offer = row_of[row]
            assert same_units(bought.plan.wanted_units[offer], line.decided_units)
            assert same_units(bought.plan.units[offer], line.final_units)
            assert line.final_units or reason_code(bought.plan.reason[offer]) == line.reason
    for plan in comparable(plans):
        number = product.portfolio_of[plan.account_number]
        assert bool(bought.plan.caps_exceeded[number]) == plan.caps_exceeded
