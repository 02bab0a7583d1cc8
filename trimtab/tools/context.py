"""What a tool function gets besides its arguments: the desks, who asks, and where progress goes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mcp.server.mcpserver import Context

from trimtab.prompts.contexts import PromptContext
from trimtab.workflow.ports.desk import Caller, OrderDesk, Progress, Step, TradingDesk
from trimtab.workflow.ports.factors import FactorDesk
from trimtab.workflow.ports.frameworks import FrameworkDesk
from trimtab.workflow.ports.signals import SignalDesk


@dataclass(frozen=True, slots=True)
class AppContext:
    """Lives as long as the server. The desks are made on first need, so a broken book fails calls and not the
    start; `render` fills the template of a prompt."""

    desk: Callable[[], Awaitable[TradingDesk]]
    orders: Callable[[], Awaitable[OrderDesk]]
    frameworks: Callable[[], Awaitable[FrameworkDesk]]
    factors: Callable[[], Awaitable[FactorDesk]]
    signals: Callable[[], Awaitable[SignalDesk]]
    caller: Caller
    render: Callable[[PromptContext], str]


ToolContext = Context[AppContext, Any]


async def desk_of(ctx: ToolContext) -> tuple[TradingDesk, Caller]:
    """The desk and who asks it."""
    app = ctx.request_context.lifespan_context
    return await app.desk(), app.caller


async def orders_of(ctx: ToolContext) -> tuple[OrderDesk, Caller]:
    """Who makes orders of plans, and who asks."""
    app = ctx.request_context.lifespan_context
    return await app.orders(), app.caller


async def frameworks_of(ctx: ToolContext) -> tuple[FrameworkDesk, Caller]:
    """Allocation frameworks, and who asks."""
    app = ctx.request_context.lifespan_context
    return await app.frameworks(), app.caller


async def factors_of(ctx: ToolContext) -> tuple[FactorDesk, Caller]:
    """Factor intelligence, and who asks."""
    app = ctx.request_context.lifespan_context
    return await app.factors(), app.caller


async def signals_of(ctx: ToolContext) -> tuple[SignalDesk, Caller]:
    """Alpha signals, and who asks."""
    app = ctx.request_context.lifespan_context
    return await app.signals(), app.caller


def progress_of(ctx: ToolContext) -> Progress:
    """Passes progress on to the client; a step that doesn't go forward is left out, as the protocol
    wants it."""
    last = 0

    async def report(step: Step) -> None:
        nonlocal last
        if step.done > last:
            last = step.done
            await ctx.report_progress(step.done, step.total, step.message)

    return report
