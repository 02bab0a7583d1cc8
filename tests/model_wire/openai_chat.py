"""The dialect of `POST /v1/chat/completions`, which servers of local models speak too."""

import json
from collections.abc import Iterator
from typing import Final

from tests.model_wire.calls import Json, Question, Turn
from tests.model_wire.dialects import CREATED, Dialect, Refused, needed, pieces, texts_of
from tests.model_wire.openai_errors import OPENAI_ERRORS, check_format

FINISH_REASONS: Final = {"done": "stop", "cut_off": "length", "refused": "stop"}


def read(body: Json) -> Question:
    """The question of a request's body."""
    needed(body, "model", "messages")
    if "max_tokens" in body and body["model"].startswith("gpt-5"):
        said = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        raise Refused("bad_request", f"Unsupported parameter: {said}")
    wanted = (body.get("response_format") or {}).get("json_schema") or {}
    if wanted:
        check_format(wanted, where="response_format")
    schema = wanted.get("schema")
    system = texts_of(body["messages"], "system", "developer")
    return Question(
        model=body["model"],
        system=system,
        prompt=texts_of(body["messages"], "user"),
        title=(schema or {}).get("title") or wanted.get("name", ""),
        schema=schema,
        max_tokens=body.get("max_completion_tokens") or body.get("max_tokens"),
        stream=bool(body.get("stream")),
        counts_usage=bool((body.get("stream_options") or {}).get("include_usage")),
        prefix=system,
    )


def message(question: Question, turn: Turn) -> Json:
    """The answer's body."""
    refused, usage = turn.ending == "refused", turn.usage
    said: Json = {
        "role": "assistant",
        "content": None if refused else turn.text,
        "refusal": turn.text if refused else None,
        "annotations": [],
    }
    choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": FINISH_REASONS[turn.ending]}
    return {
        "id": f"chatcmpl-{turn.number:06}",
        "object": "chat.completion",
        "created": CREATED,
        "model": question.model,
        "choices": [choice],
        "usage": {
            "prompt_tokens": usage.input_tokens,
            "completion_tokens": usage.output_tokens,
            "total_tokens": usage.input_tokens + usage.output_tokens,
            "prompt_tokens_details": {
                "cached_tokens": usage.cached_tokens,
                "cache_write_tokens": usage.cache_write_tokens,
            },
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
    }


def events(question: Question, whole: Json) -> Iterator[str]:
    """The answer as a stream; what it took comes last, and only where it was asked for."""
    head = {name: whole[name] for name in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    choice = whole["choices"][0]
    said = choice["message"]
    field = "content" if said["refusal"] is None else "refusal"

    def chunk(delta: Json, finish_reason: str | None = None) -> str:
        part = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return _data({**head, "choices": [part]})

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for piece in pieces(said[field]):
        yield chunk({field: piece})
    yield chunk({}, choice["finish_reason"])
    if question.counts_usage:
        yield _data({**head, "choices": [], "usage": whole["usage"]})
    yield "data: [DONE]\n\n"


def _data(data: Json) -> str:
    return f"data: {json.dumps(data)}\n\n"


CHAT: Final = Dialect(name="openai_chat", read=read, message=message, events=events, errors=OPENAI_ERRORS)
