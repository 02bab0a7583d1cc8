"""Analysis and phase changes: answered when they are done, or as an event stream on the way."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from trimtab.server.rest.addresses import ADVANCE_STREAM, ANALYSIS_STREAM, SESSION
from trimtab.server.rest.asking import InBody, InQuery
from trimtab.server.rest.guarding import require_script
from trimtab.server.rest.openapi import problems, streams, successful
from trimtab.server.rest.outcome import outcome_of
from trimtab.server.rest.runs import Job, Runs, Work
from trimtab.server.rest.streams import EventStream, resumed, stream_of, wants_stream
from trimtab.tools.context import AppContext
from trimtab.workflow.ports.desk import Progress, TradingDesk
from trimtab.workflow.ports.requests import AdvancePhase, AnalyzeTrades, GetSession
from trimtab.workflow.ports.results import Analysis, PhaseAdvanced, Result


class AdvanceTo(AdvancePhase):
    """A phase change that names where it goes, so that a repeat doesn't go one phase too far."""

    to: Literal["Buys", "Review"]


class LongWork:
    """What takes a while, and tells how far it is."""

    def __init__(self, app: AppContext, runs: Runs) -> None:
        self._app = app
        self._runs = runs

    def add_to(self, api: APIRouter) -> None:
        """Gives each its address."""
        either = problems(with_body=True) | streams()
        analysis, advanced = successful(Analysis), successful(PhaseAdvanced)
        api.post(f"{SESSION}/analysis", response_model=analysis, responses=either)(self.analyze_trades)
        api.post(f"{SESSION}/advance-phase", response_model=advanced, responses=either)(self.advance_phase)
        alone: Any = {
            "responses": problems(with_body=False) | streams(),
            "response_class": EventStream,
            "status_code": 200,
            "dependencies": [Depends(require_script)],
        }
        api.get(ANALYSIS_STREAM, **alone)(self.stream_analysis)
        api.get(ADVANCE_STREAM, **alone)(self.stream_phase_change)

    async def analyze_trades(
        self, http: Request, asked: Annotated[AnalyzeTrades, Depends(InBody(AnalyzeTrades, optional=True))]
    ) -> Response:
        """Runs the server's analyst on the pending trades of the phase and stores its proposals.

        In AiPlan they become decisions at once. With `Accept: text/event-stream` the answer is an event stream.
        """
        return await self._analyze(http, asked, as_stream=wants_stream(http))

    async def advance_phase(
        self, http: Request, asked: Annotated[AdvancePhase, Depends(InBody(AdvancePhase, optional=True))]
    ) -> Response:
        """Approves the proposed trades and goes on: Sells, Buys, Review, and only from Review back to Buys.

        With `Accept: text/event-stream` the answer is an event stream.
        """
        return await self._advance(http, asked, as_stream=wants_stream(http))

    async def stream_analysis(
        self, http: Request, asked: Annotated[AnalyzeTrades, Depends(InQuery(AnalyzeTrades, session_in_path=False))]
    ) -> Response:
        """The analysis of the phase as an event stream, for a page's EventSource."""
        return await self._analyze(http, asked, as_stream=True)

    async def stream_phase_change(
        self, http: Request, asked: Annotated[AdvanceTo, Depends(InQuery(AdvanceTo, session_in_path=False))]
    ) -> Response:
        """A phase change as an event stream, for a page's EventSource; it has to name the phase."""
        return await self._advance(http, AdvancePhase(**dict(asked)), as_stream=True)

    async def _analyze(self, http: Request, asked: AnalyzeTrades, *, as_stream: bool) -> Response:
        desk = await self._app.desk()

        async def work(progress: Progress) -> Result:
            return await desk.analyze(self._app.caller, asked, progress=progress)

        return await self._answer(http, asked, desk=desk, work=work, as_stream=as_stream)

    async def _advance(self, http: Request, asked: AdvancePhase, *, as_stream: bool) -> Response:
        desk = await self._app.desk()

        async def work(progress: Progress) -> Result:
            return await desk.advance(self._app.caller, asked, progress=progress)

        return await self._answer(http, asked, desk=desk, work=work, as_stream=as_stream)

    async def _answer(
        self, http: Request, asked: AnalyzeTrades | AdvancePhase, *, desk: TradingDesk, work: Work, as_stream: bool
    ) -> Response:
        job = Job(self._app.caller, asked)
        if as_stream and (goes_on := resumed(http, job=job, runs=self._runs)) is not None:
            return goes_on
        session = await desk.get_session(job.caller, GetSession(session_id=asked.session_id))
        run = self._runs.join(job, work, version=session.version)
        return stream_of(run, self._runs) if as_stream else await outcome_of(run, http)
