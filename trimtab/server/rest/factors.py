"""Factor intelligence: correlations, performance and offsets, counted by the day; and the caller's factor groups."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from trimtab.server.rest.addresses import FACTORS, GROUP, GROUPS
from trimtab.server.rest.asking import BodyOf, InBody, InPath, InPathAndBody
from trimtab.server.rest.camel import told_twin
from trimtab.server.rest.day_limits import Computation, DayLimits, Headers, visitor_at
from trimtab.server.rest.openapi import factor_problems
from trimtab.server.rest.telling import answer
from trimtab.tools.context import AppContext
from trimtab.tools.factors.shaping import shown_correlations, shown_offsets, shown_performance
from trimtab.workflow.ports.factor_requests import (
    ComputeCorrelations,
    ComputePerformance,
    ManageFactorGroup,
    RecommendOffsets,
)
from trimtab.workflow.ports.factor_results import Correlations, GroupAnswer, Offsets, Performance

_NAMED: Final = ("name",)
_NEW: Final = BodyOf("NewFactorGroup")
_CHANGES: Final = BodyOf("FactorGroupContent")
_TRIED: Final = BodyOf("FactorGroupContent", optional=True)
Group = ManageFactorGroup
AskedCorrelations = Annotated[ComputeCorrelations, Depends(InBody(ComputeCorrelations, optional=True))]
AskedPerformance = Annotated[ComputePerformance, Depends(InBody(ComputePerformance, optional=True))]
AskedOffsets = Annotated[RecommendOffsets, Depends(InBody(RecommendOffsets))]
Listed = Annotated[Group, Depends(InPath(Group, always={"action": "list"}))]
Read = Annotated[Group, Depends(InPath(Group, named=_NAMED, always={"action": "read"}))]
Deleted = Annotated[Group, Depends(InPath(Group, named=_NAMED, always={"action": "delete"}))]
Created = Annotated[Group, Depends(InPathAndBody(Group, body=_NEW, always={"action": "create"}))]
Updated = Annotated[Group, Depends(InPathAndBody(Group, body=_CHANGES, named=_NAMED, always={"action": "update"}))]
Validated = Annotated[Group, Depends(InPathAndBody(Group, body=_TRIED, named=_NAMED, always={"action": "validate"}))]


class FactorOperations:
    """What is asked of factor intelligence; a server that is read-only changes no group."""

    def __init__(self, app: AppContext, *, limits: DayLimits, read_only: bool) -> None:
        self._app = app
        self._limits = limits
        self._read_only = read_only

    def add_to(self, api: APIRouter) -> None:
        """Gives each its address."""
        counted = factor_problems(with_body=True, limited=True)
        for path, result, operation in (
            ("correlations", Correlations, self.compute_correlations),
            ("performance", Performance, self.compute_performance),
            ("recommendations", Offsets, self.recommend_offsets),
        ):
            api.post(f"{FACTORS}/{path}", response_model=told_twin(result), responses=counted)(operation)
        self._add_groups_to(api)

    def _add_groups_to(self, api: APIRouter) -> None:
        group = told_twin(GroupAnswer)
        read, changed = factor_problems(with_body=False), factor_problems(with_body=True)
        api.get(GROUPS, response_model=group, responses=read)(self.list_factor_groups)
        api.get(GROUP, response_model=group, responses=read)(self.read_factor_group)
        api.post(f"{GROUP}/validate", response_model=group, responses=changed)(self.validate_factor_group)
        if not self._read_only:
            api.post(GROUPS, response_model=group, status_code=201, responses=changed)(self.create_factor_group)
            api.put(GROUP, response_model=group, responses=changed)(self.update_factor_group)
            api.delete(GROUP, response_model=group, responses=read)(self.delete_factor_group)

    async def compute_correlations(self, http: Request, asked: AskedCorrelations) -> Response:
        """Correlation matrices, sensitivities to yields and benchmarks, and views across asset classes."""
        counted = self._counted(http, "correlations")
        desk = await self._app.factors()
        found = await desk.correlations(self._app.caller, asked)
        return answer(shown_correlations(found, asked), headers=counted)

    async def compute_performance(self, http: Request, asked: AskedPerformance) -> Response:
        """Return, risk and yield of every ETF and of composites."""
        counted = self._counted(http, "performance")
        desk = await self._app.factors()
        found = await desk.performance(self._app.caller, asked)
        return answer(shown_performance(found, asked), headers=counted)

    async def recommend_offsets(self, http: Request, asked: AskedOffsets) -> Response:
        """ETFs that would offset a factor which a portfolio has too much of, with what a shift would change."""
        counted = self._counted(http, "recommendations")
        desk = await self._app.factors()
        found = await desk.offsets(self._app.caller, asked)
        return answer(shown_offsets(found, asked), headers=counted)

    async def list_factor_groups(self, asked: Listed) -> Response:
        """Your factor groups, by name."""
        return await self._managed(asked)

    async def read_factor_group(self, asked: Read) -> Response:
        """The factor group of this name."""
        return await self._managed(asked)

    async def create_factor_group(self, asked: Created) -> Response:
        """Keeps a new factor group; the same once more changes nothing."""
        return await self._managed(asked, status_code=201)

    async def update_factor_group(self, asked: Updated) -> Response:
        """Changes what is named of a factor group; the rest stays."""
        return await self._managed(asked)

    async def delete_factor_group(self, asked: Deleted) -> Response:
        """Forgets a factor group; it can't be undone."""
        return await self._managed(asked)

    async def validate_factor_group(self, asked: Validated) -> Response:
        """What is wrong with these members and weights, or without any with the stored group; stores nothing."""
        return await self._managed(asked)

    async def _managed(self, asked: ManageFactorGroup, *, status_code: int = 200) -> Response:
        desk = await self._app.factors()
        return answer(await desk.manage_group(self._app.caller, asked), status_code=status_code)

    def _counted(self, http: Request, computation: Computation) -> Headers:
        return self._limits.count(computation, visitor_at(http.client.host if http.client else None))
