"""Where trading sessions are kept. Every store, file or server, promises the same."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trimtab.workflow.log import LogEntry, LogHead


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """A stored session without its state; `log_head` is where its next log entry attaches."""

    session_id: str
    owner: str
    version: int
    schema_version: int
    created_at: datetime
    expires_at: datetime
    log_head: LogHead


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession(SessionInfo):
    """A session with its state, which is canonical JSON text that the store doesn't look into."""

    state: str


class SessionStore(Protocol):
    """Keeps sessions by compare-and-set on a version, which starts at 1 and grows by 1 with each change.

    A session belongs to its owner: to others it doesn't exist. It expires a fixed time after its last use;
    reading and writing are use (a read may leave the expiry as it is while less than 1 % of that time has
    passed). What a call has answered survives the death of the process at any moment.

    Every operation on a session may raise:
        NotFound: it is unknown, somebody else's, or has expired; only its owner learns that it has expired.
        NewerVersion: a newer release wrote its state.
        Unavailable: the store can't be reached now.
    """

    def new_id(self) -> str:
        """An id that nobody can guess, for `create`. The log's chain starts from it, so it comes first."""

    async def create(
        self, session_id: str, *, owner: str, state: str, log: Sequence[LogEntry] = (), key: str | None = None
    ) -> StoredSession:
        """Stores a new session as version 1. A used id is a ValueError.

        With a `key` that its owner has made a session with before, and that session hasn't expired, nothing is stored
        and that session is answered as it stands: it has another id than the one given.
        """

    async def look(self, session_id: str, owner: str) -> SessionInfo:
        """The session without its state, for whoever may know that already. Looking is use."""

    async def read(self, session_id: str, owner: str) -> StoredSession:
        """The session as it stands."""

    async def replace(
        self, session_id: str, owner: str, *, expected_version: int, state: str, log: Sequence[LogEntry] = ()
    ) -> StoredSession:
        """Stores a new state and appends to the log, both or neither.

        Raises:
            Conflict: the session isn't at `expected_version` any more; carries the version that stands.
            ValueError: the log entries don't continue the session's log.
        """

    async def log(self, session_id: str, owner: str, *, after_seq: int = 0, limit: int = 200) -> tuple[LogEntry, ...]:
        """The log's entries in order, from the one behind `after_seq`."""

    async def list(self, owner: str, *, limit: int = 100) -> tuple[SessionInfo, ...]:
        """The owner's sessions that haven't expired, the newest first. Listing isn't use."""

    async def check(self) -> None:
        """Comes back where sessions can be read and changed now; raises like an operation where not."""

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Ids of sessions that were made or changed since this was entered, whichever process did it.

        While the store can't be reached the iterator waits. What happened meanwhile is lost to it, so afterwards it
        gives every session that lives: one id too many is harmless. It ends when the store is closed.
        """

    async def purge_expired(self) -> int:
        """Forgets the sessions that have been expired for as long as they would have lived; says how many."""

    async def close(self) -> None:
        """Lets go of files and connections; calls after it are Unavailable. Closing twice is fine."""
