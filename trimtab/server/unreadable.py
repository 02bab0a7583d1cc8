"""Answers what can't be read on standard input: the SDK drops such a line, and its sender would wait for ever."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError, RequestId
from pydantic import ValidationError

Heard = Any
"""A stream of messages, and of the errors of those that couldn't be read; the SDK doesn't export its type."""
Said = Any
"""The stream of answers."""


@asynccontextmanager
async def answering_unreadable(heard: Heard, said: Said) -> AsyncIterator[Heard]:
    """The messages that can be read; the others are answered with an error and go no further."""
    passing, readable = anyio.create_memory_object_stream[SessionMessage](0)

    async def sift() -> None:
        async with passing:
            async for message in heard:
                if isinstance(message, Exception):
                    await said.send(SessionMessage(unreadable(message)))
                else:
                    await passing.send(message)

    async with anyio.create_task_group() as sifting, readable:
        sifting.start_soon(sift)
        yield readable
        sifting.cancel_scope.cancel()


def unreadable(error: Exception) -> JSONRPCError:
    """The protocol's answer to this error, to the request that it was, where that can be told."""
    sent: object = None
    code, message = PARSE_ERROR, "Parse error"
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False)[0]
        sent = first["input"]
        if first["type"] != "json_invalid":
            code, message = INVALID_REQUEST, "Invalid Request"
    return JSONRPCError(jsonrpc="2.0", id=_id_of(sent), error=ErrorData(code=code, message=message))


def _id_of(sent: object) -> RequestId | None:
    """Python's own reader takes some of what the protocol's refuses, such as half a surrogate pair."""
    try:
        read = json.loads(sent) if isinstance(sent, str | bytes) else sent
    except (ValueError, RecursionError):
        return None
    found = read.get("id") if isinstance(read, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None
