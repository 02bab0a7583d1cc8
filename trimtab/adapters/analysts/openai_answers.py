"""Reads what OpenAI's two APIs answer: the text, what it took, and whether it is an answer at all."""

from typing import Final

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from trimtab.adapters.analysts.clients import ModelFailure, Reply
from trimtab.workflow.ports.model_calls import FailureKind, Usage

_FAILED: Final[dict[str | None, FailureKind]] = {"rate_limit_exceeded": "rate_limited", "invalid_prompt": "rejected"}


class _Answer(BaseModel):
    """The part of an answer that is read; whatever else a server adds is its own affair."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Cached(_Answer):
    cached_tokens: NonNegativeInt | None = None
    cache_write_tokens: NonNegativeInt | None = None


class _ResponseTokens(_Answer):
    input_tokens: NonNegativeInt = 0
    output_tokens: NonNegativeInt = 0
    input_tokens_details: _Cached | None = None


class _Part(_Answer):
    type: str
    text: str = ""


class _Item(_Answer):
    """`phase` tells an answer from remarks on the way to it; older models have none."""

    type: str
    phase: str | None = None
    content: tuple[_Part, ...] | None = None


class _Reason(_Answer):
    reason: str | None = None


class _Trouble(_Answer):
    code: str | None = None


class _Response(_Answer):
    status: str | None = None
    incomplete_details: _Reason | None = None
    error: _Trouble | None = None
    output: tuple[_Item, ...] = ()
    usage: _ResponseTokens | None = None

    def parts(self, kind: str) -> list[str]:
        messages = (item for item in self.output if item.type == "message" and item.phase != "commentary")
        return [part.text for message in messages for part in message.content or () if part.type == kind]


class _ChatTokens(_Answer):
    prompt_tokens: NonNegativeInt = 0
    completion_tokens: NonNegativeInt = 0
    prompt_tokens_details: _Cached | None = None


class _ChatMessage(_Answer):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Answer):
    message: _ChatMessage
    finish_reason: str | None = None


class _Chat(_Answer):
    choices: tuple[_Choice, ...]
    usage: _ChatTokens | None = None


def read_response(body: bytes, attempts: int) -> Reply:
    """The answer of the Responses API.

    Raises:
        ModelFailure: It is cut off, refused or none at all; that was paid for, and asking again would be no better.
    """
    try:
        response = _Response.model_validate_json(body)
    except ValidationError:
        raise ModelFailure("bad_json", "The answer isn't one of the Responses API.", attempts=attempts) from None
    tokens = response.usage or _ResponseTokens()
    usage = _usage(tokens.input_tokens, tokens.output_tokens, cached=tokens.input_tokens_details)
    reply = Reply("".join(response.parts("output_text")), usage, attempts)
    if response.status not in (None, "completed", "incomplete"):
        kind = _FAILED.get(response.error.code if response.error else None, "overloaded")
        raise _no_answer(kind, "The provider didn't finish the answer.", reply=reply)
    reason = response.incomplete_details.reason if response.incomplete_details else None
    if response.parts("refusal") or reason == "content_filter":
        raise _no_answer("refused", "The model refuses to answer.", reply=reply)
    if response.status == "incomplete":
        raise _no_answer("truncated", "The answer is cut off at its limit.", reply=reply)
    return _not_empty(reply)


def read_chat(body: bytes, attempts: int) -> Reply:
    """The answer of Chat Completions; raises like `read_response`."""
    try:
        chat = _Chat.model_validate_json(body)
        choice = chat.choices[0]
    except (ValidationError, IndexError):
        raise ModelFailure("bad_json", "The answer isn't one of Chat Completions.", attempts=attempts) from None
    tokens = chat.usage or _ChatTokens()
    usage = _usage(tokens.prompt_tokens, tokens.completion_tokens, cached=tokens.prompt_tokens_details)
    reply = Reply(choice.message.content or "", usage, attempts)
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise _no_answer("refused", "The model refuses to answer.", reply=reply)
    if choice.finish_reason == "length":
        raise _no_answer("truncated", "The answer is cut off at its limit.", reply=reply)
    return _not_empty(reply)


def _usage(input_tokens: int, output_tokens: int, *, cached: _Cached | None) -> Usage:
    """Both APIs count what the cache gave and took within the input."""
    parts = cached or _Cached()
    return Usage(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cached_input_tokens=parts.cached_tokens or 0,
        cache_write_tokens=parts.cache_write_tokens or 0,
    )


def _not_empty(reply: Reply) -> Reply:
    if not reply.text.strip():
        raise _no_answer("bad_json", "The answer is empty.", reply=reply)
    return reply


def _no_answer(kind: FailureKind, message: str, *, reply: Reply) -> ModelFailure:
    return ModelFailure(kind, message, usage=reply.usage, attempts=reply.attempts, text=reply.text)
