"""What the framework desk answers beside what its parts do."""

from pathlib import Path

import pytest

from tests.workflow.desks import JANE
from tests.workflow.frameworks.framework_desks import MINE, framework_bench
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.workflow.frameworks.vocabulary import known_words
from trimtab.workflow.ports.framework_requests import GenerateFramework, Requirements, ValidateFramework


@pytest.mark.parametrize("risk", ["low", "medium", "high"])
async def test_a_framework_made_by_rules_is_valid_covered_and_not_saved(tmp_path: Path, risk: str) -> None:
    wanted = Requirements.model_validate({"risk_tolerance": risk, "exclusions": ["crypto"]})
    async with framework_bench(tmp_path) as bench:
        made = await bench.desk.generate(JANE, GenerateFramework(requirements=wanted))
        assert (made.source, made.validation.valid, made.attempts) == ("rules", True, 0)
        again = await bench.desk.validate(JANE, ValidateFramework(framework=made.framework))
        assert again.valid
        assert made.framework["method"] == "generated"
        assert not (tmp_path / "records.db").exists()


async def test_answers_name_what_they_rest_on(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        found = await bench.desk.validate(JANE, ValidateFramework(framework_id=await bench.saved(MINE)))
        assert (found.framework.name, found.framework.version) == ("Mine", 1)
        basis = bench.goods.basis(["A note."])
        assert (basis.market_as_of, basis.notes) == ("2026-11-20", ("A note.",))
        assert basis.n_products == len(bench.goods.universe.products)


async def test_the_words_of_products_are_those_that_templates_use(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        words = known_words(bench.goods.universe)
    used = [bucket.rules for template in TEMPLATES.values() for bucket in template.buckets]
    assert {tag for rules in used for tag in rules.include_tags} <= set(words.tags)
    assert {region for rules in used for region in rules.regions} <= set(words.regions)
    assert {sector for rules in used for sector in rules.sectors} <= set(words.sectors)
    assert {kind for rules in used for kind in rules.allowed_types} <= {*words.types, "Fund"}
