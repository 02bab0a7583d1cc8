"""A session's state: what is stored, and that it comes back as it was."""

import pytest
from pydantic import ValidationError

from tests.workflow.states import DEFERRAL, STATE
from trimtab.workflow.state import SessionState


def test_a_state_survives_being_stored() -> None:
    changed = STATE.changed(decisions=(DEFERRAL,), phase="Buys")
    assert SessionState.model_validate_json(changed.model_dump_json()) == changed


def test_a_change_leaves_the_old_state_alone_and_is_validated() -> None:
    STATE.changed(phase="Review")
    assert STATE.phase == "Sells"
    with pytest.raises(ValidationError):
        STATE.changed(phase="Lunch")
    with pytest.raises(ValidationError):
        STATE.changed(colour="red")


def test_a_decision_is_about_one_line_and_side() -> None:
    assert DEFERRAL.key == ("P1", "CBA", "sell")
