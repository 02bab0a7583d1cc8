"""The session store on a Redis or Valkey server whose data, rights, clients or place aren't as they should be."""

import asyncio
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.adapters.sessions.redis_stores import actions, changed, opened, redis_store
from tests.adapters.sessions.stores import TTL, place_of
from tests.clock import FixedClock
from tests.redis_servers import RedisServer, binary_of, free_port
from trimtab.adapters.sessions.redis import RedisSessionStore
from trimtab.domain.errors import SettingsError, TrimtabError, Unavailable

KINDS = ("valkey", "redis")
StartServer = Callable[..., RedisServer]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return place_of(request.param, tmp_path)


@pytest.fixture(params=KINDS)
def start_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StartServer]:
    """Starts a server that the test may spoil."""
    if binary_of(request.param) is None:
        pytest.skip(f"this machine has no {request.param} server")
    started: list[RedisServer] = []

    def start(*options: str) -> RedisServer:
        started.append(RedisServer(request.param, tmp_path, *options).start())
        return started[-1]

    yield start
    for server in started:
        server.kill()  # one that can't save refuses to stop


def as_user(server: RedisServer, name: str) -> str:
    return server.url.replace("//", f"//{name}:pass@")


async def whole_server(store: RedisSessionStore) -> dict[str, bytes | None]:
    """All that the server holds, by name."""
    return {name: await store._client.dump(name) async for name in store._client.scan_iter()}


# What is refused changes nothing, and what is needed isn't more than said.


async def test_a_user_that_may_not_announce_changes_nothing(start_server: StartServer) -> None:
    server = start_server()
    server.ask("ACL", "SETUSER", "mute", "on", ">pass", "~*", "resetchannels", "+@all")
    async with redis_store(server.url) as store, redis_store(as_user(server, "mute")) as mute:
        session = await opened(store)
        with pytest.raises(SettingsError, match="doesn't let this user"):
            await changed(mute, session, "2")
        with pytest.raises(SettingsError, match="doesn't let this user"):
            await opened(mute)
        assert await store.read(session.session_id, "jane") == session
        assert await actions(store, session) == ["open"]
        assert len(await store.list("jane")) == 1


async def test_a_user_that_has_our_keys_only_is_enough(start_server: StartServer) -> None:
    server = start_server()
    server.ask("ACL", "SETUSER", "desk", "on", ">pass", "~trimtab:*", "&trimtab:*", "+@all", "-@dangerous")
    async with asyncio.timeout(20), redis_store(as_user(server, "desk")) as store, store.changes() as heard:
        await store.check()
        session = await opened(store, key="key-1")
        assert await anext(heard) == session.session_id
        session = await changed(store, session, "2")
        assert await store.read(session.session_id, "jane") == session
        assert await opened(store, key="key-1") == session
        assert await actions(store, session) == ["open", "2"]
        assert len(await store.list("jane")) == 1
        assert await store.purge_expired() == 0


@pytest.mark.parametrize("name", ["expiry", "owner:jane", "log:{id}", "session:{id}"])
async def test_data_of_another_kind_in_the_way_is_named_and_nothing_is_half_stored(url: str, name: str) -> None:
    async with redis_store(url) as store:
        session = await opened(store)
        before = await whole_server(store)
        theirs = f"trimtab:{name.format(id=session.session_id)}"
        await store._client.set(theirs, "theirs")
        with pytest.raises(TrimtabError):
            await (opened(store) if name.startswith("owner") else changed(store, session, "2"))
        assert await whole_server(store) == before | {theirs: await store._client.dump(theirs)}


async def test_a_session_that_lacks_its_facts_is_named(url: str) -> None:
    async with redis_store(url) as store:
        session = await opened(store)
        key = f"trimtab:session:{session.session_id}"
        for field, value in (("version", "two"), ("expires_at", ""), ("state", None)):
            kept = await store._client.hget(key, field)
            if value is None:
                await store._client.hdel(key, field)
            else:
                await store._client.hset(key, field, value)
            with pytest.raises(SettingsError, match="no session is"):
                await store.read(session.session_id, "jane")
            await store._client.hset(key, field, kept)
        assert await store.read(session.session_id, "jane") == session


# Nothing stays for ever, and nothing goes too early.


