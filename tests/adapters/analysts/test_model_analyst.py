"""A language model as the analyst, with the real clients over the wire: answers, failures, a record of each call."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

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
    synthesis_question,
    the_call,
)
from tests.adapters.analysts.model_clients import DIALECTS, client_of
from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.wire import Wire
from trimtab.adapters.analysts.model_analyst import SAID, ModelAnalyst
from trimtab.adapters.analysts.prices import cost_usd, load_prices
from trimtab.adapters.analysts.questions import Questions
from trimtab.adapters.clock import SystemClock
from trimtab.server.judges import panel_of
from trimtab.settings import Settings
from trimtab.workflow.overviews import markets
from trimtab.workflow.ports.analysts import AnalystFailed, FrameworkAnswer, PortfolioQuestion
from trimtab.workflow.ports.model_calls import FailureKind, Ledger, Usage

ALL_DIALECTS = pytest.mark.parametrize("dialect", DIALECTS)
FIRST = portfolio_questions()[0]
PROMPT = Questions().portfolios(FIRST)


def answer_of(text: Json | str) -> Callable[[CallInfo, Json], Json | str]:
    return lambda _call, _answer: text


# --- Answers


@ALL_DIALECTS
async def test_every_question_is_answered_and_its_call_kept(dialect: str) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire) as (analyst, ledger):
        sells = await analyst.portfolios(FIRST)
        said = await analyst.momentum(markets(TWO))
        await analyst.synthesis(await synthesis_question(analyst))
        buys = await analyst.buys(buy_question())
        proposed = await analyst.framework(FRAMEWORK)
    assert {(each.symbol, each.action) for each in sells.recommendations} == {("BHP", "proceed"), ("CBA", "partial")}
    assert said.summary == "The markets are not known."
    assert [account for account, _ in buys.portfolios] == ["P1"]
    assert (proposed.rationale, proposed.refused) == (
        "A horizon of 12 years and medium risk speak for these weights.",
        (),
    )
    assert [each["target_weight"] for each in bucket_list(proposed)] == ["0.6", "0.4"]
    told = [(call.question, call.label, call.outcome, call.attempts) for call in ledger.calls]
    assert told == [
        ("portfolios", "batch 1 of 2", "answered", 1),
        ("momentum", "", "answered", 1),
        ("momentum", "", "answered", 1),
        ("synthesis", "", "answered", 1),
        ("buys", "batch 1 of 1", "answered", 1),
        ("framework", "", "answered", 1),
    ]


def bucket_list(proposed: FrameworkAnswer) -> list[Json]:
    buckets = proposed.document["buckets"]
    assert isinstance(buckets, list)
    return buckets


@ALL_DIALECTS
async def test_a_call_is_kept_with_what_was_asked_and_answered_and_what_it_took(dialect: str) -> None:
    wire = Wire()
    async with analyst_of(dialect, wire) as (analyst, ledger):
        await analyst.portfolios(FIRST)
    call, (sent,) = the_call(ledger), wire.calls
    assert (call.provider, call.model) == ("anthropic" if dialect == "messages" else "openai", sent.model)
    assert (call.prompt.system, call.prompt.user, call.prompt.answer_schema) == (sent.system, sent.prompt, sent.schema)
    assert call.prompt == PROMPT
    assert call.prompt_hash == PROMPT.hash
    assert json.loads(call.answer or "")["recommendations"][0]["symbol"] == "BHP"
    price = load_prices().price_of(call.provider, call.model, on=SystemClock().now().date())
    assert price is not None
    assert min(call.usage.input_tokens, call.usage.output_tokens) > 0
    assert call.usage.cost_usd == cost_usd(price, call.usage.model_copy(update={"cost_usd": None}))
    assert ledger.tokens == call.usage.input_tokens + call.usage.output_tokens
    assert ledger.cost_usd == call.usage.cost_usd
    assert call.latency_ms >= 0


@ALL_DIALECTS
async def test_an_answer_between_fences_is_an_answer(dialect: str) -> None:
    async with analyst_of(dialect, Wire()) as (analyst, _):
        plain = await analyst.portfolios(FIRST)
    async with analyst_of(dialect, Wire("fenced")) as (analyst, ledger):
        assert await analyst.portfolios(FIRST) == plain
    assert the_call(ledger).outcome == "answered"


async def test_a_model_without_a_price_has_no_cost_and_is_limited_by_tokens_alone() -> None:
    async with analyst_of("chat", Wire(), model="local-model", session_usd=1e-9) as (analyst, ledger):
        await analyst.portfolios(FIRST)
    assert the_call(ledger).usage.cost_usd is None
    assert ledger.cost_usd == 0
    async with analyst_of("chat", Wire(), model="local-model", session_tokens=17_000) as (analyst, ledger):
        assert (await failed(analyst)).kind == "over_budget"
    assert the_call(ledger).failure != ""


@pytest.mark.parametrize("dialect", ["responses", "chat"])
@pytest.mark.parametrize("mute", [None, {}])
async def test_where_the_provider_doesn_t_say_what_a_call_took_it_is_counted(dialect: str, mute: Json | None) -> None:
    wire = Wire()

    async def without_usage(request: httpx2.Request) -> httpx2.Response:
        answer = await wire.answered(request.method, request.url.path, headers=request.headers, body=request.content)
        return httpx2.Response(200, json={**json.loads(b"".join(answer.chunks)), "usage": mute})

    async with analyst_of(dialect, wire) as (told, ledger):
        await told.portfolios(FIRST)
    said = the_call(ledger)
    async with client_of(dialect, httpx2.MockTransport(without_usage), limits=ONCE) as client:
        counted = Ledger()
        await panel_of(Settings(), client).analyst.seated(counted).portfolios(FIRST)
    call = the_call(counted)
    assert call.usage.input_tokens == await estimated_tokens(dialect)
    assert 0.5 < call.usage.output_tokens / said.usage.output_tokens < 2
    assert call.usage.cost_usd is not None
    assert call.usage.cost_usd > 0
    assert counted.tokens == call.usage.tokens


async def test_an_analyst_is_named_after_its_provider_and_tells_its_model() -> None:
    models = {"messages": ("anthropic", "claude-sonnet-4-6"), "responses": ("openai", "gpt-5.2")}
    for dialect, names in (models | {"chat": ("openai", "gpt-5.2")}).items():
        async with analyst_of(dialect, Wire()) as (analyst, _):
            assert ((analyst.name, analyst.model), analyst.source) == (names, "model")


async def test_seats_share_the_limits_of_a_process_and_not_the_ledger() -> None:
    wire = Wire(delay_seconds=0.02)
    async with analyst_of("messages", wire, concurrency=2) as (analyst, ledger):
        other = Ledger()
        neighbour = analyst.seated(other)
        asked = many_questions(6)
        await asyncio.gather(*map(analyst.portfolios, asked[:3]), *map(neighbour.portfolios, asked[3:]))
    assert (len(ledger.calls), len(other.calls)) == (3, 3)
    assert wire.in_flight_most == 2


# --- Failures


def no_model(wire: Wire) -> None:
    wire.models = ()


def other_key(wire: Wire) -> None:
    wire.key = "another"


def mode(name: str) -> Callable[[Wire], None]:
    def set_mode(wire: Wire) -> None:
        wire.mode = name

    return set_mode


def text(said: Json | str) -> Callable[[Wire], None]:
    def set_text(wire: Wire) -> None:
        wire.answer = answer_of(said)

    return set_text


FAILURES: list[tuple[Callable[[Wire], None], FailureKind, str]] = [
    (mode("cut_off"), "truncated", "The answer is cut off at its limit."),
    (mode("refusal"), "refused", "The model refuses to answer."),
    (mode("rate_limited"), "rate_limited", "The provider's rate limit is reached."),
    (mode("overloaded"), "overloaded", "The provider is overloaded, or failed by itself."),
    (mode("slow"), "timeout", "The model took longer to answer than it may."),
    (mode("dropped"), "unreachable", "The connection to the model broke off."),
    (mode("garbage"), "bad_json", ""),
    (text("[" * 50_000), "bad_json", ""),
    (text("9" * 5_000), "bad_json", ""),
    (text("\ufeff{}"), "bad_json", ""),
    (text("No."), "bad_json", ""),
    (mode("wrong_schema"), "wrong_schema", ""),
    (text("[]"), "wrong_schema", ""),
    (text("null"), "wrong_schema", ""),
    (text("{}"), "wrong_schema", ""),
    (text({"recommendations": {}}), "wrong_schema", ""),
    (text('{"recommendations": [], "recommendations": []}'), "wrong_schema", ""),
    (no_model, "rejected", "The provider doesn't know the model, or there is no such API at this address."),
    (other_key, "rejected", "The provider doesn't accept the key."),
]


@ALL_DIALECTS
@pytest.mark.parametrize(("broken", "kind", "message"), FAILURES)
async def test_every_failure_is_told_apart_said_and_kept(
    dialect: str, broken: Callable[[Wire], None], kind: FailureKind, message: str
) -> None:
    wire = Wire()
    broken(wire)
    limits = replace(ONCE, timeout_seconds=0.1) if kind == "timeout" else ONCE
    async with analyst_of(dialect, wire, limits=limits) as (analyst, ledger):
        caught = await failed(analyst)
    call = the_call(ledger)
    said = f"{SAID[kind]}: {message[:-1]}" if message else SAID[kind]
    assert (caught.kind, caught.said, str(caught)) == (kind, said, said)
    assert (call.outcome, call.failure, call.prompt, call.attempts) == (kind, message, PROMPT, 1)
    said_something = kind in ("truncated", "refused", "bad_json", "wrong_schema")
    assert bool(call.answer) is (said_something and kind != "refused")
    assert bool(call.usage.output_tokens) is said_something
    assert bool(call.usage.tokens) is (said_something or kind in ("timeout", "unreachable"))


def test_every_kind_of_failure_has_its_words() -> None:
    assert {kind for _, kind, _ in FAILURES} | {"over_budget", "cancelled"} == SAID.keys()
    assert len(set(SAID.values())) == len(SAID)


@ALL_DIALECTS
async def test_nothing_that_a_model_said_is_in_its_failure(dialect: str) -> None:
    async with analyst_of(dialect, Wire("garbage")) as (analyst, _):
        caught = await failed(analyst)
    assert "sorry" not in str(vars(caught)) + str(caught)
    assert caught.__cause__ is None
    assert caught.__suppress_context__


@ALL_DIALECTS
async def test_what_was_sent_again_is_kept_with_its_attempts(dialect: str) -> None:
    wire = Wire()
    wire.modes = {1: "overloaded"}
    async with analyst_of(dialect, wire, limits=replace(ONCE, attempts=2)) as (analyst, ledger):
        await analyst.portfolios(FIRST)
        wire.modes, wire.mode = {}, "overloaded"
        await failed(analyst)
    assert [(call.outcome, call.attempts) for call in ledger.calls] == [("answered", 2), ("overloaded", 2)]
    assert ledger.calls[1].usage == Usage(cost_usd=0.0)


@ALL_DIALECTS
@pytest.mark.parametrize(("how", "kind"), [("slow", "timeout"), ("dropped", "unreachable")])
async def test_sendings_that_may_have_been_read_count_with_all_that_was_sent(
    dialect: str, how: str, kind: FailureKind
) -> None:
    limits = replace(ONCE, attempts=2, timeout_seconds=0.05 if how == "slow" else 10)
    async with analyst_of(dialect, Wire(how), limits=limits) as (analyst, ledger):
        assert (await failed(analyst)).kind == kind
    call = the_call(ledger)
    assert call.usage.input_tokens == 2 * await estimated_tokens(dialect)
    assert call.usage.output_tokens == 0
    assert call.usage.cost_usd is not None
    assert call.usage.cost_usd > 0


async def test_an_answer_of_another_api_counts_with_what_was_sent() -> None:
    wire = Wire()
    async with analyst_of("responses", wire) as (analyst, ledger):
        # Half a character can't be read as JSON, so nothing of the answer can, not even what it took.
        wire.answer = answer_of('{"recommendations": "\udc80"}')
        assert (await failed(analyst)).kind == "bad_json"
    call = the_call(ledger)
    assert (call.answer, call.usage.input_tokens) == (None, await estimated_tokens("responses"))


async def estimated_tokens(dialect: str) -> int:
    """The input of the first question as it is counted before it is sent; a call that is stopped is kept with it."""
    wire = Wire(delay_seconds=30)
    async with analyst_of(dialect, wire, limits=replace(ONCE, timeout_seconds=60)) as (analyst, ledger):
        asked = await under_way(analyst, wire)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    return the_call(ledger).usage.input_tokens


# --- Stopped on the way


async def under_way(analyst: ModelAnalyst, wire: Wire, question: PortfolioQuestion = FIRST) -> asyncio.Task[object]:
    """The question, once it is in flight."""
    before = wire.in_flight
    task: asyncio.Task[object] = asyncio.ensure_future(analyst.portfolios(question))
    async with asyncio.timeout(10):
        while wire.in_flight == before:
            await asyncio.sleep(0.001)
    return task


@ALL_DIALECTS
async def test_a_call_that_is_stopped_is_kept_with_what_it_may_have_cost(dialect: str) -> None:
    wire = Wire(delay_seconds=30)
    async with analyst_of(dialect, wire) as (analyst, ledger):
        task = await under_way(analyst, wire)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    call = the_call(ledger)
    assert (call.outcome, call.answer, call.prompt, call.usage.output_tokens) == ("cancelled", None, PROMPT, 0)
    # Our count and the wire's are both estimates of the same prompt.
    assert 0.5 < call.usage.input_tokens / len(PROMPT.system + PROMPT.user) * 4 < 2
    assert call.usage.cost_usd is not None
    assert call.usage.cost_usd > 0


async def test_a_stopped_call_gives_its_seat_and_its_share_of_the_budget_back() -> None:
    wire = Wire(delay_seconds=30)
    async with analyst_of("messages", wire, concurrency=1, session_tokens=25_000) as (analyst, ledger):
        task = await under_way(analyst, wire)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        wire.delay_seconds = 0.0
        await analyst.portfolios(FIRST)
    assert [call.outcome for call in ledger.calls] == ["cancelled", "answered"]


async def test_what_was_stopped_while_it_waited_for_a_seat_was_never_sent_and_is_not_kept() -> None:
    wire = Wire(delay_seconds=0.2)
    async with analyst_of("messages", wire, concurrency=1) as (analyst, ledger):
        first = await under_way(analyst, wire)
        waiting = asyncio.ensure_future(analyst.portfolios(FIRST))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(first, waiting, return_exceptions=True)
    assert (len(ledger.calls), len(wire.calls)) == (1, 1)


async def test_one_failure_does_not_stop_the_calls_beside_it() -> None:
    wire = Wire(delay_seconds=0.01)
    wire.modes = {2: "refusal"}
    async with analyst_of("messages", wire) as (analyst, ledger):
        found = await asyncio.gather(*map(analyst.portfolios, many_questions(4)), return_exceptions=True)
    assert sum(isinstance(each, AnalystFailed) for each in found) == 1
    assert sorted(call.outcome for call in ledger.calls) == ["answered", "answered", "answered", "refused"]
