"""Reads a session's whole log from its store, page by page."""

from typing import Final

from trimtab.workflow.log import LogEntry
from trimtab.workflow.ports.stores import SessionInfo, SessionStore

PAGE: Final = 200


async def whole_log(store: SessionStore, session: SessionInfo) -> tuple[LogEntry, ...]:
    """The log as far as this session's head; shorter where the store has less, which `verify` then says."""
    log: list[LogEntry] = []
    while len(log) < session.log_head.seq:
        page = await store.log(session.session_id, session.owner, after_seq=len(log), limit=PAGE)
        if not page:
            break
        log += page
    return tuple(log[: session.log_head.seq])
