"""A request's strategies and symbols are found or refused, all at once; who fails doesn't fail the others."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from tests.workflow.signals.markets import (
    SYMBOLS,
    Foreseeing,
    Indifferent,
    Raising,
    asking_of,
    daily_market,
    material_of,
    shelf_of,
)
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.strategies import Strategy
from trimtab.workflow.ports.signal_requests import EvaluateStrategies, SignalScope
from trimtab.workflow.ports.signal_results import BrokenStrategy
from trimtab.workflow.ports.strategies import Broken
from trimtab.workflow.signals.asking import Asked, last_place, numbers_in

MATERIAL = material_of(daily_market())
BROKEN = Broken("unimportable", "theirs 1.0", "It can't be imported.")


def about(*, theirs: tuple[Strategy, ...] = (), broken: tuple[Broken, ...] = (), **scope: Any) -> Asked:
    return asking_of(shelf_of(theirs=theirs, broken=broken)).about(MATERIAL, SignalScope(**scope))


def problems_of(ask: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        ask()
    return [(problem.field, problem.message) for problem in refused.value.problems]


def test_without_a_word_all_strategies_look_at_all_symbols_with_the_same_weight() -> None:
    found = about()
    assert [panel.strategy for panel in found.panels] == [
        "bollinger_mean_reversion",
        "macd_rsi_confluence",
        "momentum_rank",
    ]
    assert tuple(found.prices.columns) == SYMBOLS
    assert set(found.weights.values()) == {1.0}
    assert (found.failed, set(found.packages.values())) == ((), {""})


def test_parameters_and_weights_go_to_the_strategy_that_they_name() -> None:
    found = about(
        strategies=("momentum_rank", "bollinger_mean_reversion"),
        parameters={"momentum_rank": {"lookback_days": 30}},
        strategy_weights={"momentum_rank": 3.0},
        symbols=("TLT", "SPY", "GLD"),
    )
    assert [strategy.name for strategy in found.strategies] == ["bollinger_mean_reversion", "momentum_rank"]
    assert found.strategies[1].parameters.by_name["lookback_days"] == 30
    assert found.weights == {"momentum_rank": 3.0, "bollinger_mean_reversion": 1.0}
    assert tuple(found.prices.columns) == ("GLD", "SPY", "TLT")


def test_everything_that_is_unknown_is_named_at_once_with_what_is_allowed() -> None:
    said = problems_of(
        lambda: about(
            strategies=("momentum_rank", "momentum_rank", "magic"),
            parameters={"momentum_rank": {"lookback": 5}, "other": {"a": 1}},
            strategy_weights={"another": 1.0},
            symbols=("SPY", "SPV"),
        )
    )
    assert [field for field, _ in said] == [
        "strategies[1]", "strategies[2]", "parameters.(unknown strategy)", "strategy_weights.(unknown strategy)",
        "parameters.momentum_rank.(unknown name)", "symbols[1]",
    ]  # fmt: skip
    told = dict(said)
    assert told["strategies[2]"].startswith("There is no such strategy. Installed are bollinger_mean_reversion, ")
    assert told["symbols[1]"] == "SPV isn't in the market data. Nearest: SPY."


def test_a_benchmark_has_to_have_prices() -> None:
    ask = asking_of()
    said = problems_of(lambda: ask.about(MATERIAL, EvaluateStrategies(benchmark="NOPE")))
    assert said == [("benchmark", "NOPE isn't in the market data.")]
    found = ask.about(MATERIAL, EvaluateStrategies(symbols=("SPY", "TLT", "GLD"), benchmark="AGG"))
    assert found.benchmark is not None
    assert (found.benchmark.name, len(found.benchmark)) == ("AGG", 400)
    assert found.prices.columns.tolist() == ["GLD", "SPY", "TLT"]


def test_strategies_of_others_that_fail_are_named_and_the_others_go_on() -> None:
    found = about(theirs=(Raising(), Foreseeing(), Indifferent()), broken=(BROKEN,))
    assert [panel.strategy for panel in found.panels if found.packages[panel.strategy]] == ["indifferent"]
    reasons = {each.name: each.reason for each in found.failed}
    assert set(reasons) == {"raising", "foreseeing", "unimportable"}
    assert "ZeroDivisionError: by nothing" in reasons["raising"]
    assert reasons["foreseeing"].startswith("It looks ahead: its signals of 202")
    assert {each.package for each in found.failed} == {"theirs 1.0"}
    assert found.packages["indifferent"] == "theirs 1.0"


def test_a_broken_strategy_is_told_only_where_it_was_meant() -> None:
    assert about(broken=(BROKEN,), strategies=("momentum_rank",)).failed == ()
    named = about(broken=(BROKEN,), strategies=("momentum_rank", "unimportable"))
    assert named.failed == (BrokenStrategy(name="unimportable", package="theirs 1.0", reason="It can't be imported."),)


def test_weights_that_leave_no_strategy_a_voice_are_refused() -> None:
    with pytest.raises(InvalidInput, match="The weights of all strategies that gave signals, momentum_rank, are 0"):
        about(strategies=("momentum_rank",), strategy_weights={"momentum_rank": 0.0})


def test_somebody_who_does_not_wait_any_more_stops_before_the_next_strategy() -> None:
    def stop(_done: float) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        asking_of().about(MATERIAL, SignalScope(), watch=stop)


def test_where_no_strategy_is_left_each_says_why() -> None:
    said = problems_of(lambda: about(theirs=(Raising(),), broken=(BROKEN,), strategies=("raising", "unimportable")))
    assert [field for field, _ in said] == ["strategies.unimportable", "strategies.raising"]


def test_signals_are_kept_for_who_asks_the_same_again() -> None:
    ask = asking_of()
    first, again = (ask.about(MATERIAL, SignalScope(symbols=("TLT", "SPY", "GLD"))) for _ in range(2))
    assert [a is b for a, b in zip(first.panels, again.panels, strict=True)] == [True] * 3
    other = ask.about(
        MATERIAL, SignalScope(symbols=("TLT", "SPY", "GLD"), parameters={"momentum_rank": {"skip_days": 1}})
    )
    assert other.panels[2] is not first.panels[2]
    assert numbers_in(first.panels[0]) > first.panels[0].alpha.size


def test_the_last_day_up_to_another_is_found_by_its_date() -> None:
    prices = about().prices
    assert last_place(prices, date(2023, 12, 31)) == -1
    assert last_place(prices, date(2024, 1, 1)) == 0
    assert last_place(prices, date(2024, 1, 7)) == 4
    assert last_place(prices, date(2099, 1, 1)) == len(prices) - 1
    assert np.isfinite(prices.iloc[4]).all()
