"""Asks a wire with the providers' own clients, in each dialect alike: in this process or over a socket, at once or as a
stream."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import httpx2
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI

from tests.model_wire.calls import Json
from tests.model_wire.samples import QUESTIONS, SYSTEM
from tests.model_wire.server import serving_wire
from tests.model_wire.wire import Wire

Place = Literal["process", "socket"]
PLACES: Final[tuple[Place, ...]] = ("process", "socket")
PROMPT, SCHEMA = QUESTIONS["PortfolioVerdicts"]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as a client sees it: `ending` in the provider's own word."""

    text: str
    refusal: str | None
    ending: str | None
    read: int
    cached: int
    written: int


class Asker(Protocol):
    """Asks one question, of the schema's title and with the facts in the prompt."""

    async def __call__(self, prompt: str = PROMPT, *, schema: Json = SCHEMA, stream: bool = False) -> Told: ...


Connect = Callable[..., Any]


@asynccontextmanager
async def asking(dialect: str, wire: Wire, *, place: Place = "process", **options: Any) -> AsyncIterator[Asker]:
    """A client of the wire, with these options of the provider's client; it doesn't try again unless they say so."""
    given = {"api_key": "test-key", "max_retries": 0, **options}
    connect = _CONNECTS[dialect]
    if place == "socket":
        with serving_wire(wire) as address:
            async with connect(base_url=address, **given) as client:
                yield _ASKERS[dialect](client)
        return
    http_client = httpx2.AsyncClient(transport=wire.transport())
    async with connect(base_url="http://wire.example", http_client=http_client, **given) as client:
        yield _ASKERS[dialect](client)


def _anthropic(client: AsyncAnthropic) -> Asker:
    async def ask(prompt: str = PROMPT, *, schema: Json = SCHEMA, stream: bool = False) -> Told:
        asked: Any = {
            "model": "claude-sonnet-4-6",
            "max_tokens": 8_000,
            "system": [{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}],
            "messages": [{"role": "user", "content": prompt}],
            "output_config": {"format": {"type": "json_schema", "schema": schema}},
        }
        if stream:
            async with client.messages.stream(**asked) as told:
                message = await told.get_final_message()
        else:
            message = await client.messages.create(**asked)
        usage, cached = message.usage, message.usage.cache_read_input_tokens or 0
        return Told(
            text="".join(block.text for block in message.content if block.type == "text"),
            refusal=message.stop_details.explanation if message.stop_details else None,
            ending=message.stop_reason,
            read=usage.input_tokens + cached + (usage.cache_creation_input_tokens or 0),
            cached=cached,
            written=usage.output_tokens,
        )

    return ask


def _responses(client: AsyncOpenAI) -> Asker:
    async def ask(prompt: str = PROMPT, *, schema: Json = SCHEMA, stream: bool = False) -> Told:
        wanted = {"type": "json_schema", "name": schema["title"], "schema": schema, "strict": True}
        asked: Any = {
            "model": "gpt-5.2",
            "instructions": SYSTEM,
            "input": prompt,
            "text": {"format": wanted},
            "max_output_tokens": 8_000,
        }
        if stream:
            async with client.responses.stream(**asked) as told:
                response: Any = [event async for event in told][-1]
                response = response.response
        else:
            response = await client.responses.create(**asked)
        parts = [part for item in response.output if item.type == "message" for part in item.content]
        return Told(
            text=response.output_text,
            refusal=next((part.refusal for part in parts if part.type == "refusal"), None),
            ending=response.incomplete_details.reason if response.incomplete_details else response.status,
            read=response.usage.input_tokens,
            cached=response.usage.input_tokens_details.cached_tokens,
            written=response.usage.output_tokens,
        )

    return ask


def _chat(client: AsyncOpenAI) -> Asker:
    async def ask(prompt: str = PROMPT, *, schema: Json = SCHEMA, stream: bool = False) -> Told:
        wanted = {"name": schema["title"], "schema": schema, "strict": True}
        asked: Any = {
            "model": "local-model",
            "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt}],
            "response_format": {"type": "json_schema", "json_schema": wanted},
            "max_completion_tokens": 8_000,
        }
        if stream:
            chunks = [
                chunk
                async for chunk in await client.chat.completions.create(
                    **asked, stream=True, stream_options={"include_usage": True}
                )
            ]
            choices = [choice for chunk in chunks for choice in chunk.choices]
            text = "".join(choice.delta.content or "" for choice in choices)
            refusal = "".join(choice.delta.refusal or "" for choice in choices)
            usage, ending = chunks[-1].usage, choices[-1].finish_reason
        else:
            whole = await client.chat.completions.create(**asked)
            said = whole.choices[0].message
            text, refusal = said.content or "", said.refusal or ""
            usage, ending = whole.usage, whole.choices[0].finish_reason
        assert usage is not None
        details = usage.prompt_tokens_details
        assert details is not None
        return Told(
            text=text,
            refusal=refusal or None,
            ending=ending,
            read=usage.prompt_tokens,
            cached=details.cached_tokens or 0,
            written=usage.completion_tokens,
        )

    return ask


def _connect_openai(*, base_url: str, **options: Any) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=f"{base_url}/v1", **options)


_CONNECTS: Final[dict[str, Connect]] = {
    "anthropic_messages": AsyncAnthropic,
    "openai_responses": _connect_openai,
    "openai_chat": _connect_openai,
}
_ASKERS: Final[dict[str, Callable[[Any], Asker]]] = {
    "anthropic_messages": _anthropic,
    "openai_responses": _responses,
    "openai_chat": _chat,
}
NAMES: Final = tuple(_ASKERS)
