"""`trimtab framework list`, `show` and `validate`: what is asked, for people and for scripts."""

import json
from pathlib import Path

import pytest

from tests.cli.framework_desk import opened
from tests.cli.running import ran
from tests.tools.frameworks.scripted_frameworks import DOCUMENT, FRAMEWORKS, IN_FULL, VALID, VALIDATION
from trimtab.tools.payload import dump
from trimtab.workflow.ports.framework_requests import ListFrameworks, ValidateFramework


def test_all_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = opened(monkeypatch)
    assert "fw_1" in ran(capsys, "framework", "list", "--archived").out
    assert json.loads(ran(capsys, "framework", "list", "--due", "--json").out) == dump(FRAMEWORKS)
    assert desk.asked == [ListFrameworks(archived=True), ListFrameworks(due=True)]


def test_one_is_shown_in_full(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = opened(monkeypatch)
    assert "More equity." in ran(capsys, "framework", "show", "fw_1", "--since", "1").out
    assert json.loads(ran(capsys, "framework", "show", "fw_1", "--version", "2", "--json").out) == dump(IN_FULL)
    assert desk.asked == [
        ListFrameworks(framework_id="fw_1", changes_since=1),
        ListFrameworks(framework_id="fw_1", version=2),
    ]


def test_one_that_is_not_valid_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    desk, file = opened(monkeypatch), tmp_path / "mine.json"
    file.write_text(json.dumps(DOCUMENT))
    wrong = ran(capsys, "framework", "validate", str(file))
    assert wrong.code == 1
    assert "weight_sum" in wrong.out
    told = ran(capsys, "framework", "validate", "fw_1", "--version", "2", "--json")
    assert (told.code, json.loads(told.out)) == (1, dump(VALIDATION))
    desk.says["validate"] = VALID
    assert ran(capsys, "framework", "validate", "fw_1").code == 0
    asked = desk.asked[0]
    assert isinstance(asked, ValidateFramework)
    assert asked.framework is not None
    assert [each["path"] for each in asked.framework["buckets"]] == ["AssetClass/Equity", "AssetClass/Bonds"]  # type: ignore[call-overload,index,union-attr]  # JSON as it comes
    assert desk.asked[1] == ValidateFramework(framework_id="fw_1", version=2)
