"""One strategy of those that are installed."""

from trimtab.domain.errors import NotFound
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.signal_results import Strategies, StrategyInfo


def strategy_named(found: Strategies, name: str, *, listed_by: str) -> StrategyInfo:
    """The strategy of this name; `listed_by` says where all are listed.

    Raises:
        NotFound: there is none, or it can't be used; says which there are.
    """
    there = {each.name: each for each in found.strategies}
    if name in there:
        return there[name]
    reasons = [clean(each.reason, None) for each in found.broken if each.name == name]
    why = f"This strategy can't be used: {reasons[0]}" if reasons else "There is no such strategy."
    raise NotFound(f"{why} There are {', '.join(there)}.", field="strategy", next_action=f"{listed_by} lists all.")
