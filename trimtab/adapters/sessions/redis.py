"""The session store on a Redis or Valkey server: for several processes or machines that serve the same sessions.

Every change is one script on the server, so it happens whole or not at all, with its log and its notice. The client
retries what failed with the connection; a write carries an id, so that a retried one counts once.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from trimtab.adapters.sessions.records import (
    moment,
    new_session,
    new_session_id,
    require_usable,
    stamp,
    used,
    with_state,
)
from trimtab.adapters.sessions.redis_changes import RedisListeners
from trimtab.adapters.sessions.redis_clients import clients
from trimtab.adapters.sessions.redis_durability import warn_if_forgetful
from trimtab.adapters.sessions.redis_errors import foreign_data, named_errors
from trimtab.adapters.sessions.redis_keys import (
    BY_EXPIRY,
    CHECK,
    Keys,
    log_key,
    opening_key,
    owner_key,
    session_key,
)
from trimtab.adapters.sessions.refusals import (
    changed_session,
    closed_store,
    expired_session,
    id_in_use,
    newer_session,
    unknown_session,
    unlinked_log,
)
from trimtab.domain.errors import Unavailable
from trimtab.workflow.log import LogEntry, LogHead, extended, first_head
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.stores import SessionInfo, StoredSession

GIVE_UP_AFTER_SECONDS: Final = 5.0
"""The longest that one operation waits for the server, retries included."""
_CHECK_LIVES_MS: Final = 60_000
_FORGOTTEN_AT_ONCE: Final = 100
_CHANGE: Final = Path(__file__).with_name("change.lua").read_text(encoding="utf-8")
_USE: Final = Path(__file__).with_name("use.lua").read_text(encoding="utf-8")
_FORGET: Final = Path(__file__).with_name("forget.lua").read_text(encoding="utf-8")
_FACTS: Final = (
    "owner",
    "version",
    "schema_version",
    "created_at",
    "expires_at",
    "log_seq",
    "log_hash",
)


class RedisSessionStore:
    """A `SessionStore` on the server of this URL. Nothing is sent before the first call, and it belongs to the event
    loop of that call.

    Raises:
        SettingsError: the URL isn't one of a Redis server.
    """

    def __init__(self, url: str, *, clock: Clock, ttl: timedelta, schema_version: int) -> None:
        self._clients = clients(url, patience_seconds=GIVE_UP_AFTER_SECONDS)
        self._client = self._clients.asks
        self._clock = clock
        self._ttl = ttl
        self._schema_version = schema_version
        self._change_script = self._client.register_script(_CHANGE)
        self._use_script = self._client.register_script(_USE)
        self._forget_script = self._client.register_script(_FORGET)
        self._listeners = RedisListeners(self._clients.listens, living=self._living)
        self._looked = False
        self._closed = False

    def new_id(self) -> str:
        """See `SessionStore.new_id`."""
        return new_session_id()

    async def create(
        self, session_id: str, *, owner: str, state: str, log: Sequence[LogEntry] = (), key: str | None = None
    ) -> StoredSession:
        """See `SessionStore.create`."""
        now, head = self._clock.now(), first_head(session_id)
        info = new_session(session_id, owner, now=now, ttl=self._ttl, schema_version=self._schema_version, log=log)
        opening = [] if key is None else [opening_key(owner, key)]
        outcome, *facts = await self._change("create", info, opening=opening, before=head, state=state, log=log)
        if outcome == "used":
            raise id_in_use()
        if outcome == "opened":
            return await self.read(facts[0], owner)
        return with_state(info, state)

    async def look(self, session_id: str, owner: str) -> SessionInfo:
        """See `SessionStore.look`."""
        facts = await self._run(partial(self._client.hmget, session_key(session_id), list(_FACTS)))
        return await self._used(self._usable(session_id, owner, facts=facts))

    async def read(self, session_id: str, owner: str) -> StoredSession:
        """See `SessionStore.read`."""
        facts = await self._run(partial(self._client.hmget, session_key(session_id), [*_FACTS, "state"]))
        info = self._usable(session_id, owner, facts=facts)
        if facts[-1] is None:
            raise foreign_data()
        return with_state(await self._used(info), facts[-1])

    async def replace(
        self, session_id: str, owner: str, *, expected_version: int, state: str, log: Sequence[LogEntry] = ()
    ) -> StoredSession:
        """See `SessionStore.replace`."""
        now = self._clock.now()
        before = LogHead(log[0].seq - 1, log[0].previous_hash) if log else LogHead(0, "")
        info = SessionInfo(
            session_id=session_id,
            owner=owner,
            version=expected_version + 1,
            schema_version=self._schema_version,
            created_at=now,
            expires_at=now + self._ttl,
            log_head=extended(before, log),
        )
        outcome, *facts = await self._change("replace", info, before=before, state=state, log=log)
        if outcome != "done":
            raise _refusal(outcome, facts, info=info)
        created_at, expires_at, log_seq, log_hash = facts
        stored = replace(info, created_at=moment(int(created_at)), expires_at=moment(int(expires_at)))
        return with_state(stored if log else replace(stored, log_head=LogHead(int(log_seq), log_hash)), state)

    async def log(self, session_id: str, owner: str, *, after_seq: int = 0, limit: int = 200) -> tuple[LogEntry, ...]:
        """See `SessionStore.log`."""
        async with self._client.pipeline(transaction=True) as pipeline:
            pipeline.hmget(session_key(session_id), list(_FACTS))
            pipeline.lrange(log_key(session_id), after_seq, after_seq + limit - 1)
            facts, entries = await self._run(pipeline.execute)
        await self._used(self._usable(session_id, owner, facts=facts))
        return tuple(LogEntry.model_validate_json(text) for text in entries)

    async def list(self, owner: str, *, limit: int = 100) -> tuple[SessionInfo, ...]:
        """See `SessionStore.list`."""
        found: dict[str, SessionInfo] = {}  # a session made meanwhile moves the others on, so one may come twice
        now, start = self._clock.now(), 0
        while len(found) < limit:
            ids = await self._run(partial(self._client.zrevrange, owner_key(owner), start, start + limit - 1))
            if not ids:
                break
            start += len(ids)
            found |= {info.session_id: info for info in await self._infos(ids) if info.expires_at > now}
        return tuple(found.values())[:limit]

    async def check(self) -> None:
        """See `SessionStore.check`. A server that can't write now refuses this too."""
        await self._run(partial(self._client.set, CHECK, "", px=_CHECK_LIVES_MS))

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """See `SessionStore.changes`."""
        return self._listeners.listening()

    async def purge_expired(self) -> int:
        """See `SessionStore.purge_expired`."""
        long_ago, forgotten = stamp(self._clock.now() - self._ttl), 0
        some = partial(self._forget_script, keys=[BY_EXPIRY], args=[long_ago, _FORGOTTEN_AT_ONCE])
        while count := int(await self._run(some)):
            forgotten += count
        return forgotten

    async def close(self) -> None:
        """See `SessionStore.close`."""
        if not self._closed:
            self._closed = True
            self._listeners.close()
            await self._clients.close()

    async def _change(
        self,
        act: str,
        info: SessionInfo,
        *,
        before: LogHead,
        state: str,
        log: Sequence[LogEntry],
        opening: Sequence[str] = (),
    ) -> Sequence[str]:
        write_id = secrets.token_hex(8)
        done = partial(
            self._change_script,
            keys=[*Keys(info.session_id, info.owner).all, *opening],
            args=[
                act,
                info.session_id,
                info.owner,
                write_id,
                stamp(self._clock.now()),
                stamp(info.expires_at),
                self._keep_ms,
                info.schema_version,
                state,
                info.version - 1,
                before.seq,
                before.hash,
                info.log_head.seq,
                info.log_head.hash,
                *(entry.model_dump_json() for entry in log),
            ],
        )
        return cast("Sequence[str]", await self._run(done, writes=True))

    @property
    def _keep_ms(self) -> int:
        """Expired sessions stay for as long again, so that their owner is told."""
        return 2 * self._ttl // timedelta(milliseconds=1)

    def _usable(self, session_id: str, owner: str, *, facts: Sequence[str | None]) -> SessionInfo:
        if facts[0] != owner:
            raise unknown_session()
        info = _info(session_id, cast("Sequence[str]", facts))
        return require_usable(info, now=self._clock.now(), schema_version=self._schema_version)

    async def _used(self, info: SessionInfo) -> SessionInfo:
        """The session with its expiry moved; a server that can't write doesn't stop the reading."""
        moved = used(info, now=self._clock.now(), ttl=self._ttl)
        if moved is info:
            return info
        keys = Keys(info.session_id, info.owner).all
        try:
            args: tuple[str | int, ...] = (
                info.session_id,
                info.owner,
                stamp(moved.expires_at),
                self._keep_ms,
            )
            await self._run(partial(self._use_script, keys=keys, args=args))
        except Unavailable:
            return info
        return moved

    async def _infos(self, ids: Sequence[str]) -> Sequence[SessionInfo]:
        async with self._client.pipeline(transaction=False) as pipeline:
            for session_id in ids:
                pipeline.hmget(session_key(session_id), list(_FACTS))
            rows = await self._run(pipeline.execute)
        return [_info(session_id, facts) for session_id, facts in zip(ids, rows, strict=True) if facts[0] is not None]

    async def _living(self) -> Sequence[str]:
        now = stamp(self._clock.now())
        members = await self._run(partial(self._client.zrangebyscore, BY_EXPIRY, f"({now}", "+inf"))
        return [member.partition(" ")[0] for member in members]

    async def _run(self, work: Callable[[], Awaitable[Any]], *, writes: bool = False) -> Any:
        if self._closed:
            raise closed_store()
        async with named_errors(writes=writes), asyncio.timeout(GIVE_UP_AFTER_SECONDS):
            done = await work()
        if not self._looked:
            self._looked = True
            with suppress(TimeoutError):
                async with asyncio.timeout(GIVE_UP_AFTER_SECONDS):
                    await warn_if_forgetful(self._client)
        return done


def _info(session_id: str, facts: Sequence[str]) -> SessionInfo:
    owner, version, schema_version, created_at, expires_at, log_seq, log_hash = facts[: len(_FACTS)]
    try:
        return SessionInfo(
            session_id=session_id,
            owner=owner,
            version=int(version),
            schema_version=int(schema_version),
            created_at=moment(int(created_at)),
            expires_at=moment(int(expires_at)),
            log_head=LogHead(seq=int(log_seq), hash=log_hash),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise foreign_data() from error


def _refusal(outcome: str, facts: Sequence[str], *, info: SessionInfo) -> Exception:
    """Why the script changed nothing."""
    if outcome == "expired":
        return expired_session(moment(int(facts[0])))
    if outcome == "newer":
        return newer_session()
    if outcome == "conflict":
        return changed_session(expected_version=info.version - 1, version=int(facts[0]))
    if outcome == "unlinked":
        return unlinked_log(int(facts[0]))
    return unknown_session()