async def test_sessions_that_the_server_forgot_by_itself_leave_no_entry_in_an_index(url: str) -> None:
    clock = FixedClock()
    async with redis_store(url, clock=clock) as store:
        old = await opened(store)
        clock.advance(2 * TTL)
        young = await opened(store)
        await store._client.delete(*[name async for name in store._client.scan_iter(f"trimtab:*:{old.session_id}")])
        assert await store.purge_expired() == 1
        assert [each.session_id for each in await store.list("jane")] == [young.session_id]
        left = [name async for name in store._client.scan_iter("trimtab:*")]
        members = [await store._client.zrange(name, 0, -1) for name in left if await store._client.type(name) == "zset"]
        assert len(members) == 2
        assert not any(old.session_id in member for each in members for member in each)


async def test_a_reused_key_outlives_the_session_that_it_opened_first(url: str) -> None:
    clock = FixedClock()
    async with redis_store(url, clock=clock) as store:
        first = await opened(store, key="key-1")
        clock.advance(TTL)
        second = await opened(store, key="key-1")
        assert second.session_id != first.session_id
        clock.advance(TTL / 2)
        await store.read(second.session_id, "jane")
        clock.advance(TTL / 2)
        assert await store.purge_expired() == 1
        assert (await opened(store, key="key-1")).session_id == second.session_id


# check() says whether a change would be taken.


