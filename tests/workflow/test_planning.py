"""From a session's state to its plan."""

import pytest

from tests.oracle.book_rows import AS_OF
from tests.workflow.desks import plan_of
from tests.workflow.small_books import short_of_cash, two_portfolios, withdrawing
from tests.workflow.states import DEFERRAL
from trimtab.domain.trading.book import Restriction
from trimtab.domain.trading.decisions import Verdict
from trimtab.workflow.plan_document import plan_document
from trimtab.workflow.planning import before_decisions, session_rules
from trimtab.workflow.ports.requests import GradualExit, InstrumentRule, Substitution


def test_the_books_rules_and_the_sessions_stand_together() -> None:
    book = two_portfolios(Restriction("BHP", "hold", "Escrow"))
    state = plan_of(
        book,
        instrument_rules=(InstrumentRule(code="WBC", rule="do_not_buy", reason="Research", until=AS_OF),),
        gradual_exits=(GradualExit(code="CBA", max_sell_percent=10, reason="Slowly", account_number="P1"),),
        substitutions=(Substitution(code="NAB", substitute="REST", reason="Cheaper"),),
    ).state
    rules = session_rules(book, state)
    assert [(r.code, r.rule, r.until) for r in rules.restrictions] == [
        ("BHP", "hold", None),
        ("WBC", "do_not_buy", AS_OF),
    ]
    assert (rules.gradual_exits[0].max_sell_percent, rules.substitutions[0].substitute) == (10, "REST")


def test_sells_paying_for_a_deferral_are_rows_of_the_plan_without_a_decision() -> None:
    plan = plan_of(withdrawing(), decisions=(DEFERRAL,))
    assert plan.sells.units.tolist() == [0, 10_000]
    assert plan.sells.verdict.tolist() == [Verdict.DEFER, Verdict.PROCEED]
    assert list(plan.sells.decided) == [0]


def test_a_decision_on_a_line_that_a_rule_took_out_is_left_alone() -> None:
    hold = InstrumentRule(code="CBA", rule="hold", reason="Escrow")
    plan = plan_of(two_portfolios(), decisions=(DEFERRAL,), instrument_rules=(hold,))
    assert (plan.sells.decided, plan.hard_failures) == ({}, ())


def test_a_decision_on_a_portfolio_that_is_not_in_the_session_is_nobody_elses() -> None:
    others = tuple(DEFERRAL.model_copy(update={"account_number": account}) for account in ("P1", "P3"))
    plan = plan_of(two_portfolios(), portfolios=("P2",), decisions=others)
    assert plan.sells.decided == {}
    assert plan.sells.value.tolist() == [6_000]


def test_the_open_side_follows_the_phase() -> None:
    assert plan_of(two_portfolios()).open_side == "sell"
    assert plan_of(two_portfolios(), phase="Review").open_side == "buy"


def test_trade_amounts_are_signed_and_after_cash() -> None:
    # NAB and WBC are cut to what 6,000 buy; OLD may not be sold.
    plan = plan_of(short_of_cash())
    assert plan.trade_amount.tolist() == [-5_000, 0, 3_000, 0, 0, 3_000]
    assert plan.max_amount == pytest.approx([-5_000, 0, 7_000, -13_000, 0, 7_000])
    assert plan.min_amount == pytest.approx([-3_000, 0, 5_000, -11_000, 0, 5_000])


def test_before_decisions_a_side_is_as_if_nobody_had_decided_on_it() -> None:
    bought = DEFERRAL.model_copy(update={"symbol": "WBC", "side": "buy"})
    both = plan_of(two_portfolios(), phase="Buys", decisions=(bought, DEFERRAL))
    undecided = before_decisions(both, "sell")
    assert plan_document(undecided) == plan_document(plan_of(two_portfolios(), phase="Buys", decisions=(bought,)))
    assert before_decisions(both, "buy").state.decisions == (DEFERRAL,)


def test_rows_that_only_pay_for_decisions_are_gone_before_them() -> None:
    plan = plan_of(withdrawing(), decisions=(DEFERRAL,))
    assert (len(plan.sells.offers.line), len(before_decisions(plan, "sell").sells.offers.line)) == (2, 1)


def test_a_plan_that_nobody_decided_on_is_the_plan_before_decisions() -> None:
    plan = plan_of(two_portfolios(), decisions=(DEFERRAL,))
    assert before_decisions(plan, "buy") is plan
