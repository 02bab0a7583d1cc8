"""The texts that analysts and assistants read."""

from trimtab.domain.errors import InvalidInput
from trimtab.formatters.compact import format_compact
from trimtab.formatters.toon_buys import format_buys
from trimtab.formatters.toon_momentum import format_momentum
from trimtab.formatters.toon_portfolios import format_portfolios
from trimtab.workflow.overviews import batch_count, buy_blocks, markets, portfolio_batch
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.requests import GetOverview


def overview_text(plan: SessionPlan, request: GetOverview) -> tuple[str, int]:
    """The text of a view's batch, and how many batches the view has.

    Raises:
        InvalidInput: There is no such batch.
    """
    blocks = buy_blocks(plan) if request.view == "buys" else ()
    size = plan.facts.policy.batch_size
    portfolio_batches = batch_count(plan, compact=request.compact)
    batches = {"portfolios": portfolio_batches, "buys": max(1, -(-len(blocks) // size)), "momentum": 1}[request.view]
    if request.batch > batches:
        there_are, use = ("is 1 batch", "=1") if batches == 1 else (f"are {batches} batches", f" 1 to {batches}")
        raise InvalidInput(f"There {there_are}.", field="batch", next_action=f"Use batch{use}.")
    if request.view == "momentum":
        return format_momentum(markets(plan)), batches
    if request.view == "buys":
        return format_buys(blocks[(request.batch - 1) * size : request.batch * size]), batches
    batch = portfolio_batch(plan, request.batch, compact=request.compact)
    return (format_compact(batch) if request.compact else format_portfolios(batch)), batches
