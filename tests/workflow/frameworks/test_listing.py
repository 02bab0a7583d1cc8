"""Templates and saved frameworks in lists, and one in full."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflow.desks import JANE
from tests.workflow.frameworks.framework_desks import MINE, framework_bench, rows_of
from trimtab.domain.errors import InvalidInput, NotFound
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.workflow.ports.framework_requests import ListFrameworks


async def test_templates_are_there_before_anything_is_saved_and_no_database_is_made(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        found = await bench.desk.frameworks(JANE, ListFrameworks())
        rows = rows_of(found.templates)
        assert [row["key"] for row in rows] == list(TEMPLATES)
        assert rows[1]["targets"] == "Equity 60 %, Fixed Income 35 %, Alternatives 5 %"
        assert rows_of(found.frameworks) == []
        assert not (tmp_path / "records.db").exists()


async def test_a_saved_one_is_listed_with_its_newest_version(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved()
        (row,) = rows_of((await bench.desk.frameworks(JANE, ListFrameworks())).frameworks)
        assert (row["framework_id"], row["name"], row["version"], row["buckets"]) == (mine_id, "Mine", 1, 2)


async def test_a_template_in_full_is_a_document_that_can_be_saved(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        full = (await bench.desk.frameworks(JANE, ListFrameworks(framework_id="growth"))).framework
        assert full is not None
        saved = await bench.saved(full.framework)
        assert (await bench.kept.records.read(JANE.owner, saved)).framework == TEMPLATES["growth"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"version": 1, "changes_since": 1}, ["version", "changes_since"]),
        ({"framework_id": "growth", "due": True, "archived": True}, ["due", "archived"]),
        ({"framework_id": "growth", "changes_since": 1}, ["changes_since"]),
    ],
)
async def test_what_says_nothing_is_refused(tmp_path: Path, fields: dict[str, Any], wrong: list[str]) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.frameworks(JANE, ListFrameworks(**fields))
        assert [each.field for each in refused.value.problems] == wrong


async def test_a_version_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved(MINE)
        for name in ("version", "changes_since"):
            request = ListFrameworks.model_validate({"framework_id": mine_id, name: 9})
            with pytest.raises(NotFound):
                await bench.desk.frameworks(JANE, request)
        with pytest.raises(NotFound, match="one version"):
            await bench.desk.frameworks(JANE, ListFrameworks(framework_id="growth", version=2))
