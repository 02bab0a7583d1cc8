"""Copies sessions into the records, so that they can be shown when the session store has long forgotten them."""

import logging
from typing import Final

from trimtab.domain.errors import BrokenRecord, TrimtabError, WrongPhase
from trimtab.workflow.archive import SessionCopy, kept_effects, kept_inputs
from trimtab.workflow.books import BookShelf
from trimtab.workflow.log_reading import whole_log
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.records import RecordStore, Scope
from trimtab.workflow.ports.stores import SessionInfo, SessionStore, StoredSession
from trimtab.workflow.sessions import Sessions
from trimtab.workflow.state import SessionState

logger = logging.getLogger(__name__)

MOST_SESSIONS: Final = 1_000
"""Sessions looked at in one round, the newest first."""
FIRST_ENTRIES: Final = 50
"""Where a session's inputs are looked for: only what was refused before it was kept comes before them."""

_Mark = tuple[int, str]
"""A session as it stands: its version, and the last hash of its log."""


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
        self._settled: dict[str, _Mark] = {}

    async def keep(self, caller: Caller, session_id: str) -> None:
        """Keeps a session of the caller's; without its plan where book or policy aren't the session's any more.

        Raises:
            BrokenRecord: Its log was changed, or isn't the one that was kept before.
        """
        stored = await self._store.read(session_id, caller.owner)
        while True:
            try:
                await self._keep(caller, stored)
            except BrokenRecord:  # or another process kept a later state since this one was read: then look again
                before, stored = stored, await self._store.read(session_id, caller.owner)
                if stored.version <= before.version:
                    raise
            else:
                return

    async def _keep(self, caller: Caller, stored: StoredSession) -> None:
        copied = SessionCopy(
            stored=stored,
            log=await whole_log(self._store, stored),
            plan=self._plan(stored),
            policy=self._shelf.policy,
            tax_rules=self._shelf.tax_rules,
            server_version=self._version,
            kept_inputs=kept_inputs(await self._records.entries(stored.session_id, limit=FIRST_ENTRIES)),
        )
        await self._records.write(
            Scope(session_id=stored.session_id),
            lambda standing: kept_effects(standing, copied, at=self._clock.now(), actor=caller.actor),
        )

    def _plan(self, stored: StoredSession) -> SessionPlan | None:
        """The session's plan; None where it can't be computed any more. The rest is evidence all the same."""
        try:
            return self._sessions.plan(SessionState.model_validate_json(stored.state))
        except WrongPhase as error:
            logger.warning("session %s is kept without its plan: %s", stored.session_id, error.message)
            return None

    async def keep_changed(self, caller: Caller) -> int:
        """Keeps those of the caller's sessions that changed since they were kept; says how many.

        Reading a session is use, and use prolongs its life. So one whose record is broken is tried once, and again
        only when it has changed: else it would never expire.
        """
        kept = {
            each.session_id: (each.version, each.log_hash) for each in await self._records.sessions(limit=MOST_SESSIONS)
        }
        found = await self._store.list(caller.owner, limit=MOST_SESSIONS)
        known = kept | self._settled
        changed = [info for info in found if known.get(info.session_id) != _mark(info)]
        self._settled = {info.session_id: _mark(info) for info in found if info not in changed}
        return sum([await self._kept(caller, info) for info in changed])

    async def _kept(self, caller: Caller, info: SessionInfo) -> bool:
        """Keeps a session and says whether it could; where not, the others are kept all the same."""
        try:
            await self.keep(caller, info.session_id)
        except TrimtabError as error:
            logger.warning("session %s isn't kept: %s", info.session_id, error.message)
            if isinstance(error, BrokenRecord):
                self._settled[info.session_id] = _mark(info)
            return False
        self._settled[info.session_id] = _mark(info)
        return True


def _mark(info: SessionInfo) -> _Mark:
    return info.version, info.log_head.hash
