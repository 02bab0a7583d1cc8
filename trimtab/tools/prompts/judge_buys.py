"""`judge_buys`."""

from trimtab.prompts import contexts
from trimtab.tools.completions import session_ids
from trimtab.tools.context import ToolContext
from trimtab.tools.prompts.analyst import OfABatch, assistant, batches, facts_for
from trimtab.tools.prompts.definition import PromptDefinition


async def judge_buys(ctx: ToolContext, asked: OfABatch) -> contexts.JudgeBuys:
    """A batch of portfolios that are short of cash, as an analyst is told of it."""
    found = await facts_for(ctx, "buys", session_id=asked.session_id, batch=asked.batch)
    return contexts.JudgeBuys(
        batch=found.batch,
        batches=found.batches,
        portfolios=found.portfolios,
        lines=found.lines,
        facts=contexts.Data(found.facts),
        assistant=assistant(found),
    )


PROMPT = PromptDefinition(
    function=judge_buys,
    arguments=OfABatch,
    toolset="trading",
    title="Judge the buys",
    description=(
        "Lets the assistant be the analyst of the buys: portfolios with less cash than they want to buy for, what "
        "should wait first, and how the verdicts are checked and handed in."
    ),
    completes={"session_id": session_ids, "batch": batches("buys")},
)
