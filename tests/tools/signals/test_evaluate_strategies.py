"""`evaluate_strategies`."""

from pathlib import Path

import pytest

from tests.tools.responses import matches_response
from tests.tools.serving import text_of
from tests.tools.signals.demo_signals import FEW, open_demo_signals, settled
from tests.tools.signals.scripted_signals import ScriptedSignals, Wrong, all_refused, call, client_of, signals_of
from trimtab.workflow.ports.signal_requests import MOST_HORIZONS, EvaluateStrategies

GIVEN = {
    "strategies": ["momentum_rank"],
    "parameters": {"momentum_rank": {"lookback_days": 126}},
    "strategy_weights": {"momentum_rank": 2},
    "symbols": ["SPY", "GLD"],
    "start_date": "2018-01-01",
    "end_date": "2024-12-31",
    "cadence": "weekly",
    "lag_days": 2,
    "cost_bps": 12.5,
    "initial_capital": 5e6,
    "benchmark": "SPY",
    "horizons": [5, 21],
    "risk_free": 0.02,
    "long_only": False,
}
WRONG: tuple[Wrong, ...] = (
    ({"cadence": "hourly"}, "cadence", "'quarterly'"),
    ({"horizons": [0]}, "horizons[0]", "at least 1"),
    ({"horizons": list(range(1, 12))}, "horizons", f"At most {MOST_HORIZONS} entries"),
    ({"horizons": []}, "horizons", "At least 1 entry"),
    ({"lag_days": -1}, "lag_days", "at least 0"),
    ({"cost_bps": 501}, "cost_bps", "at most 500"),
    ({"benchmark": ["SPY"]}, "benchmark", "Must be text"),
)


async def test_the_demo_market_answers_as_committed(tmp_path: Path) -> None:
    asked = {"symbols": FEW, "start_date": "2022-01-03", "benchmark": "SPY"}
    async with client_of(lambda: open_demo_signals(tmp_path)) as client:
        result = await client.call_tool("evaluate_strategies", asked)
    matches_response("evaluate_strategies", settled(result))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedSignals()
    result = await call("evaluate_strategies", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(EvaluateStrategies.model_fields)
    assert desk.asked == [EvaluateStrategies.model_validate(GIVEN)]


@pytest.mark.parametrize("tool", ["evaluate_strategies", "backtest_portfolio"])
async def test_progress_is_told_and_only_goes_forward(tool: str) -> None:
    heard: list[tuple[float, float | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total))

    async with client_of(signals_of(ScriptedSignals())) as client:
        await client.call_tool(tool, {}, progress_callback=note)
    assert heard == [(1, 3), (2, 3), (3, 3)]


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("evaluate_strategies", WRONG)
