"""Of several who change one framework at once one is first, and the others are told."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.adapters.frameworks.sample_frameworks import new
from tests.adapters.records.stores import Place
from trimtab.domain.errors import BrokenRecord, Conflict
from trimtab.workflow.ports.framework_records import FrameworkRecords, StoredFramework

ROUNDS = 5
EDITS = 3
"""Of each of the records in a round."""


async def test_whoever_knows_an_older_version_is_told_the_newest_and_keeps_nothing(records: FrameworkRecords) -> None:
    made = await records.create("jane", new())
    await records.add_version("jane", made.framework_id, new=new("second"), expected_version=1)
    for expected in (1, 3, 0):
        with pytest.raises(Conflict, match=f"at version 2, not at {expected}") as refused:
            await records.add_version("jane", made.framework_id, new=new("third"), expected_version=expected)
        assert refused.value.version == 2
        assert refused.value.next_action.endswith("list_frameworks and retry with expected_version 2.")
    assert [each.note for each in await records.versions("jane", made.framework_id)] == ["second", ""]


async def test_of_many_editors_at_once_each_time_one_is_first_and_the_others_are_told(
    several: Sequence[FrameworkRecords],
) -> None:
    made = await several[0].create("jane", new())
    for version in range(1, ROUNDS + 1):
        edits = [
            records.add_version("jane", made.framework_id, new=new(f"{number}"), expected_version=version)
            for records in several
            for number in range(EDITS)
        ]
        answers = await asyncio.gather(*edits, return_exceptions=True)
        kept = [each for each in answers if isinstance(each, StoredFramework)]
        told = [each.version for each in answers if isinstance(each, Conflict)]
        assert [each.version for each in kept] == [version + 1]
        assert told == [version + 1] * (len(edits) - 1)
        assert await several[-1].read("jane", made.framework_id) == kept[0]
    assert len(await several[0].versions("jane", made.framework_id)) == ROUNDS + 1


async def test_of_many_who_create_with_one_key_at_once_all_get_one_framework(
    several: Sequence[FrameworkRecords],
) -> None:
    for number in range(ROUNDS):
        key = f"key-{number:05}"
        made = await asyncio.gather(*(each.create("jane", new(), key=key) for each in several for _ in range(EDITS)))
        assert len({each.framework_id for each in made}) == 1
    assert len(await several[0].list("jane")) == ROUNDS


async def test_a_version_is_never_written_over_even_where_its_number_was_taken_back(
    place: Place, records: FrameworkRecords
) -> None:
    made = await records.create("jane", new())
    second = await records.add_version("jane", made.framework_id, new=new("second"), expected_version=1)
    place.sql("UPDATE frameworks SET newest_version = 1")
    with pytest.raises(BrokenRecord, match="is damaged"):
        await records.add_version("jane", made.framework_id, new=new("forged"), expected_version=1)
    place.sql("UPDATE frameworks SET newest_version = 2")
    assert await records.read("jane", made.framework_id) == second
