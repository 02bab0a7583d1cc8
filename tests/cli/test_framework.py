"""`trimtab framework` over real records: kept, changed, refused where somebody was faster; and what help loads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.framework_desk import opened
from tests.cli.running import ran
from trimtab.domain.errors import InvalidInput, Problem, Unavailable
from trimtab.settings import Settings


def test_help_lists_the_commands_and_loads_nothing_that_computes() -> None:
    said = (
        "import sys; from trimtab.cli import framework; "
        "print([each for each in ('numpy', 'pandas', 'scipy', 'sqlalchemy') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_framework_is_kept_changed_and_refused_where_somebody_was_faster(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))
    kept = json.loads(ran(capsys, "framework", "save", "balanced", "--name", "Mine", "--json").out)
    framework_id, file = kept["framework_id"], tmp_path / "mine.json"
    assert ran(capsys, "framework", "export", framework_id, "--out", str(file)).code == 0
    document = json.loads(file.read_text())
    document["rebalancing"]["absolute_band_bps"] = 300
    file.write_text(json.dumps(document))
    again = ("framework", "save", str(file), "--id", framework_id, "--expected-version", "1")
    assert f"{framework_id} (Mine) is version 2." in ran(capsys, *again).out
    document["rebalancing"]["cadence"] = "A"
    file.write_text(json.dumps(document))
    late = ran(capsys, *again)
    assert (late.code, late.out) == (1, "")
    assert "  rebalancing.absolute_band_bps: Version 2 has 300, version 1 had 500.\n" in late.err
    assert "(`trimtab framework export ID` gives it)" in late.err
    assert "--expected-version 2" in late.err
    shown = ran(capsys, "framework", "show", framework_id, "--since", "1").out
    assert "Checked quarterly; bands of 3 % of the portfolio." in shown
    assert "rebalancing.absolute_band_bps" in shown
    assert ran(capsys, "framework", "archive", framework_id).out.endswith("(Mine) is archived.\n")
    assert "Nothing is saved yet." in ran(capsys, "framework", "list").out
    assert ran(capsys, "framework", "restore", framework_id).out.endswith("(Mine) is restored.\n")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("generate", "--risk", "huge"), "--risk: Must be 'low', 'medium' or 'high'."),
        (("generate", "--risk", "low", "--years", "0"), "--years: "),
        (("export", "balanced", "--format", "pdf"), "--format: Must be 'json' or 'csv'."),
        (("save", "balanced", "--id", "fw_1", "--expected-version", "1"), "trimtab: 2 mistakes:\n  --id: balanced"),
        (("map", "balanced", "--per-bucket", "99", "--filter", "x=1"), "  --per-bucket: Must be at most 25."),
        (("map", "balanced", "--filter", "min_adv_value=x"), "--filter min_adv_value: "),
        (("build", "balanced", "--override", "SPY"), "--override: Must be PATH=CODE"),
        (("build", "balanced", "--weighting", "none"), "--weighting: "),
        (("report", "pf_1", "--csv", "pictures"), "--csv: Must be one of buckets, heatmap, holdings, trades."),
        (("report", "pf_1", "--csv", "trades", "--json"), "trimtab: Choose one of --csv and --json."),
        (("backtest", "balanced", "--flow", "x", "--product", "y", "--mode", "no"), "trimtab: 3 mistakes:\n"),
        (("backtest", "balanced", "--lag=-1"), "--lag: Must be at least 0."),
        (("backtest", "balanced", "--start", "yesterday"), "--start: "),
        (("validate", "none.json"), "none.json can't be read: No such file"),
        (("show", "a/b"), "ID: "),
    ],
)
def test_wrong_usage_is_told_as_it_was_typed_and_asks_nothing(
    asked: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = opened(monkeypatch)
    result = ran(capsys, "framework", *asked)
    assert (result.code, result.out, desk.asked) == (2, "", [])
    assert says in result.err


def test_what_the_desk_refuses_is_told_by_the_options(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = [Problem("run.start_date", "No prices."), Problem("AssetClass/Equity", "Too much.", "weight_sum")]
    desk = opened(monkeypatch, {"backtest": InvalidInput("run.start_date: No prices.", problems=wrong)})
    result = ran(capsys, "framework", "backtest", "balanced", "--start", "1990-01-01")
    assert result.code == 2
    assert "  --start: No prices.\n  AssetClass/Equity: Too much.\n" in result.err
    desk.says["report"] = InvalidInput("portfolio_id has its framework; leave framework_id away.", field="framework_id")
    refused = ran(capsys, "framework", "report", "pf_1", "--framework", "balanced")
    assert "trimtab: PORTFOLIO_ID has its framework; leave --framework away." in refused.err


def test_an_answer_that_is_an_error_ends_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(monkeypatch, {"frameworks": Unavailable("Not now.", next_action="Call list_frameworks again.")})
    result = ran(capsys, "framework", "list")
    assert (result.code, result.out) == (1, "")
    assert result.err.endswith("Run `trimtab framework list` again.\n")


def test_an_interrupt_ends_with_130_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_settings: Settings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("trimtab.server.late.open_frameworks", interrupted)
    result = ran(capsys, "framework", "backtest", "balanced")
    assert (result.code, result.out, "Traceback" in result.err) == (130, "", False)
