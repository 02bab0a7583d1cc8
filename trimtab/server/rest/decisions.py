"""Decisions on a session: recommendations checked and applied, its rules and its mode."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from trimtab.server.rest.addresses import SESSION
from trimtab.server.rest.asking import InBody
from trimtab.server.rest.camel import told_twin
from trimtab.server.rest.openapi import problems
from trimtab.server.rest.telling import answer
from trimtab.tools.context import AppContext
from trimtab.workflow.ports.requests import (
    ApplyRecommendations,
    UpdateSession,
    ValidateRecommendations,
    WorkflowMode,
    Write,
)
from trimtab.workflow.ports.results import Applied, SessionSummaryResult, Validation


class SetWorkflowMode(Write):
    """The mode that the session goes on in."""

    workflow_mode: WorkflowMode


class DecisionOperations:
    """What decides about trades."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    def add_to(self, api: APIRouter) -> None:
        """Gives each its address."""
        summary = told_twin(SessionSummaryResult)
        wrong = problems(with_body=True)
        api.post(f"{SESSION}/validate", response_model=told_twin(Validation), responses=wrong)(
            self.validate_recommendations
        )
        api.post(f"{SESSION}/recommendations", response_model=told_twin(Applied), responses=wrong)(
            self.apply_recommendations
        )
        api.post(f"{SESSION}/rules", response_model=summary, responses=wrong)(self.update_session)
        api.put(f"{SESSION}/workflow-mode", response_model=summary, responses=wrong)(self.set_workflow_mode)

    async def validate_recommendations(
        self, asked: Annotated[ValidateRecommendations, Depends(InBody(ValidateRecommendations))]
    ) -> Response:
        """Checks recommendations without storing them, and says what percent would cure each breach."""
        desk = await self._app.desk()
        return answer(await desk.validate(self._app.caller, asked))

    async def apply_recommendations(
        self, asked: Annotated[ApplyRecommendations, Depends(InBody(ApplyRecommendations, optional=True))]
    ) -> Response:
        """Stores recommendations as decisions of the phase: those given, or the proposals of the last analysis."""
        desk = await self._app.desk()
        return answer(await desk.apply(self._app.caller, asked))

    async def update_session(
        self, asked: Annotated[UpdateSession, Depends(InBody(UpdateSession, without=("workflow_mode",)))]
    ) -> Response:
        """Adds instrument rules, substitutions, gradual exits and a person's overrides, for this session only."""
        return await self._update(asked)

    async def set_workflow_mode(self, asked: Annotated[SetWorkflowMode, Depends(InBody(SetWorkflowMode))]) -> Response:
        """Changes the workflow mode."""
        return await self._update(UpdateSession(**dict(asked)))

    async def _update(self, asked: UpdateSession) -> Response:
        desk = await self._app.desk()
        return answer(await desk.update(self._app.caller, asked))
