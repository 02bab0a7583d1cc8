"""`manage_factor_group`."""

from pathlib import Path

from tests.tools.factors.demo_factors import open_demo_factors
from tests.tools.factors.scripted_factors import ScriptedFactors, call, client_of
from tests.tools.responses import matches_response
from tests.tools.serving import error_of
from trimtab.tools.registry import TOOLS
from trimtab.workflow.ports.factor_requests import ManageFactorGroup

WEIGHTS = {"XLK": 0.5, "SMH": 0.6}


async def test_a_group_is_kept_read_changed_and_forgotten(tmp_path: Path) -> None:
    async with client_of(lambda: open_demo_factors(tmp_path)) as client:

        async def done(**arguments: object) -> dict[str, object]:
            result = await client.call_tool("manage_factor_group", arguments)
            assert not result.is_error
            assert result.structured_content is not None
            return result.structured_content

        created = await done(action="create", name="Techs", members=["XLK", "SMH"])
        assert await done(action="create", name="Techs", members=["XLK", "SMH"]) == created
        assert (await done(action="list"))["groups"] == (await done(action="read", name="Techs"))["groups"]
        await done(action="update", name="Techs", weighting_method="custom", weights={"XLK": 0.7, "SMH": 0.3})
        used = await client.call_tool(
            "compute_performance", {"factor_groups": ["Techs"], "factor_categories": ["cash"]}
        )
        assert used.structured_content is not None
        [row] = used.structured_content["composites"]["factor_groups"]["rows"]
        assert row[0] == "Techs"
        await done(action="delete", name="Techs")
        assert (await done(action="list"))["groups"] == []
        gone = await client.call_tool("manage_factor_group", {"action": "read", "name": "Techs"})
        assert error_of(gone)["code"] == "not_found"


async def test_what_is_wrong_with_a_group_is_said_with_weights_that_would_do(tmp_path: Path) -> None:
    asked = {
        "action": "validate",
        "name": "x",
        "members": list(WEIGHTS),
        "weighting_method": "custom",
        "weights": WEIGHTS,
    }
    async with client_of(lambda: open_demo_factors(tmp_path)) as client:
        matches_response("manage_factor_group", await client.call_tool("manage_factor_group", asked))


async def test_every_argument_reaches_the_desk() -> None:
    given = {
        "action": "update",
        "name": "Techs",
        "members": ["XLK"],
        "weighting_method": "custom",
        "weights": {"XLK": 1},
    }
    desk = ScriptedFactors()
    await call("manage_factor_group", desk, **given)
    assert set(given) == set(ManageFactorGroup.model_fields)
    assert desk.asked == [ManageFactorGroup.model_validate(given)]


def test_it_says_that_it_may_delete() -> None:
    [tool] = [tool for tool in TOOLS if tool.name == "manage_factor_group"]
    assert (tool.annotations.destructive_hint, tool.annotations.open_world_hint, tool.reaches_out) == (
        True,
        False,
        True,
    )
