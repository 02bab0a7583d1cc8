"""A version is spelled in rows that give it back to the last digit, and that tell whose it is."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.adapters.frameworks.sample_frameworks import any_frameworks, framework, new
from tests.clock import NOON
from trimtab.adapters.frameworks.spelling import version_rows
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.workflow.ports.framework_records import FrameworkRecords, NewVersion
from trimtab.workflow.ports.records import moment

AT = moment(NOON)


@given(drawn=any_frameworks())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_any_framework_comes_back_from_the_database_to_the_last_digit(
    records: FrameworkRecords, drawn: Framework
) -> None:
    made = await records.create("jane", NewVersion(drawn, "tom"))
    read = await records.read("jane", made.framework_id)
    assert read == made
    assert repr(read.framework) == repr(drawn)


def test_each_bucket_names_its_parent_as_that_is_spelled() -> None:
    rows = version_rows("jane", "f", version=1, new=new(), at=AT)
    assert [row["parent_path"] for row in rows.buckets] == ["AssetClass/Equity", None, "AssetClass/Equity", None]
    assert [row["target_weight"] for row in rows.buckets] == ["0.40", "0.60", "0.2", "0.40"]
    assert rows.constraints[0]["constraint_value"] == "0.20"


def test_the_hash_is_of_everything_in_a_version_and_of_its_owner() -> None:
    def hash_of(owner: str = "jane", framework_id: str = "f", version: int = 1, **changes: object) -> str:
        note = str(changes.pop("note", ""))
        rows = version_rows(owner, framework_id, version=version, new=new(note, **changes), at=AT)
        return str(rows.version["content_hash"])

    ours = framework()
    others = [
        hash_of(owner="tom"),
        hash_of(framework_id="g"),
        hash_of(version=2),
        hash_of(note="again"),
        hash_of(name="Yours"),
        hash_of(risk_band=None),
        hash_of(constraints=ours.constraints[:1]),
        hash_of(constraints=ours.constraints[::-1]),
        hash_of(buckets=ours.buckets[:3]),
        hash_of(buckets=ours.buckets[::-1]),
    ]
    assert len({hash_of(), *others}) == 1 + len(others)
    assert hash_of() == hash_of()


@pytest.mark.parametrize(
    ("table", "column", "changes"),
    [
        ("framework_versions", "name", {"name": ""}),
        ("framework_versions", "description", {"description": "a\0b"}),
        ("framework_versions", "method", {"method": "guess"}),
        (
            "framework_buckets",
            "label",
            {"buckets": (Bucket("Region/US", "\ud800", framework().buckets[0].target_weight),)},
        ),
        ("framework_buckets", "path", {"buckets": (Bucket("p" * 501, "US", framework().buckets[0].target_weight),)}),
    ],
)
def test_what_no_database_shall_hold_is_refused_by_its_column(table: str, column: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{table} can't keep 1 of these rows. row 0: {column}\\."):
        version_rows("jane", "f", version=1, new=new(**changes), at=AT)
