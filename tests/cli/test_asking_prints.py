"""What a strategy of another package prints doesn't stand in the answer of a command."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.strategies.packages import describe, looked_into
from tests.cli.running import ran

CHATTY = """
import pandas as pd

from trimtab.domain.signals.strategies import Parameters, SignalPanel

print("imported")


class Chatty:
    name = "chatty"
    readme = "# Chatty"
    history_days = 1

    def __init__(self, parameters=Parameters()):
        print("made")
        self.parameters = parameters

    def signals(self, prices):
        print("asked")
        return SignalPanel("chatty", prices * 0.0, prices * 0.0, horizon_days=1, volatility_adjusted=False)
"""


@pytest.fixture(autouse=True)
def _chatty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A strategy is installed that prints wherever it can."""
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))
    describe(tmp_path, "chatty", lines=["chatty = misbehaving_chatty:Chatty"])
    (tmp_path / "misbehaving_chatty.py").write_text(CHATTY, encoding="utf-8")
    with looked_into(tmp_path):
        yield


@pytest.mark.parametrize(
    "command",
    [
        ("signals", "compute", "--symbols", "SPY,AGG", "--strategies", "chatty", "--json"),
        ("call", "compute_signals", "--json", '{"symbols": ["SPY", "AGG"], "strategies": ["chatty"]}'),
    ],
    ids=["signals", "call"],
)
def test_it_goes_to_standard_error(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    shown = ran(capsys, *command)
    assert shown.code == 0, shown.err
    assert [row[1] for row in json.loads(shown.out)["signals"]["rows"]] == ["chatty", "chatty"]
    assert {"imported", "made", "asked"} <= {*shown.err.split()}
