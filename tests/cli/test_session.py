"""`trimtab session`: looking at sessions from the command line."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.cli.running import ran


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))


@pytest.fixture
def session_id(capsys: pytest.CaptureFixture[str]) -> str:
    opened = json.loads(ran(capsys, "call", "open_session").out)
    return str(opened["session_id"])


def test_without_sessions_it_says_how_to_open_one(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "session", "list")
    assert (result.code, result.out) == (0, "No sessions. `trimtab call open_session` opens one.\n")


def test_sessions_are_listed(capsys: pytest.CaptureFixture[str], session_id: str) -> None:
    assert session_id in ran(capsys, "session", "list").out
    (listed,) = json.loads(ran(capsys, "session", "list", "--json").out)["sessions"]
    assert listed.keys() == {"session_id", "version", "created_at", "expires_at"}
    assert (listed["session_id"], listed["version"]) == (session_id, 1)


def test_sessions_are_listed_though_the_book_is_broken(
    capsys: pytest.CaptureFixture[str], session_id: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIMTAB_BOOK", str(tmp_path / "nothing"))
    assert session_id in ran(capsys, "session", "list").out
    assert ran(capsys, "session", "show", session_id).code == 2


def test_a_session_is_shown(capsys: pytest.CaptureFixture[str], session_id: str) -> None:
    out = ran(capsys, "session", "show", session_id).out
    for shown in (session_id, "AiPlan, simulated", "Sells, version 1", "Demo book", "Sells ", "Buys "):
        assert shown in out
    assert json.loads(ran(capsys, "session", "show", session_id, "--json").out)["phase"] == "Sells"


def test_the_log_is_printed(capsys: pytest.CaptureFixture[str], session_id: str) -> None:
    assert "open_session" in ran(capsys, "session", "log", session_id).out
    printed = json.loads(ran(capsys, "session", "log", session_id, "--json").out)
    assert printed["session_id"] == session_id
    assert [entry["actor"] for entry in printed["entries"]] == ["command line"]


def test_the_plan_is_printed_as_the_assistant_sees_it(capsys: pytest.CaptureFixture[str], session_id: str) -> None:
    printed = ran(capsys, "session", "plan", session_id).out
    page = ran(capsys, "call", "get_session", "--json", json.dumps({"session_id": session_id, "view": "plan"})).out
    assert hashlib.sha256(printed.removesuffix("\n").encode()).hexdigest() == json.loads(page)["plan_digest"]


def test_an_unknown_session_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "session", "show", "ts_none")
    assert result.code == 1
    assert "open_session" in result.err
