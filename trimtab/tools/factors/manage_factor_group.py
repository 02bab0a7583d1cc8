"""`manage_factor_group`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.context import ToolContext, factors_of
from trimtab.tools.definition import Definition, changes_records
from trimtab.tools.factors.arguments import Names, Weights
from trimtab.tools.strict import check
from trimtab.workflow.ports.factor_requests import GroupAction, ManageFactorGroup
from trimtab.workflow.ports.factor_results import GroupAnswer
from trimtab.workflow.ports.reference import WeightingMethod


async def manage_factor_group(
    ctx: ToolContext,
    *,
    action: GroupAction,
    name: str | None = None,
    members: Annotated[Names, Field(description="Tickers")] | None = None,
    weighting_method: Annotated[WeightingMethod, Field(description="Default equal; cap: by assets")] | None = None,
    weights: Annotated[Weights, Field(description="{ticker: weight}, summing to 1; for custom only")] | None = None,
) -> GroupAnswer:
    """One thing done with the caller's factor groups."""
    request = check(
        ManageFactorGroup, action=action, name=name, members=members, weighting_method=weighting_method, weights=weights
    )
    desk, caller = await factors_of(ctx)
    return await desk.manage_group(caller, request)


TOOL = Definition(
    function=manage_factor_group,
    toolset="factors",
    title="Factor groups",
    description=(
        "Keeps your own named groups of ETFs, for compute_performance (factor_groups) and recommend_offsets. list; "
        "read, create, update or delete the one of a name; validate checks members and weights, or the stored group "
        "without members, changes nothing, and says what is wrong and how weights would sum to 1. Delete can't be "
        "undone."
    ),
    results=(GroupAnswer,),
    annotations=changes_records(),
    reaches_out=True,
)
