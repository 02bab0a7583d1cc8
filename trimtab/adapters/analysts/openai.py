"""Asks a model by OpenAI's Responses API, or by Chat Completions, which most compatible servers speak."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import httpx2
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, omit
from pydantic import SecretStr

from trimtab.adapters.analysts.attempts import CallLimits
from trimtab.adapters.analysts.clients import Reply
from trimtab.adapters.analysts.connections import http_client, is_at, usable_key
from trimtab.adapters.analysts.model_check import ModelCheck
from trimtab.adapters.analysts.openai_answers import read_chat, read_response
from trimtab.adapters.analysts.transport_failures import failure_of_connection, failure_of_status
from trimtab.workflow.ports.model_calls import Prompt

Api = Literal["responses", "chat"]

# Doesn't reason unless it is asked to, so that the limit on the output is a limit on the answer. Those after it reason
# by default, within the same limit.
DEFAULT_MODEL: Final = "gpt-5.2"
ADDRESS: Final = "https://api.openai.com/v1"
HOST: Final = "api.openai.com"
FORMAT_NAME: Final = "answer"
REASONING_MODELS: Final = ("gpt-5", "gpt-6", "o1", "o3", "o4")
"""How the names of models begin that refuse `max_tokens`, wherever they are; a gateway may put its own before that."""


def api_at(address: str | None, wanted: Literal["auto", "responses", "chat"]) -> Api:
    """The API that is wanted; `auto` is Chat Completions at an address that isn't OpenAI's own."""
    if wanted != "auto":
        return wanted
    return "responses" if is_at(address or ADDRESS, HOST) else "chat"


class OpenAIClient:
    """Nothing comes from the environment but the machine's own proxies and certificates: no key, organization, address
    or header of the SDK's. A redirect isn't followed.

    At OpenAI's own address a prompt is named for the cache, and Chat Completions gets `max_completion_tokens`. Others
    may refuse what they don't know, so they get no name, and `max_tokens`, but for OpenAI's models that refuse that.
    """

    provider = "openai"

    def __init__(
        self,
        *,
        model: str,
        key: SecretStr,
        api: Api = "responses",
        base_url: str | None = None,
        limits: CallLimits | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.model = model
        self._api = api
        self._limits = limits or CallLimits()
        self._at_openai = is_at(base_url or ADDRESS, HOST)
        self._limits_completion = self._at_openai or model.rpartition("/")[2].startswith(REASONING_MODELS)
        self._sdk = _sdk(usable_key(key), base_url or ADDRESS, http_client=http_client(self._limits, transport))
        self._check = ModelCheck(
            model=model,
            own_address=self._at_openai,
            retrieve=self._retrieve,
            names=self._names,
            limits=self._limits,
        )

    async def check(self) -> None:
        """See `ModelClient`."""
        await self._check.run()

    async def ask(self, prompt: Prompt, *, max_output_tokens: int) -> Reply:
        """See `ModelClient`. The cost is left to whoever knows the day and its prices."""
        send, read = (self._send_response, read_response) if self._api == "responses" else (self._send_chat, read_chat)
        body, attempts = await self._check.send(lambda: send(prompt, max_output_tokens))
        return read(body, attempts)

    async def close(self) -> None:
        """See `ModelClient`."""
        await self._sdk.close()

    async def _send_response(self, prompt: Prompt, max_output_tokens: int) -> bytes:
        with _told_apart():
            raw = await self._sdk.responses.with_raw_response.create(
                model=self.model,
                instructions=prompt.system,
                input=prompt.user,
                max_output_tokens=max_output_tokens,
                text={
                    "format": {"type": "json_schema", "name": FORMAT_NAME, "schema": _schema(prompt), "strict": True}
                },
                prompt_cache_key=_cache_key(prompt) if self._at_openai else omit,
                store=False,
            )
        return raw.http_response.content

    async def _send_chat(self, prompt: Prompt, max_output_tokens: int) -> bytes:
        with _told_apart():
            raw = await self._sdk.chat.completions.with_raw_response.create(
                model=self.model,
                messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
                max_completion_tokens=max_output_tokens if self._limits_completion else omit,
                max_tokens=omit if self._limits_completion else max_output_tokens,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": FORMAT_NAME, "schema": _schema(prompt), "strict": True},
                },
                prompt_cache_key=_cache_key(prompt) if self._at_openai else omit,
                store=False if self._at_openai else omit,
            )
        return raw.http_response.content

    async def _retrieve(self) -> bytes:
        with _told_apart():
            raw = await self._sdk.models.with_raw_response.retrieve(self.model)
        return raw.http_response.content

    async def _names(self) -> bytes:
        with _told_apart():
            response = await self._sdk.get("/models", cast_to=httpx2.Response)
        return response.content


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except APIStatusError as error:
        raise failure_of_status(error.status_code, headers=error.response.headers, body=error.body) from None
    except APIConnectionError as error:
        raise failure_of_connection(error.__cause__) from None


def _schema(prompt: Prompt) -> dict[str, object]:
    return dict(prompt.answer_schema)


def _cache_key(prompt: Prompt) -> str:
    """The same for prompts that begin alike, so that they meet the same cache."""
    return f"trimtab-{hashlib.sha256(prompt.system.encode()).hexdigest()[:32]}"


def _sdk(key: str, address: str, *, http_client: httpx2.AsyncClient) -> AsyncOpenAI:
    sdk = AsyncOpenAI(
        api_key=key,
        # Empty is the SDK's way of not looking for them in the environment.
        admin_api_key="",
        webhook_secret="",
        base_url=address,
        timeout=http_client.timeout,
        max_retries=0,
        http_client=http_client,
    )
    # There is no argument that keeps OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS out.
    sdk.organization = sdk.project = None
    sdk._custom_headers = {}
    return sdk
