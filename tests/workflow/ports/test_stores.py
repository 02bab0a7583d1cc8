"""What every session store promises, on every store there is."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.adapters.sessions.stores import STORES, TTL, Places, entry
from tests.clock import NOON
from trimtab.domain.errors import Conflict, NewerVersion, NotFound, Unavailable
from trimtab.workflow.log import first_head, verify
from trimtab.workflow.ports.stores import SessionStore, StoredSession

MOMENT = timedelta(microseconds=1)


@pytest.fixture(params=STORES)
async def places(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Places]:
    places = Places(request.param, tmp_path)
    yield places
    await places.close()


@pytest.fixture
def store(places: Places) -> SessionStore:
    return places.open()


async def opened(store: SessionStore, owner: str = "jane", *, state: str = "{}") -> StoredSession:
    session_id = store.new_id()
    return await store.create(session_id, owner=owner, state=state, log=[entry(first_head(session_id), "open_session")])


async def test_a_new_session_is_version_one_with_its_state_and_log(store: SessionStore) -> None:
    made = await opened(store, state='{"phase":"Sells"}')
    assert (made.version, made.owner, made.state, made.schema_version) == (1, "jane", '{"phase":"Sells"}', 1)
    assert (made.created_at, made.expires_at, made.log_head.seq) == (NOON, NOON + TTL, 1)
    assert await store.read(made.session_id, "jane") == made
    assert verify(made.session_id, await store.log(made.session_id, "jane"), head=made.log_head) is None


async def test_looking_at_a_session_tells_everything_but_its_state(store: SessionStore, places: Places) -> None:
    made = await opened(store, state='{"phase":"Sells"}')
    seen = await store.look(made.session_id, "jane")
    assert (seen.version, seen.log_head, seen.expires_at) == (made.version, made.log_head, made.expires_at)
    assert not hasattr(seen, "state")
    places.clock.advance(TTL - MOMENT)
    assert (await store.look(made.session_id, "jane")).expires_at == places.clock.now() + TTL
    with pytest.raises(NotFound, match="There is no session"):
        await store.look(made.session_id, "mallory")
    places.clock.advance(TTL)
    with pytest.raises(NotFound, match="expired"):
        await store.look(made.session_id, "jane")


async def test_a_session_can_start_without_a_log(store: SessionStore) -> None:
    made = await store.create(store.new_id(), owner="jane", state="{}")
    assert made.log_head == first_head(made.session_id)
    assert await store.log(made.session_id, "jane") == ()


async def test_ids_cannot_be_guessed(store: SessionStore) -> None:
    ids = {store.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(each.startswith("ts_") and len(each) == 27 for each in ids)


async def test_a_used_id_is_refused(store: SessionStore) -> None:
    made = await opened(store)
    with pytest.raises(ValueError, match="in use"):
        await store.create(made.session_id, owner="mallory", state="[]")
    assert await store.read(made.session_id, "jane") == made


async def test_a_repeated_key_gives_the_session_that_it_opened(store: SessionStore, places: Places) -> None:
    made = await store.create(store.new_id(), owner="jane", state="1", key="key-1")
    changed = await store.replace(made.session_id, "jane", expected_version=1, state="2")
    for other in (store, places.open()):
        assert await other.create(other.new_id(), owner="jane", state="3", key="key-1") == changed
    assert len(await store.list("jane")) == 1


async def test_a_key_belongs_to_its_owner(store: SessionStore) -> None:
    janes = await store.create(store.new_id(), owner="jane", state="1", key="b:key-1")
    johns = await store.create(store.new_id(), owner="jane:b", state="2", key="key-1")
    toms = await store.create(store.new_id(), owner="tom", state="3", key="b:key-1")
    assert len({janes.session_id, johns.session_id, toms.session_id}) == 3


async def test_openings_at_once_with_one_key_make_one_session(store: SessionStore, places: Places) -> None:
    stores = [store, places.open(), places.open()]
    made = await asyncio.gather(
        *(each.create(each.new_id(), owner="jane", state="{}", key="key-1") for each in stores * 4)
    )
    assert len({each.session_id for each in made}) == len(await store.list("jane")) == 1


async def test_a_key_whose_session_expired_opens_a_new_one(store: SessionStore, places: Places) -> None:
    first = await store.create(store.new_id(), owner="jane", state="{}", key="key-1")
    places.clock.advance(TTL)
    second = await store.create(store.new_id(), owner="jane", state="{}", key="key-1")
    assert second.session_id != first.session_id
    again = await store.create(store.new_id(), owner="jane", state="{}", key="key-1")
    assert again.session_id == second.session_id


async def test_a_store_that_works_says_so(store: SessionStore) -> None:
    await store.check()
    await store.close()
    with pytest.raises(Unavailable, match="closed"):
        await store.check()


async def test_whoever_listens_hears_of_every_change_through_any_store(store: SessionStore, places: Places) -> None:
    made, other = await opened(store), places.open()
    async with asyncio.timeout(10), store.changes() as changed:
        await other.replace(made.session_id, "jane", expected_version=1, state="2")
        assert await anext(changed) == made.session_id
        await store.replace(made.session_id, "jane", expected_version=2, state="3")
        assert await anext(changed) == made.session_id
        new = await opened(other, "tom")
        assert await anext(changed) == new.session_id


async def test_reading_and_refused_changes_are_not_announced(store: SessionStore, places: Places) -> None:
    made = await opened(store)
    places.clock.advance(TTL / 2)
    async with asyncio.timeout(10), store.changes() as changed:
        await store.read(made.session_id, "jane")
        await store.log(made.session_id, "jane")
        with pytest.raises(Conflict):
            await store.replace(made.session_id, "jane", expected_version=7, state="2")
        last = await opened(store)
        assert await anext(changed) == last.session_id


async def test_what_changed_before_one_listened_is_not_announced(store: SessionStore) -> None:
    await opened(store)
    async with asyncio.timeout(10), store.changes() as changed:
        last = await opened(store)
        assert await anext(changed) == last.session_id


async def test_many_changes_of_a_session_wait_as_one(store: SessionStore) -> None:
    made = await opened(store)
    async with asyncio.timeout(10), store.changes() as changed:
        for version in range(1, 30):
            await store.replace(made.session_id, "jane", expected_version=version, state="{}")
        await asyncio.sleep(0.5)
        last = await opened(store)
        assert [await anext(changed), await anext(changed)] == [made.session_id, last.session_id]


async def test_listening_ends_when_the_store_is_closed(store: SessionStore) -> None:
    async with asyncio.timeout(10), store.changes() as changed:
        await store.close()
        assert [each async for each in changed] == []


async def test_a_change_is_one_version_more_with_its_log(store: SessionStore) -> None:
    made = await opened(store)
    log = [entry(made.log_head)]
    changed = await store.replace(made.session_id, "jane", expected_version=1, state='{"a":1}', log=log)
    assert (changed.version, changed.state, changed.created_at) == (2, '{"a":1}', NOON)
    assert await store.read(made.session_id, "jane") == changed
    assert (await store.log(made.session_id, "jane"))[1:] == tuple(log)
    assert changed.log_head.hash == log[0].hash


async def test_the_slower_of_two_writers_gets_the_fresh_version(store: SessionStore) -> None:
    made = await opened(store)
    await store.replace(made.session_id, "jane", expected_version=1, state="1", log=[entry(made.log_head)])
    with pytest.raises(Conflict) as refused:
        await store.replace(made.session_id, "jane", expected_version=1, state="2", log=[entry(made.log_head)])
    assert refused.value.version == 2
    assert refused.value.message == "The session is at version 2, not at 1."
    kept = await store.read(made.session_id, "jane")
    assert (kept.state, kept.version, len(await store.log(made.session_id, "jane"))) == ("1", 2, 2)


async def test_a_log_that_does_not_continue_changes_nothing(store: SessionStore) -> None:
    made = await opened(store)
    with pytest.raises(ValueError, match="doesn't continue"):
        await store.replace(made.session_id, "jane", expected_version=1, state="2", log=[entry(first_head("ts_other"))])
    assert await store.read(made.session_id, "jane") == made


async def test_the_log_is_read_in_pages(store: SessionStore) -> None:
    session = await opened(store)
    for version in range(1, 5):
        session = await store.replace(
            session.session_id, "jane", expected_version=version, state="{}", log=[entry(session.log_head)]
        )
    whole = await store.log(session.session_id, "jane")
    assert [each.seq for each in whole] == [1, 2, 3, 4, 5]
    assert await store.log(session.session_id, "jane", after_seq=1, limit=2) == whole[1:3]
    assert await store.log(session.session_id, "jane", after_seq=5) == ()


async def test_somebody_elses_session_looks_like_an_unknown_one(store: SessionStore, places: Places) -> None:
    made = await opened(store)
    unknown = made.session_id[::-1]

    async def said(session_id: str, owner: str) -> list[str]:
        answers = []
        for call in (
            store.read(session_id, owner),
            store.log(session_id, owner),
            store.replace(session_id, owner, expected_version=1, state="stolen"),
        ):
            with pytest.raises(NotFound) as refused:
                await call
            answers.append(f"{refused.value} {refused.value.next_action}".replace(session_id, "ID"))
        return answers

    wanted = ["There is no session of that id. Call open_session to start a new session."] * 3
    assert await said(made.session_id, "mallory") == wanted
    assert await said(unknown, "jane") == wanted
    places.clock.advance(TTL)
    assert await said(made.session_id, "mallory") == wanted
    assert await store.list("mallory") == ()


async def test_an_expired_session_says_so_and_what_to_do(store: SessionStore, places: Places) -> None:
    made = await opened(store)
    places.clock.advance(TTL)
    for call in (
        store.read(made.session_id, "jane"),
        store.log(made.session_id, "jane"),
        store.replace(made.session_id, "jane", expected_version=1, state="late"),
    ):
        with pytest.raises(NotFound, match=r"expired at 2026-03-03 12:00 UTC") as refused:
            await call
        assert "open_session" in refused.value.next_action


async def test_every_use_moves_the_expiry(store: SessionStore, places: Places) -> None:
    made = await opened(store)
    places.clock.advance(TTL - MOMENT)
    assert (await store.read(made.session_id, "jane")).expires_at == places.clock.now() + TTL
    places.clock.advance(TTL - MOMENT)
    assert len(await store.log(made.session_id, "jane")) == 1
    places.clock.advance(TTL - MOMENT)
    changed = await store.replace(made.session_id, "jane", expected_version=1, state="{}")
    assert changed.expires_at == places.clock.now() + TTL
    places.clock.advance(TTL - MOMENT)
    assert (await store.read(made.session_id, "jane")).version == 2


async def test_a_read_soon_after_another_leaves_the_expiry(store: SessionStore, places: Places) -> None:
    made = await opened(store)
    places.clock.advance(TTL / 100)
    assert (await store.read(made.session_id, "jane")).expires_at == made.expires_at
    places.clock.advance(MOMENT)
    assert (await store.read(made.session_id, "jane")).expires_at == places.clock.now() + TTL


async def test_the_owners_sessions_are_listed_newest_first(store: SessionStore, places: Places) -> None:
    first = await opened(store)
    places.clock.advance(TTL / 2)
    await opened(store, "john")
    second = await opened(store)
    places.clock.advance(MOMENT)
    third = await opened(store)
    assert [each.session_id for each in await store.list("jane")] == [
        each.session_id for each in (third, second, first)
    ]
    assert [each.session_id for each in await store.list("jane", limit=1)] == [third.session_id]
    places.clock.advance(TTL / 2)
    assert [each.session_id for each in await store.list("jane")] == [third.session_id, second.session_id]


async def test_a_long_expired_session_is_forgotten_when_purged(store: SessionStore, places: Places) -> None:
    old = await opened(store)
    places.clock.advance(TTL)
    young = await opened(store)
    assert await store.purge_expired() == 0
    places.clock.advance(TTL - MOMENT)
    with pytest.raises(NotFound, match="expired"):
        await store.read(old.session_id, "jane")
    places.clock.advance(MOMENT)
    assert await store.purge_expired() == 1
    with pytest.raises(NotFound, match="There is no session"):
        await store.read(old.session_id, "jane")
    with pytest.raises(NotFound, match="expired"):
        await store.read(young.session_id, "jane")
    again = await store.create(old.session_id, owner="john", state="{}")
    assert await store.log(again.session_id, "john") == ()


async def test_a_state_of_a_newer_release_is_refused_by_name(store: SessionStore, places: Places) -> None:
    made = await opened(places.open(schema_version=2))
    for call in (
        store.read(made.session_id, "jane"),
        store.replace(made.session_id, "jane", expected_version=1, state="{}"),
    ):
        with pytest.raises(NewerVersion, match="newer release") as refused:
            await call
        assert refused.value.retryable is False


async def test_a_state_of_an_older_release_is_read_and_written_anew(store: SessionStore, places: Places) -> None:
    made = await opened(store)
    newer = places.open(schema_version=2)
    assert (await newer.read(made.session_id, "jane")).schema_version == 1
    changed = await newer.replace(made.session_id, "jane", expected_version=1, state="{}")
    assert changed.schema_version == 2


async def test_a_large_state_comes_back_whole(store: SessionStore) -> None:
    state = json.dumps({"text": "déjà vu " * 700_000}, ensure_ascii=False)
    assert len(state.encode()) > 5_000_000
    made = await opened(store, state=state)
    assert (await store.read(made.session_id, "jane")).state == state


async def test_sessions_outlive_the_store_that_made_them(store: SessionStore, places: Places) -> None:
    made = await opened(store)
    await store.close()
    assert await places.open().read(made.session_id, "jane") == made


async def test_a_closed_store_is_unavailable_and_closes_again(store: SessionStore) -> None:
    await store.close()
    await store.close()
    with pytest.raises(Unavailable, match="closed"):
        await store.list("jane")


async def test_of_fifty_writers_every_accepted_change_is_there(store: SessionStore, places: Places) -> None:
    stores = [store, places.open(), places.open()]
    made = await opened(store, state="[]")
    fresh: list[bool] = []

    async def write(number: int) -> int | None:
        mine = stores[number % len(stores)]
        seen = await mine.read(made.session_id, "jane")
        await asyncio.sleep(0.001 * (number % 7))
        try:
            await mine.replace(
                made.session_id,
                "jane",
                expected_version=seen.version,
                state=json.dumps([*json.loads(seen.state), number]),
                log=[entry(seen.log_head, str(number))],
            )
        except Conflict as refused:
            fresh.append(refused.version > seen.version)
            return None
        return number

    rounds = [await asyncio.gather(*map(write, range(50))) for _ in range(3)]
    accepted = sorted(number for each in rounds for number in each if number is not None)
    end = await store.read(made.session_id, "jane")
    log = await store.log(made.session_id, "jane", limit=1000)
    assert len(accepted) >= 3
    assert len(accepted) + len(fresh) == 150
    assert all(fresh)
    assert sorted(json.loads(end.state)) == accepted
    assert end.version == len(accepted) + 1
    assert [each.action for each in log[1:]] == [str(number) for number in json.loads(end.state)]
    assert verify(made.session_id, log, head=end.log_head) is None
