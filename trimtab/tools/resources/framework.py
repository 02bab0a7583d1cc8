"""`trimtab://framework/{framework_id}`."""

from trimtab.domain.errors import NotFound
from trimtab.tools.completions import framework_ids
from trimtab.tools.context import ToolContext, frameworks_of
from trimtab.tools.payload import as_json, dump
from trimtab.tools.resources.definition import ResourceDefinition
from trimtab.tools.resources.uris import FRAMEWORK
from trimtab.tools.strict import check
from trimtab.workflow.ports.framework_requests import ListFrameworks


async def framework(ctx: ToolContext, framework_id: str) -> str:
    """The whole document: a resource has no pages, and whoever attaches one asked for all of it."""
    request = check(ListFrameworks, framework_id=framework_id)
    desk, caller = await frameworks_of(ctx)
    found = (await desk.frameworks(caller, request)).framework
    if found is None:
        raise NotFound("There is no such framework.", field="framework_id", next_action="Call list_frameworks.")
    return as_json(dump(found)["framework"])


RESOURCE = ResourceDefinition(
    function=framework,
    uri=FRAMEWORK,
    toolset="frameworks",
    title="An allocation framework",
    description=(
        "The newest version of a saved framework, or a template by its key, as the JSON document that save_framework "
        "takes: buckets with target weights (fractions) and rules, rebalancing, constraints. Whole, so it can be long."
    ),
    mime_type="application/json",
    completes={"framework_id": framework_ids},
)
