"""The client of a replay: what was answered then is answered again, what failed then fails again, and nothing else."""

import asyncio

import pytest

from tests.adapters.analysts.model_analysts import (
    ONCE,
    analyst_of,
    buy_question,
    failed,
    many_questions,
    portfolio_questions,
)
from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.wire import Wire
from trimtab.adapters.analysts.clients import ModelFailure
from trimtab.adapters.analysts.model_analyst import ModelAnalyst
from trimtab.adapters.analysts.recorded import RecordedClient
from trimtab.domain.errors import Unavailable
from trimtab.server.judges import panel_of
from trimtab.settings import Settings
from trimtab.workflow.ports.analysts import AnalystFailed
from trimtab.workflow.ports.model_calls import Ledger, ModelCall, Outcome, Prompt, Usage

PROMPT = Prompt(system="s", user="u", answer_schema={})
FAILED_MODES = ("cut_off", "refusal", "rate_limited", "overloaded", "slow", "dropped", "garbage", "wrong_schema")


def again(calls: list[ModelCall]) -> tuple[ModelAnalyst, RecordedClient, Ledger]:
    """An analyst that answers from these calls."""
    client, ledger = RecordedClient(calls, provider="anthropic"), Ledger()
    analyst = panel_of(Settings(), client).analyst
    assert isinstance(analyst, ModelAnalyst)
    return analyst.seated(ledger), client, ledger


def recorded(outcome: Outcome = "answered", answer: str | None = "{}", **more: object) -> ModelCall:
    return ModelCall.model_validate(
        {
            "question": "portfolios",
            "label": "",
            "provider": "anthropic",
            "model": "claude-sonnet-4-6",
            "prompt_hash": PROMPT.hash,
            "prompt": PROMPT,
            "outcome": outcome,
            "answer": answer,
            "usage": Usage(input_tokens=7),
            "attempts": 2,
            "latency_ms": 3,
            **more,
        }
    )


async def test_what_was_answered_is_answered_again_whatever_the_order_of_the_questions() -> None:
    asked = many_questions(5)
    async with analyst_of("messages", Wire()) as (analyst, ledger):
        answers = await asyncio.gather(*map(analyst.portfolios, asked))
        bought = await analyst.buys(buy_question())
    repeating, client, kept = again(ledger.calls)
    await repeating.prepare(asked)
    assert await repeating.buys(buy_question()) == bought
    for question, answer in zip(reversed(asked), reversed(answers), strict=True):
        assert await repeating.portfolios(question) == answer
    assert (client.unknown, client.unused, client.model) == (0, 0, "claude-sonnet-4-6")
    by_label = {(call.question, call.label): call for call in ledger.calls}
    for call in kept.calls:
        before = by_label[call.question, call.label]
        assert (call.prompt, call.answer, call.outcome) == (before.prompt, before.answer, before.outcome)
        assert call.usage.tokens == before.usage.tokens


@pytest.mark.parametrize("mode", FAILED_MODES)
async def test_what_failed_fails_again_in_the_same_way(mode: str) -> None:
    limits = ONCE if mode != "slow" else type(ONCE)(timeout_seconds=0.05, attempts=1)
    async with analyst_of("messages", Wire(mode), limits=limits) as (analyst, ledger):
        first = await failed(analyst)
    repeating, client, kept = again(ledger.calls)
    second = await failed(repeating)
    assert (second.kind, second.said) == (first.kind, first.said)
    (before,), (after,) = ledger.calls, kept.calls
    assert (after.outcome, after.answer, after.attempts) == (before.outcome, before.answer, before.attempts)
    assert after.failure == before.failure
    assert after.usage.tokens == before.usage.tokens
    assert client.unused == 0


async def test_the_same_prompt_again_gets_the_next_answer_to_it() -> None:
    wire = Wire()

    def numbered(call: CallInfo, _answer: Json) -> Json:
        return {"recommendations": [{"symbol": f"S{call.number}", "action": "proceed"}]}

    wire.answer = numbered
    (question, *_) = portfolio_questions()
    async with analyst_of("messages", wire) as (analyst, ledger):
        first, second = [await analyst.portfolios(question) for _ in range(2)]
    assert first != second
    repeating, client, _ = again(ledger.calls)
    assert client.unused == 2
    assert [await repeating.portfolios(question) for _ in range(2)] == [first, second]
    assert (client.unused, client.unknown) == (0, 0)
    assert (await failed(repeating, question)).kind == "unreachable"
    assert client.unknown == 1


async def test_a_question_that_was_not_asked_then_has_no_answer_and_is_counted() -> None:
    async with analyst_of("messages", Wire()) as (analyst, ledger):
        await analyst.portfolios(portfolio_questions()[0])
    repeating, client, _ = again(ledger.calls)
    with pytest.raises(AnalystFailed):
        await repeating.portfolios(portfolio_questions()[1])
    assert (client.unknown, client.unused) == (1, 1)


@pytest.mark.parametrize("outcome", ["rejected", "over_budget", "cancelled", "timeout"])
async def test_a_call_without_an_answer_is_a_failure_with_what_it_took(outcome: Outcome) -> None:
    client = RecordedClient([recorded(outcome, None)], provider="anthropic")
    with pytest.raises(ModelFailure) as caught:
        await client.ask(PROMPT, max_output_tokens=1)
    assert (caught.value.kind, caught.value.usage.input_tokens, caught.value.attempts) == (outcome, 7, 2)


async def test_an_answer_that_could_not_be_read_is_read_again_and_one_that_is_not_there_is_none() -> None:
    client = RecordedClient([recorded("bad_json", "{"), recorded("bad_json", None)], provider="anthropic")
    assert (await client.ask(PROMPT, max_output_tokens=1)).text == "{"
    with pytest.raises(ModelFailure) as caught:
        await client.ask(PROMPT, max_output_tokens=1)
    assert caught.value.kind == "bad_json"


async def test_where_the_record_ends_nobody_could_be_asked() -> None:
    client = RecordedClient([recorded()], provider="openai")
    assert (client.provider, client.model, client.unused) == ("openai", "claude-sonnet-4-6", 1)
    await client.check()
    await client.ask(PROMPT, max_output_tokens=1)
    with pytest.raises(Unavailable):
        await client.check()
    await client.close()
