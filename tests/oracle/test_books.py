"""What holds of every plan, whatever the book: the second computation is itself held to a few plain laws."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle import oracle_compare
from tests.oracle.books import books, policies
from tests.oracle.oracle import analyse_buys, decide_on_buys, decide_on_sells, plan_book, reduce_buys
from tests.oracle.oracle_types import Line, Plan
from tests.oracle.sessions import TAX_RULES, decisions, sessions

A_LOT_PART = 1e-9  # of a lot: what counting whole lots forgives


@st.composite
def finished_plans(draw: st.DrawFn) -> list[Plan]:
    """Plans taken through both phases, by a person, the rules analyst or the tiers."""
    oracle_compare.close_calls.clear()
    book, policy = draw(books()), draw(policies())
    session = draw(sessions(book))
    plans = plan_book(book, policy, session=session, tax_rules=TAX_RULES)
    decide_on_sells(plans, draw(decisions(plans, sells=True)))
    strategy = draw(st.sampled_from(("person", "rules", "tiers")))
    if strategy == "tiers":
        reduce_buys(plans, policy)
    elif strategy == "rules":
        decide_on_buys(plans, analyse_buys(plans, book, policy=policy))
    else:
        decide_on_buys(plans, draw(decisions(plans, sells=False)))
    return plans


def forgiven(lines: list[Line]) -> float:
    """Money that counting in whole lots may overlook."""
    return sum(A_LOT_PART * line.lot_size * line.unit_value for line in lines)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(finished_plans())
def test_every_plan_keeps_the_plain_laws(plans):
    for plan in plans:
        assert not (plan.unable and plan.lines)
        spent = sum(line.final_units * line.unit_value for line in plan.lines if line.final_units > 0)
        assert spent <= plan.available + 1e-6 + forgiven(plan.lines)
        for line in plan.lines:
            keeps_the_laws(line)


def keeps_the_laws(line: Line) -> None:
    assert -line.final_units <= line.units
    assert line.planned_units * line.decided_units >= 0 or line.late_raise_units > 0
    assert 0 <= line.min_proceed_percent <= 100
    assert not (line.final_units > 0 and line.buy_rule)
    assert not (line.final_units < 0 and line.sell_rule)
    if line.sell_cap_units is not None:
        assert -line.final_units <= line.sell_cap_units + A_LOT_PART * line.lot_size
    if line.triggered and line.final_units == 0:
        assert line.reason
