"""Portfolios from allocation frameworks: made at once or step by step, listed, and reported."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from trimtab.domain.errors import InvalidInput
from trimtab.server.rest import framework_examples as shown
from trimtab.server.rest.addresses import (
    PORTFOLIO_REPORT,
    PORTFOLIOS,
    PROFILES,
    REPORTS,
    WORKFLOW,
    WORKFLOW_STEP,
    WORKFLOWS,
)
from trimtab.server.rest.asking import BodyOf, InPath, InPathAndQuery
from trimtab.server.rest.camel import told_twin
from trimtab.server.rest.files import csv_described, csv_table, file_of
from trimtab.server.rest.framework_asking import BegunWorkflow, InFrameworkBody, NewPortfolio, ShownReport, as_port
from trimtab.server.rest.openapi import Responses, framework_problems
from trimtab.server.rest.telling import answer
from trimtab.tools.context import AppContext
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports.framework_results import (
    AllocationReport,
    PortfolioBuilt,
    PortfolioList,
    ProfileList,
    WorkflowList,
)
from trimtab.workflow.ports.requests import Request as Asked
from trimtab.workflow.ports.results import Table

_OF_STEPS: Final = ("workflow_id", "step", "skip", "profile", "requirements", "expected_version")
_OF_LATER_STEPS: Final = (
    "cash", "account_number", "products_per_bucket", "weighting", "overrides", "filters", "accept",
)  # fmt: skip
_OTHER_SUBJECTS: Final = ("framework_id", "version", "framework", "account_number", "holdings")
_NEW: Final = BodyOf("NewPortfolio", without=_OF_STEPS, examples=shown.NEW_PORTFOLIOS)
_BEGUN: Final = BodyOf(
    "BegunWorkflow",
    optional=True,
    without=("workflow_id", "expected_version", *_OF_LATER_STEPS),
    examples=shown.BEGUN_WORKFLOWS,
)
_STEP: Final = BodyOf("WorkflowStepFields", optional=True, examples=shown.WORKFLOW_STEPS)
_REPORTED: Final = BodyOf("AllocationReportOf", examples=shown.REPORTS)


class All(Asked):
    """All of them."""


Listed = Annotated[All, Depends(InPath(All, always={}))]
Built = Annotated[NewPortfolio, Depends(InFrameworkBody(NewPortfolio, body=_NEW))]
Begun = Annotated[BegunWorkflow, Depends(InFrameworkBody(BegunWorkflow, body=_BEGUN))]
Resumed = Annotated[ask.BuildPortfolio, Depends(InPath(ask.BuildPortfolio, named=("workflow_id",), always={}))]
Stepped = Annotated[
    ask.BuildPortfolio, Depends(InFrameworkBody(ask.BuildPortfolio, body=_STEP, named=("workflow_id", "step")))
]
OfPortfolio = Annotated[
    ShownReport, Depends(InPathAndQuery(ShownReport, named=("portfolio_id",), without=_OTHER_SUBJECTS))
]
OfAnything = Annotated[ShownReport, Depends(InFrameworkBody(ShownReport, body=_REPORTED))]


class PortfolioOperations:
    """What is asked of portfolios that follow a framework; a server that is read-only accepts none."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    def add_to(self, api: APIRouter) -> None:
        """Gives each its address."""
        read, sent = framework_problems(with_body=False), framework_problems(with_body=True)
        built, report = told_twin(PortfolioBuilt), told_twin(AllocationReport) | told_twin(Table)
        as_csv = csv_described()
        worked_out: Responses = {200: {"model": built, "description": "Worked out, and not accepted"}}
        routes: tuple[tuple[Any, str, Any, Any, Any], ...] = (
            (api.get, PORTFOLIOS, told_twin(PortfolioList), read, self.list_portfolios),
            (api.get, PORTFOLIO_REPORT, report, read | as_csv, self.get_portfolio_report),
            (api.post, REPORTS, report, sent | as_csv, self.get_allocation_report),
            (api.get, WORKFLOWS, told_twin(WorkflowList), read, self.list_portfolio_workflows),
            (api.get, WORKFLOW, built, read, self.read_portfolio_workflow),
            (api.post, WORKFLOW_STEP, built, sent, self.take_portfolio_step),
            (api.get, PROFILES, told_twin(ProfileList), read, self.list_investment_profiles),
        )
        for add, path, model, responses, operation in routes:
            add(path, response_model=model, responses=responses)(operation)
        api.post(PORTFOLIOS, response_model=built, status_code=201, responses=sent | worked_out)(self.build_portfolio)
        api.post(WORKFLOWS, response_model=built, status_code=201, responses=sent)(self.begin_portfolio_workflow)

    async def list_portfolios(self, _asked: Listed) -> Response:
        """Your accepted portfolios, the newest first."""
        desk = await self._app.frameworks()
        return answer(await desk.portfolios(self._app.caller))

    async def build_portfolio(self, asked: Built) -> Response:
        """A portfolio from a framework, for `cash` or an account of the book: accepted and stored.

        With `accept` false it is worked out, and nothing is stored.
        """
        built = await self._built(as_port(ask.BuildPortfolio, asked, accept=asked.accept))
        return answer(built, status_code=200 if built.portfolio_id is None else 201)

    async def get_portfolio_report(self, asked: OfPortfolio) -> Response:
        """Actual against target of an accepted portfolio, with the trades that bring it back; or one table of it."""
        return await self._reported(asked)

    async def get_allocation_report(self, asked: OfAnything) -> Response:
        """The same of a framework over an account of the book, or over `holdings`."""
        return await self._reported(asked)

    async def list_portfolio_workflows(self, _asked: Listed) -> Response:
        """Your portfolio workflows that haven't expired, the newest first."""
        desk = await self._app.frameworks()
        return answer(await desk.workflows(self._app.caller))

    async def begin_portfolio_workflow(self, asked: Begun) -> Response:
        """Takes the first step, and so begins a workflow."""
        return answer(await self._built(as_port(ask.BuildPortfolio, asked, step=asked.step)), status_code=201)

    async def read_portfolio_workflow(self, asked: Resumed) -> Response:
        """Where a workflow stands, and the portfolio as far as it is known."""
        return answer(await self._built(asked))

    async def take_portfolio_step(self, asked: Stepped) -> Response:
        """Takes a step with its fields, or with `skip` passes it over; one that was taken may be taken again."""
        return answer(await self._built(asked))

    async def list_investment_profiles(self, _asked: Listed) -> Response:
        """Your profiles, by name."""
        desk = await self._app.frameworks()
        return answer(await desk.profiles(self._app.caller))

    async def _built(self, request: ask.BuildPortfolio) -> PortfolioBuilt:
        desk = await self._app.frameworks()
        return await desk.build(self._app.caller, request)

    async def _reported(self, asked: ShownReport) -> Response:
        """The report whole, or one table of it."""
        if asked.format == "csv" and asked.table is None:
            raise InvalidInput("A CSV holds one table: name it in table.", field="table")
        desk = await self._app.frameworks()
        report = await desk.report(self._app.caller, as_port(ask.GetAllocationReport, asked))
        if asked.table is None:
            return answer(report)
        table: Table = getattr(report, asked.table)
        if asked.format == "json":
            return answer(table)
        return file_of(csv_table(table), name=f"{report.portfolio_id or 'allocation'}-{asked.table}", kind="csv")
