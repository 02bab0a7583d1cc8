"""Sessions: opened, listed and read."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from trimtab.server.rest.addresses import SESSION, SESSIONS
from trimtab.server.rest.asking import InBody, InQuery
from trimtab.server.rest.camel import told_twin
from trimtab.server.rest.openapi import problems
from trimtab.server.rest.paging import asked_page, with_tied_cursor
from trimtab.server.rest.telling import answer
from trimtab.tools.context import AppContext
from trimtab.workflow.ports.requests import GetOverview, GetSession, GetTolerance, Limit, OpenSession, Request
from trimtab.workflow.ports.results import Overview, SessionList, SessionPage, SessionSummaryResult, ToleranceStatus

_OPENED: Final[Mapping[str, Mapping[str, object]]] = {
    "all portfolios": {},
    "some, each decision by a person": {"workflowMode": "Manual", "portfolios": ["ACC100001"]},
    "one that follows a framework": {"frameworkPortfolio": "pf_0123456789abcdef01234567"},
}


class ListSessions(Request):
    """The newest of the caller's sessions."""

    limit: Limit = 100


class SessionOperations:
    """What is asked of sessions without deciding anything."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    def add_to(self, api: APIRouter) -> None:
        """Gives each its address."""
        summary = told_twin(SessionSummaryResult)
        view = summary | told_twin(SessionPage)
        read = problems(with_body=False)
        api.post(SESSIONS, response_model=summary, status_code=201, responses=problems(with_body=True))(
            self.open_session
        )
        api.get(SESSIONS, response_model=told_twin(SessionList), responses=read)(self.list_sessions)
        api.get(SESSION, response_model=view, responses=read)(self.get_session)
        api.get(f"{SESSION}/overview", response_model=told_twin(Overview), responses=read)(self.get_trading_overview)
        api.get(f"{SESSION}/tolerance", response_model=told_twin(ToleranceStatus), responses=read)(
            self.get_tolerance_status
        )

    async def open_session(
        self, asked: Annotated[OpenSession, Depends(InBody(OpenSession, optional=True, examples=_OPENED))]
    ) -> Response:
        """Values the portfolios, plans the trades that bring them back into their bands, and opens a session."""
        desk = await self._app.desk()
        opened = await desk.open_session(self._app.caller, asked)
        return answer(opened, status_code=201)

    async def list_sessions(
        self, asked: Annotated[ListSessions, Depends(InQuery(ListSessions, session_in_path=False))]
    ) -> Response:
        """Your sessions that haven't expired, the newest first."""
        desk = await self._app.desk()
        return answer(await desk.list_sessions(self._app.caller, limit=asked.limit))

    async def get_session(self, asked: Annotated[GetSession, Depends(InQuery(GetSession))]) -> Response:
        """The session as it stands: its summary, or a page of its plan, trades, reasons not to trade, or log."""
        page = asked_page(asked)
        desk = await self._app.desk()
        return answer(with_tied_cursor(await desk.get_session(self._app.caller, asked), page))

    async def get_trading_overview(self, asked: Annotated[GetOverview, Depends(InQuery(GetOverview))]) -> Response:
        """What an analyst reads before judging, as TOON text, a batch at a time."""
        desk = await self._app.desk()
        return answer(await desk.get_overview(self._app.caller, asked))

    async def get_tolerance_status(self, asked: Annotated[GetTolerance, Depends(InQuery(GetTolerance))]) -> Response:
        """Lines against their target bands: those outside, or all."""
        page = asked_page(asked)
        desk = await self._app.desk()
        return answer(with_tied_cursor(await desk.get_tolerance(self._app.caller, asked), page))
