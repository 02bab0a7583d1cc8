"""How commands ask about signals: options that strategies take, and how far the work is."""

import sys

import pytest

from tests.server.rest.guided_signals import GuidedSignals
from tests.tools.signals.scripted_signals import BACKTESTED, STRATEGIES, signals_of
from trimtab.cli.asking import CALLER
from trimtab.cli.signal_asking import FORM, ask_watching, installed_one, numbers_of, parameters_of
from trimtab.domain.errors import InvalidInput, NotFound
from trimtab.workflow.ports.signal_requests import BacktestPortfolio


def test_parameters_are_gathered_by_strategy() -> None:
    texts = ["momentum_rank.lookback_days=126", " macd.fast_days = 9", "momentum_rank.skip_days=5"]
    assert parameters_of(texts) == {"momentum_rank": {"lookback_days": 126, "skip_days": 5}, "macd": {"fast_days": 9}}
    assert parameters_of([]) is parameters_of(None) is None


@pytest.mark.parametrize("text", ["lookback_days=1", "a.=1", "a.b", "a.b=x", "a.b=1,2", "a.b=inf"])
def test_a_parameter_that_cannot_be_read_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"momentum_rank\.lookback_days=126") as caught:
        parameters_of([text])
    assert caught.value.field == f"--set {text.partition('=')[0]}"


def test_all_parameters_that_are_wrong_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        parameters_of(["a.b=1", "a.b=2", "", "c.d=x", "e.f=1"])
    assert [(each.field, each.message) for each in caught.value.problems] == [
        ("--set a.b", "Given twice."),
        ("--set", FORM),
        ("--set c.d", FORM),
    ]


def test_weights_may_be_left_out() -> None:
    assert numbers_of("a=2, b=1", option="--weights", example="a=2") == {"a": 2, "b": 1}
    assert numbers_of(None, option="--weights", example="a=2") is None


def test_a_strategy_is_found_by_its_name_and_a_wrong_one_comes_with_the_nearest() -> None:
    assert installed_one(STRATEGIES, "momentum_rank") == STRATEGIES.strategies[-1]
    for wrong in ("momentum", "momentum_rnak"):
        with pytest.raises(InvalidInput, match=r"Nearest: momentum_rank\. There are bollinger"):
            installed_one(STRATEGIES, wrong)
    with pytest.raises(InvalidInput, match=r"^There is no such strategy\. There are"):
        installed_one(STRATEGIES, "foo")
    with pytest.raises(NotFound, match="can't be imported"):
        installed_one(STRATEGIES, "tides")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_is_told_how_far_the_work_is_and_a_file_is_not(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("trimtab.server.late.open_signals", lambda _settings: signals_of(GuidedSignals())())
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    found = ask_watching(lambda desk, progress: desk.backtest(CALLER, BacktestPortfolio(), progress=progress))
    assert found == BACKTESTED
    captured = capsys.readouterr()
    assert ("Portfolios backtested" in captured.err, captured.out) == (is_terminal, "")
