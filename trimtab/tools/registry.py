"""What is exposed: every tool, resource and prompt, in the order in which clients list them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from trimtab.tools import get_server_status
from trimtab.tools.definition import Definition
from trimtab.tools.factors import compute_correlations, compute_performance, manage_factor_group, recommend_offsets
from trimtab.tools.frameworks import (
    backtest_framework,
    build_portfolio,
    generate_framework,
    get_allocation_report,
    list_frameworks,
    map_products,
    save_framework,
    validate_framework,
)
from trimtab.tools.prompts import (
    build_framework,
    compare_strategies,
    describe_momentum,
    explain_deferral,
    judge_buys,
    judge_portfolios,
    read_factor_matrix,
    review_session,
    review_signals,
    synthesize,
)
from trimtab.tools.prompts.definition import PromptDefinition
from trimtab.tools.resources import book, concept, framework, plan, strategy
from trimtab.tools.resources.definition import ResourceDefinition
from trimtab.tools.signals import allocate_capital, backtest_portfolio, compute_signals, evaluate_strategies
from trimtab.tools.trading import (
    advance_phase,
    analyze_trades,
    apply_recommendations,
    cancel_orders,
    execute_orders,
    get_execution_status,
    get_session,
    get_tolerance_status,
    get_trading_overview,
    open_session,
    preview_orders,
    update_session,
    validate_recommendations,
)

TOOLS: Final[tuple[Definition, ...]] = (
    get_server_status.TOOL,
    open_session.TOOL,
    get_session.TOOL,
    get_trading_overview.TOOL,
    get_tolerance_status.TOOL,
    analyze_trades.TOOL,
    validate_recommendations.TOOL,
    apply_recommendations.TOOL,
    update_session.TOOL,
    advance_phase.TOOL,
    preview_orders.TOOL,
    execute_orders.TOOL,
    get_execution_status.TOOL,
    cancel_orders.TOOL,
    list_frameworks.TOOL,
    generate_framework.TOOL,
    save_framework.TOOL,
    validate_framework.TOOL,
    map_products.TOOL,
    build_portfolio.TOOL,
    get_allocation_report.TOOL,
    backtest_framework.TOOL,
    compute_correlations.TOOL,
    compute_performance.TOOL,
    recommend_offsets.TOOL,
    manage_factor_group.TOOL,
    compute_signals.TOOL,
    allocate_capital.TOOL,
    evaluate_strategies.TOOL,
    backtest_portfolio.TOOL,
)
RESOURCES: Final[tuple[ResourceDefinition, ...]] = (
    book.RESOURCE,
    plan.RESOURCE,
    concept.RESOURCE,
    framework.RESOURCE,
    strategy.RESOURCE,
)
PROMPTS: Final[tuple[PromptDefinition, ...]] = (
    review_session.PROMPT,
    explain_deferral.PROMPT,
    judge_portfolios.PROMPT,
    describe_momentum.PROMPT,
    synthesize.PROMPT,
    judge_buys.PROMPT,
    build_framework.PROMPT,
    read_factor_matrix.PROMPT,
    compare_strategies.PROMPT,
    review_signals.PROMPT,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one server exposes."""

    tools: tuple[Definition, ...]
    resources: tuple[ResourceDefinition, ...]
    prompts: tuple[PromptDefinition, ...]


def offer(*, toolsets: Collection[str], read_only: bool) -> Offer:
    """What these toolsets bring, and what all have."""
    named = {"all", *toolsets}
    return Offer(
        tools=select(toolsets=toolsets, read_only=read_only),
        resources=tuple(resource for resource in RESOURCES if resource.toolset in named),
        prompts=tuple(prompt for prompt in PROMPTS if prompt.toolset in named),
    )


def select(*, toolsets: Collection[str], read_only: bool) -> tuple[Definition, ...]:
    """The tools of these toolsets and those of all; read-only takes away what reaches the order system or the
    records."""
    return tuple(tool for tool in TOOLS if tool.toolset in {"all", *toolsets} and not (read_only and tool.reaches_out))


def offered(toolsets: Collection[str]) -> tuple[str, ...]:
    """Those of the toolsets that have tools."""
    filled = {tool.toolset for tool in TOOLS}
    return tuple(name for name in toolsets if name in filled)
