"""Which framework a request is about."""

from pathlib import Path

import pytest

from tests.workflow.desks import JANE
from tests.workflow.frameworks.framework_desks import MINE, framework_bench, mine
from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.framework_requests import MapProducts, ValidateFramework


@pytest.mark.parametrize("fields", [{}, {"framework_id": "growth", "framework": MINE}])
async def test_one_framework_is_named_no_more_and_no_less(tmp_path: Path, fields: dict[str, object]) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput, match="one of the two"):
            await bench.desk.validate(JANE, ValidateFramework.model_validate(fields))


async def test_one_in_full_has_no_version(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput, match="has no version"):
            await bench.desk.validate(JANE, ValidateFramework(framework=MINE, version=1))


async def test_a_document_that_can_not_be_read_is_told_with_every_place(tmp_path: Path) -> None:
    wrong = {**MINE, "nmae": "x", "buckets": [{"path": "AssetClass/Equity", "target_weight": "much"}]}
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await bench.desk.validate(JANE, ValidateFramework(framework=wrong))
        assert {each.field for each in refused.value.problems} == {"document", "buckets[0].target_weight"}


@pytest.mark.parametrize(("total", "valid"), [(0.6990, True), (0.7010, True), (0.6989, False), (0.7011, False)])
async def test_sums_are_judged_exactly(tmp_path: Path, total: float, *, valid: bool) -> None:
    async with framework_bench(tmp_path) as bench:
        found = await bench.desk.validate(JANE, ValidateFramework(framework=mine(Equity=total)))
        assert found.valid is valid


async def test_what_is_invalid_is_not_mapped(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput, match="nothing was mapped"):
            await bench.desk.map_products(JANE, MapProducts(framework=mine(Equity=0.5)))
