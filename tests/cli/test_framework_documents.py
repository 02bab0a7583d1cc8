"""`trimtab framework generate`, `save`, `export`, `archive` and `restore`: files in, files out."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.framework_desk import opened
from tests.cli.running import ran
from tests.tools.frameworks.scripted_frameworks import DOCUMENT, GENERATED, STORED
from trimtab.settings import Settings
from trimtab.tools.payload import dump
from trimtab.workflow.ports.framework_requests import GenerateFramework, Requirements, SaveFramework

CSV = "path,target_weight\nAssetClass/Equity,0.6\nAssetClass/Bonds,0.4\n"


def test_one_is_generated_and_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    desk = opened(monkeypatch)
    asked = ("framework", "generate", "--risk", "low", "--years", "4", "--goal", "income", "--goal", "calm")
    shown = ran(capsys, *asked, "--exclude", "Energy", "--analyst", "rules", "--out", str(tmp_path / "it.csv"))
    assert "Bonds were raised for the short horizon." in shown.out
    assert (tmp_path / "it.csv").read_text().startswith("path,label,target_weight,")
    assert json.loads(ran(capsys, *asked, "--prefer", "by region", "--json").out) == dump(GENERATED)
    wanted = Requirements(risk_tolerance="low", horizon_years=4, goals=("income", "calm"), exclusions=("Energy",))
    assert desk.asked[0] == GenerateFramework(requirements=wanted, analyst="rules")


def test_the_configured_analyst_is_opened_where_the_rules_are_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[str] = []

    def noted(settings: Settings) -> None:
        found.append(settings.analyst)
        raise KeyboardInterrupt

    monkeypatch.setattr("trimtab.server.late.open_frameworks", noted)
    monkeypatch.setenv("TRIMTAB_ANALYST", "openai")
    monkeypatch.setenv("TRIMTAB_MODEL_KEY", "none")
    for analyst in ("configured", "rules"):
        ran(capsys, "framework", "generate", "--risk", "low", "--analyst", analyst)
    assert found == ["openai", "rules"]


def test_a_file_is_kept_by_its_ending_and_standard_input_by_how_it_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    desk, file, text = opened(monkeypatch), tmp_path / "mine.csv", json.dumps(DOCUMENT)
    file.write_text(CSV)
    kept = ran(capsys, "framework", "save", str(file), "--id", "fw_1", "--expected-version", "1", "--note", "More.")
    assert "fw_1 (Two halves) is version 2." in kept.out
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert json.loads(ran(capsys, "framework", "save", "-", "--name", "Mine", "--json").out) == dump(STORED)
    assert desk.asked == [
        SaveFramework(
            action="import", document=CSV, format="csv", framework_id="fw_1", expected_version=1, note="More."
        ),
        SaveFramework(action="import", document=text, format="json", name="Mine"),
    ]


def test_an_id_is_copied(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = opened(monkeypatch)
    assert ran(capsys, "framework", "save", "balanced", "--name", "Mine").code == 0
    assert desk.asked == [SaveFramework(action="create", framework_id="balanced", name="Mine")]


def test_one_is_exported_in_the_form_of_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    exported = STORED.model_copy(update={"action": "export", "document": CSV})
    desk, file = opened(monkeypatch, {"save": exported}), tmp_path / "it.csv"
    assert ran(capsys, "framework", "export", "fw_1").out == CSV
    assert "is in " in ran(capsys, "framework", "export", "fw_1", "--version", "1", "--out", str(file)).out
    assert file.read_text() == CSV
    assert desk.asked == [
        SaveFramework(action="export", framework_id="fw_1", format="json"),
        SaveFramework(action="export", framework_id="fw_1", version=1, format="csv"),
    ]


def test_one_is_archived_and_restored(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = opened(monkeypatch)
    for action in ("archive", "restore"):
        assert ran(capsys, "framework", action, "fw_1", "--json").code == 0
    assert desk.asked == [SaveFramework(action=each, framework_id="fw_1") for each in ("archive", "restore")]
