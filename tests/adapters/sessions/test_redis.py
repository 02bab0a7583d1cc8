"""The session store on a Redis or Valkey server: what its contract's tests can't see."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.sessions.redis_stores import changed, opened, redis_store
from tests.adapters.sessions.stores import TTL, place_of
from tests.clock import FixedClock
from tests.redis_servers import RedisServer, binary_of, free_port
from trimtab.adapters.sessions.redis import RedisSessionStore
from trimtab.domain.errors import Conflict, NotFound, SettingsError, Unavailable
from trimtab.workflow.log import verify

KINDS = [kind for kind in ("valkey", "redis") if binary_of(kind)]
PASSWORD = "correct-horse"


@pytest.fixture(params=["valkey", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return place_of(request.param, tmp_path)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that the test may kill."""
    server = RedisServer(KINDS[0], tmp_path).start()
    yield server
    server.stop()


def test_at_least_one_kind_of_server_runs_here() -> None:
    assert KINDS, "neither Valkey nor Redis can be started: install redis-server"


class Cutting:
    """Between a client and its server: lets everything through, and on demand swallows an answer and hangs up."""

    def __init__(self, url: str) -> None:
        self._server_port = int(url.rpartition(":")[2].partition("/")[0])
        self._tasks: set[asyncio.Task[None]] = set()
        self.swallow = 0
        self.swallowed = 0
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    async def __aenter__(self) -> "Cutting":
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        pumps = [
            asyncio.create_task(self._pump(client, to_server, answers=False)),
            asyncio.create_task(self._pump(server, to_client, answers=True)),
        ]
        self._tasks.update(pumps)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for writer in (to_server, to_client):
            writer.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool) -> None:
        while data := await source.read(65_536):
            if answers and self.swallow:
                self.swallow -= 1
                self.swallowed += 1
                return
            sink.write(data)
            await sink.drain()


async def test_a_change_whose_answer_was_lost_counts_once(url: str) -> None:
    async with Cutting(url) as cutting, redis_store(cutting.url) as store:
        session = await opened(store)
        for lost in (1, 2, 3):
            cutting.swallow = lost
            session = await changed(store, session, f"change {lost}")
            assert cutting.swallowed >= lost
        assert session.version == 4
        assert await store.read(session.session_id, "jane") == session
        log = await store.log(session.session_id, "jane")
        assert [each.action for each in log] == ["open", "change 1", "change 2", "change 3"]
        assert verify(session.session_id, log, head=session.log_head) is None


async def test_an_opening_whose_answer_was_lost_makes_one_session(url: str) -> None:
    async with Cutting(url) as cutting, redis_store(cutting.url) as store:
        await store.check()
        cutting.swallow = 1
        session = await opened(store)
        assert cutting.swallowed == 1
        assert [each.session_id for each in await store.list("jane")] == [session.session_id]


async def test_a_change_that_was_never_answered_says_that_it_may_be_stored(url: str) -> None:
    async with Cutting(url) as cutting, redis_store(cutting.url) as store:
        session = await opened(store)
        cutting.swallow = 1_000_000
        with pytest.raises(Unavailable) as refused:
            await changed(store, session, "2")
        assert "isn't known whether the change was stored" in refused.value.next_action
        assert "get_session" in refused.value.next_action
        cutting.swallow = 0
        assert (await store.read(session.session_id, "jane")).version == 2


async def test_a_script_that_the_server_forgot_is_sent_again(url: str) -> None:
    async with redis_store(url) as store:
        session = await opened(store)
        async with redis_store(url) as other:
            await other._client.script_flush()
        assert (await changed(store, session, "2")).version == 2


async def test_keys_live_as_long_again_as_their_session(url: str) -> None:
    async with redis_store(url) as store:
        session = await store.create(store.new_id(), owner="jane", state="1", log=(), key="key-1")
        await store.replace(session.session_id, "jane", expected_version=1, state="2")
        keys = [key async for key in store._client.scan_iter("trimtab:*")]
        lives = {key: await store._client.pttl(key) for key in keys if key != "trimtab:expiry"}
        most = 2 * TTL.total_seconds() * 1000
        assert len(lives) == 4
        assert all(most - 60_000 < left <= most for left in lives.values())


