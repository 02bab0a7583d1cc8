"""Responses as bytes: a body or a stream with the headers of its provider, and what a client in this process gets."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from typing import Final

import httpx2

from tests.model_wire.calls import Answered, Json

STREAM: Final = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
DROPPED: Final = "peer closed connection without sending complete message body"


def as_body(status: int, body: Json, *, headers: Mapping[str, str]) -> Answered:
    """The response with this JSON."""
    raw = json.dumps(body).encode()
    told = {"content-type": "application/json", "content-length": str(len(raw))}
    return Answered(status, {**told, **headers}, (raw,))


def as_stream(events: Iterable[str], *, headers: Mapping[str, str]) -> Answered:
    """The response that comes event by event."""
    return Answered(200, {**STREAM, **headers}, tuple(each.encode() for each in events))


def dropped(answer: Answered) -> Answered:
    """The first half of the response, after which the connection ends."""
    whole = answer.chunks
    half = whole[: len(whole) // 2] if len(whole) > 1 else tuple(chunk[: len(chunk) // 2] for chunk in whole)
    return replace(answer, chunks=half, dropped=True)


def in_process(answer: Answered, request: httpx2.Request) -> httpx2.Response:
    """The response as a client's transport returns it."""
    return httpx2.Response(answer.status, headers=dict(answer.headers), stream=_Chunks(answer, request))


class _Chunks(httpx2.AsyncByteStream):
    def __init__(self, answer: Answered, request: httpx2.Request) -> None:
        self._answer, self._request = answer, request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._answer.chunks:
            yield chunk
        if self._answer.dropped:
            raise httpx2.RemoteProtocolError(DROPPED, request=self._request)
