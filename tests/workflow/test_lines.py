"""Lines that wait for a verdict."""

from tests.workflow.desks import plan_of
from tests.workflow.small_books import short_of_cash, two_portfolios, withdrawing
from tests.workflow.states import DEFERRAL
from trimtab.workflow.lines import lines_under_review, open_lines, open_rows


def test_an_open_line_carries_its_facts() -> None:
    _, cba, _ = open_lines(plan_of(two_portfolios()), "sell")
    assert (cba.account_number, cba.symbol, cba.planned_value) == ("P1", "CBA", 4_000)
    assert (cba.curing_pct, cba.tradable_pct, cba.evidence()) == (50, 50, ("div:8d/$0.0200",))


def test_cash_is_a_fact_of_buys_that_are_short_of_it() -> None:
    assert [line.evidence() for line in open_lines(plan_of(short_of_cash()), "buy")] == [("cash",), ("cash",)]
    assert {line.evidence() for line in open_lines(plan_of(two_portfolios()), "buy")} == {()}


def test_a_sell_that_only_pays_for_a_deferral_is_not_open() -> None:
    plan = plan_of(withdrawing(), decisions=(DEFERRAL,))
    assert len(plan.sells.offers.line) == 2
    assert open_rows(plan, "sell").tolist() == [0]


def test_lines_under_review_are_found() -> None:
    review = DEFERRAL.model_copy(update={"action": "review"})
    assert [line.symbol for line in lines_under_review(plan_of(two_portfolios(), decisions=(review,)), "sell")] == [
        "CBA"
    ]
    assert lines_under_review(plan_of(two_portfolios()), "sell") == ()
