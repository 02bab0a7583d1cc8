"""Stores on a Redis or Valkey server, and short ways to use them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from tests.adapters.sessions.stores import TTL, entry
from tests.clock import FixedClock
from trimtab.adapters.sessions.redis import RedisSessionStore
from trimtab.workflow.log import first_head
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.stores import StoredSession


@asynccontextmanager
async def redis_store(
    url: str, *, clock: Clock | None = None, ttl: timedelta = TTL
) -> AsyncIterator[RedisSessionStore]:
    """One store on this server, for the length of a test."""
    store = RedisSessionStore(url, clock=clock or FixedClock(), ttl=ttl, schema_version=1)
    try:
        yield store
    finally:
        await store.close()


async def opened(store: RedisSessionStore, state: str = "1", *, key: str | None = None) -> StoredSession:
    """A new session of Jane's."""
    session_id = store.new_id()
    log = [entry(first_head(session_id), "open")]
    return await store.create(session_id, owner="jane", state=state, log=log, key=key)


async def changed(store: RedisSessionStore, session: StoredSession, state: str) -> StoredSession:
    """Jane's session with this state, which is also what the log says was done."""
    log = [entry(session.log_head, state)]
    return await store.replace(session.session_id, "jane", expected_version=session.version, state=state, log=log)


async def actions(store: RedisSessionStore, session: StoredSession) -> Sequence[str]:
    """What the log says was done."""
    return [each.action for each in await store.log(session.session_id, "jane", limit=100_000)]
