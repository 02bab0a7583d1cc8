"""Session stores: reading a session, changing it and writing it back, against the bare client doing the same."""

import asyncio
import json
import secrets
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from redis.asyncio import Redis

from bench.measure import Work, in_turns
from bench.report import milliseconds, print_table, verdict
from tests.redis_servers import RedisServer, binary_of
from trimtab.adapters.clock import SystemClock
from trimtab.adapters.sessions.redis import RedisSessionStore
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.workflow.log import LogEntry, LogEvent, LogHead, append, first_head
from trimtab.workflow.ports.stores import SessionStore

ROUNDS: Final = 400
WANTED: Final = 2.0
TTL: Final = timedelta(hours=24)
STATE_SIZES: Final = (20_000, 115_000)
OWNER: Final = "bench"

RoundTrip = Callable[[], Coroutine[None, None, None]]


def report() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        rows = [row for size in STATE_SIZES for row in _rows(Path(folder), runner, size=size)]
    print_table(
        "Session stores: one session read, changed and written",
        ("store, state", "Trimtab, ms", "bare client, ms", "ratio of medians, wanted"),
        rows,
        notes=f"Medians of {ROUNDS} round trips each, in turns. The bare client sends the same statements, or the same "
        "script, with the same log entry, and checks nothing.",
    )


def _rows(folder: Path, runner: asyncio.Runner, *, size: int) -> Iterator[tuple[str, ...]]:
    state = json.dumps({"text": "x" * size})
    for name in ("SQLite", "Valkey", "Redis"):
        with ExitStack() as stack:
            place = _place(name, folder / f"{name}-{size}", stack=stack)
            if place is None:
                yield (f"{name}, not on this machine", "", "", "")
                continue
            ours, bare, close = runner.run(_round_trips(place, state))
            works: dict[str, Work] = {"ours": partial(_run, runner, ours), "bare": partial(_run, runner, bare)}
            in_turns(works, repetitions=30)
            taken = {each: statistics.median(times) for each, times in in_turns(works, repetitions=ROUNDS).items()}
            runner.run(close())
        ratio = verdict(taken["ours"] / taken["bare"], WANTED)
        yield (f"{name}, {size // 1000} kB", milliseconds(taken["ours"]), milliseconds(taken["bare"]), ratio)


def _run(runner: asyncio.Runner, round_trip: RoundTrip) -> None:
    runner.run(round_trip())


def _place(name: str, folder: Path, *, stack: ExitStack) -> Path | str | None:
    folder.mkdir()
    if name == "SQLite":
        return folder / "sessions.db"
    kind = name.lower()
    if binary_of(kind) is None:
        return None
    return stack.enter_context(_running(RedisServer(kind, folder, "--appendfsync", "everysec")))


@contextmanager
def _running(server: RedisServer) -> Iterator[str]:
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


async def _round_trips(place: Path | str, state: str) -> tuple[RoundTrip, RoundTrip, RoundTrip]:
    store = _store(place)
    mine, theirs = [await _session(store, state) for _ in range(2)]
    bare = BareSqlite(place, theirs) if isinstance(place, Path) else BareRedis(place, theirs)
    if isinstance(bare, BareRedis):
        await bare.start(state)

    async def ours() -> None:
        session = await store.read(mine, OWNER)
        log = [_entry(session.log_head)]
        await store.replace(mine, OWNER, expected_version=session.version, state=session.state, log=log)

    async def close() -> None:
        await bare.close()
        await store.close()

    return ours, bare.round_trip, close


def _store(place: Path | str) -> SessionStore:
    if isinstance(place, str):
        return RedisSessionStore(place, clock=SystemClock(), ttl=TTL, schema_version=1)
    return SqliteSessionStore(place, clock=SystemClock(), ttl=TTL, schema_version=1)


async def _session(store: SessionStore, state: str) -> str:
    session_id = store.new_id()
    await store.create(session_id, owner=OWNER, state=state, log=[_entry(first_head(session_id))])
    return session_id


def _entry(head: LogHead) -> LogEntry:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return append(head, LogEvent(at=at, actor="bench", source="person", action="update_session", detail={"n": 1}))


class BareSqlite:
    """The statements alone, on a connection of its own."""

    def __init__(self, path: Path, session_id: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._session_id = session_id

    async def round_trip(self) -> None:
        """Read, change, write."""
        run, one = self._connection.execute, (self._session_id,)
        state, *facts = run(
            "SELECT (SELECT state FROM states WHERE states.session_id = sessions.session_id), * FROM sessions "
            "WHERE session_id = ?",
            one,
        ).fetchone()
        entry = _entry(LogHead(facts[-2], facts[-1]))
        run("BEGIN IMMEDIATE")
        _, _, version, _, _, expires_at, *_ = run("SELECT * FROM sessions WHERE session_id = ?", one).fetchone()
        run(
            "UPDATE sessions SET version = ?, expires_at = ?, log_seq = ?, log_hash = ? WHERE session_id = ?",
            (version + 1, expires_at + 1, entry.seq, entry.hash, *one),
        )
        run("UPDATE states SET state = ? WHERE session_id = ?", (state, *one))
        run("INSERT INTO log VALUES (?, ?, ?)", (*one, entry.seq, entry.model_dump_json()))
        run("COMMIT")

    async def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()


class BareRedis:
    """One read and one script, with keys of its own."""

    def __init__(self, url: str, session_id: str) -> None:
        self._client: Redis = Redis.from_url(url, decode_responses=True)
        self._change = self._client.register_script(SCRIPT)
        self._keys = [f"bare:{what}:{session_id}" for what in ("session", "log", "writes", "owner", "expiry")]

    async def start(self, state: str) -> None:
        """Makes the session."""
        first = first_head(self._keys[0])
        await self._client.hset(self._keys[0], mapping={"version": 1, "state": state, "seq": 0, "hash": first.hash})

    async def round_trip(self) -> None:
        """Read, change, write."""
        version, seq, log_hash, state = await self._client.hmget(self._keys[0], ["version", "seq", "hash", "state"])
        entry = _entry(LogHead(int(seq), log_hash))
        facts = (version, state, entry.seq, entry.hash, entry.model_dump_json(), secrets.token_hex(8))
        await self._change(keys=self._keys, args=facts)

    async def close(self) -> None:
        """Hangs up."""
        await self._client.aclose()


SCRIPT: Final = """
local session, log, writes, owner, expiry = unpack(KEYS)
local version, state, seq, hash, entry, write_id = unpack(ARGV)
if redis.call('HGET', session, 'version') ~= version then
    return 0
end
redis.call('HSET', session, 'version', version + 1, 'state', state, 'seq', seq, 'hash', hash)
redis.call('RPUSH', log, entry)
redis.call('LPUSH', writes, write_id)
redis.call('LTRIM', writes, 0, 63)
redis.call('ZADD', owner, 1, session)
redis.call('ZADD', expiry, 1, session)
for _, key in ipairs({session, log, writes, owner}) do
    redis.call('PEXPIRE', key, 1000000)
end
redis.call('PUBLISH', 'bare', session)
return 1
"""
