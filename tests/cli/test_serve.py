"""`trimtab serve`: what reaches the server of the command's options."""

import pytest

from tests.cli.running import ran
from trimtab.settings import Settings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    found: list[Settings] = []
    monkeypatch.setattr("trimtab.cli.serve.serve_stdio", found.append)
    return found


def test_it_serves_as_the_settings_say(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, served: list[Settings]
) -> None:
    monkeypatch.setenv("TRIMTAB_TOOLSETS", "trading")
    assert ran(capsys, "serve").code == 0
    assert [(each.toolsets, each.read_only) for each in served] == [(("trading",), False)]


def test_it_can_be_told_to_be_read_only(capsys: pytest.CaptureFixture[str], served: list[Settings]) -> None:
    assert ran(capsys, "serve", "--read-only").code == 0
    assert [each.read_only for each in served] == [True]


def test_wrong_settings_refuse_to_start_and_are_all_listed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, served: list[Settings]
) -> None:
    monkeypatch.setenv("TRIMTAB_BOK", "x")
    monkeypatch.setenv("TRIMTAB_EXECUTION", "paper")
    result = ran(capsys, "serve")
    assert (result.code, result.out, served) == (2, "", [])
    assert "TRIMTAB_BOK" in result.err
    assert "'simulated' or 'live'" in result.err
