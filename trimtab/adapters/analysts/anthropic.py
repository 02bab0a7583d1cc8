"""Asks a Claude model, by Anthropic's Messages API or what is compatible with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx2
from anthropic import APIConnectionError, APIStatusError, AsyncAnthropic
from pydantic import BaseModel, ConfigDict, NonNegativeInt, SecretStr, ValidationError

from trimtab.adapters.analysts.attempts import CallLimits
from trimtab.adapters.analysts.clients import ModelFailure, Reply
from trimtab.adapters.analysts.connections import http_client, is_at, usable_key
from trimtab.adapters.analysts.model_check import ModelCheck
from trimtab.adapters.analysts.transport_failures import failure_of_connection, failure_of_status
from trimtab.workflow.ports.model_calls import Prompt, Usage

# Doesn't think unless it is asked to, so that the limit on the output is a limit on the answer. Those after it think
# by default, within the same limit.
DEFAULT_MODEL: Final = "claude-sonnet-4-6"
ADDRESS: Final = "https://api.anthropic.com"
HOST: Final = "api.anthropic.com"
_CUT_OFF: Final = {"max_tokens", "model_context_window_exceeded"}
_MOST_MODELS: Final = 1000


class _Answer(BaseModel):
    """The part of an answer that is read; whatever else a server adds is its own affair."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Block(_Answer):
    type: str
    text: str = ""


class _Tokens(_Answer):
    input_tokens: NonNegativeInt = 0
    output_tokens: NonNegativeInt = 0
    cache_creation_input_tokens: NonNegativeInt | None = None
    cache_read_input_tokens: NonNegativeInt | None = None

    def usage(self) -> Usage:
        """`input_tokens` of the API leaves out what the cache gave and took."""
        read, written = self.cache_read_input_tokens or 0, self.cache_creation_input_tokens or 0
        return Usage(
            input_tokens=self.input_tokens + read + written,
            output_tokens=self.output_tokens,
            cached_input_tokens=read,
            cache_write_tokens=written,
        )


class _Message(_Answer):
    content: tuple[_Block, ...]
    stop_reason: str | None = None
    usage: _Tokens = _Tokens()


class AnthropicClient:
    """Nothing comes from the environment but the machine's own proxies and certificates: no key, address, header or
    tracing of the SDK's. A redirect isn't followed."""

    provider = "anthropic"

    def __init__(
        self,
        *,
        model: str,
        key: SecretStr,
        base_url: str | None = None,
        limits: CallLimits | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.model = model
        self._limits = limits or CallLimits()
        self._sdk = _sdk(usable_key(key), base_url or ADDRESS, http_client=http_client(self._limits, transport))
        self._check = ModelCheck(
            model=model,
            own_address=is_at(base_url or ADDRESS, HOST),
            retrieve=self._retrieve,
            names=self._names,
            limits=self._limits,
        )

    async def check(self) -> None:
        """See `ModelClient`."""
        await self._check.run()

    async def ask(self, prompt: Prompt, *, max_output_tokens: int) -> Reply:
        """See `ModelClient`. The cost is left to whoever knows the day and its prices."""
        body, attempts = await self._check.send(lambda: self._send(prompt, max_output_tokens))
        return _reply(body, attempts)

    async def close(self) -> None:
        """See `ModelClient`."""
        await self._sdk.close()

    async def _send(self, prompt: Prompt, max_output_tokens: int) -> bytes:
        with _told_apart():
            raw = await self._sdk.messages.with_raw_response.create(
                model=self.model,
                max_tokens=max_output_tokens,
                system=[{"type": "text", "text": prompt.system, "cache_control": {"type": "ephemeral"}}],
                messages=[{"role": "user", "content": prompt.user}],
                output_config={"format": {"type": "json_schema", "schema": dict(prompt.answer_schema)}},
                # Said again, because the SDK refuses long answers where a client's timeout is its own default.
                timeout=self._sdk.timeout,
            )
        return raw.http_response.content

    async def _retrieve(self) -> bytes:
        with _told_apart():
            raw = await self._sdk.models.with_raw_response.retrieve(self.model)
        return raw.http_response.content

    async def _names(self) -> bytes:
        with _told_apart():
            response = await self._sdk.get(f"/v1/models?limit={_MOST_MODELS}", cast_to=httpx2.Response)
        return response.content


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except APIStatusError as error:
        raise failure_of_status(error.status_code, headers=error.response.headers, body=error.body) from None
    except APIConnectionError as error:
        raise failure_of_connection(error.__cause__) from None


def _sdk(key: str, address: str, *, http_client: httpx2.AsyncClient) -> AsyncAnthropic:
    sdk = AsyncAnthropic(
        api_key=key,
        base_url=address,
        timeout=http_client.timeout,
        max_retries=0,
        http_client=http_client,
        open_telemetry=False,
    )
    # There is no argument that keeps ANTHROPIC_CUSTOM_HEADERS out.
    sdk._custom_headers = {}
    return sdk


def _reply(body: bytes, attempts: int) -> Reply:
    """The answer that stands in a message.

    Raises:
        ModelFailure: It is cut off, refused or none at all; that was paid for, and asking again would be no better.
    """
    try:
        message = _Message.model_validate_json(body)
    except ValidationError:
        raise ModelFailure("bad_json", "The answer isn't one of the Messages API.", attempts=attempts) from None
    text = "".join(block.text for block in message.content if block.type == "text")
    usage = message.usage.usage()
    if message.stop_reason in _CUT_OFF:
        raise ModelFailure(
            "truncated", "The answer is cut off at its limit.", usage=usage, attempts=attempts, text=text
        )
    if message.stop_reason == "refusal":
        raise ModelFailure("refused", "The model refuses to answer.", usage=usage, attempts=attempts, text=text)
    if not text.strip():
        raise ModelFailure("bad_json", "The answer is empty.", usage=usage, attempts=attempts, text=text)
    return Reply(text, usage, attempts)
