"""A scripted framework desk that has lists too, and whose long work takes its steps when the test lets it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import anyio
import httpx2

from tests.server.rest.rest_serving import desk_of
from tests.tools.frameworks.scripted_frameworks import ScriptedFrameworks, frameworks_of
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.server.http_app import build_http_app
from trimtab.settings import Settings
from trimtab.workflow.ports.desk import Caller, Progress
from trimtab.workflow.ports.framework_results import PortfolioList, ProfileList, WorkflowList
from trimtab.workflow.ports.results import Table

SETTINGS = Settings(toolsets=("frameworks",))
PORTFOLIOS = PortfolioList(portfolios=Table(columns=("portfolio_id", "framework_id"), rows=(("fp_1", "fw_1"),)))
PROFILES = ProfileList(profiles=Table(columns=("name", "risk_band"), rows=(("Retirement", "medium"),)))
WORKFLOWS = WorkflowList(workflows=Table(columns=("workflow_id", "next_step"), rows=(("wf_1", "mapping"),)))


class GuidedFrameworks(ScriptedFrameworks):
    """With `waits` long work takes no step before it is cancelled."""

    def __init__(self, says: Mapping[str, object] | None = None, *, waits: bool = False) -> None:
        super().__init__(says)
        self._waits = waits
        self.started, self.stopped = anyio.Event(), anyio.Event()

    async def portfolios(self, caller: Caller) -> PortfolioList:
        return self._answer("portfolios", caller, request=None, result=PORTFOLIOS)

    async def profiles(self, caller: Caller) -> ProfileList:
        return self._answer("profiles", caller, request=None, result=PROFILES)

    async def workflows(self, caller: Caller) -> WorkflowList:
        return self._answer("workflows", caller, request=None, result=WORKFLOWS)

    async def _steps(self, progress: Progress) -> None:
        self.started.set()
        try:
            if self._waits:
                await anyio.sleep_forever()
            await super()._steps(progress)
        finally:
            self.stopped.set()


@asynccontextmanager
async def client_of(
    desk: ScriptedFrameworks, *, settings: Settings = SETTINGS, address: str = "127.0.0.1"
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client at this address, of an application over this desk."""
    app = build_http_app(settings, make_desk=desk_of(ScriptedDesk()), make_frameworks=frameworks_of(desk))
    transport = httpx2.ASGITransport(app, client=(address, 1234))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765", timeout=60) as client,
    ):
        yield client
