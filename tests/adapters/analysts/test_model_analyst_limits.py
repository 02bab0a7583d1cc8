"""What a model analyst may take: looked at before anything is sent, and never passed by calls at the same time."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from tests.adapters.analysts.model_analysts import (
    FRAMEWORK,
    ONCE,
    TWO,
    analyst_of,
    buy_question,
    failed,
    many_questions,
    portfolio_questions,
    the_call,
)
from tests.adapters.analysts.model_clients import DIALECTS, client_of, failing
from tests.model_wire.wire import Wire
from trimtab.adapters.analysts.model_analyst import INPUT_SETTING
from trimtab.adapters.analysts.prices import cost_usd, load_prices
from trimtab.adapters.clock import SystemClock
from trimtab.domain.errors import SettingsError, Unavailable
from trimtab.server.judges import panel_of
from trimtab.settings import Settings
from trimtab.workflow.overviews import markets
from trimtab.workflow.ports.analysts import AnalystFailed
from trimtab.workflow.ports.model_calls import Ledger, Usage

ALL_DIALECTS = pytest.mark.parametrize("dialect", DIALECTS)
OUTPUT_TOKENS = 1_000
"""What a call may answer here, so that a call's most is mostly its prompt."""


async def estimate(dialect: str) -> int:
    """The tokens of a prompt as they are counted before it is sent."""
    async with analyst_of(dialect, Wire("slow"), limits=replace(ONCE, timeout_seconds=0.05)) as (analyst, ledger):
        await failed(analyst, many_questions(9)[0])
    return the_call(ledger).usage.input_tokens


async def most_of_a_call(dialect: str) -> dict[str, float]:
    """The tokens and dollars that a call may take: its prompt written to the cache, and the longest answer."""
    tokens = await estimate(dialect)
    provider, model = ("anthropic", "claude-sonnet-4-6") if dialect == "messages" else ("openai", "gpt-5.2")
    price = load_prices().price_of(provider, model, on=SystemClock().now().date())
    usd = cost_usd(price, Usage(input_tokens=tokens, cache_write_tokens=tokens, output_tokens=OUTPUT_TOKENS))
    assert usd is not None
    return {"tokens": tokens + OUTPUT_TOKENS, "usd": usd}


# --- Before anything is asked


@ALL_DIALECTS
async def test_a_prompt_that_is_too_long_is_found_before_anything_is_sent(dialect: str) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire, input_tokens=1_000) as (analyst, ledger):
        with pytest.raises(SettingsError) as caught:
            await analyst.prepare(portfolio_questions())
        assert [problem.field for problem in caught.value.problems] == [INPUT_SETTING]
        assert re.fullmatch(
            r"Batch 1 of 2 takes about \d,\d{3} tokens, and a call may have 1,000\.", caught.value.message
        )
        assert INPUT_SETTING in caught.value.next_action
        assert "batch_size" in caught.value.next_action
    assert (wire.requests, ledger.calls) == ([], [])


@ALL_DIALECTS
async def test_a_question_for_a_framework_that_is_too_long_is_an_error_before_it_is_sent(dialect: str) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire, input_tokens=1_000) as (analyst, ledger):
        with pytest.raises(SettingsError, match="The question about a framework takes about") as caught:
            await analyst.framework(FRAMEWORK)
        assert caught.value.next_action == f"Correct {INPUT_SETTING}, or shorten the requirements, and start again."
        assert (wire.requests, ledger.calls) == ([], [])
        with pytest.raises(AnalystFailed) as again:
            await analyst.framework(replace(FRAMEWORK, complaints=("AssetClass: too much",)))
    assert (again.value.kind, the_call(ledger).outcome, wire.requests) == ("over_budget", "over_budget", [])


