"""A desk for commands: a home of its own, a session in Review over a few portfolios, secrets on standard input."""

import atexit
import io
import json
import shutil
import tempfile
from collections.abc import Callable
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
        return self.plan_hash()

    def plan_hash(self) -> str:
        """The hash of the session's plan."""
        return str(self.call("preview_orders", session_id=self.session_id, limit=1)["plan_hash"])

    def execute(self, plan_hash: str) -> dict[str, object]:
        """What the tool says to executing this plan."""
        return self.call("execute_orders", session_id=self.session_id, plan_hash=plan_hash)


_LEFT: dict[Callable[[CommandDesk], None], tuple[Path, str]] = {}
"""What a preparation left, and its session: each is done once in a process, and copied for every other test."""


def prepared(desk: CommandDesk, prepare: Callable[[CommandDesk], None]) -> CommandDesk:
    """The desk once this has been done at it."""
    if prepare not in _LEFT:
        prepare(desk)
        kept = Path(tempfile.mkdtemp(prefix="trimtab-desk-"))
        atexit.register(shutil.rmtree, kept, ignore_errors=True)
        shutil.copytree(desk.home, kept, dirs_exist_ok=True)
        _LEFT[prepare] = (kept, desk.session_id)
    else:
        kept, desk.session_id = _LEFT[prepare]
        shutil.copytree(kept, desk.home, dirs_exist_ok=True)
    return desk


def staffed(desk: CommandDesk) -> None:
    """Anne and Bert may approve."""
    assert desk.run("approver", "add", "anne", typed=(ANNE,)).code == 0
    assert desk.run("approver", "add", "bert", "--by", "anne", typed=(ANNE, BERT)).code == 0


def in_review(desk: CommandDesk) -> None:
    """The same, and a session is in Review."""
    prepared(desk, staffed)
    desk.to_review()


def executed(desk: CommandDesk) -> None:
    """The same, and its plan was refused once, then approved by Anne, and executed."""
    prepared(desk, in_review)
    plan = desk.plan_hash()
    desk.execute(plan)
    desk.run("approve", desk.session_id, "--as", "anne", "--plan", plan, typed=(ANNE,))
    assert desk.execute(plan)["phase"] == "Executing"


def command_desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandDesk:
    """A desk in a folder of its own."""
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))
    return CommandDesk(capsys, monkeypatch, tmp_path)
