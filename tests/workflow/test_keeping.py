"""Sessions are kept as they stand: once, whole, whatever happens around them."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.workflow.desks import JANE, TTL
from tests.workflow.order_bench import OrderBench, later, make_order_bench
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.domain.errors import Blocked, BrokenRecord, NotFound
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.evidence_pack import check_pack, evidence_pack
from trimtab.workflow.keeping import Keeper
from trimtab.workflow.ports.records import DESK, EvidenceEntry, EvidenceHead, Scope
from trimtab.workflow.ports.stores import StoredSession
from trimtab.workflow.state import SCHEMA_VERSION

WHOLE = ["inputs", "log", "state", "plan", "kept_session"]
AGAIN = ["log", "state", "plan", "kept_session"]
OTHER_RULES = Policy(dip_pct=-9)


@pytest.fixture
async def other(tmp_path: Path, clock: FixedClock, bench: OrderBench) -> AsyncIterator[OrderBench]:
    """Another process over the same sessions and records."""
    other = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    yield other
    await other.close()


@pytest.fixture
async def changed(tmp_path: Path, clock: FixedClock, bench: OrderBench) -> AsyncIterator[OrderBench]:
    """A later process, under a policy that has changed since."""
    changed = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=OTHER_RULES)
    yield changed
    await changed.close()


async def entries(bench: OrderBench, session_id: str = "") -> tuple[EvidenceEntry, ...]:
    return await bench.records.entries(session_id or bench.session_id)


async def kinds(bench: OrderBench, session_id: str = "") -> list[str]:
    return [entry.kind for entry in await entries(bench, session_id)]


async def keep(bench: OrderBench) -> None:
    await bench.keeper.keep(JANE, bench.session_id)


async def head(bench: OrderBench) -> EvidenceHead:
    return (await bench.records.standing(Scope(session_id=DESK))).head


async def test_keeping_twice_stores_nothing_new(bench: OrderBench) -> None:
    await bench.open()
    await keep(bench)
    assert await kinds(bench) == WHOLE
    before = await head(bench)
    await keep(bench)
    assert await head(bench) == before


async def test_only_what_is_new_is_kept_after_a_change(bench: OrderBench) -> None:
    await bench.open()
    await keep(bench)
    await bench.analyze()
    await keep(bench)
    assert await kinds(bench) == WHOLE + AGAIN


async def test_inputs_are_kept_once_even_where_a_refusal_comes_first(bench: OrderBench) -> None:
    await bench.to_review()
    with pytest.raises(Blocked):
        await bench.approve("0" * 64)  # nobody is an approver yet
    assert (await kinds(bench))[0] == "refusal"
    await keep(bench)
    await bench.advance(to="Buys", reason="One more look.")
    await keep(bench)
    assert (await kinds(bench)).count("inputs") == 1


async def test_a_session_that_is_gone_cannot_be_kept(bench: OrderBench) -> None:
    with pytest.raises(NotFound):
        await bench.keeper.keep(JANE, "ts_nowhere")


async def test_a_log_of_many_pages_is_kept_whole(bench: OrderBench) -> None:
    await bench.open("Manual")
    for number in range(205):
        await bench.update(workflow_mode="Manual" if number % 2 else "AiPlan")
    await keep(bench)
    stored = await bench.store.read(bench.session_id, JANE.owner)
    assert stored.log_head.seq == (await kinds(bench)).count("log") > 200


# -- Where book or policy have changed


async def test_a_session_under_a_policy_that_changed_is_kept_without_a_plan(
    bench: OrderBench, changed: OrderBench, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.open()
    await bench.analyze()
    await changed.keeper.keep(JANE, bench.session_id)
    found = await entries(bench)
    assert [entry.kind for entry in found] == ["log", "log", "state", "kept_session"]
    assert "without its plan" in caplog.text
    pack = evidence_pack(found, head=await head(bench), made_at=bench.clock.now())
    assert "Its plan was not kept" in pack.identity.plan_note
    assert "Its plan was not kept" in pack.story.what
    assert pack.story.decided == "No plan was kept."
    assert (pack.totals, pack.decisions, pack.identity.phase) == (None, (), "Sells")
    assert check_pack(pack.model_dump_json()) == ()


async def test_a_plan_of_before_the_last_change_is_shown_as_what_it_is(bench: OrderBench, changed: OrderBench) -> None:
    await bench.open()
    await keep(bench)
    await bench.analyze()
    await changed.keeper.keep(JANE, bench.session_id)
    pack = evidence_pack(await entries(bench), head=await head(bench), made_at=bench.clock.now())
    assert pack.identity.plan_note.startswith("The plan shown is the one of its version 1.")
    assert {line.source for each in pack.decisions for line in each.lines} == {"default"}
    assert not any(line.cited for each in pack.decisions for line in each.lines)
    assert [made.analysis.side for made in pack.analyses] == ["sell"]
    assert check_pack(pack.model_dump_json()) == ()


async def test_a_plan_that_is_of_the_end_needs_no_note(bench: OrderBench) -> None:
    await bench.open()
    await keep(bench)
    pack = evidence_pack(await entries(bench), head=await head(bench), made_at=bench.clock.now())
    assert pack.identity.plan_note == ""


# -- In rounds


async def test_a_round_keeps_only_what_changed(bench: OrderBench) -> None:
    first = (await bench.open()).session_id
    second = (await bench.open()).session_id
    assert await bench.keeper.keep_changed(JANE) == 2
    await bench.analyze()
    assert await bench.keeper.keep_changed(JANE) == 1
    assert await bench.keeper.keep_changed(JANE) == 0
    assert await kinds(bench, first) == WHOLE
    assert await kinds(bench, second) == WHOLE + AGAIN


async def test_a_round_of_a_new_process_knows_what_is_kept_already(bench: OrderBench, other: OrderBench) -> None:
    await bench.open()
    await keep(bench)
    assert await other.keeper.keep_changed(JANE) == 0
    await bench.analyze()
    assert await other.keeper.keep_changed(JANE) == 1


async def test_a_round_goes_on_after_a_session_that_fails(bench: OrderBench, caplog: pytest.LogCaptureFixture) -> None:
    bad = await broken_session(bench)
    good = (await bench.open()).session_id
    assert await bench.keeper.keep_changed(JANE) == 1
    assert f"session {bad} isn't kept: The session's log is broken" in caplog.text
    assert (await kinds(bench, bad), await kinds(bench, good)) == ([], WHOLE)


async def test_a_log_whose_entries_were_taken_out_of_the_store_is_not_kept(bench: OrderBench, tmp_path: Path) -> None:
    await bench.open()
    await bench.analyze()
    with closing(sqlite3.connect(tmp_path / "sessions.db")) as file, file:
        file.execute("DELETE FROM log WHERE seq = 2")
    with pytest.raises(BrokenRecord, match="Entry 2 was removed"):
        await keep(bench)
    assert await kinds(bench) == []


async def test_a_session_that_cannot_be_read_now_is_tried_again_in_every_round(
    bench: OrderBench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.open()
    older = SqliteSessionStore(tmp_path / "sessions.db", clock=bench.clock, ttl=TTL, schema_version=SCHEMA_VERSION - 1)
    keeper = keeper_over(older, bench)
    assert [await keeper.keep_changed(JANE) for _ in range(2)] == [0, 0]
    assert caplog.text.count("isn't kept") == 2
    await older.close()


def keeper_over(store: SqliteSessionStore, bench: OrderBench) -> Keeper:
    return Keeper(bench.desk.sessions, store, shelf=bench.shelf, records=bench.records, clock=bench.clock, by="1.2.3")


async def broken_session(bench: OrderBench) -> str:
    """A session whose log somebody has changed in the file."""
    session_id = (await bench.open()).session_id
    found = await bench.store.read(session_id, JANE.owner)
    entry = (await bench.store.log(session_id, JANE.owner))[0]
    again = entry.model_copy(update={"seq": 2, "previous_hash": found.log_head.hash, "actor": "nobody"})
    await bench.store.replace(session_id, JANE.owner, expected_version=1, state=found.state, log=[again])
    return session_id


# -- How long a session lives


async def test_rounds_do_not_prolong_the_life_of_a_session_that_is_kept(bench: OrderBench) -> None:
    await bench.open()
    assert await bench.keeper.keep_changed(JANE) == 1
    expires_at = (await bench.store.list(JANE.owner))[0].expires_at
    later(bench, hours=12)
    assert await bench.keeper.keep_changed(JANE) == 0
    assert (await bench.store.list(JANE.owner))[0].expires_at == expires_at


async def test_rounds_do_not_keep_a_broken_session_alive_but_try_it_again_once_it_changes(
    bench: OrderBench, caplog: pytest.LogCaptureFixture
) -> None:
    session_id = await broken_session(bench)
    await bench.keeper.keep_changed(JANE)
    await bench.update(workflow_mode="Manual")
    await bench.keeper.keep_changed(JANE)
    assert caplog.text.count("isn't kept") == 2
    for _ in range(4):
        later(bench, hours=6)
        await bench.keeper.keep_changed(JANE)
    assert caplog.text.count("isn't kept") == 2
    with pytest.raises(NotFound):
        await bench.store.read(session_id, JANE.owner)


async def test_keeping_is_use_like_reading_and_no_more(bench: OrderBench) -> None:
    await bench.open()
    later(bench, hours=12)
    await keep(bench)
    kept = (await bench.store.list(JANE.owner))[0].expires_at
    await bench.store.read(bench.session_id, JANE.owner)
    assert kept == (await bench.store.list(JANE.owner))[0].expires_at == bench.clock.now() + TTL


# -- Several at once


class Overtaken(SqliteSessionStore):
    """A store that lets something happen between a read and what the reader does next, each once."""

    def then(self, *happens: Callable[[], Awaitable[object]]) -> None:
        self.happens = list(happens)

    async def read(self, session_id: str, owner: str) -> StoredSession:
        found = await super().read(session_id, owner)
        if self.happens:
            await self.happens.pop(0)()
        return found


@pytest.fixture
async def overtaken(tmp_path: Path, clock: FixedClock, bench: OrderBench) -> AsyncIterator[Overtaken]:
    store = Overtaken(tmp_path / "sessions.db", clock=clock, ttl=TTL, schema_version=SCHEMA_VERSION)
    yield store
    await store.close()


async def test_a_copy_that_a_newer_keeping_overtakes_is_no_broken_record(
    bench: OrderBench, overtaken: Overtaken
) -> None:
    await bench.open()

    async def newer() -> None:
        await bench.update(workflow_mode="Manual")
        await keep(bench)

    overtaken.then(newer, newer)
    await keeper_over(overtaken, bench).keep(JANE, bench.session_id)
    assert not overtaken.happens
    assert (await kinds(bench)).count("log") == 3
    assert await bench.is_sound()


async def test_two_processes_that_keep_at_once_store_each_log_entry_once(bench: OrderBench, other: OrderBench) -> None:
    await bench.open()
    for mode in ("Manual", "AiPlan", "Manual"):
        await bench.update(workflow_mode=mode)
        keepers = [each.keeper.keep(JANE, bench.session_id) for each in (bench, other) * 3]
        await asyncio.gather(*keepers)
    counted = Counter(await kinds(bench))
    assert counted == {"inputs": 1, "log": 4, "state": 3, "plan": 3, "kept_session": 3}
    assert await bench.is_sound()


# -- Where the sessions were restored from an older copy


@pytest.mark.parametrize("goes_on", [0, 1, 3])
async def test_sessions_of_an_older_backup_are_not_taken_for_what_was_kept(
    tmp_path: Path, clock: FixedClock, goes_on: int
) -> None:
    session_id = await kept_and_restored(tmp_path, clock)
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    try:
        bench.session_id = session_id
        for number in range(goes_on):
            await bench.update(workflow_mode="AiPlan" if number % 2 else "QuickRebalance")
        before = await head(bench)
        with pytest.raises(BrokenRecord, match="doesn't continue what is in the records"):
            await keep(bench)
        assert await bench.keeper.keep_changed(JANE) == 0
        assert await head(bench) == before
    finally:
        await bench.close()


async def kept_and_restored(folder: Path, clock: FixedClock) -> str:
    """A session that was kept after a change, in a store that has lost that change."""
    sessions, backup = folder / "sessions.db", folder / "backup.db"
    first = make_order_bench(folder, two_portfolios(), clock=clock)
    session_id = (await first.open()).session_id
    await first.close()
    shutil.copy(sessions, backup)
    second = make_order_bench(folder, two_portfolios(), clock=clock)
    second.session_id = session_id
    clock.advance(timedelta(minutes=1))
    await second.update(workflow_mode="Manual")
    await keep(second)
    await second.close()
    shutil.copy(backup, sessions)
    return session_id
