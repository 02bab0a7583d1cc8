"""Every version of a framework is kept for ever, comes back as it was, and nobody sees another's."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.adapters.frameworks.sample_frameworks import framework, kept_portfolio, new, portfolio, profile
from tests.adapters.records.stores import Place
from tests.clock import NOON, FixedClock
from tests.redis_servers import free_port
from trimtab.adapters.frameworks.store import SqlFrameworkRecords
from trimtab.adapters.records import migrate
from trimtab.domain.errors import NotFound, OlderVersion, Unavailable
from trimtab.workflow.ports.framework_records import FrameworkHead, FrameworkRecords, StoredFramework, VersionHead
from trimtab.workflow.ports.records import moment

Call = Callable[[FrameworkRecords], Awaitable[object]]
FIRST = moment(NOON)
LATER = moment(NOON + timedelta(hours=1))
NOWHERE = "0" * 32


def lists(owner: str) -> list[Call]:
    return [
        lambda records: records.list(owner, archived=True),
        lambda records: records.profiles(owner),
        lambda records: records.portfolios(owner),
        lambda records: records.sessions_of(owner, "p-1"),
    ]


def of_one(owner: str, framework_id: str = NOWHERE, portfolio_id: str = "p-1") -> list[Call]:
    """Everything that is about something which is kept already."""
    return [
        lambda records: records.read(owner, framework_id),
        lambda records: records.read(owner, framework_id, version=1),
        lambda records: records.versions(owner, framework_id),
        lambda records: records.set_archived(owner, framework_id, archived=True),
        lambda records: records.add_version(owner, framework_id, new=new(), expected_version=1),
        lambda records: records.keep_portfolio(owner, portfolio(framework_id, "p-9")),
        lambda records: records.portfolio(owner, portfolio_id),
        lambda records: records.link_session(owner, portfolio_id, session_id="ts_1"),
    ]


async def told(asked: Awaitable[object]) -> tuple[str, str | None, str]:
    with pytest.raises(NotFound) as refused:
        await asked
    return refused.value.message, refused.value.field, refused.value.next_action


async def test_versions_are_kept_one_after_the_other_and_old_ones_stay(
    records: FrameworkRecords, clock: FixedClock
) -> None:
    made = await records.create("jane", new("first"))
    assert made == StoredFramework(made.framework_id, 1, 1, False, framework(), FIRST, "tom", "first")
    assert await records.read("jane", made.framework_id) == made
    clock.advance(timedelta(hours=1))
    second = new("second", name="Better", buckets=framework().buckets[1:], risk_band=None, constraints=())
    saved = await records.add_version("jane", made.framework_id, new=second, expected_version=1)
    assert saved == StoredFramework(made.framework_id, 2, 2, False, second.framework, LATER, "tom", "second")
    assert await records.read("jane", made.framework_id) == saved
    old = await records.read("jane", made.framework_id, version=1)
    assert (old.framework, old.version, old.newest, old.saved_at) == (framework(), 1, 2, FIRST)
    assert await records.versions("jane", made.framework_id) == (
        VersionHead(2, LATER, "tom", "second"),
        VersionHead(1, FIRST, "tom", "first"),
    )
    assert await records.list("jane") == (
        FrameworkHead(made.framework_id, 2, "Better", "custom", "USD", None, False, 3, LATER),
    )


async def test_a_framework_without_buckets_is_kept_too(records: FrameworkRecords) -> None:
    blank = new(buckets=(), constraints=())
    made = await records.create("jane", blank)
    assert (await records.read("jane", made.framework_id)).framework == blank.framework


async def test_a_version_that_there_is_not_is_told_with_those_that_there_are(records: FrameworkRecords) -> None:
    made = await records.create("jane", new())
    await records.add_version("jane", made.framework_id, new=new(), expected_version=1)
    for version in (0, -1, 3, 2**70):
        said, field, then = await told(records.read("jane", made.framework_id, version=version))
        assert (said, field) == (f"The framework has no version {version}.", "version")
        assert then == "Name a version from 1 to 2, or none for the newest."


async def test_a_repeated_key_gives_the_framework_that_it_made_before(records: FrameworkRecords) -> None:
    made = await records.create("jane", new(), key="key-00001")
    await records.add_version("jane", made.framework_id, new=new(name="Better"), expected_version=1)
    again = await records.create("jane", new(name="Else"), key="key-00001")
    assert (again.framework_id, again.version, again.newest) == (made.framework_id, 1, 2)
    assert again.framework == framework()
    assert (await records.create("tom", new(), key="key-00001")).framework_id != made.framework_id
    assert (await records.create("jane", new())).framework_id != (await records.create("jane", new())).framework_id
    assert len(await records.list("jane")) == 3


async def test_lists_are_by_name_and_show_what_is_archived_only_where_that_is_asked_for(
    records: FrameworkRecords,
) -> None:
    made = {name: await records.create("jane", new(name=name)) for name in ("b", "Z", "\u00e9", "a")}
    assert [each.name for each in await records.list("jane")] == ["Z", "a", "b", "\u00e9"]
    head = await records.set_archived("jane", made["a"].framework_id, archived=True)
    assert (head.name, head.archived) == ("a", True)
    assert head == await records.set_archived("jane", made["a"].framework_id, archived=True)
    assert [each.name for each in await records.list("jane")] == ["Z", "b", "\u00e9"]
    assert [each.archived for each in await records.list("jane", archived=True)] == [False, True, False, False]
    assert (await records.read("jane", made["a"].framework_id)).archived
    saved = await records.add_version("jane", made["a"].framework_id, new=new(), expected_version=1)
    assert saved.archived
    assert not (await records.set_archived("jane", made["a"].framework_id, archived=False)).archived
    assert len(await records.list("jane")) == 4


async def test_what_is_anothers_is_told_as_what_was_never_there(records: FrameworkRecords) -> None:
    kept = await kept_portfolio(records, "jane")
    await records.keep_profile("jane", profile())
    await records.link_session("jane", kept.portfolio_id, session_id="ts_1")
    for anothers, nobodys in zip(of_one("tom", kept.framework_id), of_one("tom", NOWHERE, "p-0"), strict=True):
        said = await told(anothers(records))
        assert said == await told(nobodys(records))
        assert said[2] in {"Call list_frameworks to see yours.", "Call build_portfolio with accept to make one."}
    for look in lists("tom"):
        assert await look(records) == ()
    assert (await records.read("jane", kept.framework_id)).newest == 1


@pytest.mark.parametrize("text", ["a\0", "\ud800", "", "x" * 256])
async def test_what_no_database_can_hold_is_not_found(records: FrameworkRecords, text: str) -> None:
    kept = await kept_portfolio(records, "jane")
    about = of_one(text, kept.framework_id) + of_one("jane", text, text)
    for call in [each for number, each in enumerate(about) if number % 8 != 5]:
        assert (await told(call(records)))[1] in {"framework_id", "portfolio_id"}
    for look in lists(text):
        assert await look(records) == ()
    assert await records.sessions_of("jane", text) == ()
    for refused in (records.create(text, new()), records.keep_profile(text, profile())):
        with pytest.raises(ValueError, match="row 0: owner"):
            await refused


async def test_only_a_framework_or_a_profile_makes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "new" / "records.db"
    records = SqlFrameworkRecords(f"sqlite:///{path}")
    for look in lists("jane"):
        assert await look(records) == ()
    for call in of_one("jane"):
        assert (await told(call(records)))[1] in {"framework_id", "portfolio_id"}
    for refused in (records.create("jane", new(name="")), records.create("jane", new(), key="")):
        with pytest.raises(ValueError, match="can't keep 1 of these rows"):
            await refused
    assert not path.parent.exists()
    await records.keep_profile("jane", profile())
    assert [each.name for each in await records.profiles("jane")] == ["Jane"]
    await records.close()


async def test_a_database_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    migrate.upgrade(url, to="0005")
    older = SqlFrameworkRecords(url)
    away = SqlFrameworkRecords(f"postgresql://desk@127.0.0.1:{free_port()}/records")
    making: list[Call] = [
        lambda records: records.create("jane", new()),
        lambda records: records.keep_profile("jane", profile()),
    ]
    for call in (*making, *lists("jane"), *of_one("jane")):
        with pytest.raises(Unavailable, match="can't be reached"):
            await call(away)
        with pytest.raises(OlderVersion, match="form of an older release"):
            await call(older)
    await older.close()
    await away.close()
    with pytest.raises(Unavailable, match="closed"):
        await older.list("jane")


async def test_ids_are_long_and_never_the_same(records: SqlFrameworkRecords) -> None:
    ids = {records.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert {len(each) for each in ids} == {32}


async def test_what_is_kept_leaves_no_evidence_and_verifying_is_content(
    place: Place, records: FrameworkRecords
) -> None:
    await kept_portfolio(records)
    found = await place.open().verify()
    assert (found.entries, found.rows, found.breaks) == (0, 0, ())
