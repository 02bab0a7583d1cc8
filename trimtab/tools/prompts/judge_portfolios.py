"""`judge_portfolios`."""

from trimtab.prompts import contexts
from trimtab.tools.completions import session_ids
from trimtab.tools.context import ToolContext
from trimtab.tools.prompts.analyst import OfABatch, assistant, batches, facts_for
from trimtab.tools.prompts.definition import PromptDefinition


async def judge_portfolios(ctx: ToolContext, asked: OfABatch) -> contexts.JudgePortfolios:
    """A batch of portfolios, as an analyst is told of it."""
    found = await facts_for(ctx, "portfolios", session_id=asked.session_id, batch=asked.batch)
    return contexts.JudgePortfolios(
        batch=found.batch,
        batches=found.batches,
        portfolios=found.portfolios,
        lines=found.lines,
        facts=contexts.Data(found.facts),
        assistant=assistant(found),
    )


PROMPT = PromptDefinition(
    function=judge_portfolios,
    arguments=OfABatch,
    toolset="trading",
    title="Judge the sells",
    description=(
        "Lets the assistant be the analyst of the sells: a batch of portfolios with trades and flags, the rules for "
        "waiting, and how the verdicts are checked and handed in."
    ),
    completes={"session_id": session_ids, "batch": batches("portfolios")},
)
