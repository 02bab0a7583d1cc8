"""Answers what can't be read on standard input: the SDK drops such a line, and its sender would wait for ever."""

import json
from typing import Any, Self

from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError, RequestId
from pydantic import ValidationError

Heard = Any
"""A stream of messages, and of the errors of those that couldn't be read; the SDK doesn't export its type."""
Said = Any
"""The stream of answers."""


class Readable:
    """The stream of messages without those that can't be read, which are answered with an error and go no further."""

    def __init__(self, heard: Heard, said: Said) -> None:
        self._heard = heard
        self._said = said

    def __getattr__(self, name: str) -> Any:
        """All else is as it was."""
        return getattr(self._heard, name)

    async def __aenter__(self) -> Self:
        await self._heard.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._heard.__aexit__(*error)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage:
        while True:
            message = await anext(self._heard)
            if isinstance(message, SessionMessage):
                return message
            await self._said.send(SessionMessage(unreadable(message)))


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
