"""Copies sessions into the records, so that they can be shown when the session store has long forgotten them."""

import logging
from functools import partial
from typing import Final

from trimtab.domain.errors import BrokenRecord, TrimtabError
from trimtab.workflow.archive import SessionCopy, kept_effects, kept_inputs
from trimtab.workflow.books import BookShelf
from trimtab.workflow.log import LogEntry
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.records import Effects, RecordStore, Scope, Standing
from trimtab.workflow.ports.stores import SessionStore, StoredSession
from trimtab.workflow.sessions import Sessions
from trimtab.workflow.state import SessionState

logger = logging.getLogger(__name__)

PAGE: Final = 200
MOST_SESSIONS: Final = 1_000
"""Sessions looked at in one round, the newest first."""


class Keeper:
    """Keeps sessions as they stand; what is kept already isn't kept again."""

    def __init__(
        self, sessions: Sessions, store: SessionStore, *, shelf: BookShelf, records: RecordStore, clock: Clock, by: str
    ) -> None:
        """`by` is the version of the server that keeps."""
        self._sessions = sessions
        self._store = store
        self._shelf = shelf
        self._records = records
        self._clock = clock
        self._version = by

    async def keep(self, caller: Caller, session_id: str) -> None:
        """Keeps a session of the caller's.

        Raises:
            BrokenRecord: Its log was changed, or isn't the one that was kept before.
            WrongPhase: The book or the policy isn't the session's any more.
        """
        try:
            await self._keep(caller, session_id)
        except BrokenRecord:  # or another process kept a later state since this one was read: then look again
            await self._keep(caller, session_id)

    async def _keep(self, caller: Caller, session_id: str) -> None:
        stored = await self._store.read(session_id, caller.owner)
        copied = SessionCopy(
            stored=stored,
            log=await self._log(stored, caller),
            plan=self._sessions.plan(SessionState.model_validate_json(stored.state)),
            policy=self._shelf.policy,
            tax_rules=self._shelf.tax_rules,
            server_version=self._version,
            kept_inputs=kept_inputs(await self._records.entries(session_id, limit=1)),
        )
        await self._records.write(Scope(session_id=session_id), partial(self._effects, copied, caller.actor))

    def _effects(self, copied: SessionCopy, actor: str, standing: Standing) -> Effects:
        return kept_effects(standing, copied, at=self._clock.now(), actor=actor)

    async def _log(self, stored: StoredSession, caller: Caller) -> tuple[LogEntry, ...]:
        log: list[LogEntry] = []
        while len(log) < stored.log_head.seq:
            page = await self._store.log(stored.session_id, caller.owner, after_seq=len(log), limit=PAGE)
            if not page:
                break
            log += page
        return tuple(log[: stored.log_head.seq])

    async def keep_changed(self, caller: Caller) -> int:
        """Keeps those of the caller's sessions that changed since they were kept; says how many."""
        kept = {each.session_id: each.version for each in await self._records.sessions(limit=MOST_SESSIONS)}
        found = await self._store.list(caller.owner, limit=MOST_SESSIONS)
        changed = [info.session_id for info in found if kept.get(info.session_id) != info.version]
        failed = 0
        for session_id in changed:
            try:
                await self.keep(caller, session_id)
            except TrimtabError as error:  # the others are kept all the same
                failed += 1
                logger.warning("session %s isn't kept: %s", session_id, error.message)
        return len(changed) - failed
