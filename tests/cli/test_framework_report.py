"""`trimtab framework report`: of a portfolio, of an account, of holdings in a file; whole, or one table as CSV."""

import json
from pathlib import Path

import pytest

from tests.cli.framework_desk import opened
from tests.cli.running import ran
from tests.tools.frameworks.scripted_frameworks import REPORT
from trimtab.tools.payload import dump
from trimtab.workflow.ports.framework_requests import GetAllocationReport, Holding


def test_a_report_is_asked_of_three_things(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    desk, file = opened(monkeypatch), tmp_path / "held.csv"
    file.write_text("\ufeffname,Value,code\nx,660000,SPY\n\ny,0.5,CASH\n")
    assert "What would bring it back" in ran(capsys, "framework", "report", "pf_1", "--cost", "0", "--days", "60").out
    by_account = ("framework", "report", "--framework", "fw_1", "--version", "1", "--account", "A1")
    assert json.loads(ran(capsys, *by_account, "--to", "half_band", "--json").out) == dump(REPORT)
    assert ran(capsys, "framework", "report", "--framework", "fw_1", "--holdings", str(file)).code == 0
    assert desk.asked == [
        GetAllocationReport(portfolio_id="pf_1", cost_bps=0.0, estimate_days=60),
        GetAllocationReport(framework_id="fw_1", version=1, account_number="A1", rebalance_to="half_band"),
        GetAllocationReport(
            framework_id="fw_1", holdings=(Holding(code="SPY", value=660_000.0), Holding(code="CASH", value=0.5))
        ),
    ]


def test_one_table_is_csv_with_all_digits(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    opened(monkeypatch)
    table = ran(capsys, "framework", "report", "pf_1", "--csv", "heatmap").out
    assert table.splitlines() == [
        "path,label,level,drift,drift_of_band,status",
        "AssetClass/Equity,Equity,1,0.06,1.2,over",
        "AssetClass/Bonds,Bonds,1,-0.06,-1.2,under",
    ]
