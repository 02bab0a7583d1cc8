"""Decisions stand until somebody with the right to it decides again."""

from tests.workflow.states import DEFERRAL, STATE
from trimtab.workflow.verdicts import adopt, decide


def test_a_new_decision_replaces_the_old_one() -> None:
    again = DEFERRAL.model_copy(update={"action": "proceed", "proceed_pct": 100.0})
    state = decide(decide(STATE, [DEFERRAL]), [again])
    assert state.decisions == (again,)


def test_a_persons_decision_is_replaced_by_a_person_only() -> None:
    persons = DEFERRAL.model_copy(update={"source": "person"})
    later = persons.model_copy(update={"action": "review"})
    state = decide(decide(STATE, [persons]), [DEFERRAL])
    assert state.decisions == (persons,)
    assert decide(state, [later]).decisions == (later,)


def test_decisions_are_kept_by_line_in_one_order() -> None:
    others = [DEFERRAL.model_copy(update={"account_number": account}) for account in ("P3", "P2")]
    state = decide(STATE, [*others, DEFERRAL])
    assert [decision.account_number for decision in state.decisions] == ["P1", "P2", "P3"]
    assert decide(state, state.decisions) == state


def test_a_new_analysis_forgets_what_an_analyst_said_before_and_nobody_else() -> None:
    analysts = DEFERRAL.model_copy(update={"source": "rules"})
    persons = DEFERRAL.model_copy(update={"account_number": "P2", "source": "person"})
    other_side = analysts.model_copy(update={"side": "buy" if analysts.side == "sell" else "sell"})
    state = STATE.changed(decisions=(analysts, persons, other_side))
    adopted = adopt(state, [], side=analysts.side)
    assert {decision.key for decision in adopted.decisions} == {persons.key, other_side.key}
