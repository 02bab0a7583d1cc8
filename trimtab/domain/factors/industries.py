"""Industries at three levels. "Industry levels" in section 4 of the factors' maths."""

from collections.abc import Iterable
from typing import Literal

from trimtab.domain.factors.composites import Columns, composites, equal_weights
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.universe import Entry

Level = Literal["group", "industry", "subindustry"]


def industry_columns(entries: Iterable[Entry], panel: Panel, *, granularity: Level) -> Columns:
    """One column per sector group, industry or subindustry: the mean of its members' returns.

    Args:
        entries: of the category `industry`; those that the panel hasn't are left aside.
        panel: M months of the tickers that are used.
        granularity: the level.

    Returns:
        Columns by label.
    """
    used = set(panel.tickers)
    members: dict[str, set[str]] = {}
    for entry in entries:
        if entry.ticker in used:
            members.setdefault(level_label(entry, granularity), set()).add(entry.ticker)
    return composites(panel, {label: equal_weights(sorted(members[label])) for label in sorted(members)})


def level_label(entry: Entry, granularity: Level) -> str:
    """Where it stands at this level: without a group or subindustry at its industry, without that at its ticker."""
    finer = {"group": entry.sector_group, "industry": "", "subindustry": entry.subindustry}[granularity]
    return finer or entry.industry or entry.ticker
