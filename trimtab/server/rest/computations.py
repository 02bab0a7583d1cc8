"""Computations that take a while: counted by the day, and answered when they are done or as an event stream."""

from fastapi import Request
from starlette.responses import Response

from trimtab.server.rest.day_limits import Computation, DayLimits, Headers, visitor_at
from trimtab.server.rest.outcome import outcome_of
from trimtab.server.rest.runs import Job, Runs, Work
from trimtab.server.rest.streams import resumed, stream_of, wants_stream


class Computations:
    """Carries them out as runs, within the limits of a day."""

    def __init__(self, runs: Runs, limits: DayLimits) -> None:
        self._runs = runs
        self._limits = limits

    async def answered(self, http: Request, job: Job, *, work: Work, computation: Computation) -> Response:
        """The result, or an event stream; who comes back to a stream isn't counted again.

        Raises:
            TooManyRequests: The day's calls are used up.
        """
        as_stream = wants_stream(http)
        if as_stream and (goes_on := resumed(http, job=job, runs=self._runs)) is not None:
            return goes_on
        counted = self.counted(http, computation)
        run = self._runs.join(job, work)
        if not as_stream:
            return await outcome_of(run, http, headers=counted)
        stream = stream_of(run, self._runs)
        stream.headers.update(counted)
        return stream

    def counted(self, http: Request, computation: Computation) -> Headers:
        """Counts a call; raises TooManyRequests."""
        return self._limits.count(computation, visitor_at(http.client.host if http.client else None))
