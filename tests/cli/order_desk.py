"""A desk for commands: a home of its own, a session in Review over a few portfolios, secrets on standard input."""

import atexit
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.running import Ran, ran
from tests.model_wire.server import serving_app
from trimtab.adapters.books.load import load_book
from trimtab.adapters.clock import SystemClock
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.server.paper_oms.listing import listed_instruments
from trimtab.server.paper_oms.settings import PaperOmsSettings

ANNE, BERT, CLEO = "correct horse battery", "staple of another kind", "something else entirely"
NOBODY_THERE = "http://127.0.0.1:9"
"""An order system that is away: orders wait, however fast or slow this machine is."""
STANDS_STILL_SECONDS = 86_400.0
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
    """A desk in a folder of its own, whose orders can't leave."""
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))
    monkeypatch.setenv("TRIMTAB_OMS", NOBODY_THERE)
    return CommandDesk(capsys, monkeypatch, tmp_path)


@contextmanager
def paper_oms_for(desk: CommandDesk) -> Iterator[None]:
    """An order system meanwhile that takes the desk's orders; nothing trades there."""
    settings = PaperOmsSettings(
        db=desk.home / "paper_oms.db",
        listed=listed_instruments(load_book(DEMO_BOOK)),
        clock=SystemClock(),
        tick_seconds=STANDS_STILL_SECONDS,
    )
    with serving_app(paper_oms_app(settings)) as at, desk.monkeypatch.context() as set_meanwhile:
        set_meanwhile.setenv("TRIMTAB_OMS", at)
        yield
