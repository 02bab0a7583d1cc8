"""What is exposed: every tool, in the order in which clients list them."""

from collections.abc import Collection
from typing import Final

from trimtab.tools import get_server_status
from trimtab.tools.definition import Definition
from trimtab.tools.trading import (
    advance_phase,
    analyze_trades,
    apply_recommendations,
    get_session,
    get_tolerance_status,
    get_trading_overview,
    open_session,
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
)


def select(*, toolsets: Collection[str], read_only: bool) -> tuple[Definition, ...]:
    """The tools of these toolsets and those of all; read-only takes away what reaches the order system or the
    records."""
    return tuple(tool for tool in TOOLS if tool.toolset in {"all", *toolsets} and not (read_only and tool.reaches_out))


def offered(toolsets: Collection[str]) -> tuple[str, ...]:
    """Those of the toolsets that have tools."""
    filled = {tool.toolset for tool in TOOLS}
    return tuple(name for name in toolsets if name in filled)
