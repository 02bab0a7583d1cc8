"""A terminal is told how far the work is, and a file is not."""

import sys

import pytest

from trimtab.cli.watching import watched
from trimtab.workflow.ports.desk import Progress, Step


async def asked(desk: str, progress: Progress) -> str:
    await progress(Step(1, 2, "Halfway", "computing"))
    return f"{desk} answers"


@pytest.mark.parametrize("is_terminal", [True, False])
async def test_the_bar_is_on_standard_error_and_the_answer_is_the_desks(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    assert await watched(asked, first="Reading...")("The desk") == "The desk answers"
    captured = capsys.readouterr()
    assert ("Halfway" in captured.err, captured.out) == (is_terminal, "")
