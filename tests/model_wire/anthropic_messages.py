"""The dialect of `POST /v1/messages`."""

import json
from collections.abc import Iterator
from typing import Final

from tests.model_wire.calls import Json, Question, Turn
from tests.model_wire.dialects import Dialect, Errors, Fault, Refused, event, needed, pieces, text_of, texts_of
from tests.model_wire.limits import refused_by_anthropic

STOP_REASONS: Final = {"done": "end_turn", "cut_off": "max_tokens", "refused": "refusal"}
ERROR_TYPES: Final[dict[Fault, str]] = {
    "bad_request": "invalid_request_error",
    "bad_key": "authentication_error",
    "no_model": "not_found_error",
    "no_path": "not_found_error",
    "rate_limited": "rate_limit_error",
    "overloaded": "overloaded_error",
}


def read(body: Json) -> Question:
    """The question of a request's body."""
    needed(body, "model", "messages", "max_tokens")
    wanted = body.get("output_config", {}).get("format") or {}
    schema = wanted.get("schema")
    if schema is not None and (refused := refused_by_anthropic(schema)):
        raise Refused("bad_request", f"output_config.format.schema: {refused}")
    system = text_of(body.get("system"))
    return Question(
        model=body["model"],
        system=system,
        prompt=texts_of(body["messages"], "user"),
        title=(schema or {}).get("title", ""),
        schema=schema,
        max_tokens=body["max_tokens"],
        stream=bool(body.get("stream")),
        prefix=system if '"cache_control"' in json.dumps([body.get("system"), {**body, "messages": []}]) else None,
    )


def message(question: Question, turn: Turn) -> Json:
    """The answer's body."""
    refused = turn.ending == "refused"
    usage = turn.usage
    return {
        "id": f"msg_{turn.number:06}",
        "type": "message",
        "role": "assistant",
        "model": question.model,
        "content": [] if refused else [{"type": "text", "text": turn.text, "citations": None}],
        "stop_reason": STOP_REASONS[turn.ending],
        "stop_sequence": None,
        "stop_details": {"type": "refusal", "category": None, "explanation": turn.text} if refused else None,
        "usage": {
            "input_tokens": usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens,
            "cache_creation_input_tokens": usage.cache_write_tokens,
            "cache_read_input_tokens": usage.cached_tokens,
            "output_tokens": usage.output_tokens,
            "service_tier": "standard",
        },
    }


def events(question: Question, whole: Json) -> Iterator[str]:
    """The answer as a stream."""
    start = {**whole, "content": [], "stop_reason": None, "stop_details": None}
    yield _event("message_start", message={**start, "usage": {**whole["usage"], "output_tokens": 1}})
    yield _event("ping")
    for index, block in enumerate(whole["content"]):
        yield _event("content_block_start", index=index, content_block={"type": "text", "text": ""})
        for piece in pieces(block["text"]):
            yield _event("content_block_delta", index=index, delta={"type": "text_delta", "text": piece})
        yield _event("content_block_stop", index=index)
    ending = {name: whole[name] for name in ("stop_reason", "stop_sequence", "stop_details")}
    yield _event("message_delta", delta=ending, usage={"output_tokens": whole["usage"]["output_tokens"]})
    yield _event("message_stop")


def _event(name: str, **data: object) -> str:
    return event(name, {"type": name, **data})


def _error(fault: Fault, said: str) -> Json:
    return {"type": "error", "error": {"type": ERROR_TYPES[fault], "message": said}}


def _model(identity: str) -> Json:
    made = "2026-01-01T00:00:00Z"
    return {
        "type": "model",
        "id": identity,
        "display_name": identity,
        "created_at": made,
        "lifecycle": "active",
        "max_input_tokens": 200_000,
        "max_tokens": 64_000,
    }


def _models(listed: list[Json]) -> Json:
    ends = {"first_id": listed[0]["id"], "last_id": listed[-1]["id"]} if listed else {"first_id": None, "last_id": None}
    return {"data": listed, "has_more": False, **ends}


ANTHROPIC: Final = Dialect(
    name="anthropic_messages",
    read=read,
    message=message,
    events=events,
    errors=Errors(
        statuses={
            "bad_request": 400,
            "bad_key": 401,
            "no_model": 404,
            "no_path": 404,
            "rate_limited": 429,
            "overloaded": 529,
        },
        body=_error,
        request_id_header="request-id",
        model=_model,
        models=_models,
    ),
)