async def test_purging_leaves_nothing_behind(url: str) -> None:
    clock = FixedClock()
    async with redis_store(url, clock=clock) as store:
        for number in range(3):
            await store.create(store.new_id(), owner="jane", state="1", log=(), key=f"key-{number}")
        clock.advance(2 * TTL)
        assert await store.purge_expired() == 3
        assert [key async for key in store._client.scan_iter("*")] == []


@pytest.mark.parametrize("strange", ["x:log", "", "*", "é\n\r\n", "a" * 10_000, "\x00", "ts_ 1"])
async def test_a_strange_session_id_is_an_unknown_one(url: str, strange: str) -> None:
    async with redis_store(url) as store:
        made = await opened(store)
        for session_id in (strange, f"{made.session_id}{strange}x"):
            for call in (
                store.read(session_id, "jane"),
                store.log(session_id, "jane"),
                store.replace(session_id, "jane", expected_version=1, state="2"),
            ):
                with pytest.raises(NotFound, match="There is no session"):
                    await call


async def test_somebody_elses_data_under_our_key_is_named_and_not_touched(url: str) -> None:
    async with redis_store(url) as store:
        await store._client.set("trimtab:session:ts_theirs", "theirs")
        with pytest.raises(Unavailable, match="can't carry out the command"):
            await store.read("ts_theirs", "jane")
        assert await store._client.get("trimtab:session:ts_theirs") == "theirs"


async def test_a_server_that_is_away_is_unavailable_until_it_is_there(tmp_path: Path) -> None:
    server = RedisServer(KINDS[0], tmp_path)
    async with redis_store(server.url) as store:
        for call in (store.check(), store.list("jane"), store.read("ts_1", "jane"), store.purge_expired()):
            with pytest.raises(Unavailable, match="can't be reached") as refused:
                await call
            assert refused.value.retryable
            assert str(server.port) not in f"{refused.value} {refused.value.next_action}"
        server.start()
        try:
            session = await opened(store)
            server.kill()
            with pytest.raises(Unavailable):
                await store.read(session.session_id, "jane")
            server.start()
            assert await store.read(session.session_id, "jane") == session
        finally:
            server.stop()


async def test_a_listener_hears_of_what_may_have_changed_while_the_server_was_away(own_server: RedisServer) -> None:
    async with asyncio.timeout(30), redis_store(own_server.url) as store:
        made = {(await opened(store)).session_id for _ in range(3)}
        async with store.changes() as heard:
            own_server.kill()
            await asyncio.sleep(0.3)
            own_server.start()
            assert {await anext(heard) for _ in made} == made
            session = await opened(store)
            assert await anext(heard) == session.session_id


async def test_one_can_begin_to_listen_while_the_server_is_away(tmp_path: Path) -> None:
    server = RedisServer(KINDS[0], tmp_path)
    async with asyncio.timeout(30), redis_store(server.url) as store, store.changes() as heard:
        server.start()
        try:
            session = await opened(store)
            assert await anext(heard) == session.session_id
        finally:
            server.stop()


async def test_a_wrong_password_is_named_and_never_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = RedisServer(KINDS[0], tmp_path, "--requirepass", PASSWORD).start()
    try:
        for secret in ("", ":wrong-staple@"):
            async with redis_store(server.url.replace("//", f"//{secret}")) as store:
                with pytest.raises(SettingsError, match="refuses the user or the password") as refused:
                    await store.check()
                assert refused.value.field == "TRIMTAB_SESSIONS"
                assert "staple" not in f"{refused.value} {refused.value.next_action} {store!r}"
        async with redis_store(server.url.replace("//", f"//:{PASSWORD}@")) as store:
            assert (await opened(store)).version == 1
    finally:
        server.stop()
    assert "staple" not in caplog.text
    assert PASSWORD not in caplog.text


async def test_a_user_without_rights_is_named(own_server: RedisServer) -> None:
    own_server.ask("ACL", "SETUSER", "reader", "on", ">pass", "~*", "+@read", "+ping")
    async with redis_store(own_server.url.replace("//", "//reader:pass@")) as store:
        with pytest.raises(SettingsError, match="doesn't let this user run"):
            await opened(store)


