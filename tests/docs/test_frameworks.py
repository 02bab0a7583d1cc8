"""Every command of the guide to allocation frameworks is one, in the order in which it is told."""

import re
import shlex
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.cli.framework_desk import opened
from tests.cli.running import ran
from tests.house.tree import read
from tests.tools.frameworks.scripted_frameworks import BACKTEST, STORED, VALID
from trimtab.workflow.ports.framework_requests import BuildPortfolio, SaveFramework
from trimtab.workflow.ports.requests import OpenSession
from trimtab.workflow.ports.results import Table

PAGE = read("docs/frameworks.md")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
EXPORTED = '{"name": "Mine", "buckets": []}'


def test_the_commands_of_the_guide_can_be_typed_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holdings.csv").write_text(re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)[0])
    equity = Table(columns=("day", "static"), rows=())
    says = {
        "validate": VALID,
        "save": STORED.model_copy(update={"document": EXPORTED}),
        "backtest": BACKTEST.model_copy(update={"equity": equity}),
    }
    desk = opened(monkeypatch, says)
    typed = [shlex.split(line)[1:] for line in COMMANDS if line.startswith("trimtab framework ")]
    assert len(typed) > 20
    for words in typed:
        assert (ran(capsys, *words).code, words) == (0, words)
    changed = [each for each in desk.asked if isinstance(each, SaveFramework) and each.expected_version]
    assert [each.document for each in changed] == [EXPORTED]


def test_the_calls_of_the_guide_are_requests() -> None:
    calls = [shlex.split(line)[2:] for line in COMMANDS if line.startswith("trimtab call ")]
    models: dict[str, type[BaseModel]] = {"open_session": OpenSession, "build_portfolio": BuildPortfolio}
    for tool, _, arguments in calls:
        models[tool].model_validate_json(arguments)
    assert len(calls) + sum(line.startswith("trimtab framework ") for line in COMMANDS) == len(COMMANDS)
