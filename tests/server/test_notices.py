"""A client that listens hears of every change, and is told that it listens only when that is so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
from mcp.client import Client
from mcp.client.subscriptions import Subscription

from tests.server.noticing_store import AWAY, NoticingStore, over
from trimtab.server import notices
from trimtab.server.app import build_services, build_shared_server
from trimtab.server.desks import MakeDesk
from trimtab.server.mcp_server import TrimtabServer
from trimtab.server.services import Services
from trimtab.settings import Settings
from trimtab.tools.resources.uris import plan_uri


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(notices, "LONGEST_PAUSE_SECONDS", 0.02)


@asynccontextmanager
async def serving(make_desk: MakeDesk) -> AsyncIterator[tuple[Services, TrimtabServer]]:
    settings = Settings()
    services = build_services(settings, make_desk=make_desk)
    async with services.running():
        yield services, build_shared_server(services, settings, toolsets=settings.toolsets)


@asynccontextmanager
async def listening(server: TrimtabServer, *sessions: str) -> AsyncIterator[Subscription]:
    addresses = [plan_uri(each) for each in sessions]
    async with Client(server) as client, client.listen(resource_subscriptions=addresses) as subscription:
        yield subscription


async def heard(subscription: Subscription) -> str:
    """The next change that it hears of."""
    with anyio.fail_after(10):
        return getattr(await anext(subscription), "uri", "")


async def test_a_listener_hears_of_its_session_and_of_no_other() -> None:
    store = NoticingStore()
    async with serving(lambda: over(store)) as (_, server), listening(server, "ts_1") as subscription:
        await store.change("ts_2")
        await store.change("ts_1")
        assert await heard(subscription) == plan_uri("ts_1")


async def test_nothing_listens_to_the_store_before_a_client_does() -> None:
    store = NoticingStore()
    async with serving(lambda: over(store)) as (_, server), Client(server) as client:
        await client.list_tools()
        assert store.listeners == 0


async def test_many_listeners_share_one_connection_to_the_store() -> None:
    store = NoticingStore()
    async with (
        serving(lambda: over(store)) as (_, server),
        listening(server, "ts_1") as first,
        listening(server, "ts_1", "ts_2") as second,
    ):
        assert store.listeners == 1
        await store.change("ts_1")
        assert [await heard(first), await heard(second)] == [plan_uri("ts_1")] * 2


async def test_the_acknowledgement_waits_until_changes_reach_the_server() -> None:
    store = NoticingStore()
    store.fails = AWAY
    acknowledged = anyio.Event()

    async def listen(server: TrimtabServer) -> None:
        async with listening(server, "ts_1"):
            acknowledged.set()

    async with serving(lambda: over(store)) as (_, server), anyio.create_task_group() as clients:
        clients.start_soon(listen, server)
        await anyio.sleep(0.1)
        assert not acknowledged.is_set()
        store.fails = None
        with anyio.fail_after(10):
            await acknowledged.wait()


async def test_without_a_store_it_is_acknowledged_at_last_and_learns_later_what_it_may_have_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notices, "PATIENCE_SECONDS", 0.05)
    store = NoticingStore("ts_1", "ts_2")
    store.fails = AWAY
    async with serving(lambda: over(store)) as (_, server), listening(server, "ts_2") as subscription:
        store.fails = None
        assert await heard(subscription) == plan_uri("ts_2")
        await store.change("ts_2")
        assert await heard(subscription) == plan_uri("ts_2")


@pytest.mark.parametrize("failure", [None, AWAY, RuntimeError("secret")])
async def test_after_a_break_it_goes_on_and_names_what_may_have_changed_meanwhile(failure: Exception | None) -> None:
    store = NoticingStore("ts_1")
    async with serving(lambda: over(store)) as (_, server), listening(server, "ts_1") as subscription:
        store.fails = failure
        await store.break_off()
        await anyio.sleep(0.05)
        store.fails = None
        assert await heard(subscription) == plan_uri("ts_1")
        with anyio.fail_after(10):
            while not store.listeners:
                await anyio.sleep(0.01)
        await store.change("ts_1")
        assert await heard(subscription) == plan_uri("ts_1")


async def test_the_server_can_end_its_streams_in_order_and_serves_on() -> None:
    store = NoticingStore()
    async with serving(lambda: over(store)) as (services, server), listening(server, "ts_1") as subscription:
        services.notices.end()
        with anyio.fail_after(10):
            assert [event async for event in subscription] == []
        async with listening(server, "ts_1") as again:
            await store.change("ts_1")
            assert await heard(again) == plan_uri("ts_1")


async def test_a_client_that_goes_away_while_it_waits_for_the_store_leaves_nothing_behind() -> None:
    store = NoticingStore()
    store.hangs = True
    async with serving(lambda: over(store)) as (services, server):
        with anyio.move_on_after(0.1):
            async with listening(server, "ts_1"):
                raise AssertionError("nothing can have reached it")
        services.notices.end()
        assert store.listeners == 0
        store.hangs = False


def test_a_server_may_serve_again_in_another_event_loop() -> None:
    store = NoticingStore()
    settings = Settings()
    services = build_services(settings, make_desk=lambda: over(store))
    server = build_shared_server(services, settings, toolsets=settings.toolsets)

    async def look() -> None:
        async with services.running(), Client(server) as client:
            await client.list_tools()

    async def hear() -> None:
        async with services.running(), listening(server, "ts_1") as subscription:
            await store.change("ts_1")
            assert await heard(subscription) == plan_uri("ts_1")

    anyio.run(look)
    anyio.run(hear)
    anyio.run(hear)
