"""`save_framework`."""

from typing import Annotated

from pydantic import Field

from trimtab.tools.arguments import IdempotencyKey
from trimtab.tools.context import ToolContext, frameworks_of
from trimtab.tools.definition import Definition, changes_records
from trimtab.tools.factors.arguments import Count
from trimtab.tools.frameworks.arguments import Fields, asked
from trimtab.workflow.ports.framework_requests import DocumentFormat, SaveAction, SaveFramework
from trimtab.workflow.ports.framework_results import SavedFramework

_DOCUMENT = (
    "{name, buckets: [{path: AssetClass|Region|Sector|Sleeve/..., label, target_weight, min_weight?, max_weight?, "
    "rules?: {include_tags, exclude_tags, allowed_types, regions, sectors, currencies, min_adv_value}}], "
    "rebalancing?: {cadence: M|Q|S|A|none, absolute_band_bps, relative_band_pct}, "
    "constraints?: [{kind, value, unit}]}"
)


async def save_framework(
    ctx: ToolContext,
    *,
    action: SaveAction,
    framework_id: Annotated[str, Field(description="To create: what to copy")] | None = None,
    version: Count | None = None,
    framework: Annotated[Fields, Field(description=_DOCUMENT)] | None = None,
    name: str | None = None,
    document: Annotated[str, Field(description="To import")] = "",
    format: DocumentFormat = "json",
    expected_version: Annotated[Count, Field(description="To update")] | None = None,
    note: str = "",
    idempotency_key: IdempotencyKey | None = None,
) -> SavedFramework:
    """One thing done with a framework of the caller's."""
    # Plain text, as the SDK would read the JSON in one that may be null.
    request = asked(SaveFramework, locals() | {"document": document or None})
    desk, caller = await frameworks_of(ctx)
    return await desk.save(caller, request)


TOOL = Definition(
    function=save_framework,
    toolset="frameworks",
    title="Save a framework",
    description=(
        "Keeps a framework once the person agreed to it; an update is a new version. Weights are fractions: top ones "
        "sum to 1, children to their parent's. Invalid ones are refused: validate_framework first."
    ),
    results=(SavedFramework,),
    annotations=changes_records(),
    rest="The resource trimtab://framework/ID is whole; so is trimtab framework export.",
    whole=(("document",),),
    reaches_out=True,
)
