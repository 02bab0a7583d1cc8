"""`describe_momentum`."""

from trimtab.prompts import contexts
from trimtab.tools.completions import session_ids
from trimtab.tools.context import ToolContext
from trimtab.tools.prompts.analyst import OfASession, assistant, facts_for
from trimtab.tools.prompts.definition import PromptDefinition


async def describe_momentum(ctx: ToolContext, asked: OfASession) -> contexts.DescribeMomentum:
    """The markets, as an analyst is told of them."""
    found = await facts_for(ctx, "momentum", session_id=asked.session_id)
    return contexts.DescribeMomentum(facts=contexts.Data(found.facts), assistant=assistant(found))


PROMPT = PromptDefinition(
    function=describe_momentum,
    arguments=OfASession,
    toolset="trading",
    title="Describe the momentum",
    description=(
        "Describes how exchanges, sectors and instruments have moved, each against the one above it, without judging, "
        "causes or advice."
    ),
    completes={"session_id": session_ids},
)
