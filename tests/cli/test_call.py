"""`trimtab call`: any tool, with the same checks as over MCP."""

import io
import json
from pathlib import Path

import pytest
import toons

from tests.cli.running import Ran, ran


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))


def printed(result: Ran) -> dict[str, object]:
    value = json.loads(result.out)
    assert isinstance(value, dict)
    return value


def test_the_answer_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "call", "get_server_status")
    assert result.code == 0
    assert printed(result)["execution_mode"] == "simulated"


def test_the_text_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    structured = printed(ran(capsys, "call", "get_server_status"))
    result = ran(capsys, "call", "get_server_status", "--text")
    assert result.code == 0
    assert toons.loads(result.out.rstrip("\n")) == structured


def test_sessions_outlive_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    opened = printed(ran(capsys, "call", "open_session", "--json", '{"workflow_mode": "QuickRebalance"}'))
    arguments = json.dumps({"session_id": opened["session_id"]})
    again = printed(ran(capsys, "call", "get_session", "--json", arguments))
    assert again["workflow_mode"] == "QuickRebalance"
    assert again["version"] == 1


def test_an_error_is_printed_like_an_answer_with_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "call", "get_session", "--json", '{"session_id": "ts_none"}')
    assert result.code == 1
    assert printed(result)["code"] == "not_found"


def test_an_unknown_argument_is_an_error_here_too(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "call", "get_server_status", "--json", '{"verbose": true}')
    assert result.code == 1
    assert printed(result)["field"] == "(unknown name)"


def test_an_unknown_tool_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "call", "buy_everything")
    assert result.code == 1
    assert "open_session" in str(printed(result)["next_action"])


def test_arguments_may_come_from_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "arguments.json"
    file.write_text('{"session_id": "ts_none"}')
    assert printed(ran(capsys, "call", "get_session", "--json", f"@{file}"))["code"] == "not_found"


def test_arguments_may_come_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"session_id": "ts_none"}'))
    assert printed(ran(capsys, "call", "get_session", "--json", "-"))["code"] == "not_found"


@pytest.mark.parametrize("arguments", ["{", "[]", "5", "[" * 100_000, "@/nowhere/arguments.json"])
def test_arguments_that_are_no_object_are_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: str) -> None:
    result = ran(capsys, "call", "get_session", "--json", arguments)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("trimtab: ")
