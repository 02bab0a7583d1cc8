"""`trimtab session` and `trimtab call` where the sessions are kept on a Redis or Valkey server."""

import json
from pathlib import Path

import pytest

from tests.adapters.sessions.stores import place_of
from tests.cli.running import ran
from tests.redis_servers import free_port


@pytest.mark.parametrize("kind", ["valkey", "redis"])
def test_sessions_of_a_server_are_opened_listed_and_shown(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))
    monkeypatch.setenv("TRIMTAB_SESSIONS", place_of(kind, tmp_path))
    session_id = str(json.loads(ran(capsys, "call", "open_session").out)["session_id"])
    (listed,) = json.loads(ran(capsys, "session", "list", "--json").out)["sessions"]
    assert listed["session_id"] == session_id
    assert json.loads(ran(capsys, "session", "show", session_id, "--json").out)["phase"] == "Sells"
    assert "open_session" in ran(capsys, "session", "log", session_id).out
    assert json.loads(ran(capsys, "session", "plan", session_id).out)["phase"] == "Sells"


def test_a_server_that_is_away_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))
    monkeypatch.setenv("TRIMTAB_SESSIONS", f"redis://127.0.0.1:{port}/0")
    result = ran(capsys, "session", "list")
    assert (result.code, result.out) == (1, "")
    assert result.err == "trimtab: The session server can't be reached.\nTry again in a few seconds.\n"
