"""Frameworks saved as a whole or not at all, each version for ever, and nobody's work overwritten."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.desks import JANE, TOM
from tests.workflow.frameworks.framework_desks import MINE, framework_bench, mine, rows_of
from trimtab.domain.errors import Conflict, InvalidInput, NotFound, TrimtabError
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.workflow.ports import framework_requests as ask

CSV = "path;label;target_weight\nAssetClass/Equity;Shares;0,6\nAssetClass/Bonds;Bonds;0,4\n"


def save(action: Any, **fields: Any) -> ask.SaveFramework:
    return ask.SaveFramework(action=action, **fields)


async def full(bench: Any, framework_id: str, **more: Any) -> Any:
    return await bench.desk.frameworks(JANE, ask.ListFrameworks(framework_id=framework_id, **more))


async def test_a_version_is_readable_for_ever_and_the_changes_are_told(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved()
        second = await bench.desk.save(
            JANE, save("update", framework_id=mine_id, framework=mine(Equity=0.6, Bonds=0.4), expected_version=1)
        )
        assert second.version == 2
        assert rows_of(second.changes) == [
            {"path": "AssetClass/Equity", "field": "target_weight", "before": "0.7", "after": "0.6"},
            {"path": "AssetClass/Bonds", "field": "target_weight", "before": "0.3", "after": "0.4"},
        ]
        first = (await full(bench, mine_id, version=1)).framework
        assert [bucket["target_weight"] for bucket in first.framework["buckets"]] == [0.7, 0.3]
        now = await full(bench, mine_id, changes_since=1)
        assert [row["version"] for row in rows_of(now.versions)] == [2, 1]
        assert now.changes == second.changes


async def test_the_second_of_two_editors_hears_what_the_first_changed_and_overwrites_nothing(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved()
        first = mine(Equity=0.6, Bonds=0.4)
        await bench.desk.save(JANE, save("update", framework_id=mine_id, framework=first, expected_version=1))
        second = {**mine(Equity=0.5, Bonds=0.5), "description": "Half and half"}
        with pytest.raises(Conflict) as conflict:
            await bench.desk.save(JANE, save("update", framework_id=mine_id, framework=second, expected_version=1))
        assert conflict.value.version == 2
        assert [(each.field, each.code, each.message) for each in conflict.value.problems] == [
            ("AssetClass/Equity.target_weight", "both_changed", "Version 2 has 0.6, version 1 had 0.7."),
            ("AssetClass/Bonds.target_weight", "both_changed", "Version 2 has 0.4, version 1 had 0.3."),
        ]
        now = (await full(bench, mine_id)).framework
        assert (now.version, now.framework["buckets"][0]["target_weight"]) == (2, 0.6)


async def test_of_many_editors_at_once_one_wins(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved()
        edits = [
            bench.desk.save(
                JANE,
                save("update", framework_id=mine_id, framework={**MINE, "description": str(n)}, expected_version=1),
            )
            for n in range(8)
        ]
        done = await asyncio.gather(*edits, return_exceptions=True)
        assert sum(isinstance(each, Conflict) for each in done) == 7
        assert (await full(bench, mine_id)).framework.version == 2


async def test_the_same_once_more_makes_no_version(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved()
        again = await bench.desk.save(JANE, save("update", framework_id=mine_id, framework=MINE, expected_version=1))
        assert (again.version, rows_of(again.changes)) == (1, [])


@pytest.mark.parametrize("total", [0.6989, 0.7011])
async def test_an_invalid_framework_is_refused_with_all_that_is_wrong_and_nothing_is_saved(
    tmp_path: Path, total: float
) -> None:
    wrong = mine(Equity=total)
    wrong["buckets"].append({"path": "AssetClass/Hedge/Gold", "target_weight": 0, "min_weight": 0.4, "max_weight": 0.2})
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.save(JANE, save("create", framework=wrong))
        found = {(each.field, each.code) for each in refused.value.problems}
        assert {
            ("AssetClass", "weight_sum"),
            ("AssetClass/Hedge/Gold", "orphan_path"),
            ("AssetClass/Hedge/Gold", "min_over_max"),
        } <= found
        assert rows_of((await bench.desk.frameworks(JANE, ask.ListFrameworks())).frameworks) == []


async def test_a_template_is_copied_under_a_name_and_is_itself_never_changed(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        copied = await bench.desk.save(JANE, save("create", framework_id="growth", name="Our growth"))
        assert copied.name == "Our growth"
        for action in ("archive", "restore"):
            with pytest.raises(InvalidInput, match="can't be changed"):
                await bench.desk.save(JANE, save(action, framework_id="growth"))
        with pytest.raises(InvalidInput, match="can't be changed"):
            await bench.desk.save(JANE, save("update", framework_id="growth", framework=MINE, expected_version=1))


@pytest.mark.parametrize("key", [key for key in TEMPLATES if key != "blank"])
@pytest.mark.parametrize("form", ["json", "csv"])
async def test_what_was_exported_is_imported_as_it_was(tmp_path: Path, key: str, form: Any) -> None:
    async with framework_bench(tmp_path) as bench:
        exported = await bench.desk.save(JANE, save("export", framework_id=key, format=form))
        name = None if form == "json" else "From a file"
        done = await bench.desk.save(JANE, save("import", document=exported.document, format=form, name=name))
        found = await bench.kept.records.read(JANE.owner, done.framework_id)
        assert found.framework.buckets == TEMPLATES[key].buckets
        assert found.framework.method == "imported"


async def test_a_spreadsheets_csv_becomes_the_next_version_with_the_head_of_the_one_before(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved({**MINE, "base_ccy": "AUD"})
        done = await bench.desk.save(
            JANE, save("import", framework_id=mine_id, document=f"\ufeff{CSV}", format="csv", expected_version=1)
        )
        now = await bench.kept.records.read(JANE.owner, mine_id)
        assert (done.version, now.framework.name, now.framework.base_ccy) == (2, "Mine", "AUD")
        assert [str(bucket.target_weight) for bucket in now.framework.buckets] == ["0.6", "0.4"]


async def test_a_csv_of_ten_thousand_wrong_rows_is_refused_with_all_of_them(tmp_path: Path) -> None:
    rows = "\n".join(f"AssetClass/B{n},x" for n in range(10_000))
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.save(
                JANE, save("import", document=f"path,target_weight\n{rows}\n", format="csv", name="Many")
            )
        assert len(refused.value.problems) == 10_000
        assert rows_of((await bench.desk.frameworks(JANE, ask.ListFrameworks())).frameworks) == []


async def test_archived_ones_leave_the_list_and_come_back(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved()

        async def listed(**more: Any) -> list[str]:
            found = await bench.desk.frameworks(JANE, ask.ListFrameworks(**more))
            return [row["framework_id"] for row in rows_of(found.frameworks)]

        assert (await bench.desk.save(JANE, save("archive", framework_id=mine_id))).archived
        assert (await listed(), await listed(archived=True)) == ([], [mine_id])
        assert not (await bench.desk.save(JANE, save("restore", framework_id=mine_id))).archived
        assert await listed() == [mine_id]


async def test_somebody_elses_framework_does_not_exist(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        mine_id = await bench.saved()
        for request in (
            save("update", framework_id=mine_id, framework=MINE, expected_version=1),
            save("export", framework_id=mine_id),
            save("archive", framework_id=mine_id),
            save("create", framework_id=mine_id),
        ):
            with pytest.raises(NotFound):
                await bench.desk.save(TOM, request)
        with pytest.raises(NotFound):
            await bench.desk.frameworks(TOM, ask.ListFrameworks(framework_id=mine_id))


async def test_a_repeated_key_gives_the_first_and_is_refused_for_another(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        first = await bench.saved(idempotency_key="key-0001")
        assert await bench.saved(idempotency_key="key-0001") == first
        with pytest.raises(InvalidInput, match="different framework"):
            await bench.saved(mine(Equity=0.6, Bonds=0.4), idempotency_key="key-0001")


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (save("update", framework_id="x"), ["framework", "expected_version"]),
        (save("import", format="csv"), ["document", "name"]),
        (save("import", document="{}", framework_id="x"), ["expected_version"]),
        (save("import", document="{}", expected_version=1), ["framework_id"]),
        (save("export"), ["framework_id"]),
        (save("archive", framework_id="x", document="{}", expected_version=1), ["document", "expected_version"]),
    ],
)
async def test_what_lacks_and_what_says_nothing_is_told_at_once(
    tmp_path: Path, request_: ask.SaveFramework, fields: list[str]
) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.save(JANE, request_)
        assert [each.field for each in refused.value.problems] == fields


async def test_a_read_only_desk_exports_and_saves_nothing(tmp_path: Path) -> None:
    async with framework_bench(tmp_path, keeps=False) as bench:
        with pytest.raises(TrimtabError, match="read-only"):
            await bench.saved()
        assert (await bench.desk.save(JANE, save("export", framework_id="balanced"))).document
        assert not (tmp_path / "records.db").exists()


async def test_a_document_that_does_not_say_how_it_came_about_is_made_by_hand(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        ids = [await bench.saved(), await bench.saved({**MINE, "method": "generated"})]
        found = [(await bench.kept.records.read(JANE.owner, each)).framework.method for each in ids]
        assert found == ["custom", "generated"]
