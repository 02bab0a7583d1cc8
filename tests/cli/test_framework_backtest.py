"""`trimtab framework backtest`: what is asked, and one table as CSV."""

import json
from datetime import date

import pytest

from tests.cli.framework_desk import opened
from tests.cli.running import ran
from tests.tools.frameworks.scripted_frameworks import BACKTEST
from trimtab.cli.framework_backtest import MOST_ROWS
from trimtab.tools.payload import dump
from trimtab.workflow.ports.framework_requests import BacktestFramework, BacktestRun, Flow
from trimtab.workflow.ports.results import Table


def test_a_backtest_is_asked_with_all_its_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = opened(monkeypatch)
    days = ("--start", "2020-01-01", "--end", "2024-12-31", "--cadence", "M", "--band-bps", "300", "--lag", "0")
    money = ("--cost", "2", "--capital", "5e5", "--flow", "2021-01-04=-1e4", "--benchmark", "SPY")
    more = ("--product", "AssetClass/Equity=SPY", "--relative-band", "25", "--sections", "equity,trades", "--rows", "9")
    modes = ("--mode", "band,static", "--mode", "periodic")
    shown = ran(capsys, "framework", "backtest", "fw_1", *modes, *days, *money, *more)
    assert "band ended early: prices_missing" in shown.out
    assert json.loads(ran(capsys, "framework", "backtest", "--portfolio", "pf_1", "--json").out) == dump(BACKTEST)
    assert desk.asked == [
        BacktestFramework(
            framework_id="fw_1",
            modes=("band", "static", "periodic"),
            run=BacktestRun(
                start_date=date(2020, 1, 1),
                end_date=date(2024, 12, 31),
                cadence="M",
                absolute_band_bps=300,
                relative_band_pct=25.0,
                lag_days=0,
                cost_bps=2.0,
                initial_capital=5e5,
                flows=(Flow(date=date(2021, 1, 4), amount=-1e4),),
                benchmark="SPY",
                products={"AssetClass/Equity": "SPY"},
            ),
            sections=("equity", "trades"),
            max_rows=9,
        ),
        BacktestFramework(portfolio_id="pf_1"),
    ]
    assert "modes" not in desk.asked[1].model_fields_set  # type: ignore[attr-defined]  # a request's model


def test_a_section_as_csv_is_asked_for_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    equity = Table(columns=("day", "static"), rows=(("2026-11-20", 1.5),))
    desk = opened(monkeypatch, {"backtest": BACKTEST.model_copy(update={"equity": equity})})
    assert ran(capsys, "framework", "backtest", "fw_1", "--csv", "equity").out == "day,static\n2026-11-20,1.5\n"
    assert ran(capsys, "framework", "backtest", "fw_1", "--csv", "metrics").out.startswith("metric,static,band")
    assert desk.asked == [
        BacktestFramework(framework_id="fw_1", sections=("equity",), max_rows=MOST_ROWS),
        BacktestFramework(framework_id="fw_1"),
    ]
