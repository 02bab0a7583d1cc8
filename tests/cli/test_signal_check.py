"""`trimtab signals check`: each strategy is tried alone, and one that is broken is an exit code."""

import json

import pytest

from tests.cli.running import ran
from tests.server.rest.guided_signals import GuidedSignals
from tests.tools.signals.scripted_signals import EVALUATION, SIGNALS, STRATEGIES, signals_of
from trimtab.domain.errors import InvalidInput, Problem, Unavailable
from trimtab.server.desks import OpenSignals
from trimtab.settings import Settings
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.signal_requests import ComputeSignals
from trimtab.workflow.ports.signal_results import Signals, Strategies

WHOLE = STRATEGIES.model_copy(update={"broken": ()})
FORESIGHT = "It looks ahead: its signals of 2020-01-02 change when later prices do."


class Trial(GuidedSignals):
    """A desk at which one strategy fails."""

    def __init__(self, installed: Strategies, failing: str = "", *, error: Exception | None = None) -> None:
        super().__init__()
        self.installed = installed
        self.failing = failing
        self.error = error or InvalidInput(
            "None of the strategies gave signals.", problems=[Problem("strategies.x", FORESIGHT)]
        )
        self.read_only: list[bool] = []

    async def strategies(self) -> Strategies:
        return self.installed

    async def signals(self, caller: Caller, request: ComputeSignals) -> Signals:
        if request.strategies == (self.failing,):
            raise self.error
        return await super().signals(caller, request)

    def opened(self, settings: Settings) -> OpenSignals:
        self.read_only.append(settings.read_only)
        return signals_of(self)()


def checking(desk: Trial, monkeypatch: pytest.MonkeyPatch) -> Trial:
    """The desk that the command opens."""
    monkeypatch.setattr("trimtab.server.late.open_signals", desk.opened)
    return desk


def test_where_all_work_it_ends_with_0_and_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = checking(Trial(WHOLE), monkeypatch)
    result = ran(capsys, "signals", "check")
    assert result.code == 0
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert "momentum_rank trimtab yes 3 2026-11-20 2016-01-04 505" in lines
    assert "momentum_rank: It says that it needs 20 prices, and first spoke of a symbol that had 505." in lines
    assert [asked for asked in desk.asked if asked == ComputeSignals(strategies=("momentum_rank",))]
    assert desk.read_only == [True]


def test_one_that_fails_or_cannot_be_used_ends_it_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checking(Trial(STRATEGIES, "macd_rsi_confluence"), monkeypatch)
    result = ran(capsys, "signals", "check", "--json")
    found = json.loads(result.out)
    assert (result.code, found["exit_code"]) == (1, 1)
    assert {each["name"]: (each["works"], each["reason"]) for each in found["strategies"]} == {
        "bollinger_mean_reversion": (True, ""),
        "macd_rsi_confluence": (False, FORESIGHT),
        "momentum_rank": (True, ""),
        "tides": (False, "It can't be imported."),
    }
    assert found["strategies"][0]["n_signals"] == len(SIGNALS.signals.rows)
    assert found["strategies"][0]["first_day"] == EVALUATION.first_day


@pytest.mark.parametrize(("name", "code"), [("momentum_rank", 0), ("tides", 1)])
def test_one_alone_is_checked_by_its_name(
    name: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checking(Trial(STRATEGIES), monkeypatch)
    result = ran(capsys, "signals", "check", name, "--json")
    assert (result.code, [each["name"] for each in json.loads(result.out)["strategies"]]) == (code, [name])


def test_a_name_that_is_not_there_is_answered_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checking(Trial(STRATEGIES), monkeypatch)
    result = ran(capsys, "signals", "check", "momentum")
    assert (result.code, result.out) == (2, "")
    assert "Nearest: momentum_rank. There are bollinger_mean_reversion, macd_rsi_confluence" in result.err


def test_one_without_a_signal_on_any_day_does_not_work_and_one_without_a_signal_today_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = checking(Trial(WHOLE), monkeypatch)
    desk.says["signals"] = SIGNALS.model_copy(update={"signals": SIGNALS.signals.model_copy(update={"rows": ()})})
    quiet = ran(capsys, "signals", "check", "momentum_rank")
    assert quiet.code == 0
    assert "momentum_rank: It has no signal on the last day." in quiet.out
    desk.says["evaluate"] = InvalidInput("No strategy has a signal in this range.")
    silent = ran(capsys, "signals", "check", "momentum_rank", "--json")
    [found] = json.loads(silent.out)["strategies"]
    assert (silent.code, found["works"], found["prices_before_first"]) == (1, False, None)
    assert found["reason"].startswith("It has no signal of any symbol on any day. It says that it needs 20 prices")


def test_what_a_strategy_says_that_it_needs_is_compared_with_what_it_had(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "signals", "check", "macd_rsi_confluence", "--json")
    [found] = json.loads(result.out)["strategies"]
    assert (result.code, found["prices_before_first"], found["first_day"]) == (0, 104, "2014-06-02")
    assert (found["history_days"], found["note"]) == (104, "")


def test_a_refusal_without_a_list_of_problems_is_its_own_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checking(Trial(WHOLE, "momentum_rank", error=InvalidInput("No prices.")), monkeypatch)
    assert "No prices." in ran(capsys, "signals", "check", "momentum_rank").out


def test_a_market_that_cannot_be_read_is_no_fault_of_a_strategy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checking(Trial(WHOLE, "momentum_rank", error=Unavailable("Away.")), monkeypatch)
    result = ran(capsys, "signals", "check")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("trimtab: Away.\n")
