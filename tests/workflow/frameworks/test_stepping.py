"""Portfolios made step by step: left, resumed, skipped where that may be, and changed by one at a time."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflow.desks import JANE, TOM
from tests.workflow.frameworks.framework_desks import MINE, FrameworkBench, framework_bench, mine, rows_of
from trimtab.domain.errors import Conflict, InvalidInput, NotFound, WrongPhase
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports.framework_results import PortfolioBuilt

PROFILE = {"name": "Jane", "risk_band": "medium", "horizon_years": 12, "goals": ["a house"]}


async def step(bench: FrameworkBench, name: Any, workflow_id: str | None = None, **fields: Any) -> PortfolioBuilt:
    return await bench.desk.build(JANE, ask.BuildPortfolio(step=name, workflow_id=workflow_id, **fields))


def stands(answer: PortfolioBuilt) -> dict[str, str]:
    assert answer.workflow is not None
    return {each.step: each.status for each in answer.workflow.steps}


def id_of(answer: PortfolioBuilt) -> str:
    assert answer.workflow is not None
    return answer.workflow.workflow_id


async def test_a_portfolio_is_made_in_five_steps_and_each_can_be_resumed(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        begun = await step(bench, "profile", profile=PROFILE)
        workflow = id_of(begun)
        assert begun.workflow is not None
        assert begun.workflow.suggested == ("balanced", "core_satellite")
        assert stands(begun) == {
            "profile": "done",
            "framework": "ready",
            "mapping": "waiting",
            "validation": "waiting",
            "portfolio": "waiting",
        }
        await step(bench, "framework", workflow, framework_id="balanced")
        mapped = await step(bench, "mapping", workflow, products_per_bucket=2)
        assert mapped.mapping is not None
    async with framework_bench(tmp_path) as later:
        resumed = await later.desk.build(JANE, ask.BuildPortfolio(workflow_id=workflow))
        assert resumed.workflow is not None
        assert resumed.workflow.next_step == "validation"
        assert len(rows_of(resumed.positions)) == 6
        await step(later, "validation", workflow)
        preview = await step(later, "portfolio", workflow, cash=10_000.0)
        assert (preview.portfolio_id, stands(preview)["portfolio"]) == (None, "ready")
        done = await step(later, "portfolio", workflow, cash=10_000.0, accept=True)
        assert set(stands(done).values()) == {"done"}
        assert rows_of((await later.desk.portfolios(JANE)).portfolios)[0]["portfolio_id"] == done.portfolio_id
        profiles = rows_of((await later.desk.profiles(JANE)).profiles)
        assert [(row["name"], row["suggested"]) for row in profiles] == [("Jane", "balanced, core_satellite")]


async def test_accepting_twice_makes_one_portfolio(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        workflow = id_of(await step(bench, "framework", framework_id="growth"))
        await step(bench, "validation", workflow)
        first = await step(bench, "portfolio", workflow, cash=10_000.0, accept=True)
        second = await step(bench, "portfolio", workflow, cash=10_000.0, accept=True)
        assert first.portfolio_id == second.portfolio_id
        assert len(rows_of((await bench.desk.portfolios(JANE)).portfolios)) == 1


async def test_optional_steps_are_skipped_and_others_are_not(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        begun = await step(bench, "profile", skip=True)
        assert stands(begun)["profile"] == "skipped"
        with pytest.raises(InvalidInput, match="can't be skipped"):
            await step(bench, "framework", id_of(begun), skip=True)
        chosen = await step(bench, "framework", id_of(begun), framework=MINE)
        checked = await step(bench, "validation", id_of(chosen))
        assert stands(checked)["mapping"] == "skipped"


async def test_a_step_says_what_it_waits_for(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(WrongPhase, match="mapping waits for framework"):
            await step(bench, "mapping")
        assert rows_of((await bench.desk.workflows(JANE)).workflows) == []
        begun = await step(bench, "profile", profile=PROFILE)
        with pytest.raises(WrongPhase, match="portfolio waits for framework and validation"):
            await step(bench, "portfolio", id_of(begun), cash=1.0)


async def test_a_step_done_again_opens_those_behind_it(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        workflow = id_of(await step(bench, "framework", framework_id="growth"))
        await step(bench, "validation", workflow)
        again = await step(bench, "framework", workflow, framework_id="balanced")
        assert stands(again)["validation"] == "ready"
        with pytest.raises(WrongPhase, match="waits for validation"):
            await step(bench, "portfolio", workflow, cash=1.0)


async def test_a_framework_is_generated_within_a_workflow(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        made = await step(bench, "framework", requirements={"risk_tolerance": "low"})
        assert made.generated is not None
        assert (made.generated.source, made.valid) == ("rules", True)
        with pytest.raises(InvalidInput, match="leave framework_id"):
            await step(bench, "framework", requirements={"risk_tolerance": "low"}, framework_id="growth")


async def test_an_invalid_framework_is_not_picked(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput, match="nothing was picked"):
            await step(bench, "framework", framework=mine(Equity=0.9))


async def test_a_portfolio_with_errors_stays_in_validation(tmp_path: Path) -> None:
    limited = {**MINE, "constraints": [{"kind": "max_single_name", "value": 0.5, "unit": "percentage"}]}
    async with framework_bench(tmp_path) as bench:
        workflow = id_of(await step(bench, "framework", framework=limited))
        found = await step(bench, "validation", workflow)
        assert (found.valid, stands(found)["validation"]) == (False, "ready")
        await step(bench, "mapping", workflow, products_per_bucket=2)
        assert stands(await step(bench, "validation", workflow))["validation"] == "done"


async def test_of_two_who_change_a_workflow_the_second_hears_of_it(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        workflow = id_of(await step(bench, "profile", profile=PROFILE))
        await step(bench, "framework", workflow, framework_id="growth", expected_version=2)
        with pytest.raises(Conflict) as conflict:
            await step(bench, "framework", workflow, framework_id="balanced", expected_version=2)
        assert conflict.value.version == 3


async def test_a_repeated_key_begins_one_workflow(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        first = await step(bench, "profile", profile=PROFILE, idempotency_key="begin-0001")
        again = await step(bench, "profile", profile=PROFILE, idempotency_key="begin-0001")
        assert id_of(first) == id_of(again)
        listed = rows_of((await bench.desk.workflows(JANE)).workflows)
        assert [row["workflow_id"] for row in listed] == [id_of(first)]


async def test_a_workflow_is_its_owners_alone_and_no_trading_session(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        workflow = id_of(await step(bench, "profile", profile=PROFILE))
        with pytest.raises(NotFound, match="workflow"):
            await bench.desk.build(TOM, ask.BuildPortfolio(workflow_id=workflow))
        assert await bench.kept.workflows.list(JANE.owner) == ()


async def test_what_belongs_to_other_steps_is_refused(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        with pytest.raises(InvalidInput) as refused:
            await step(bench, "profile", profile=PROFILE, cash=5.0, accept=True)
        assert [each.field for each in refused.value.problems] == ["cash", "accept"]
        with pytest.raises(InvalidInput, match="needs profile"):
            await step(bench, "profile")
        begun = await step(bench, "profile", profile=PROFILE)
        with pytest.raises(InvalidInput, match="says nothing here"):
            await bench.desk.build(JANE, ask.BuildPortfolio(workflow_id=id_of(begun), cash=1.0))


async def test_a_read_only_desk_stores_no_profile(tmp_path: Path) -> None:
    async with framework_bench(tmp_path, keeps=False) as bench:
        await step(bench, "profile", profile=PROFILE)
        assert rows_of((await bench.desk.profiles(JANE)).profiles) == []


async def test_the_first_call_again_with_its_key_undoes_nothing(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        begun = await step(bench, "framework", framework_id="growth", idempotency_key="begin-0001")
        await step(bench, "validation", id_of(begun))
        done = await step(bench, "portfolio", id_of(begun), cash=10_000.0, accept=True)
        again = await step(bench, "framework", framework_id="growth", idempotency_key="begin-0001")
        assert stands(again) == stands(done)
        assert (again.portfolio_id, again.total_value) == (done.portfolio_id, 10_000.0)
        assert again.framework == done.framework


async def test_validation_holds_a_portfolio_against_the_profile(tmp_path: Path) -> None:
    profile = {**PROFILE, "risk_band": "low", "exclusions": ["Energy", "tobacco"]}
    async with framework_bench(tmp_path) as bench:
        begun = await step(bench, "profile", profile=profile)
        await step(bench, "framework", id_of(begun), framework_id="growth")
        await step(bench, "mapping", id_of(begun), overrides=[{"path": "AssetClass/Equity", "code": "XLE"}])
        checked = await step(bench, "validation", id_of(begun))
        told = [each.code for each in checked.warnings]
        assert [code for code in told if code in {"above_profile", "not_understood", "excluded"}] == [
            "above_profile",
            "not_understood",
            "excluded",
        ]
        assert stands(checked)["validation"] == "done"


async def test_a_portfolio_is_accepted_anew_after_an_earlier_step_was_done_again(tmp_path: Path) -> None:
    async with framework_bench(tmp_path) as bench:
        workflow = id_of(await step(bench, "framework", framework_id="growth"))
        await step(bench, "validation", workflow)
        first = await step(bench, "portfolio", workflow, cash=10_000.0, accept=True)
        await step(bench, "framework", workflow, framework_id="balanced")
        await step(bench, "validation", workflow)
        second = await step(bench, "portfolio", workflow, cash=10_000.0, accept=True)
        assert first.portfolio_id != second.portfolio_id
