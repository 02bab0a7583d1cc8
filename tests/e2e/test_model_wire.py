"""The fake provider, asked by the providers' own clients: what they make of it is what they make of the real one."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from tests.model_wire.asking import NAMES, PLACES, PROMPT, SCHEMA, Place, asking
from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.samples import QUESTIONS, SYSTEM, many, one_of, record
from tests.model_wire.server import serving_wire
from tests.model_wire.wire import MODES, Wire

NoConnection = (anthropic.APIConnectionError, openai.APIConnectionError)
NoTime = (anthropic.APITimeoutError, openai.APITimeoutError)
ENDINGS = {
    "anthropic_messages": {"done": "end_turn", "cut_off": "max_tokens", "refused": "refusal"},
    "openai_responses": {"done": "completed", "cut_off": "max_output_tokens", "refused": "completed"},
    "openai_chat": {"done": "stop", "cut_off": "length", "refused": "stop"},
}
PATHS = {
    "anthropic_messages": "/v1/messages",
    "openai_responses": "/v1/responses",
    "openai_chat": "/v1/chat/completions",
}
HEADERS = {"x-api-key": "test-key", "anthropic-version": "2023-06-01"}

dialects = pytest.mark.parametrize("dialect", NAMES)
places = pytest.mark.parametrize("place", PLACES)
ways = pytest.mark.parametrize(("place", "stream"), [("process", False), ("process", True), ("socket", True)])


def anthropic_client(wire: Wire, **options: Any) -> anthropic.AsyncAnthropic:
    given: dict[str, Any] = {"api_key": "test-key", "base_url": "http://wire.example", "max_retries": 0, **options}
    return anthropic.AsyncAnthropic(http_client=httpx2.AsyncClient(transport=wire.transport()), **given)


def openai_client(wire: Wire, **options: Any) -> openai.AsyncOpenAI:
    given: dict[str, Any] = {"api_key": "test-key", "base_url": "http://wire.example/v1", "max_retries": 0, **options}
    return openai.AsyncOpenAI(http_client=httpx2.AsyncClient(transport=wire.transport()), **given)


async def refused(asked: Awaitable[object]) -> anthropic.APIStatusError | openai.APIStatusError:
    """The error with which the provider answers."""
    with pytest.raises((anthropic.APIStatusError, openai.APIStatusError)) as error:
        await asked
    assert isinstance(error.value, anthropic.APIStatusError | openai.APIStatusError)
    return error.value


@dialects
@places
async def test_an_answer_is_the_same_at_once_and_as_a_stream(dialect: str, place: Place) -> None:
    wire = Wire()
    async with asking(dialect, wire, place=place) as ask:
        first = await ask()
        again = await ask(stream=True)
    assert json.loads(first.text).keys() == {"recommendations"}
    assert first.ending == again.ending == ENDINGS[dialect]["done"]
    assert (again.text, again.refusal, again.read, again.written) == (first.text, None, first.read, first.written)
    assert [asked.path for asked in wire.requests] == [PATHS[dialect]] * 2
    assert wire.requests[1].body["stream"] is True


@dialects
async def test_what_a_call_takes_follows_from_its_texts_and_a_known_prefix_is_cached(dialect: str) -> None:
    async with asking(dialect, Wire()) as ask:
        first, again, longer = await ask(), await ask(), await ask(PROMPT + "x" * 400)
    assert first.cached == 0
    assert again.cached == len(SYSTEM) / 4
    assert (again.read, longer.read) == (first.read, first.read + 100)
    assert first.read > (len(SYSTEM) + len(PROMPT)) / 4
    assert first.written == -(-len(first.text) // 4)


@dialects
@places
async def test_who_comes_too_often_is_told_when_to_come_again(dialect: str, place: Place) -> None:
    wire = Wire("rate_limited")
    wire.retry_after_ms = 1500
    async with asking(dialect, wire, place=place) as ask:
        error = await refused(ask())
    assert isinstance(error, anthropic.RateLimitError | openai.RateLimitError)
    headers = error.response.headers
    assert (headers["retry-after"], headers["retry-after-ms"]) == ("2", "1500")
    assert "rate_limit" in json.dumps(error.body)


@dialects
async def test_a_client_that_comes_again_is_answered(dialect: str) -> None:
    wire = Wire()
    wire.modes = ["rate_limited", "rate_limited"]
    async with asking(dialect, wire, max_retries=2) as ask:
        assert json.loads((await ask()).text)
    assert [(call.number, call.attempt) for call in wire.calls] == [(1, 1), (2, 2), (3, 3)]


@dialects
@places
async def test_an_overloaded_provider_says_so_in_its_own_words(dialect: str, place: Place) -> None:
    async with asking(dialect, Wire("overloaded"), place=place) as ask:
        error = await refused(ask(stream=True))
    assert error.status_code == (529 if dialect == "anthropic_messages" else 503)
    assert "retry-after" not in error.response.headers


@dialects
@ways
async def test_a_cut_off_answer_says_so_and_is_no_json(dialect: str, place: Place, stream: bool) -> None:
    wire = Wire()
    wire.modes = {2: "cut_off"}
    async with asking(dialect, wire, place=place) as ask:
        whole, cut = await ask(), await ask(stream=stream)
    assert cut.ending == ENDINGS[dialect]["cut_off"]
    assert whole.text.startswith(cut.text)
    assert cut.written < whole.written
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.text)


async def test_an_answer_longer_than_its_limit_is_cut_off() -> None:
    async with anthropic_client(Wire()) as client:
        message = await client.messages.create(
            model="claude-sonnet-4-6", max_tokens=2, messages=[{"role": "user", "content": "How are you?"}]
        )
    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 2


@dialects
@ways
async def test_a_refusal_is_no_answer(dialect: str, place: Place, stream: bool) -> None:
    async with asking(dialect, Wire("refusal"), place=place) as ask:
        told = await ask(stream=stream)
    assert told.ending == ENDINGS[dialect]["refused"]
    assert told.refusal == "I can't help with that."
    assert told.text == ""


@dialects
@places
async def test_a_connection_that_ends_in_the_middle_of_an_answer_is_no_answer(dialect: str, place: Place) -> None:
    async with asking(dialect, Wire("dropped"), place=place) as ask:
        with pytest.raises(NoConnection) as failed:
            await ask()
    assert isinstance(failed.value.__cause__, httpx2.RemoteProtocolError)


@dialects
@places
async def test_a_connection_that_ends_in_the_middle_of_a_stream_fails_too(dialect: str, place: Place) -> None:
    expected = httpx2.RemoteProtocolError if dialect == "anthropic_messages" else openai.APIConnectionError
    async with asking(dialect, Wire("dropped"), place=place) as ask:
        with pytest.raises(expected):
            await ask(stream=True)


@dialects
@places
async def test_a_slow_answer_comes_too_late_for_who_does_not_wait(dialect: str, place: Place) -> None:
    wire = Wire("slow")
    wire.slow_seconds = 0.4
    async with asking(dialect, wire, place=place, timeout=0.1) as ask:
        with pytest.raises(NoTime):
            await ask()


@dialects
@places
async def test_calls_are_in_flight_together(dialect: str, place: Place) -> None:
    wire = Wire(delay_seconds=0.01)
    wire.together = 8
    async with asking(dialect, wire, place=place) as ask:
        told = await asyncio.gather(*(ask(PROMPT + f"\n{number}") for number in range(8)))
        assert all(each.text == told[0].text for each in told)
        assert (await ask()).text == told[0].text
    assert wire.in_flight_most == 8
    assert wire.in_flight == 0


async def test_calls_one_after_the_other_are_never_in_flight_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.model_wire.wire.GATHERS_WITHIN_SECONDS", 0.05)
    wire = Wire()
    wire.together = 2
    async with asking("openai_chat", wire) as ask:
        for _ in range(2):
            with pytest.raises(AssertionError, match="no 2 calls were in flight at once"):
                await ask()
    assert wire.in_flight_most == 1


@dialects
async def test_a_wrong_key_opens_nothing(dialect: str) -> None:
    wire = Wire()
    async with asking(dialect, wire, api_key="another") as ask:
        error = await refused(ask())
    assert error.status_code == 401
    assert not wire.calls
    async with asking(dialect, Wire(key=None), api_key="whatever") as ask:
        assert (await ask()).text


async def test_a_model_is_there_or_it_is_not_in_each_providers_shape() -> None:
    wire = Wire(models=("claude-sonnet-4-6", "org/local"))
    async with anthropic_client(wire) as claude, openai_client(wire) as gpt:
        assert (await claude.models.retrieve("claude-sonnet-4-6")).type == "model"
        assert (await gpt.models.retrieve("org/local")).object == "model"
        assert [each.id async for each in claude.models.list()] == ["claude-sonnet-4-6", "org/local"]
        assert [each.id async for each in gpt.models.list()] == ["claude-sonnet-4-6", "org/local"]
        none = await refused(claude.models.retrieve("gpt-5.2"))
        assert none.body == {"type": "error", "error": {"type": "not_found_error", "message": "model: gpt-5.2"}}
        nothing = await refused(gpt.models.retrieve("gpt-5.2"))
        assert (nothing.status_code, getattr(nothing, "code", "")) == (404, "model_not_found")
        unknown = await refused(gpt.responses.create(model="gpt-5.2", input="Hello"))
        assert unknown.status_code == 404
    assert not wire.calls


async def test_counted_tokens_are_those_that_a_call_takes() -> None:
    asked: Any = {"model": "claude-sonnet-4-6", "system": SYSTEM, "messages": [{"role": "user", "content": PROMPT}]}
    async with anthropic_client(Wire()) as client:
        counted = await client.messages.count_tokens(**asked)
        message = await client.messages.create(**asked, max_tokens=100)
    assert counted.input_tokens == message.usage.input_tokens


async def test_every_provider_may_stand_behind_another_path() -> None:
    wire = Wire()
    async with openai_client(wire, base_url="http://wire.example/proxy/openai/v1") as client:
        await client.responses.create(model="gpt-5.2", input=[{"role": "user", "content": "Hello"}])
        await client.models.retrieve("gpt-5.2")
    assert wire.requests[0].path == "/proxy/openai/v1/responses"


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/v1/messages", {}, {"model": "claude-sonnet-4-6", "messages": []}, 400),
        ("/v1/messages", {}, {"model": "claude-sonnet-4-6", "messages": [], "max_tokens": 9}, 400),
        ("/v1/messages", {"anthropic-version": ""}, {}, 400),
        ("/v1/responses", {}, {"model": "gpt-5.2", "input": "Hello", "max_output_tokens": 15}, 400),
        ("/v1/responses", {}, {"model": "gpt-5.2"}, 400),
        ("/v1/chat/completions", {}, {"model": "gpt-5.2", "messages": [], "max_tokens": 9}, 400),
        ("/v1/completions", {}, {"model": "gpt-5.2"}, 404),
    ],
)
def test_requests_that_a_provider_would_refuse_are_refused(path: str, headers: Json, body: Json, status: int) -> None:
    wire = Wire()
    given = {name: value for name, value in {**HEADERS, **headers}.items() if value}
    assert wire.handle("POST", path, headers=given, body=json.dumps(body).encode()).status == status
    assert wire.handle("POST", path, headers=given, body=b"no json").status == status
    assert not wire.calls


def deep(levels: int) -> Json:
    return {"type": "string"} if not levels else record(inner=deep(levels - 1))


UNION = {"anyOf": [{"type": "string"}, {"type": "null"}]}
ITSELF = {**record(inner={"$ref": "#/$defs/It"}), "$defs": {"It": record(inner=many({"$ref": "#/$defs/It"}))}}


@pytest.mark.parametrize(
    ("schema", "refused_by"),
    [
        (record(a={"type": "string"}), ()),
        ({**record(), "additionalProperties": True}, NAMES),
        (record(a={"type": "string", "maxLength": 5}), ("anthropic_messages",)),
        (record(a={"type": "array", "items": {"type": "string"}, "minItems": 2}), ("anthropic_messages",)),
        (record(**{f"a{number}": UNION for number in range(17)}), ("anthropic_messages",)),
        (ITSELF, ("anthropic_messages",)),
        ({**record(a={"type": "string"}), "required": []}, ("openai_responses", "openai_chat")),
        ({**record(**{f"a{number}": {"type": "string"} for number in range(25)}), "required": []}, NAMES),
        (record(a={"$ref": "#/$defs/A", "description": "A"}) | {"$defs": {"A": record()}}, NAMES[1:]),
        (record(a={"allOf": [{"type": "string"}]}), NAMES[1:]),
        (many(record()), NAMES[1:]),
        (record(a=one_of([f"v{number}" for number in range(1001)])), NAMES[1:]),
        (record(a=one_of([f"v{number}" * 20 for number in range(251)])), NAMES[1:]),
        (record(**{"a" * 60_000: {"type": "string"}, "b" * 60_001: {"type": "string"}}), NAMES[1:]),
        (record(**{f"a{number}": {"type": "string"} for number in range(5_001)}), NAMES[1:]),
        (deep(10), ()),
        (deep(11), NAMES[1:]),
    ],
)
async def test_schemas_that_a_provider_would_refuse_are_refused(schema: Json, refused_by: tuple[str, ...]) -> None:
    for dialect in NAMES:
        async with asking(dialect, Wire()) as ask:
            if dialect in refused_by:
                assert (await refused(ask(schema={"title": "T", **schema}))).status_code == 400
            else:
                assert (await ask(schema={"title": "T", **schema})).text


def by_number(wire: Wire) -> None:
    wire.modes = {2: "garbage"}


def in_order(wire: Wire) -> None:
    wire.modes = ("normal", "garbage")


def by_prompt(wire: Wire) -> None:
    wire.modes = lambda call: "garbage" if "second" in call.prompt and call.title == "PortfolioVerdicts" else None


@pytest.mark.parametrize("choose", [by_number, in_order, by_prompt])
async def test_a_call_may_go_another_way_than_the_rest(choose: Callable[[Wire], None]) -> None:
    wire = Wire("refusal")
    choose(wire)
    wire.mode = "normal"
    async with asking("openai_responses", wire) as ask:
        texts = [(await ask(f"{PROMPT}\n{word}")).text for word in ("first", "second", "third")]
    assert [text.startswith('{"recommendations": [{"symbol"') for text in texts] == [True, False, True]


async def test_an_answer_may_be_replaced() -> None:
    seen: list[tuple[int, str, str, Json]] = []

    def answer(call: CallInfo, normal: Json) -> Json | str:
        seen.append((call.number, call.title, call.model, normal))
        return {"recommendations": normal["recommendations"][:1]} if call.number == 1 else "No."

    wire = Wire()
    wire.answer = answer
    async with asking("anthropic_messages", wire) as ask:
        first, second = await ask(), await ask()
    assert len(json.loads(first.text)["recommendations"]) == 1
    assert second.text == "No."
    assert [each[:3] for each in seen] == [(number, SCHEMA["title"], "claude-sonnet-4-6") for number in (1, 2)]
    assert len(seen[0][3]["recommendations"]) > 1


def test_a_mode_that_is_none_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="streaming is no mode; there are normal, slow, "):
        Wire("streaming")


@pytest.mark.parametrize("mode", sorted({*MODES} - {"rate_limited", "overloaded", "dropped", "slow"}))
async def test_the_same_questions_get_the_same_answers(mode: str) -> None:
    async def texts() -> list[str]:
        async with asking("openai_chat", Wire(mode)) as ask:
            return [(await ask(prompt, schema=schema)).text for prompt, schema in QUESTIONS.values()]

    assert await texts() == await texts()


def test_it_serves_from_a_terminal_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-m", "tests.model_wire.server", "--port", "0", "--key", "k", "--delay-seconds", "0.01"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        listed = httpx2.get(f"{address}/v1/models", headers={"authorization": "Bearer k"})
        process.terminate()
        process.wait(20)
    assert "local-model" in [each["id"] for each in listed.json()["data"]]


def test_a_served_wire_gives_its_port_back() -> None:
    with serving_wire(Wire()) as address:
        assert httpx2.get(f"{address}/v1/models").status_code == 401
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{address}/v1/models")
