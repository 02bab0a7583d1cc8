"""`synthesize`."""

from trimtab.prompts import contexts
from trimtab.tools.completions import session_ids
from trimtab.tools.context import ToolContext
from trimtab.tools.prompts.analyst import OfASession, assistant, facts_for
from trimtab.tools.prompts.definition import PromptDefinition


async def synthesize(ctx: ToolContext, asked: OfASession) -> contexts.Synthesize:
    """The verdicts and the markets, as an analyst is told of them."""
    found = await facts_for(ctx, "synthesis", session_id=asked.session_id)
    return contexts.Synthesize(
        portfolios=found.portfolios,
        verdicts=contexts.Data(found.verdicts),
        facts=contexts.Data(found.facts),
        assistant=assistant(found),
    )


PROMPT = PromptDefinition(
    function=synthesize,
    arguments=OfASession,
    toolset="trading",
    title="Sum an analysis up",
    description=(
        "Sums up the verdicts on a session's sells with the markets' momentum: a summary, and notes by instrument. "
        "It can't change a verdict."
    ),
    completes={"session_id": session_ids},
)
