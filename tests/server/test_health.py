"""Whether the process serves, and whether calls would work: in our own words, in time, and to anybody."""

import logging
from collections.abc import Callable

import anyio
import httpx2
import pytest

from tests.server.http_serving import asking_http
from tests.server.noticing_store import AWAY, NoticingStore, over
from trimtab.domain.errors import BookRefused, Fault
from trimtab.server import health
from trimtab.server.desks import OpenDesk
from trimtab.settings import Settings

SETTINGS = Settings(toolsets=("trading",))
REFUSED = BookRefused("demo", [Fault("lots.csv", 7, "units", "not a number")])


def made_of(what: list[NoticingStore | Exception]) -> OpenDesk:
    """A desk of what stands last."""
    found = what[-1]
    if isinstance(found, Exception):
        raise found
    return over(found)


def making(what: NoticingStore | Exception) -> Callable[[], OpenDesk]:
    """Makes desks of this store, or fails to."""
    return lambda: made_of([what])


async def problem(client: httpx2.AsyncClient) -> dict[str, str]:
    """The one thing that keeps the server from being ready."""
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    said = answer.json()
    assert said["ready"] is False
    [found] = said["problems"]
    assert found.keys() == {"code", "message", "next_action"}
    return found


async def test_a_server_that_can_work_is_ready() -> None:
    async with asking_http(SETTINGS, make_desk=making(NoticingStore())) as client:
        for path, said in (("/healthz", {"status": "ok"}), ("/readyz", {"ready": True, "problems": []})):
            answer = await client.get(path)
            assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (200, said, "no-store")
            assert (await client.head(path)).status_code == 200


async def test_whoever_watches_the_server_needs_no_name_for_it() -> None:
    async with asking_http(SETTINGS, make_desk=making(NoticingStore())) as client:
        for path in ("/healthz", "/readyz"):
            answer = await client.get(path, headers={"host": "10.0.0.7:8765", "origin": "https://elsewhere.example"})
            assert answer.status_code == 200
            assert "access-control-allow-origin" not in answer.headers


async def test_a_store_that_is_away_is_said_and_the_process_serves_on() -> None:
    store = NoticingStore()
    store.fails = AWAY
    async with asking_http(SETTINGS, make_desk=making(store)) as client:
        assert await problem(client) == {
            "code": "unavailable",
            "message": "The store is away.",
            "next_action": "Try again in a few seconds.",
        }
        assert (await client.get("/healthz")).status_code == 200
        store.fails = None
        assert (await client.get("/readyz")).json()["ready"] is True


async def test_a_book_that_was_refused_is_said_until_it_is_mended() -> None:
    book: list[NoticingStore | Exception] = [REFUSED]
    async with asking_http(SETTINGS, make_desk=lambda: made_of(book)) as client:
        assert (await problem(client))["code"] == "book_refused"
        book.append(NoticingStore())
        assert (await client.get("/readyz")).status_code == 200


async def test_what_nobody_foresaw_is_told_to_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    async with asking_http(SETTINGS, make_desk=making(RuntimeError("secret"))) as client:
        found = await problem(client)
    assert found["code"] == "internal"
    assert "secret" not in str(found)
    assert "secret" in caplog.text


async def test_it_answers_in_time_though_the_store_does_not_and_all_who_ask_share_one_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "ANSWER_WITHIN_SECONDS", 0.05)
    store = NoticingStore()
    store.hangs = True
    async with asking_http(SETTINGS, make_desk=making(store)) as client:
        with anyio.fail_after(5):
            async with anyio.create_task_group() as probes:
                for _ in range(20):
                    probes.start_soon(problem, client)
        assert store.checks == 1
        store.hangs = False


async def test_the_log_says_once_what_keeps_it_from_being_ready(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with asking_http(SETTINGS, make_desk=making(AWAY)) as client:
        for _ in range(3):
            await problem(client)
    assert caplog.text.count("not ready: The store is away.") == 1
