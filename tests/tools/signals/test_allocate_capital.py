"""`allocate_capital`."""

from pathlib import Path

from tests.tools.responses import matches_response
from tests.tools.serving import text_of
from tests.tools.signals.demo_signals import FEW, open_demo_signals, settled
from tests.tools.signals.scripted_signals import ScriptedSignals, Wrong, all_refused, call, client_of
from trimtab.workflow.ports.signal_requests import AllocateCapital

GIVEN = {
    "total_capital": 2.5e6,
    "strategies": ["momentum_rank"],
    "parameters": {"momentum_rank": {"lookback_days": 126}},
    "strategy_weights": {"momentum_rank": 2},
    "symbols": ["SPY", "GLD"],
    "as_of": "2024-12-31",
    "held": {"SPY": 0.5, "GLD": -0.25},
    "combination_method": "best",
    "allocation_method": "kelly",
    "estimate_days": 126,
    "kelly_fraction": 0.25,
    "kelly_cap": 0.1,
    "risk_free": 0.02,
    "max_position_weight": 0.1,
    "max_sector_weight": 0.3,
    "min_positions": 2,
    "max_turnover": 0.2,
    "min_trade_weight": 0.01,
    "long_only": False,
    "gross_limit": 1.5,
}
WRONG: tuple[Wrong, ...] = (
    ({}, "total_capital", "Required"),
    ({"total_capital": 0}, "total_capital", "above 0"),
    ({"total_capital": "inf"}, "total_capital", "finite"),
    ({"total_capital": "NaN"}, "total_capital", "finite"),
    ({"total_capital": 1, "allocation_method": "martingale"}, "allocation_method", "'risk_parity'"),
    ({"total_capital": 1, "held": {"SPY": "NaN"}}, "held.SPY", "finite"),
    ({"total_capital": 1, "kelly_fraction": 1.5}, "kelly_fraction", "at most 1"),
    ({"total_capital": 1, "max_position_weight": 0}, "max_position_weight", "above 0"),
    ({"total_capital": 1, "min_positions": 2.5}, "min_positions", "whole number"),
    ({"total_capital": 1, "estimate_days": 5}, "estimate_days", "at least 20"),
)


async def test_the_demo_market_answers_as_committed(tmp_path: Path) -> None:
    asked = {"symbols": FEW, "total_capital": 1_000_000, "max_position_weight": 0.4, "min_positions": 4}
    async with client_of(lambda: open_demo_signals(tmp_path)) as client:
        result = await client.call_tool("allocate_capital", asked)
    matches_response("allocate_capital", settled(result))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedSignals()
    result = await call("allocate_capital", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(AllocateCapital.model_fields)
    assert desk.asked == [AllocateCapital.model_validate(GIVEN)]


async def test_weights_come_with_the_limits_that_are_not_kept() -> None:
    result = await call("allocate_capital", total_capital=1e6)
    assert result.structured_content is not None
    assert [row[0] for row in result.structured_content["allocations"]["rows"]] == ["SPY", "GLD"]
    assert result.structured_content["unmet"][0]["field"] == "min_positions"
    assert result.structured_content["cash_weight"] == 0.9


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("allocate_capital", WRONG)
