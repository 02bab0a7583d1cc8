"""What the servers of a process share, and the work that goes on beside them."""

import logging
from pathlib import Path

import anyio
import pytest
from mcp.client import Client

from tests.server.noticing_store import AWAY, NoticingStore, over
from tests.server.resting_delivery import RestingDelivery, delivered_by
from tests.tools.demo_desk import open_demo_desk
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.server import services as module
from trimtab.server.app import build_server
from trimtab.server.desks import MakeDesk, OpenFactors, OpenFrameworks, OpenSignals
from trimtab.server.services import Services
from trimtab.settings import Settings
from trimtab.tools.resources.uris import plan_uri


def no_frameworks() -> OpenFrameworks:
    raise AssertionError("nobody asks for frameworks here")


def no_factors() -> OpenFactors:
    raise AssertionError("nobody asks for factors here")


def no_signals() -> OpenSignals:
    raise AssertionError("nobody asks for signals here")


def services_of(make_desk: MakeDesk) -> Services:
    return Services(
        make_desk, make_frameworks=no_frameworks, make_factors=no_factors, make_signals=no_signals, actor="test"
    )


def services_over(store: NoticingStore) -> Services:
    return services_of(lambda: over(store))


async def until_purged(store: NoticingStore) -> None:
    with anyio.fail_after(10):
        await store.purged.wait()


async def test_expired_sessions_are_forgotten_once_the_store_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.01)
    store = NoticingStore()
    services = services_over(store)
    async with services.running():
        await anyio.sleep(0.05)
        assert store.purges == 0
        await services.context.desk()
        await until_purged(store)
    assert store.purges == 1


@pytest.mark.parametrize("failure", [AWAY, RuntimeError("disk on fire")])
async def test_a_failing_store_is_logged_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(module, "TIDY_EVERY_SECONDS", 0.01)
    store = NoticingStore()
    store.fails = failure
    services = services_over(store)
    async with services.running():
        await services.context.desk()
        await until_purged(store)
        store.fails, store.purged = None, anyio.Event()
        await until_purged(store)
    assert "expired sessions stay for now" in caplog.text


@pytest.mark.parametrize(("read_only", "kept"), [(False, 1), (True, 0)])
async def test_sessions_that_changed_are_copied_into_the_records_but_by_a_server_that_only_reads(
    read_only: bool, kept: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "KEEP_EVERY_SECONDS", 0.01)
    desk = open_demo_desk(tmp_path)
    async with Client(build_server(Settings(read_only=read_only), make_desk=lambda: desk)) as client:
        await client.call_tool("open_session", {"portfolios": ["ACC100001"]})
        with anyio.move_on_after(10 if kept else 0.5):
            while not await desk.office.records.sessions():
                await anyio.sleep(0.02)
        assert len(await desk.office.records.sessions()) == kept


async def test_orders_are_delivered_in_the_background_once_there_is_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_LOOK_SECONDS", 0.01)
    delivery = RestingDelivery(pauses=[5.0, 1.0, 30.0])
    services = services_of(lambda: delivered_by(delivery))
    async with services.running():
        await anyio.sleep(0.05)
        assert delivery.rests == []
        await services.context.desk()
        await delivery.has_rested(3)
    assert delivery.rests[:3] == [5.0, 1.0, 30.0], "as long as each round says"


@pytest.mark.parametrize("failure", [AWAY, RuntimeError("disk on fire")])
async def test_a_round_that_fails_is_logged_and_the_next_comes_after_a_while(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    monkeypatch.setattr(module, "FIRST_LOOK_SECONDS", 0.01)
    delivery = RestingDelivery(pauses=[1.0, failure, 2.0])
    services = services_of(lambda: delivered_by(delivery))
    async with services.running():
        await services.context.desk()
        await delivery.has_rested(3)
    assert delivery.rests[:3] == [1.0, module.LOOK_EVERY_SECONDS, 2.0]
    assert "orders wait for now" in caplog.text


async def test_a_desk_that_was_made_anew_has_its_own_orders_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_LOOK_SECONDS", 0.01)
    deliveries = [RestingDelivery(pauses=[1.0]), RestingDelivery(pauses=[2.0])]
    made = iter(deliveries)
    services = services_of(lambda: delivered_by(next(made)))
    for delivery in deliveries:
        async with services.running():
            await services.context.desk()
            await delivery.has_rested(1)
    assert [delivery.rests[0] for delivery in deliveries] == [1.0, 2.0]


async def test_a_server_that_only_reads_delivers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_LOOK_SECONDS", 0.01)
    delivery, read_only = RestingDelivery(pauses=[1.0]), Settings(read_only=True)
    async with Client(build_server(read_only, make_desk=lambda: delivered_by(delivery))) as client:
        assert not (await client.call_tool("get_server_status", {})).is_error
        await anyio.sleep(0.05)
    assert delivery.rests == []


async def test_two_clients_of_one_server_share_a_desk_that_the_last_one_closes() -> None:
    store = NoticingStore()
    server = build_server(Settings(), make_desk=lambda: over(store))
    async with Client(server) as stays:
        async with Client(server) as leaves:
            await leaves.call_tool("get_server_status", {})
        assert store.closed == 0
        assert not (await stays.call_tool("get_server_status", {})).is_error
    assert store.closed == 1


async def test_whoever_stays_hears_of_changes_when_the_first_has_left() -> None:
    store = NoticingStore("ts_1")
    server = build_server(Settings(), make_desk=lambda: over(store))
    watched = plan_uri("ts_1")
    listens, leave = anyio.Event(), anyio.Event()

    async def leaves() -> None:
        async with Client(server) as client, client.listen(resource_subscriptions=[watched]):
            listens.set()
            await leave.wait()

    async with anyio.create_task_group() as others:
        others.start_soon(leaves)
        await listens.wait()
        async with Client(server) as stays, stays.listen(resource_subscriptions=[watched]) as subscription:
            assert store.listeners == 1
            leave.set()
            with anyio.fail_after(10):
                assert getattr(await anext(subscription), "uri", "") == watched


async def test_a_server_that_stopped_makes_its_desk_anew_when_it_runs_again() -> None:
    stores = [NoticingStore(), NoticingStore()]
    made = iter(stores)
    server = build_server(Settings(), make_desk=lambda: over(next(made)))
    for _ in range(2):
        async with Client(server) as client:
            assert not (await client.call_tool("get_server_status", {})).is_error
    assert [store.closed for store in stores] == [1, 1]


async def test_a_store_that_hangs_does_not_keep_the_server_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLOSE_WITHIN_SECONDS", 0.05)
    store = NoticingStore()
    services = services_over(store)
    with anyio.fail_after(5):
        async with services.running():
            await services.context.desk()
            store.hangs = True


async def test_a_store_that_fails_to_close_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    store = NoticingStore()
    services = services_over(store)
    async with services.running():
        await services.context.desk()
        store.fails = AWAY
    assert "the desk didn't close: The store is away." in caplog.text


async def test_what_fails_while_it_runs_is_seen_by_whoever_runs_it() -> None:
    store = NoticingStore()
    services = services_over(store)
    with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="mine")):
        async with services.running():
            await services.context.desk()
            raise RuntimeError("mine")
    assert store.closed == 1


async def test_the_desk_knows_who_calls() -> None:
    desk = ScriptedDesk()
    services = services_of(lambda: over(NoticingStore(), desk))
    async with services.running():
        assert await services.context.desk() is desk
    assert services.context.caller.actor == "test"
