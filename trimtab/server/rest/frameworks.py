"""Allocation frameworks: listed, saved, exported, generated, checked, mapped to products, and backtested."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from trimtab.server.rest import framework_examples as shown
from trimtab.server.rest.addresses import BACKTEST, FRAMEWORK, FRAMEWORKS, GENERATE, VALIDATE
from trimtab.server.rest.asking import BodyOf, InPath, InPathAndBody, InPathAndQuery, InQuery
from trimtab.server.rest.camel import told_twin
from trimtab.server.rest.computations import Computations
from trimtab.server.rest.files import document_described, file_of
from trimtab.server.rest.framework_asking import (
    ChangedFramework,
    Exported,
    FlatBacktest,
    FrameworkItself,
    InFrameworkBody,
    InFrameworkToSave,
    ListedFrameworks,
    OneFramework,
    as_port,
    backtest_of,
)
from trimtab.server.rest.openapi import framework_problems, streams, successful
from trimtab.server.rest.runs import Job
from trimtab.server.rest.telling import answer
from trimtab.tools.context import AppContext
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports.desk import Progress
from trimtab.workflow.ports.framework_results import (
    FrameworkBacktest,
    Frameworks,
    Generated,
    MappedProducts,
    SavedFramework,
    Validation,
)
from trimtab.workflow.ports.results import Result

_NAMED: Final = ("framework_id",)
_NEW: Final = BodyOf(
    "NewFramework", without=("expected_version",), other=FrameworkItself, examples=shown.NEW_FRAMEWORKS
)
_CHANGED: Final = BodyOf(
    "ChangedFramework",
    without=("version", "idempotency_key"),
    other=FrameworkItself,
    examples=shown.CHANGED_FRAMEWORKS,
)
_VALIDATED: Final = BodyOf("ValidateFramework", other=FrameworkItself, examples=shown.VALIDATED)
_MAPPED: Final = BodyOf("MapProducts", optional=True, without=("framework",), examples=shown.MAPPED)
_GENERATED: Final = BodyOf("GenerateFramework", examples=shown.GENERATED)
_TESTED: Final = BodyOf("BacktestFramework", examples=shown.BACKTESTED)

Listed = Annotated[ListedFrameworks, Depends(InQuery(ListedFrameworks, session_in_path=False))]
Read = Annotated[OneFramework, Depends(InPathAndQuery(OneFramework, named=_NAMED))]
Wanted = Annotated[Exported, Depends(InPathAndQuery(Exported, named=_NAMED))]
Created = Annotated[
    ask.SaveFramework, Depends(InFrameworkToSave(ask.SaveFramework, body=_NEW, always={"action": "create"}))
]
Updated = Annotated[
    ask.SaveFramework,
    Depends(InFrameworkToSave(ChangedFramework, body=_CHANGED, named=_NAMED, always={"action": "update"})),
]
Archived = Annotated[ask.SaveFramework, Depends(InPath(ask.SaveFramework, named=_NAMED, always={"action": "archive"}))]
Restored = Annotated[ask.SaveFramework, Depends(InPath(ask.SaveFramework, named=_NAMED, always={"action": "restore"}))]
Checked = Annotated[ask.ValidateFramework, Depends(InFrameworkBody(ask.ValidateFramework, body=_VALIDATED))]
Mapped = Annotated[ask.MapProducts, Depends(InPathAndBody(ask.MapProducts, body=_MAPPED, named=_NAMED))]
Wished = Annotated[ask.GenerateFramework, Depends(InPathAndBody(ask.GenerateFramework, body=_GENERATED))]
Tested = Annotated[FlatBacktest, Depends(InFrameworkBody(FlatBacktest, body=_TESTED))]


class FrameworkOperations:
    """What is asked of frameworks; a server that is read-only saves none."""

    def __init__(self, app: AppContext, computations: Computations, *, read_only: bool) -> None:
        self._app = app
        self._computations = computations
        self._read_only = read_only

    def add_to(self, api: APIRouter) -> None:
        """Gives each its address."""
        read, sent = framework_problems(with_body=False), framework_problems(with_body=True)
        either = framework_problems(with_body=True, limited=True) | streams()
        listed, saved = told_twin(Frameworks), told_twin(SavedFramework)
        self._add_saving_to(api)
        routes: tuple[tuple[Any, str, Any, Any, Any], ...] = (
            (api.get, FRAMEWORKS, listed, read, self.list_frameworks),
            (api.get, FRAMEWORK, listed, read, self.read_framework),
            (api.get, f"{FRAMEWORK}/export", None, read | document_described(), self.export_framework),
            (api.post, f"{FRAMEWORK}/map-products", told_twin(MappedProducts), sent, self.map_products),
            (api.post, VALIDATE, told_twin(Validation), sent, self.validate_framework),
            (api.post, GENERATE, successful(Generated), either, self.generate_framework),
            (api.post, BACKTEST, successful(FrameworkBacktest), either, self.backtest_framework),
        )
        for add, path, model, responses, operation in routes:
            add(path, response_model=model, responses=responses)(operation)
        if not self._read_only:
            api.post(f"{FRAMEWORK}/archive", response_model=saved, responses=read)(self.archive_framework)
            api.post(f"{FRAMEWORK}/restore", response_model=saved, responses=read)(self.restore_framework)

    def _add_saving_to(self, api: APIRouter) -> None:
        if not self._read_only:
            saved, sent = told_twin(SavedFramework), framework_problems(with_body=True)
            api.post(FRAMEWORKS, response_model=saved, status_code=201, responses=sent)(self.create_framework)
            api.put(FRAMEWORK, response_model=saved, responses=sent)(self.update_framework)

    async def list_frameworks(self, asked: Listed) -> Response:
        """Templates and your frameworks; with `due` what has to be rebalanced or looked at.

        `userId` changes nothing: the server has one owner.
        """
        desk = await self._app.frameworks()
        request = ask.ListFrameworks(due=asked.due, archived=asked.archived)
        return answer(await desk.frameworks(self._app.caller, request))

    async def read_framework(self, asked: Read) -> Response:
        """One in full, with its versions, and with `changesSince` what changed since then."""
        desk = await self._app.frameworks()
        return answer(await desk.frameworks(self._app.caller, as_port(ask.ListFrameworks, asked)))

    async def create_framework(self, asked: Created) -> Response:
        """Keeps a new framework: one in full, a copy by `frameworkId`, or a `document` that is imported.

        The framework may be the body itself.
        """
        return answer(await self._saved(asked), status_code=201)

    async def update_framework(self, asked: Updated) -> Response:
        """Keeps the next version; where `expectedVersion` isn't the newest any more, a conflict says what changed.

        The framework may be the body itself, with `expectedVersion` beside its fields.
        """
        return answer(await self._saved(asked))

    async def archive_framework(self, asked: Archived) -> Response:
        """Takes it out of the list; it can still be read, and restored."""
        return answer(await self._saved(asked))

    async def restore_framework(self, asked: Restored) -> Response:
        """Puts it back into the list."""
        return answer(await self._saved(asked))

    async def export_framework(self, asked: Wanted) -> Response:
        """The framework as a document to keep: JSON, or its buckets as CSV."""
        found = await self._saved(as_port(ask.SaveFramework, asked, action="export"))
        return file_of(found.document or "", name=f"{found.framework_id}-v{found.version}", kind=asked.format)

    async def validate_framework(self, asked: Checked) -> Response:
        """All that is wrong with a framework, and where products lack; saves nothing.

        The framework may be the body itself.
        """
        desk = await self._app.frameworks()
        return answer(await desk.validate(self._app.caller, asked))

    async def map_products(self, asked: Mapped) -> Response:
        """The best products of each bucket, with their scores, the health of their data, and what a bucket lacks."""
        desk = await self._app.frameworks()
        return answer(await desk.map_products(self._app.caller, asked))

    async def generate_framework(self, http: Request, asked: Wished) -> Response:
        """A valid framework from requirements; nothing is saved.

        With `Accept: text/event-stream` the answer is an event stream.
        """
        desk = await self._app.frameworks()

        async def work(progress: Progress) -> Result:
            return await desk.generate(self._app.caller, asked, progress=progress)

        job = Job(self._app.caller, asked)
        return await self._computations.answered(http, job, work=work, computation="generations")

    async def backtest_framework(self, http: Request, asked: Tested) -> Response:
        """A framework or portfolio kept in several modes over past days, side by side; what `run` holds may stand
        beside it.

        With `Accept: text/event-stream` the answer is an event stream.
        """
        request, desk = backtest_of(asked), await self._app.frameworks()

        async def work(progress: Progress) -> Result:
            return await desk.backtest(self._app.caller, request, progress=progress)

        job = Job(self._app.caller, request)
        return await self._computations.answered(http, job, work=work, computation="framework_backtests")

    async def _saved(self, request: ask.SaveFramework) -> SavedFramework:
        desk = await self._app.frameworks()
        return await desk.save(self._app.caller, request)
