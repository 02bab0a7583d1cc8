"""A desk for commands: a home of its own, a session in Review over a few portfolios, secrets on standard input."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.running import Ran, ran

ANNE, BERT, CLEO = "correct horse battery", "staple of another kind", "something else entirely"
FEW = {"workflow_mode": "QuickRebalance", "portfolios": ["ACC100001", "ACC100021", "ACC100041"]}


@dataclass
class CommandDesk:
    """Runs commands as one person after the other would."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    home: Path
    session_id: str = ""

    def run(self, *arguments: str, typed: tuple[str, ...] = ()) -> Ran:
        """A command, with these lines on its standard input."""
        self.monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        return ran(self.capsys, *arguments)

    def call(self, tool: str, **arguments: object) -> dict[str, object]:
        """A tool's answer, also where it is an error."""
        answered: dict[str, object] = json.loads(self.run("call", tool, "--json", json.dumps(arguments)).out)
        return answered

    def to_review(self, **opening: object) -> str:
        """Opens a session and brings it to Review; gives the hash of its plan."""
        self.session_id = str(self.call("open_session", **(opening or FEW))["session_id"])
        for _ in range(2):
            self.call("advance_phase", session_id=self.session_id)
        return str(self.call("preview_orders", session_id=self.session_id, limit=1)["plan_hash"])

    def staff(self) -> None:
        """Anne and Bert may approve."""
        assert self.run("approver", "add", "anne", typed=(ANNE,)).code == 0
        assert self.run("approver", "add", "bert", "--by", "anne", typed=(ANNE, BERT)).code == 0

    def execute(self, plan_hash: str) -> dict[str, object]:
        """What the tool says to executing this plan."""
        return self.call("execute_orders", session_id=self.session_id, plan_hash=plan_hash)


def command_desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandDesk:
    """A desk in a folder of its own."""
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))
    return CommandDesk(capsys, monkeypatch, tmp_path)
