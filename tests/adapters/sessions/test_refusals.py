"""What every session store says when it can't do what was asked."""

from datetime import UTC, datetime

from trimtab.adapters.sessions.refusals import expired_session, unknown_session


def test_an_expired_session_says_when_and_how_to_make_a_new_one() -> None:
    said = expired_session(datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert str(said) == "The session expired at 2026-03-02 12:00 UTC."
    assert said.next_action == "Call open_session to start a new session."


def test_an_unknown_session_is_said_to_be_none_and_its_id_is_not_repeated() -> None:
    assert str(unknown_session()) == "There is no session of that id."
