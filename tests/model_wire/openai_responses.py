"""The dialect of `POST /v1/responses`."""

import itertools
from collections.abc import Iterator
from typing import Final

from tests.model_wire.calls import Json, Question, Turn
from tests.model_wire.dialects import CREATED, Dialect, Refused, event, needed, pieces, texts_of
from tests.model_wire.openai_errors import OPENAI_ERRORS, check_format

LEAST_OUTPUT_TOKENS: Final = 16


def read(body: Json) -> Question:
    """The question of a request's body."""
    needed(body, "model", "input")
    wanted = (body.get("text") or {}).get("format") or {}
    if wanted.get("type") == "json_schema":
        check_format(wanted, where="text.format")
    most = body.get("max_output_tokens")
    if most is not None and most < LEAST_OUTPUT_TOKENS:
        raise Refused(
            "bad_request",
            "Invalid 'max_output_tokens': integer below minimum value. "
            f"Expected a value >= {LEAST_OUTPUT_TOKENS}, but got {most} instead.",
        )
    given = body["input"]
    turns = [{"role": "user", "content": given}] if isinstance(given, str) else given
    schema = wanted.get("schema")
    system = "\n\n".join(filter(None, (body.get("instructions"), texts_of(turns, "system", "developer"))))
    return Question(
        model=body["model"],
        system=system,
        prompt=texts_of(turns, "user"),
        title=(schema or {}).get("title") or wanted.get("name", ""),
        schema=schema,
        max_tokens=most,
        stream=bool(body.get("stream")),
        prefix=system,
    )


def message(question: Question, turn: Turn) -> Json:
    """The answer's body; a model that thinks says so in an item of its own, before the message."""
    status = "incomplete" if turn.ending == "cut_off" else "completed"
    usage = turn.usage
    thoughts = [{"id": f"rs_{turn.number:06}", "type": "reasoning", "summary": []}]
    said = {
        "id": f"msg_{turn.number:06}",
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": [_part("refusal" if turn.ending == "refused" else "output_text", turn.text)],
    }
    return {
        "id": f"resp_{turn.number:06}",
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if turn.ending == "cut_off" else None,
        "instructions": question.system or None,
        "max_output_tokens": question.max_tokens,
        "metadata": {},
        "model": question.model,
        "output": [*(thoughts if question.model.startswith("gpt-5") else []), said],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": usage.input_tokens,
            "input_tokens_details": {
                "cached_tokens": usage.cached_tokens,
                "cache_write_tokens": usage.cache_write_tokens,
            },
            "output_tokens": usage.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": usage.input_tokens + usage.output_tokens,
        },
    }


def events(question: Question, whole: Json) -> Iterator[str]:
    """The answer as a stream of typed events."""
    sequence = itertools.count()
    begun = {**whole, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    told: list[tuple[str, Json]] = [("created", {"response": begun}), ("in_progress", {"response": begun})]
    for index, item in enumerate(whole["output"]):
        started = {**item, "content": [], "status": "in_progress"} if item["type"] == "message" else item
        told.append(("output_item.added", {"output_index": index, "item": started}))
        if item["type"] == "message":
            told += _content(index, item)
        told.append(("output_item.done", {"output_index": index, "item": item}))
    told.append((whole["status"], {"response": whole}))
    for name, data in told:
        kind = f"response.{name}"
        yield event(kind, {"type": kind, "sequence_number": next(sequence), **data})


def _content(index: int, item: Json) -> Iterator[tuple[str, Json]]:
    part = item["content"][0]
    kind, field = part["type"], "refusal" if part["type"] == "refusal" else "text"
    place = {"item_id": item["id"], "output_index": index, "content_index": 0}
    extra: Json = {"logprobs": []} if kind == "output_text" else {}
    yield "content_part.added", {**place, "part": _part(kind, "")}
    for piece in pieces(part[field]):
        yield f"{kind}.delta", {**place, "delta": piece, **extra}
    yield f"{kind}.done", {**place, field: part[field], **extra}
    yield "content_part.done", {**place, "part": part}


def _part(kind: str, text: str) -> Json:
    if kind == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


RESPONSES: Final = Dialect(name="openai_responses", read=read, message=message, events=events, errors=OPENAI_ERRORS)
