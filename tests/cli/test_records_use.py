"""Who ran a command is written down as far as the machine says."""

import pytest

from trimtab.cli.records_use import whoever_runs_this


def test_the_user_of_the_machine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "jane\u202e\n")
    assert whoever_runs_this() == "command line of jane"


def test_where_the_machine_knows_nobody_the_command_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert whoever_runs_this() == "command line"
