"""A run as an event stream, from the event after the one that was heard last."""

import json
from collections.abc import AsyncIterator
from typing import Final

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from trimtab.server.rest.runs import Job, Run, Runs
from trimtab.server.rest.telling import NOT_KEPT, Told

MEDIA_TYPE: Final = "text/event-stream"
COMES_BACK_AFTER_MILLISECONDS: Final = 2_000
_HEADERS: Final = {**NOT_KEPT, "X-Accel-Buffering": "no"}
"""Nothing on the way may keep the stream, nor hold its events back."""


class EventStream(StreamingResponse):
    """Listens as long as its client does."""

    media_type = MEDIA_TYPE

    def __init__(self, run: Run, *, after: int, heartbeat_seconds: float) -> None:
        super().__init__(_written(run, after, heartbeat_seconds=heartbeat_seconds), headers=_HEADERS)
        self._run = run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._run.listening():
            await super().__call__(scope, receive, send)


def wants_stream(http: Request) -> bool:
    """Whether the client names event streams among what it takes."""
    accepted = ",".join(http.headers.getlist("accept")).lower().split(",")
    return any(each.partition(";")[0].strip() == MEDIA_TYPE for each in accepted)


def resumed(http: Request, *, job: Job, runs: Runs) -> Response | None:
    """What follows the event that the client heard last; None where nobody knows of such a run of this job."""
    heard = runs.heard(job, http.headers.get("last-event-id", ""))
    if heard is None:
        return None
    run, number = heard
    if run.ended and number == len(run.events):
        # An EventSource comes back until it is told that there is nothing more.
        return Response(status_code=204)
    return stream_of(run, runs, after=number)


def stream_of(run: Run, runs: Runs, *, after: int = 0) -> EventStream:
    """The run as an event stream, without the first `after` events."""
    return EventStream(run, after=after, heartbeat_seconds=runs.pace.heartbeat_seconds)


async def _written(run: Run, heard: int, *, heartbeat_seconds: float) -> AsyncIterator[str]:
    yield f"retry: {COMES_BACK_AFTER_MILLISECONDS}\n\n"
    while True:
        while heard < len(run.events):
            heard += 1
            yield _event(f"{run.id}-{heard}", run.events[heard - 1])
        if run.ended:
            return
        with anyio.move_on_after(heartbeat_seconds) as silence:
            await run.told_more_than(heard)
        if silence.cancelled_caught:
            yield ": heartbeat\n\n"


def _event(event_id: str, event: Told) -> str:
    """Data only, so that it reaches a page's `onmessage`; JSON has no line breaks."""
    return f"id: {event_id}\ndata: {json.dumps(event, ensure_ascii=False, separators=(',', ':'), allow_nan=False)}\n\n"