async def test_a_server_without_memory_is_not_ready(start_server: StartServer) -> None:
    server = start_server()
    async with redis_store(server.url) as store:
        await store.check()
        server.ask("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(Unavailable, match="memory"):
            await store.check()


async def test_a_server_that_cannot_save_is_named_and_not_ready(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server("--appendonly", "no", "--save", "3600 1")
    async with redis_store(server.url) as store:
        session = await opened(store)
        shutil.rmtree(tmp_path)  # as good as a full disk to a server that wants to save there
        server.ask("BGSAVE")
        await asyncio.sleep(0.5)
        for call in (store.check(), changed(store, session, "2")):
            with pytest.raises(Unavailable, match="disk"):
                await call
        assert await store.read(session.session_id, "jane") == session


# What may have been sent, and what certainly wasn't.


async def test_a_change_that_was_never_sent_is_plainly_unavailable() -> None:
    async with redis_store(f"redis://127.0.0.1:{free_port()}/0") as store:
        with pytest.raises(Unavailable, match="can't be reached") as refused:
            await opened(store)
        assert "isn't known" not in f"{refused.value} {refused.value.next_action}"


async def test_a_server_that_is_loading_its_data_is_named() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            writer.write(b"-LOADING Redis is loading the dataset in memory\r\n")
            await writer.drain()
        writer.close()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listener, redis_store(f"redis://127.0.0.1:{listener.sockets[0].getsockname()[1]}/0") as store:
        with pytest.raises(Unavailable, match="loading") as refused:
            await opened(store)
        assert "isn't known" not in f"{refused.value} {refused.value.next_action}"


async def test_a_change_that_a_frozen_server_never_answered_may_be_stored(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_server()
    assert server._process is not None
    async with redis_store(server.url) as store:
        session = await opened(store)
        monkeypatch.setattr("trimtab.adapters.sessions.redis.GIVE_UP_AFTER_SECONDS", 0.5)
        server._process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(Unavailable, match="in time") as refused:
                await changed(store, session, "2")
        finally:
            server._process.send_signal(signal.SIGCONT)
        monkeypatch.undo()
        assert "isn't known" in f"{refused.value} {refused.value.next_action}"
        assert (await store.read(session.session_id, "jane")).version in {1, 2}


# Connections that go away, and calls that are given up.


async def test_connections_that_the_server_closed_cost_no_error(url: str) -> None:
    async with redis_store(url) as store, redis_store(url) as other:
        session = await opened(store)
        for number in range(5):
            await other._client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            session = await changed(store, session, str(number))
        assert session.version == 6


async def test_calls_that_are_given_up_leave_no_answer_behind_for_others(url: str) -> None:
    chance = random.Random(7)
    async with redis_store(url) as store:
        sessions = [await opened(store, f'"{number}' + "x" * 100_000) for number in range(8)]

        async def read(number: int) -> None:
            session = sessions[number % 8]
            assert (await store.read(session.session_id, "jane")).session_id == session.session_id
            assert await actions(store, session) == ["open"]
            assert (await store.read(session.session_id, "jane")).state == session.state

        for _ in range(30):
            tasks = [asyncio.create_task(read(number)) for number in range(12)]
            await asyncio.sleep(chance.random() * 0.02)
            for task in tasks[::2]:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(each is None or isinstance(each, asyncio.CancelledError) for each in done), done


async def test_a_store_made_where_no_loop_runs_works_in_any(url: str) -> None:
    def make() -> RedisSessionStore:
        return RedisSessionStore(url, clock=FixedClock(), ttl=TTL, schema_version=1)

    store = await asyncio.to_thread(make)
    try:
        await asyncio.gather(*(opened(store) for _ in range(50)))
        assert len(await store.list("jane")) == 50
    finally:
        await store.close()


# Addresses.


@pytest.mark.parametrize(
    "ending",
    [
        "/sessions",
        "/0/0",
        "/7",
        "/-1",
        "/0?colour=blue",
        "/0?decode_responses=0",
        "/0?db=x",
    ],
)
async def test_an_address_that_cannot_be_meant_is_refused_by_name(url: str, ending: str) -> None:
    with pytest.raises(SettingsError) as refused:
        async with redis_store(url.removesuffix("/0") + ending) as store:
            await store.check()
    assert refused.value.field == "TRIMTAB_SESSIONS"


@pytest.mark.parametrize("options", ["ssl_cert_reqs=perhaps", "ssl_ca_certs=/no/such/file", "ssl_min_version=x"])
async def test_an_encryption_that_cannot_be_set_up_is_refused_by_name(url: str, options: str) -> None:
    with pytest.raises(SettingsError) as refused:
        async with redis_store(f"{url.replace('redis:', 'rediss:')}?{options}") as store:
            await store.check()
    assert refused.value.field == "TRIMTAB_SESSIONS"


async def test_an_encrypted_connection_to_a_plain_server_says_what_may_be_wrong(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.adapters.sessions.redis.GIVE_UP_AFTER_SECONDS", 0.5)
    async with redis_store(url.replace("redis:", "rediss:")) as store:
        with pytest.raises(TrimtabError, match=r"doesn't answer|TLS") as refused:
            await store.check()
        assert "redis://" in refused.value.next_action


async def test_a_server_that_refuses_our_encryption_is_named() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)
        writer.write(b"\x15\x03\x03\x00\x02\x02\x28")  # TLS: fatal alert, handshake failure
        writer.close()

    listener = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with listener, redis_store(f"rediss://127.0.0.1:{listener.sockets[0].getsockname()[1]}/0") as store:
        with pytest.raises(SettingsError, match="doesn't speak TLS"):
            await store.check()


# Listening.


async def test_a_listener_whose_connection_was_cut_hears_of_every_session(url: str) -> None:
    async with asyncio.timeout(20), redis_store(url) as store:
        made = {(await opened(store)).session_id for _ in range(3)}
        async with store.changes() as heard:
            await store._client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            assert {await anext(heard) for _ in made} == made


async def test_many_listeners_leave_room_for_calls(url: str) -> None:
    async with asyncio.timeout(60), redis_store(url) as store:
        session = await opened(store)
        async with asyncio.TaskGroup() as group:
            ready = asyncio.Barrier(51)

            async def listen() -> None:
                async with store.changes() as heard:
                    await ready.wait()
                    assert await anext(heard) == session.session_id

            for _ in range(50):
                group.create_task(listen())
            await ready.wait()
            await changed(store, session, "2")


async def test_listening_can_end_while_the_server_is_away(start_server: StartServer) -> None:
    server = start_server()
    async with asyncio.timeout(20), redis_store(server.url) as store, store.changes():
        server.kill()
        await asyncio.sleep(0.3)


async def test_a_listener_stays_until_its_password_is_right(start_server: StartServer) -> None:
    server = start_server()
    address = server.url.replace("//", "//:pass@")
    async with asyncio.timeout(20), redis_store(address) as store, store.changes() as heard:
        server.ask("CONFIG", "SET", "requirepass", "pass")
        session = await opened(store)
        assert await anext(heard) == session.session_id
