"""Workflows in the session store: begun, resumed, and changed one step at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from trimtab.domain.errors import Conflict, NotFound
from trimtab.workflow.factors.tables import table
from trimtab.workflow.frameworks.steps import WorkflowState, steps_told, suggested
from trimtab.workflow.log import LogEvent, chain, first_head
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.framework_results import PortfolioWorkflow, WorkflowList
from trimtab.workflow.ports.stores import SessionStore, StoredSession

BEGUN: Final = "begin_portfolio_workflow"
COLUMNS: Final = ("workflow_id", "version", "next_step", "created_at", "expires_at")
MOST_LISTED: Final = 100
OWNERS: Final = "portfolio-workflows of "


@dataclass(frozen=True, slots=True)
class OpenWorkflow:
    """A workflow as it stands."""

    stored: StoredSession
    state: WorkflowState

    @property
    def told(self) -> PortfolioWorkflow:
        """As answers tell it."""
        return PortfolioWorkflow(
            workflow_id=self.stored.session_id,
            version=self.stored.version,
            steps=steps_told(self.state),
            next_step=self.state.next_step,
            suggested=suggested(self.state.profile),
            expires_at=self.stored.expires_at.isoformat(timespec="seconds"),
        )


class Workflows:
    """Keeps workflows beside trading sessions, under owners of their own, so that neither is taken for the other."""

    def __init__(self, store: SessionStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begun(self, caller: Caller, *, key: str | None) -> OpenWorkflow:
        """A new one; with a key that began one before, that one as it stands."""
        workflow_id = self._store.new_id()
        log = chain(first_head(workflow_id), [self._event(caller, BEGUN, said="")])
        stored = await self._store.create(
            workflow_id, owner=_owner(caller), state=WorkflowState().model_dump_json(), log=log, key=key
        )
        return _opened(stored)

    async def load(self, caller: Caller, workflow_id: str, *, expected_version: int | None = None) -> OpenWorkflow:
        """The caller's workflow.

        Raises:
            NotFound: there is none of the caller's, or it has expired.
            Conflict: it isn't at the version that is expected.
        """
        try:
            found = _opened(await self._store.read(workflow_id, _owner(caller)))
        except NotFound as error:
            raise NotFound(
                error.message.replace("session", "workflow"),
                field="workflow_id",
                next_action="Call build_portfolio with step profile or framework to begin a new one.",
            ) from error
        if expected_version not in (None, found.stored.version):
            raise _changed(found.stored.version)
        return found

    async def changed(
        self, caller: Caller, opened: OpenWorkflow, *, step: str, change: Callable[[WorkflowState], WorkflowState]
    ) -> OpenWorkflow:
        """The workflow after a step; raises Conflict where somebody else was faster."""
        after = change(opened.state)
        said = after.done[-1].said if after.done else ""
        try:
            stored = await self._store.replace(
                opened.stored.session_id,
                _owner(caller),
                expected_version=opened.stored.version,
                state=after.model_dump_json(),
                log=chain(opened.stored.log_head, [self._event(caller, f"portfolio_{step}", said=said)]),
            )
        except Conflict as conflict:
            raise _changed(conflict.version) from conflict
        return _opened(stored)

    async def listed(self, caller: Caller) -> WorkflowList:
        """The caller's, the newest first."""
        found = await self._store.list(_owner(caller), limit=MOST_LISTED)
        opened = [_opened(await self._store.read(info.session_id, _owner(caller))) for info in found]
        rows = (
            (
                each.stored.session_id,
                each.stored.version,
                each.state.next_step,
                each.stored.created_at.isoformat(timespec="seconds"),
                each.stored.expires_at.isoformat(timespec="seconds"),
            )
            for each in opened
        )
        return WorkflowList(workflows=table(COLUMNS, rows))

    def _event(self, caller: Caller, action: str, *, said: str) -> LogEvent:
        return LogEvent(
            at=self._clock.now(), actor=caller.actor, source=caller.source, action=action, detail={"said": said}
        )


def _owner(caller: Caller) -> str:
    return f"{OWNERS}{caller.owner}"


def _opened(stored: StoredSession) -> OpenWorkflow:
    return OpenWorkflow(stored, WorkflowState.model_validate_json(stored.state))


def _changed(version: int) -> Conflict:
    return Conflict(
        "The workflow has changed since it was read.",
        version=version,
        next_action=f"Call build_portfolio with workflow_id alone, then again with expected_version {version}.",
    )