@ALL_DIALECTS
async def test_buys_and_the_markets_are_measured_as_well(dialect: str) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire, input_tokens=500) as (analyst, ledger):
        with pytest.raises(SettingsError, match=r"^Batch 1 of 1 of the buys takes about"):
            await analyst.prepare([buy_question()])
        with pytest.raises(SettingsError, match=r"^The question about the markets takes about"):
            await analyst.prepare((), markets(TWO))
        assert (wire.requests, ledger.calls) == ([], [])
        await analyst.prepare(())
    async with analyst_of(dialect, wire) as (analyst, _):
        await analyst.prepare([buy_question()], markets(TWO))


@ALL_DIALECTS
async def test_a_key_that_is_withdrawn_is_found_before_the_next_analysis(dialect: str) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire) as (analyst, _):
        await analyst.prepare(())
        wire.key = "another"
        await analyst.prepare(())
        assert (await failed(analyst)).kind == "rejected"
        with pytest.raises(SettingsError) as caught:
            await analyst.prepare(())
        assert caught.value.field == "TRIMTAB_MODEL_KEY"


@ALL_DIALECTS
async def test_a_limit_holds_from_the_very_token_that_passes_it(dialect: str) -> None:
    tokens = await estimate(dialect)
    wire = Wire()
    question = many_questions(9)[:1]
    async with analyst_of(dialect, wire, input_tokens=tokens) as (analyst, _):
        await analyst.prepare(question)
        await analyst.portfolios(question[0])
    async with analyst_of(dialect, wire, input_tokens=tokens - 1) as (analyst, ledger):
        with pytest.raises(SettingsError):
            await analyst.prepare(question)
        assert (await failed(analyst, question[0])).kind == "over_budget"
    assert (the_call(ledger).outcome, the_call(ledger).attempts, the_call(ledger).usage.tokens) == ("over_budget", 0, 0)
    assert len(wire.calls) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("options", "setting"),
    [({"key": "wrong"}, "TRIMTAB_MODEL_KEY"), ({"model": "gpt-2"}, "TRIMTAB_MODEL")],
)
async def test_a_wrong_key_and_an_unknown_model_are_found_before_anything_is_asked(
    dialect: str, options: dict[str, Any], setting: str
) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire, **options) as (analyst, ledger):
        for _ in range(2):
            with pytest.raises(SettingsError) as caught:
                await analyst.prepare(portfolio_questions())
            assert caught.value.field == setting
    assert len(wire.requests) >= 2
    assert (wire.calls, ledger.calls) == ([], [])


@ALL_DIALECTS
async def test_an_address_that_is_away_is_found_before_anything_is_asked(dialect: str) -> None:
    async with client_of(dialect, failing(httpx2.ConnectError), limits=ONCE) as client:
        analyst = panel_of(Settings(), client).analyst
        with pytest.raises(Unavailable) as caught:
            await analyst.prepare(portfolio_questions())
        assert caught.value.field == "TRIMTAB_MODEL_URL"
        with pytest.raises(Unavailable):
            await analyst.prepare(())


@ALL_DIALECTS
async def test_what_was_well_is_not_looked_at_again(dialect: str) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire) as (analyst, _):
        await analyst.prepare(portfolio_questions())
        await analyst.prepare(())
        await analyst.seated(Ledger()).prepare(portfolio_questions())
    assert (len(wire.requests), wire.calls) == (1, [])


# --- What a session may take


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("unit", ["tokens", "usd"])
async def test_calls_at_the_same_time_never_pass_the_sessions_limit_together(dialect: str, unit: str) -> None:
    most = (await most_of_a_call(dialect))[unit]
    limit = int(3.99 * most) if unit == "tokens" else 3.99 * most
    wire = Wire(delay_seconds=0.05)
    wire.together = 3
    limited: dict[str, Any] = {f"session_{unit}": limit, "output_tokens": OUTPUT_TOKENS}
    async with analyst_of(dialect, wire, **limited) as (analyst, ledger):
        found = await asyncio.gather(*map(analyst.portfolios, many_questions(8)), return_exceptions=True)
        assert sum(isinstance(each, AnalystFailed) for each in found) == 5
        assert {each.kind for each in found if isinstance(each, AnalystFailed)} == {"over_budget"}
        assert len(wire.calls) == wire.in_flight_most == 3
        wire.together = 1
        # Calls take less than the most that they could, and what they left may be used.
        while True:
            try:
                await analyst.portfolios(many_questions(9)[0])
            except AnalystFailed:
                break
    assert len(wire.calls) > 3
    spent = ledger.tokens if unit == "tokens" else ledger.cost_usd
    assert limit - most < spent <= limit


