"""What only the server may know stays inside: no text about the settings shows it, good or bad."""

import logging

import pytest

from trimtab.domain.errors import SettingsError
from trimtab.settings import load_settings

PASSWORD = "correct-horse-battery-staple"
SESSIONS = f"rediss://desk:{PASSWORD}@sessions.example:6380/0"
SHORT_KEY = "a-key-too-short"


def test_a_session_server_is_taken_with_its_password_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = load_settings({"TRIMTAB_SESSIONS": SESSIONS, "TRIMTAB_STATE_KEYS": PASSWORD * 2}, None)
    assert SESSIONS == getattr(settings.sessions, "url", None)
    assert settings.state_keys[0].get_secret_value() == PASSWORD * 2
    for shown in (repr(settings), str(settings), repr(settings.sessions), str(settings.sessions)):
        assert PASSWORD not in shown
        assert "sessions.example" not in shown
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIMTAB_STATE_KEYS", f"{PASSWORD * 2},{SHORT_KEY}"),
        ("TRIMTAB_SESSIONS", f"postgres://desk:{PASSWORD}@sessions.example/0"),
        ("TRIMTAB_SESSIONS", f"http://desk:{PASSWORD}@sessions.example/0"),
        ("TRIMTAB_RECORDS", f"desk:{PASSWORD}@sessions.example"),
        ("TRIMTAB_OMS", f"ftp://desk:{PASSWORD}@sessions.example"),
    ],
)
def test_a_wrong_secret_is_named_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({name: value}, None)
    said = f"{refused.value} {refused.value.next_action} {refused.value.problems}"
    assert name in said
    for part in (PASSWORD, SHORT_KEY, "sessions.example"):
        assert part not in said

