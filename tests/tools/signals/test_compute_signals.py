"""`compute_signals`."""

from pathlib import Path

from tests.adapters.strategies.packages import MISBEHAVING, lay_out, looked_into
from tests.tools.responses import matches_response
from tests.tools.serving import error_of, text_of, tokens
from tests.tools.signals.demo_signals import FEW, open_demo_signals, settled
from tests.tools.signals.scripted_signals import (
    BASIS,
    SIGNALS,
    ScriptedSignals,
    Wrong,
    all_refused,
    call,
    client_of,
    signals_of,
)
from trimtab.domain.errors import InvalidInput
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.tools.registry import TOOLS
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_requests import MOST_STRATEGIES, ComputeSignals

GIVEN = {
    "strategies": ["momentum_rank", "tides"],
    "parameters": {"momentum_rank": {"lookback_days": 126}},
    "strategy_weights": {"momentum_rank": 2, "tides": 0.5},
    "symbols": ["SPY", "GLD"],
    "as_of": "2024-12-31",
    "combination_method": "rank_average",
    "include_indicators": True,
}
WRONG: tuple[Wrong, ...] = (
    ({"combination_method": "vote"}, "combination_method", "'weighted', 'confidence_weighted'"),
    ({"strategies": ["a"] * 21}, "strategies", f"At most {MOST_STRATEGIES} entries"),
    ({"strategies": []}, "strategies", "At least 1 entry"),
    ({"strategies": "momentum_rank"}, "strategies", "Must be a list"),
    ({"symbols": [1]}, "symbols[0]", "Must be text"),
    ({"parameters": {"momentum_rank": {"skip_days": "NaN"}}}, "parameters", "finite"),
    ({"parameters": {"momentum_rank": {"skip_days": True}}}, "parameters", "not true or false"),
    ({"parameters": {"momentum_rank": 5}}, "parameters", "Must be an object"),
    ({"strategy_weights": {"momentum_rank": "inf"}}, "strategy_weights", "finite"),
    ({"strategy_weights": {"momentum_rank": -1}}, "strategy_weights", "at least 0"),
    ({"as_of": "31.12.2024"}, "as_of", "2026-11-20"),
    ({"include_indicators": "perhaps"}, "include_indicators", "true or false"),
)


async def test_the_demo_market_answers_as_committed(tmp_path: Path) -> None:
    async with client_of(lambda: open_demo_signals(tmp_path)) as client:
        result = await client.call_tool("compute_signals", {"symbols": FEW, "include_indicators": True})
    matches_response("compute_signals", settled(result))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedSignals()
    result = await call("compute_signals", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(ComputeSignals.model_fields)
    assert desk.asked == [ComputeSignals.model_validate(GIVEN)]


async def test_a_strategy_that_failed_stands_in_the_basis_beside_what_the_others_gave() -> None:
    result = await call("compute_signals")
    assert result.structured_content is not None
    assert result.structured_content["basis"]["failed"] == [
        {"name": "tides", "package": "tidal", "reason": "It divides by zero."}
    ]
    assert len(result.structured_content["signals"]["rows"]) == 3
    assert "indicators" not in result.structured_content
    assert "It divides by zero." in text_of(result)


async def test_strategies_of_other_packages_that_cannot_be_used_fail_alone(tmp_path: Path) -> None:
    lay_out(MISBEHAVING, tmp_path)
    with looked_into(tmp_path):
        async with client_of(lambda: open_demo_signals(tmp_path)) as client:
            result = await client.call_tool("compute_signals", {"symbols": FEW})
    assert result.structured_content is not None
    basis = result.structured_content["basis"]
    assert {"bollinger_mean_reversion", "momentum_rank"} <= {used["name"] for used in basis["strategies"]}
    reasons = {failed["name"]: failed["reason"] for failed in basis["failed"]}
    assert reasons["breaks_on_import"].startswith("It can't be imported")
    assert reasons["looks_ahead"].startswith("It looks ahead")
    assert {failed["package"] for failed in basis["failed"]} == {"Misbehaving.Strategies 0.3"}


async def test_a_server_that_only_reads_answers_all_the_same() -> None:
    async with client_of(signals_of(ScriptedSignals()), read_only=True) as client:
        listed = [tool.name for tool in (await client.list_tools()).tools]
        assert not (await client.call_tool("compute_signals", {})).is_error
    assert {tool.name for tool in TOOLS if tool.toolset == "signals"} <= set(listed)


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("compute_signals", WRONG)


async def test_what_the_desk_refuses_is_passed_on_with_its_field() -> None:
    refused = InvalidInput("There is no such strategy. Installed are momentum_rank.", field="strategies[0]")
    said = error_of(await call("compute_signals", ScriptedSignals({"signals": refused}), strategies=["momentun"]))
    assert (said["code"], said["field"]) == ("invalid_argument", "strategies[0]")
    assert "Installed are momentum_rank." in str(said["message"])


async def test_a_large_market_is_cut_and_the_strongest_stay() -> None:
    combined = tuple(
        (f"T{number:04}", 1 - number / 1_000, 0.123456789012, 21.0, 0.25, "BUY") for number in range(1_000)
    )
    signals = tuple((row[0], name, row[1], row[2], "BUY") for row in combined for name in ("one", "two"))
    left_out = tuple((f"X{number:04}", "no_prices", "It has no price at all.") for number in range(500))
    long = SIGNALS.model_copy(
        update={
            "signals": Table(columns=SIGNALS.signals.columns, rows=signals),
            "combined": Table(columns=SIGNALS.combined.columns, rows=combined),
            "basis": BASIS.model_copy(update={"left_out": Table(columns=BASIS.left_out.columns, rows=left_out)}),
        }
    )
    result = await call("compute_signals", ScriptedSignals({"signals": long}))
    assert result.structured_content is not None
    assert tokens(as_json(result.structured_content)) <= MOST_TOKENS
    assert tokens(text_of(result)) <= MOST_TOKENS
    notes = {note["field"]: note for note in result.structured_content["truncated"]}
    assert notes["signals"]["total"] == 2_000
    assert "fewer symbols" in notes["signals"]["next_action"]
    shown = result.structured_content["combined"]["rows"]
    assert shown == [list(row) for row in combined[: len(shown)]]
    assert result.structured_content["basis"]["market"] == "small"
