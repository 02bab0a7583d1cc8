"""`strategies://{name}`."""

from typing import Final

from trimtab.domain.errors import NotFound
from trimtab.domain.outside_text import clean
from trimtab.tools.completions import strategy_names
from trimtab.tools.context import ToolContext, signals_of
from trimtab.tools.resources.definition import Member, ResourceDefinition
from trimtab.tools.resources.uris import STRATEGY
from trimtab.workflow.ports.signal_results import Strategies

_OURS: Final = {
    "bollinger_mean_reversion": (
        "Bollinger mean reversion",
        "What is far from its recent mean comes back to it: bands, z-score, and the efficiency ratio as a brake.",
    ),
    "macd_rsi_confluence": (
        "MACD and RSI confluence",
        "Oversold or overbought by the RSI, weighed by whether the MACD turns that way.",
    ),
    "momentum_rank": (
        "Momentum rank",
        "The symbols that rose most over a year without its last month, against those that rose least.",
    ),
}
MEMBERS: Final = tuple(
    Member(uri=STRATEGY.format(name=name), name=name, title=title, description=description)
    for name, (title, description) in _OURS.items()
)


async def strategy(ctx: ToolContext, name: str) -> str:
    """What a strategy does, as its author says it; the text of another package is cleaned line by line."""
    desk, _ = await signals_of(ctx)
    found = await desk.strategies()
    for each in found.strategies:
        if each.name == name:
            return each.readme
    raise NotFound(_why_not(found, name), field="name", next_action=f"Read one of: {', '.join(_names(found))}.")


def _why_not(found: Strategies, name: str) -> str:
    reasons = [clean(each.reason, None) for each in found.broken if each.name == name]
    return f"This strategy can't be used. {reasons[0]}" if reasons else "There is no strategy of that name."


def _names(found: Strategies) -> list[str]:
    return [each.name for each in found.strategies]


RESOURCE = ResourceDefinition(
    function=strategy,
    uri=STRATEGY,
    toolset="signals",
    title="A strategy",
    description=(
        "How a strategy makes signals of prices: the idea, the formula, the parameters, and when it fails. Ours, and "
        "those that installed packages bring, in their authors' words."
    ),
    mime_type="text/markdown",
    completes={"name": strategy_names},
    members=MEMBERS,
)
