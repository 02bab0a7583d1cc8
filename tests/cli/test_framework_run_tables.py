"""What a person reads of a backtest: modes side by side, sections where they were asked for."""

import pytest

from tests.tools.frameworks.scripted_frameworks import BACKTEST
from trimtab.cli.framework_run_tables import print_backtested
from trimtab.workflow.ports.results import Table


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, with one space for several."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_modes_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    keeping = Table(columns=("figure", "static", "band"), rows=(("n_executions", 1.0, 12.0), ("turnover", 0.0, 0.25)))
    more = {
        "keeping": keeping,
        "portfolio_id": "pf_1",
        "pending": {"band": "2026-11-20"},
        "equity": Table(columns=("day", "static"), rows=(("2026-11-20", 1_500_000.0),)),
        "shown": Table(columns=("section", "shown", "total"), rows=(("equity", 1, 2740),)),
    }
    print_backtested(BACKTEST.model_copy(update=more))
    lines = lines_of(capsys)
    for line in (
        "Two halves, version 2, pf_1: 2740 days, 2016-01-04 to 2026-11-20.",
        "Rules: cadence Q, cost_bps 5, lag_days 1.",
        "AssetClass/Bonds AGG 100.00 2016-01-04 X",
        "sharpe 0.7500 0.5000",
        "n_executions 1 12",
        "turnover 0.0000 0.2500",
        "AssetClass/Equity 0.4000 0.4500",
        "2026-11-20 1,500,000.00",
        "At the end: static 1,500,000.00, band 1,550,000.00.",
        "band ended early: prices_missing",
        "band: what was decided on 2026-11-20 isn't executed yet.",
        "equity: 1 of 2740 rows are shown.",
    ):
        assert line in lines


def test_without_more_there_is_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    print_backtested(BACKTEST.model_copy(update={"ended": None}))
    out = capsys.readouterr().out
    assert "ended early" not in out
    assert "rows are shown" not in out