async def test_a_database_that_is_not_there_is_named(url: str) -> None:
    async with redis_store(url.replace("/0", "/7")) as store:
        with pytest.raises(SettingsError, match="doesn't have the database"):
            await store.check()


async def test_another_kind_of_server_is_named() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, redis_store(f"redis://127.0.0.1:{port}/0") as store:
        with pytest.raises(SettingsError, match="isn't a Redis server"):
            await store.check()


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trimtab.adapters.sessions.redis.GIVE_UP_AFTER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        async with redis_store(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0") as store:
            with pytest.raises(Unavailable, match="doesn't answer in time"):
                await store.check()


@pytest.mark.parametrize("bad", ["redis://host:port/0", "redis://[::1/0"])
def test_an_address_that_is_none_is_refused_at_once(bad: str) -> None:
    with pytest.raises(SettingsError, match="isn't a URL") as refused:
        RedisSessionStore(bad, clock=FixedClock(), ttl=TTL, schema_version=1)
    assert "port/0" not in f"{refused.value} {refused.value.next_action}"


async def test_a_replica_and_a_full_memory_are_unavailable(own_server: RedisServer) -> None:
    async with redis_store(own_server.url) as store:
        session = await opened(store)
        own_server.ask("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(Unavailable, match="has no memory left"):
            await changed(store, session, "2")
        own_server.ask("CONFIG", "SET", "maxmemory", "0")
        own_server.ask("CONFIG", "SET", "replica-serve-stale-data", "yes")
        own_server.ask("REPLICAOF", "127.0.0.1", str(free_port()))
        for call in (store.check(), changed(store, session, "2")):
            with pytest.raises(Unavailable, match="read-only replica"):
                await call
        assert await store.read(session.session_id, "jane") == session
        own_server.ask("REPLICAOF", "NO", "ONE")
        assert (await changed(store, session, "2")).version == 2


async def test_a_read_that_cannot_move_the_expiry_still_answers(own_server: RedisServer) -> None:
    clock = FixedClock()
    async with redis_store(own_server.url, clock=clock) as store:
        session = await opened(store)
        own_server.ask("REPLICAOF", "127.0.0.1", str(free_port()))
        clock.advance(TTL / 2)
        assert await store.read(session.session_id, "jane") == session


async def test_a_forgetful_server_is_warned_of_once(own_server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    for setting, value in (("appendonly", "no"), ("maxmemory", "100mb"), ("maxmemory-policy", "allkeys-lru")):
        own_server.ask("CONFIG", "SET", setting, value)
    async with redis_store(own_server.url) as store:
        await opened(store)
        await opened(store)
    assert [record.message.partition(".")[0] for record in caplog.records] == [
        "The session server has appendonly off: changes since its last snapshot are lost when it stops",
        "The session server drops sessions when its memory is full",
    ]


async def test_a_killed_server_loses_and_doubles_nothing(own_server: RedisServer) -> None:
    async with redis_store(own_server.url) as store, redis_store(own_server.url) as other:
        session = await opened(store, state="")
        acknowledged: list[str] = []

        async def write(mine: RedisSessionStore, name: str) -> None:
            for number in range(400):
                try:
                    seen = await mine.read(session.session_id, "jane")
                    await changed(mine, seen, f"{name}{number}")
                except (Conflict, Unavailable):
                    continue
                acknowledged.append(f"{name}{number}")

        async def kill() -> None:
            for _ in range(10):
                await asyncio.sleep(0.05)
                await asyncio.to_thread(own_server.kill)
                await asyncio.to_thread(own_server.start)

        async with asyncio.TaskGroup() as running:
            running.create_task(kill())
            running.create_task(write(store, "a"))
            running.create_task(write(other, "b"))
        end = await store.read(session.session_id, "jane")
        log = await store.log(session.session_id, "jane", limit=10_000)
    stored = [each.action for each in log[1:]]
    assert verify(session.session_id, log, head=end.log_head) is None
    assert len(stored) == len(set(stored)) == end.version - 1
    assert set(acknowledged) <= set(stored)
    assert len(acknowledged) > 50
