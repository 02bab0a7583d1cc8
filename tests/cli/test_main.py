"""The command line: help, versions, errors in words, and exit codes a script can rely on."""

import subprocess
import sys

import pytest

from tests.cli.running import ran
from trimtab.cli import main
from trimtab.domain.errors import (
    BookRefused,
    Fault,
    InvalidInput,
    NotFound,
    Problem,
    SettingsError,
    TrimtabError,
)
from trimtab.server.version import VERSION

PROBLEMS = [Problem("TRIMTAB_BOK", "Unknown setting."), Problem("TRIMTAB_ANALYST", "Allowed: rules.")]
FAULTS = [Fault("lots.csv", line, "units", "not a number") for line in range(2, 202)]


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "--version")
    assert (result.code, result.out) == (0, f"trimtab {VERSION}\n")


def test_help_names_every_command_and_loads_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.server.late.command", None)
    result = ran(capsys, "--help")
    assert result.code == 0
    for name, line in main.COMMANDS.items():
        assert f"{name} " in result.out
        assert line in result.out
    assert "Exit codes" in result.out


def test_without_a_command_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys)
    assert "serve" in result.out + result.err


def test_an_unknown_command_is_wrong_usage_and_the_nearest_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "srve")
    assert result.code == 2
    assert "serve" in result.err


def test_an_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "serve", "--nothing").code == 2


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def serve() -> None:
        raise error

    monkeypatch.setattr("trimtab.server.late.command", lambda _module, _name: serve)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("2 settings are wrong.", problems=PROBLEMS), 2),
        (InvalidInput("Not JSON.", field="--json"), 2),
        (BookRefused("demo", FAULTS), 2),
        (NotFound("No such session."), 1),
    ],
)
def test_an_error_is_said_in_words_with_what_to_do_next(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: TrimtabError, code: int
) -> None:
    failing(monkeypatch, error)
    result = ran(capsys, "serve")
    assert result.code == code
    assert result.out == ""
    place = "--json: " if error.field == "--json" else ""
    assert result.err.startswith(f"trimtab: {place}{error.message}\n")
    assert result.err.endswith(f"{error.next_action}\n")
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("problems", "message", "shown"),
    [
        ([("limit", "Too large.")], "limit: Too large.", "trimtab: limit: Too large.\n"),
        ([("held.SPY", "Unknown.")], "Unknown.", "trimtab: held.SPY: Unknown.\n"),
        ([("a", "One."), ("b", "Two.")], "a: One. (1 more problem)", "trimtab: 2 mistakes:\n  a: One.\n  b: Two.\n"),
        (
            [("a", "It divides by zero.")],
            "None gave signals.",
            "trimtab: None gave signals.\n  a: It divides by zero.\n",
        ),
    ],
)
def test_a_mistake_is_told_once_with_its_place(
    problems: list[tuple[str, str]],
    message: str,
    shown: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing(monkeypatch, InvalidInput(message, problems=[Problem(*each) for each in problems], next_action="Mend it."))
    assert ran(capsys, "serve").err == f"{shown}Mend it.\n"


def test_all_wrong_settings_are_listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, SettingsError("2 settings are wrong.", problems=PROBLEMS))
    result = ran(capsys, "serve")
    assert "  TRIMTAB_BOK: Unknown setting.\n  TRIMTAB_ANALYST: Allowed: rules.\n" in result.err


def test_a_long_list_of_faults_is_cut_with_its_count(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, BookRefused("demo", FAULTS))
    result = ran(capsys, "serve")
    assert "  lots.csv:51 units: not a number\n  and 150 more\n" in result.err


def test_an_unforeseen_error_is_one_line_and_a_hint(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("TRIMTAB_LOG_LEVEL", raising=False)
    failing(monkeypatch, ZeroDivisionError("inside"))
    result = ran(capsys, "serve")
    assert result.code == 3
    assert result.err == (
        "trimtab: failed unexpectedly (ZeroDivisionError). Set TRIMTAB_LOG_LEVEL=DEBUG to see where.\n"
    )
    assert not caplog.records


def test_the_debug_level_shows_where(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TRIMTAB_LOG_LEVEL", "debug")
    failing(monkeypatch, ZeroDivisionError("inside"))
    assert ran(capsys, "serve").code == 3
    assert "ZeroDivisionError: inside" in caplog.text


def test_an_interruption_is_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    result = ran(capsys, "serve")
    assert result.code == 130
    assert "Traceback" not in result.err


def test_an_interruption_while_a_command_is_loaded_is_quiet_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_module: str, _name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("trimtab.server.late.command", interrupted)
    result = ran(capsys, "serve")
    assert (result.code, result.out, result.err) == (130, "", "")


def test_a_module_that_runs_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "trimtab.cli.main", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"trimtab {VERSION}\n"