async def test_what_the_session_paid_before_counts() -> None:
    wire = Wire()
    async with analyst_of("messages", wire, session_tokens=2_000_000, session_usd=5.0) as (analyst, _):
        for spent in (Ledger(spent_tokens=1_999_000), Ledger(spent_usd=4.99)):
            assert (await failed(analyst.seated(spent))).kind == "over_budget"
            assert the_call(spent).outcome == "over_budget"
        await analyst.seated(Ledger(spent_tokens=1_900_000, spent_usd=4.5)).portfolios(portfolio_questions()[0])
    assert len(wire.calls) == 1


@ALL_DIALECTS
async def test_a_failed_call_gives_back_what_was_reserved_and_pays_what_it_took(dialect: str) -> None:
    tokens = await estimate(dialect)
    wire = Wire("refusal")
    limit = 2 * tokens + OUTPUT_TOKENS
    async with analyst_of(dialect, wire, output_tokens=OUTPUT_TOKENS, session_tokens=limit) as (analyst, ledger):
        assert (await failed(analyst)).kind == "refused"
        assert 0 < ledger.tokens < tokens + OUTPUT_TOKENS
        wire.mode = "rate_limited"
        for _ in range(5):
            assert (await failed(analyst)).kind == "rate_limited"
        wire.mode = "normal"
        await analyst.portfolios(portfolio_questions()[0])


async def test_every_question_keeps_to_the_limits() -> None:
    wire = Wire()
    async with analyst_of("responses", wire, session_tokens=100) as (analyst, ledger):
        for asked in (analyst.momentum(markets(TWO)), analyst.buys(buy_question())):
            with pytest.raises(AnalystFailed) as caught:
                await asked
            assert caught.value.kind == "over_budget"
    assert [call.question for call in ledger.calls] == ["momentum", "buys"]
    assert wire.calls == []


@ALL_DIALECTS
async def test_an_answer_may_have_as_many_tokens_as_the_setting_says(dialect: str) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire, output_tokens=20) as (analyst, _):
        assert (await failed(analyst)).kind == "truncated"
    assert [call.max_tokens for call in wire.calls] == [20]


# --- At the same time


@ALL_DIALECTS
async def test_as_many_calls_are_under_way_as_the_setting_says_and_no_more(dialect: str) -> None:
    wire = Wire(delay_seconds=0.02)
    wire.together = 4
    async with analyst_of(dialect, wire, concurrency=4) as (analyst, ledger):
        await asyncio.gather(*map(analyst.portfolios, many_questions(12)))
    assert wire.in_flight_most == 4
    assert len(ledger.calls) == 12
    assert {call.label for call in ledger.calls} == {f"batch {number} of 12" for number in range(1, 13)}


# --- What a provider may keep


@ALL_DIALECTS
async def test_the_beginning_of_the_prompt_is_the_same_for_every_batch_and_is_kept_by_the_provider(
    dialect: str,
) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire) as (analyst, ledger):
        for question in (*portfolio_questions(), replace(portfolio_questions()[0], complaints=("CBA: wrong",))):
            await analyst.portfolios(question)
    assert len({call.system for call in wire.calls}) == 1
    assert len({call.prompt for call in wire.calls}) == 3
    first, *later = [call.usage for call in ledger.calls]
    assert first.cache_write_tokens > 1_000
    assert [usage.cached_input_tokens for usage in later] == [first.cache_write_tokens] * 2
