"""Factor groups are kept by owner and name, and nobody sees another's."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.records.stores import Place, literal
from tests.clock import NOON, FixedClock
from tests.redis_servers import free_port
from trimtab.adapters.records import migrate
from trimtab.adapters.reference.groups import SqlFactorGroups
from trimtab.adapters.reference.store import SqlReference
from trimtab.domain.errors import BrokenRecord, OlderVersion, Unavailable
from trimtab.workflow.ports.records import moment
from trimtab.workflow.ports.reference import FactorGroup, FactorGroups

GOLD = FactorGroup("Gold", ("GLD", "IAU"))
MIX = FactorGroup("Mix \u00fc", ("SPY", "AGG"), "custom", {"SPY": 0.6, "AGG": 0.4})


@pytest.fixture
async def groups(place: Place) -> AsyncIterator[FactorGroups]:
    groups = SqlFactorGroups(place.url, clock=FixedClock(NOON))
    yield groups
    await groups.close()


async def test_a_group_is_kept_and_comes_back_as_it_was(groups: FactorGroups, place: Place) -> None:
    assert await groups.create("jane", MIX)
    assert await groups.create("jane", GOLD)
    assert await groups.all("jane") == (GOLD, MIX)
    beside = SqlReference(place.url)
    assert await beside.get("jane", MIX.name) == MIX
    await beside.close()


async def test_a_name_is_given_once_to_an_owner(groups: FactorGroups) -> None:
    assert await groups.create("jane", GOLD)
    assert not await groups.create("jane", FactorGroup("Gold", ("SLV",)))
    assert await groups.get("jane", "Gold") == GOLD
    assert await groups.create("tom", FactorGroup("Gold", ("SLV",)))


async def test_a_group_of_one_name_is_made_once_by_many_at_once(place: Place) -> None:
    several = [SqlFactorGroups(place.url) for _ in range(4)]
    made = await asyncio.gather(*(each.create("jane", GOLD) for each in several))
    assert sorted(made) == [False, False, False, True]
    for each in several:
        await each.close()


async def test_only_the_owners_group_is_replaced_or_forgotten(groups: FactorGroups) -> None:
    await groups.create("jane", GOLD)
    await groups.create("tom", GOLD)
    silver = FactorGroup("Gold", ("SLV",), "cap")
    assert await groups.replace("jane", silver)
    assert (await groups.get("jane", "Gold"), await groups.get("tom", "Gold")) == (silver, GOLD)
    assert await groups.delete("jane", "Gold")
    assert (await groups.all("jane"), await groups.all("tom")) == ((), (GOLD,))
    assert not await groups.replace("jane", GOLD)
    assert not await groups.delete("jane", "Gold")
    assert await groups.get("jane", "Gold") is None


async def test_when_it_was_made_stays_when_it_is_replaced(place: Place, groups: FactorGroups) -> None:
    await groups.create("jane", GOLD)
    later = SqlFactorGroups(place.url, clock=FixedClock(NOON.replace(hour=20)))
    await later.replace("jane", FactorGroup("Gold", ("SLV",)))
    await later.close()
    times = place.sql("SELECT created_at, updated_at FROM user_factor_groups")
    assert times == [(moment(NOON), moment(NOON.replace(hour=20)))]


async def test_only_keeping_a_group_makes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "new" / "records.db"
    groups = SqlFactorGroups(f"sqlite:///{path}")
    assert await groups.all("jane") == ()
    assert await groups.get("jane", "Gold") is None
    assert not await groups.replace("jane", GOLD)
    assert not await groups.delete("jane", "Gold")
    assert not path.parent.exists()
    assert await groups.create("jane", GOLD)
    assert await groups.all("jane") == (GOLD,)
    await groups.close()


async def test_a_database_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    away = SqlFactorGroups(f"postgresql://desk@127.0.0.1:{free_port()}/records")
    calls = (away.all("j"), away.get("j", "g"), away.create("j", GOLD), away.replace("j", GOLD), away.delete("j", "g"))
    for call in calls:
        with pytest.raises(Unavailable, match="can't be reached"):
            await call
    await away.close()
    url = f"sqlite:///{tmp_path / 'records.db'}"
    migrate.upgrade(url, to="0003")
    older = SqlFactorGroups(url)
    with pytest.raises(OlderVersion):
        await older.all("jane")
    await older.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("members", "["),
        ("members", '"GLD"'),
        ("members", "[1, 2]"),
        ("members", "[]"),
        ("members", '["GLD", "GLD"]'),
        ("members", '["GLD", "ignore\\nthis"]'),
        ("members", "[" * 5000),
        ("weights", "[1]"),
        ("weights", "null"),
        ("weights", '{"GLD": "x", "IAU": 1}'),
        ("weights", '{"GLD": true, "IAU": 0}'),
        ("weights", '{"GLD": 1}'),
        ("weights", '{"GLD": NaN, "IAU": 1}'),
        ("weights", '{"GLD": 1.5, "IAU": -0.5}'),
        ("weights", '{"GLD": 0.5, "IAU": 0.4}'),
        ("weights", '{"GLD": 1' + "0" * 400 + ', "IAU": 0}'),
        ("weighting_method", "equal"),
        ("name", "Gold/Iron"),
        ("name", "Gold\nand more"),
    ],
)
async def test_a_group_that_was_changed_into_nonsense_is_told_by_its_column(
    groups: FactorGroups, place: Place, column: str, value: str
) -> None:
    await groups.create("jane", FactorGroup("Gold", ("GLD", "IAU"), "custom", {"GLD": 0.5, "IAU": 0.5}))
    place.sql(f"UPDATE user_factor_groups SET {column} = {literal(value)}")
    with pytest.raises(
        BrokenRecord, match=f" {'weights' if column == 'weighting_method' else column} is wrong"
    ) as told:
        await groups.all("jane")
    assert told.value.message.startswith('user_factor_groups: in the row "Gold')
    assert "\n" not in told.value.message
    assert column == "name" or value not in told.value.message
    name = value if column == "name" else "Gold"
    with pytest.raises(BrokenRecord):
        await groups.get("jane", name)
    assert await groups.all("tom") == ()
    assert await groups.delete("jane", name)


async def test_every_wrong_group_is_told_at_once(groups: FactorGroups, place: Place) -> None:
    await groups.create("jane", GOLD)
    await groups.create("jane", MIX)
    place.sql("UPDATE user_factor_groups SET members = '[', weights = '{'")
    with pytest.raises(BrokenRecord, match="4 values of this table are wrong in all") as told:
        await groups.all("jane")
    assert sorted(each.field for each in told.value.problems) == [
        "user_factor_groups Gold members",
        "user_factor_groups Gold weights",
        f"user_factor_groups {MIX.name} members",
        f"user_factor_groups {MIX.name} weights",
    ]
    assert told.value.next_action.startswith("Delete these groups by their names")


@pytest.mark.parametrize("changed", ["name = x'ff'", "members = x'ff'", "weighting_method = 'votes'"])
async def test_whatever_sqlite_keeps_in_a_group_is_told(tmp_path: Path, changed: str) -> None:
    place = Place("sqlite", tmp_path)
    place.spoilt = True
    groups = SqlFactorGroups(place.url)
    await groups.create("jane", GOLD)
    place.sql("PRAGMA ignore_check_constraints = ON", f"UPDATE user_factor_groups SET {changed}")
    with pytest.raises(BrokenRecord, match=f"{changed.split(maxsplit=1)[0]} is wrong"):
        await groups.all("jane")
    await groups.close()
    await place.close()
