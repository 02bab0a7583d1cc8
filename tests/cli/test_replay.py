"""`trimtab replay`: the plan from the record, and an exit code that says whether it is the session's."""

import asyncio
import hashlib
import json
from pathlib import Path

import pytest

from tests.cli.running import ran
from tests.model_wire.wire import Wire
from tests.server.model_desks import ModelDesk, model_desk, tampered

SOME = ("ACC100047", "ACC100051")


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "TRIMTAB_MODEL_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def made(tmp_path: Path) -> ModelDesk:
    """A session that a model judged, up to the buys; its desk is closed."""

    async def made() -> ModelDesk:
        async with model_desk(tmp_path, Wire()) as desk:
            await desk.open(portfolios=SOME)
            await desk.advance()
        return desk

    return asyncio.run(made())


def test_the_plan_is_printed_and_said_to_be_the_sessions(capsys: pytest.CaptureFixture[str], made: ModelDesk) -> None:
    result = ran(capsys, "replay", made.session_id)
    assert result.code == 0
    assert result.err == "Derived from the log and 3 recorded calls of a model: the session's plan, byte for byte.\n"
    page = ran(capsys, "call", "get_session", "--json", json.dumps({"session_id": made.session_id, "view": "plan"}))
    assert hashlib.sha256(result.out.removesuffix("\n").encode()).hexdigest() == json.loads(page.out)["plan_digest"]
    assert result.out == ran(capsys, "session", "plan", made.session_id).out


def test_it_needs_no_key_and_no_network_whatever_analyst_is_set(
    capsys: pytest.CaptureFixture[str], made: ModelDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_args: object) -> None:
        raise AssertionError("a replay reached out")

    monkeypatch.setenv("TRIMTAB_ANALYST", "anthropic")
    assert "TRIMTAB_MODEL_KEY" in ran(capsys, "session", "plan", made.session_id).err
    monkeypatch.setattr("socket.socket.connect", no_network)
    assert ran(capsys, "replay", made.session_id).code == 0


def test_a_session_of_the_rules_is_replayed_too(capsys: pytest.CaptureFixture[str]) -> None:
    session_id = json.loads(ran(capsys, "call", "open_session").out)["session_id"]
    result = ran(capsys, "replay", session_id)
    assert (result.code, json.loads(result.out)["phase"]) == (0, "Sells")
    assert "0 recorded calls" in result.err


def test_another_plan_than_the_sessions_is_a_finding(capsys: pytest.CaptureFixture[str], made: ModelDesk) -> None:
    tampered(made, """UPDATE states SET state = replace(state, '"phase":"Buys"', '"phase":"Review"')""")
    result = ran(capsys, "replay", made.session_id)
    assert result.code == 1
    assert json.loads(result.out)["phase"] == "Buys"
    assert result.err.endswith("recorded calls of a model: NOT the session's plan.\n")


def test_a_changed_log_is_refused_in_words(capsys: pytest.CaptureFixture[str], made: ModelDesk) -> None:
    tampered(made, "UPDATE log SET entry = replace(entry, 'answered', 'refused') WHERE seq = 2")
    result = ran(capsys, "replay", made.session_id)
    assert (result.code, result.out) == (1, "")
    assert "trimtab: The session's log isn't what was written: Entry 2 was changed" in result.err


def test_an_unknown_session_is_an_error_and_no_name_of_one_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "replay", "ts_none").code == 1
    assert ran(capsys, "replay", "../etc").code == 2
    assert ran(capsys, "replay").code == 2
