"""The clients of all dialects, made for a test, and servers that answer oddly."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2
import pytest
from pydantic import SecretStr

from trimtab.adapters.analysts.anthropic import AnthropicClient
from trimtab.adapters.analysts.attempts import CallLimits
from trimtab.adapters.analysts.clients import ModelClient, ModelFailure
from trimtab.adapters.analysts.openai import OpenAIClient
from trimtab.workflow.ports.model_calls import Prompt

KEY: Final = "test-key"
LIMITS: Final = CallLimits(timeout_seconds=10, attempts=3, deadline_seconds=20)
LOCAL: Final = "http://model.example:8080/v1"
PROMPT: Final = Prompt(
    system="You judge trades. " * 400,
    user="CBA,8.5,6.0,2.5,-4147",
    answer_schema={
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
        "additionalProperties": False,
    },
)
DIALECTS: Final = ("messages", "responses", "chat")

Transport = httpx2.AsyncBaseTransport | None


@asynccontextmanager
async def client_of(
    dialect: str,
    transport: Transport,
    *,
    base_url: str | None = None,
    limits: CallLimits = LIMITS,
    key: str = KEY,
    model: str | None = None,
) -> AsyncIterator[ModelClient]:
    """A client that is closed again."""
    common: dict[str, Any] = {
        "key": SecretStr(key),
        "base_url": base_url,
        "limits": limits,
        "transport": transport,
        "model": model or ("claude-sonnet-4-6" if dialect == "messages" else "gpt-5.2"),
    }
    client: ModelClient
    if dialect == "messages":
        client = AnthropicClient(**common)
    else:
        client = OpenAIClient(api="chat" if dialect == "chat" else "responses", **common)
    try:
        yield client
    finally:
        await client.close()


async def failure(client: ModelClient, *, max_output_tokens: int = 1_000) -> ModelFailure:
    """How a question fails."""
    with pytest.raises(ModelFailure) as caught:
        await client.ask(PROMPT, max_output_tokens=max_output_tokens)
    return caught.value


def answering(
    status: int, *, body: object = None, headers: Mapping[str, str] | None = None, text: str = ""
) -> httpx2.MockTransport:
    """A server that always answers this, with `body` as JSON or a text."""

    def answer(_request: httpx2.Request) -> httpx2.Response:
        if text:
            return httpx2.Response(status, text=text, headers=headers)
        return httpx2.Response(status, json=body if body is not None else {}, headers=headers)

    return httpx2.MockTransport(answer)


def routed(routes: Mapping[str, Callable[[], httpx2.Response]]) -> httpx2.MockTransport:
    """A server that answers by the end of the path, and 404 elsewhere."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        found = (make for end, make in routes.items() if request.url.path.endswith(end))
        return next(found, lambda: httpx2.Response(404, json={"detail": "Not Found"}))()

    return httpx2.MockTransport(answer)


def failing(error: type[Exception]) -> httpx2.MockTransport:
    """A connection that ends so."""

    def fail(request: httpx2.Request) -> httpx2.Response:
        raise error(f"{request.url} broke for {request.headers.get('authorization')}")

    return httpx2.MockTransport(fail)
