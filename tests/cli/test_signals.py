"""`trimtab signals`: what each command asks of the desk, and what it prints for scripts."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.cli.running import ran
from tests.server.rest.guided_signals import PAGE, GuidedSignals
from tests.tools.signals.scripted_signals import ALLOCATED, BACKTESTED, EVALUATION, SIGNALS, STRATEGIES, signals_of
from trimtab.cli.records_use import with_records
from trimtab.domain.errors import InvalidInput, Problem, Unavailable
from trimtab.settings import Settings
from trimtab.tools.payload import dump
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_requests import (
    AllocateCapital,
    BacktestPortfolio,
    ComputeSignals,
    EvaluateStrategies,
    ReadSignalRecords,
)

SCOPE = ("--strategies", "momentum_rank,trend", "--set", "momentum_rank.lookback_days=126", "--weights", "trend=2")
WANTED = {
    "strategies": ("momentum_rank", "trend"),
    "parameters": {"momentum_rank": {"lookback_days": 126}},
    "strategy_weights": {"trend": 2},
    "symbols": ("SPY", "AGG"),
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> GuidedSignals:
    """The desk that commands open."""
    guided = GuidedSignals()
    monkeypatch.setattr("trimtab.server.late.open_signals", lambda _settings: signals_of(guided)())
    return guided


def test_signals_of_a_day_are_computed(desk: GuidedSignals, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("signals", "compute", *SCOPE, "--symbols", "SPY,AGG", "--as-of", "2025-06-30", "--combine", "best")
    assert "GLD" in ran(capsys, *asked).out
    shown = ran(capsys, *asked, "--indicators", "--json")
    assert (shown.code, json.loads(shown.out)) == (0, dump(SIGNALS))
    request = ComputeSignals.model_validate(
        {**WANTED, "as_of": "2025-06-30", "combination_method": "best", "include_indicators": True}
    )
    assert desk.asked == [request.model_copy(update={"include_indicators": False}), request]


def test_capital_is_allocated_within_limits(desk: GuidedSignals, capsys: pytest.CaptureFixture[str]) -> None:
    limits = ("--option", "max_position_weight=0.25", "--option", "long_only=false")
    asked = ("signals", "allocate", "--capital", "1e6", "--size", "kelly", "--held", "SPY=0.6,AGG=-0.4", *limits)
    assert "(cash)" in ran(capsys, *asked).out
    assert json.loads(ran(capsys, *asked, "--json").out) == dump(ALLOCATED)
    assert desk.asked[0] == AllocateCapital(
        total_capital=1e6,
        allocation_method="kelly",
        held={"SPY": 0.6, "AGG": -0.4},
        max_position_weight=0.25,
        long_only=False,
    )


def test_strategies_are_evaluated(desk: GuidedSignals, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("signals", "evaluate", "--start", "2020-01-01", "--horizons", "5,21", "--cadence", "weekly")
    shown = ran(capsys, *asked, "--end", "2024-12-31", "--benchmark", "SPY")
    assert "Information coefficient by horizon" in shown.out
    assert shown.err == ""
    assert json.loads(ran(capsys, *asked, "--json").out) == dump(EVALUATION)
    assert desk.asked[0] == EvaluateStrategies(
        start_date=date(2020, 1, 1),
        end_date=date(2024, 12, 31),
        horizons=(5, 21),
        cadence="weekly",
        benchmark="SPY",
    )


def test_a_portfolio_is_backtested(desk: GuidedSignals, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("signals", "backtest", "--compare", "--sections", "equity,weights", "--rows", "5", "--capital", "5e5")
    assert "Every way to combine" in ran(capsys, *asked).out
    assert json.loads(ran(capsys, *asked, "--option", "lag_days=2", "--json").out) == dump(BACKTESTED)
    assert desk.asked[1] == BacktestPortfolio(
        compare=True, sections=("equity", "weights"), max_rows=5, initial_capital=5e5, lag_days=2
    )


def test_what_was_kept_is_looked_up(desk: GuidedSignals, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("signals", "history", "allocations", "--symbol", "B", "--start", "2026-01-01", "--limit", "1")
    assert "1 of 7" in ran(capsys, *asked).out
    assert json.loads(ran(capsys, *asked, "--offset", "1", "--name", "best", "--json").out) == dump(PAGE)
    assert desk.asked[1] == ReadSignalRecords(
        kind="allocations", symbol="B", name="best", start_date=date(2026, 1, 1), limit=1, offset=1
    )


@pytest.mark.usefixtures("desk")
def test_strategies_are_listed_and_read_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "window_days 20" in ran(capsys, "signals", "strategies").out
    assert json.loads(ran(capsys, "signals", "strategies", "--json").out) == dump(STRATEGIES)
    assert ran(capsys, "signals", "strategies", "momentum_rank").out.startswith("An idea.\n")
    one = json.loads(ran(capsys, "signals", "strategies", "momentum_rank", "--json").out)
    assert one == dump(STRATEGIES.strategies[-1])
    gone = ran(capsys, "signals", "strategies", "momentum")
    assert (gone.code, gone.out) == (2, "")
    assert "Nearest: momentum_rank. There are bollinger_mean_reversion" in gone.err


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("compute", "--combine", "mean"), "'confidence_weighted'"),
        (("compute", "--set", "lookback_days=1"), "momentum_rank.lookback_days=126"),
        (("compute", "--weights", "momentum_rank"), "Must be NAME=NUMBER"),
        (("compute", "--weights", "momentum_rank"), "--weights momentum_rank: "),
        (("allocate", "--capital", "-1"), "trimtab: --capital: Must be above 0.\nCorrect"),
        (("allocate", "--capital", "1", "--combine", "best", "--option", "combination_method=best"), "Given twice"),
        (("allocate", "--capital", "1", "--held", "SPY=x", "--set", "a=1", "--option", "b"), "trimtab: 3 mistakes:\n"),
        (("history", "signals", "--start", "2026-02-01", "--end", "2026-01-01"), "--start: It is after --end."),
        (("allocate", "--capital", "1", "--option", "leverage=2"), "the names are"),
        (("evaluate", "--start", "yesterday"), "2026-11-20"),
        (("backtest", "--sections", "pictures"), "'equity'"),
        (("history", "orders"), "'allocations'"),
    ],
)
def test_wrong_usage_says_what_is_allowed_and_asks_nothing(
    asked: tuple[str, ...], says: str, desk: GuidedSignals, capsys: pytest.CaptureFixture[str]
) -> None:
    result = ran(capsys, "signals", *asked)
    assert (result.code, result.out, desk.asked) == (2, "", [])
    assert says in result.err


def test_what_the_desk_refuses_is_told_by_the_options(desk: GuidedSignals, capsys: pytest.CaptureFixture[str]) -> None:
    desk.says["signals"] = InvalidInput("as_of: No prices.", problems=[Problem("as_of", "No prices.")])
    result = ran(capsys, "signals", "compute", "--as-of", "1990-01-01")
    assert (result.code, result.err.splitlines()[0]) == (2, "trimtab: --as-of: No prices.")


def test_history_that_has_nothing_says_whether_there_are_records_and_what_was_looked_for(
    desk: GuidedSignals, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.says["records"] = PAGE.model_copy(
        update={"rows": Table(columns=PAGE.rows.columns, rows=()), "total": 0, "next_offset": None}
    )
    monkeypatch.setenv("TRIMTAB_RECORDS", f"sqlite:///{tmp_path}/records.db")
    missing = ran(capsys, "signals", "history", "allocations", "--symbol", "SPI")
    assert (missing.code, missing.out) == (1, "")
    assert "There are no records at" in missing.err
    assert "the first answer that is kept makes it" in missing.err
    with_records(lambda records: records.sessions(limit=1), create=True)
    empty = ran(capsys, "signals", "history", "allocations", "--symbol", "SPI")
    assert (empty.code, empty.out) == (0, "\n0 of 0. --json shows all that was kept of each.\n")
    assert empty.err.startswith("No allocations were kept of the symbol SPI. ")


def test_an_answer_that_is_an_error_ends_with_1(desk: GuidedSignals, capsys: pytest.CaptureFixture[str]) -> None:
    desk.says["backtest"] = Unavailable("The records can't be reached.")
    result = ran(capsys, "signals", "backtest")
    assert (result.code, result.out) == (1, "")


def test_an_interrupt_ends_with_130_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_settings: Settings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("trimtab.server.late.open_signals", interrupted)
    result = ran(capsys, "signals", "evaluate")
    assert (result.code, result.out, "Traceback" in result.err) == (130, "", False)
