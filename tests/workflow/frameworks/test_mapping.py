"""Products of buckets as answers tell them."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflow.desks import JANE
from tests.workflow.frameworks.framework_desks import MINE, framework_bench
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.workflow.ports.framework_requests import MappingFilters, MapProducts, ValidateFramework


@pytest.mark.parametrize("key", [key for key in TEMPLATES if key != "blank"])
async def test_each_template_is_mapped_with_scores_that_explain_themselves(tmp_path: Path, key: str) -> None:
    weights = {"liquidity": 0.25, "cost": 0.2, "fit": 0.2, "history": 0.15, "tracking": 0.1, "data_health": 0.1}
    async with framework_bench(tmp_path) as bench:
        found = await bench.desk.map_products(JANE, MapProducts(framework_id=key))
        assert [bucket.path for bucket in found.buckets] == [bucket.path for bucket in TEMPLATES[key].buckets]
        for bucket in found.buckets:
            scores = [product.score for product in bucket.products]
            assert scores == sorted(scores, reverse=True)
            for product in bucket.products:
                parts = product.score_parts.model_dump()
                assert product.score == pytest.approx(sum(weights[name] * parts[name] for name in parts))


async def test_filters_leave_products_out_and_the_gaps_say_so(tmp_path: Path) -> None:
    filters = MappingFilters(currencies=("USD",), min_adv_value=1e15)
    async with framework_bench(tmp_path) as bench:
        found = await bench.desk.map_products(JANE, MapProducts(framework=MINE, filters=filters))
        for bucket in found.buckets:
            assert (bucket.candidates, bucket.products) == (0, ())
            last = bucket.coverage_gaps[-1]
            assert (last.rule, last.candidates) == ("filters.min_adv_value", last.lost)


async def test_a_bucket_that_no_product_fits_is_a_warning(tmp_path: Path) -> None:
    rules = {"include_tags": ["moon"]}
    document: dict[str, Any] = {
        "name": "Moon",
        "buckets": [{"path": "AssetClass/Moon", "target_weight": 1, "rules": rules}],
    }
    async with framework_bench(tmp_path) as bench:
        found = await bench.desk.validate(JANE, ValidateFramework(framework=document))
        assert found.valid
        assert [(each.code, each.path) for each in found.warnings] == [("no_product", "AssetClass/Moon")]
