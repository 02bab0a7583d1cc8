"""`review_signals`."""

import toons

from tests.tools.prompts.prompting import data_of, matches_prompt, prompted
from tests.tools.serving import refusal, tokens
from tests.tools.signals.scripted_signals import (
    ALLOCATED,
    BASIS,
    SIGNALS,
    ScriptedSignals,
    client_of,
    signals_of,
)
from trimtab.tools.prompts.review_signals import LITTLE_CONFIDENCE, MOST_SYMBOLS, MUCH_CONFLICT
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_requests import AllocateCapital, ComputeSignals

MOST_TOKENS = 5_000
QUIET = BASIS.model_copy(update={"failed": (), "left_out": Table(columns=BASIS.left_out.columns, rows=())})


async def test_conflicts_and_little_confidence_are_counted_and_asked_about() -> None:
    async with client_of(signals_of(ScriptedSignals())) as client:
        text = await prompted(client, "review_signals")
    matches_prompt("review_signals", text)
    assert "In 1 symbols a quarter or more of the strategies speak against the combination." in text
    assert "1 symbols have a confidence below 0.2." in text
    assert "1 limits can't be kept." in text
    assert [row["symbol"] for row in toons.loads(data_of(text))["allocations"]] == ["GLD"]


async def test_where_all_agree_that_is_said() -> None:
    rows = (("AGG", -1.0, LITTLE_CONFIDENCE, 21.0, MUCH_CONFLICT - 0.01, "SELL"),)
    signals = SIGNALS.model_copy(
        update={
            "combined": Table(columns=SIGNALS.combined.columns, rows=rows),
            "without_signal": (),
            "basis": QUIET,
        }
    )
    desk = ScriptedSignals({"signals": signals, "allocate": ALLOCATED.model_copy(update={"unmet": ()})})
    async with client_of(signals_of(desk)) as client:
        text = await prompted(client, "review_signals")
    assert "In no symbol does a quarter of the strategies speak against" in text
    assert "No symbol has a confidence below 0.2." in text
    assert "All limits are kept." in text
    assert "Every symbol has a signal and no strategy failed." in text
    assert {row["symbol"] for row in toons.loads(data_of(text))["signals"]} == {"AGG"}


async def test_of_a_large_market_the_strongest_are_shown_and_all_are_counted() -> None:
    combined = tuple((f"T{number:04}", (-1) ** number * number / 1_000, 0.5, 21.0, 0.0, "BUY") for number in range(900))
    weights = tuple((row[0], row[1], 0.5, 0.0, 0.0, row[1], 1.0, 1.0, "equity", 1.0) for row in combined)
    signals = SIGNALS.model_copy(update={"combined": Table(columns=SIGNALS.combined.columns, rows=combined)})
    allocated = ALLOCATED.model_copy(update={"allocations": Table(columns=ALLOCATED.allocations.columns, rows=weights)})
    async with client_of(signals_of(ScriptedSignals({"signals": signals, "allocate": allocated}))) as client:
        text = await prompted(client, "review_signals")
    shown = [row["symbol"] for row in toons.loads(data_of(text))["combined"]]
    assert shown == [f"T{number:04}" for number in range(899, 899 - MOST_SYMBOLS, -1)]
    assert f"combined shows {MOST_SYMBOLS} of 900 symbols" in text
    assert f"allocations {MOST_SYMBOLS} of 899 positions" in text
    assert tokens(text) <= MOST_TOKENS


async def test_capital_and_scope_reach_the_desk() -> None:
    desk = ScriptedSignals()
    async with client_of(signals_of(desk)) as client:
        await prompted(client, "review_signals", strategies="tides", symbols="SPY", total_capital="2500000")
    same = {"strategies": ["tides"], "symbols": ["SPY"]}
    assert desk.asked == [
        ComputeSignals.model_validate(same),
        AllocateCapital.model_validate({**same, "total_capital": 2.5e6}),
    ]


async def test_capital_that_is_no_amount_is_refused() -> None:
    desk = ScriptedSignals()
    async with client_of(signals_of(desk)) as client:
        error = await refusal(client.get_prompt("review_signals", {"total_capital": "NaN"}))
    assert error.data["field"] == "total_capital"
    assert desk.asked == []
