"""Industries at three levels. "Industry levels" in section 4 of the factors' maths."""

from collections.abc import Iterable, Sequence
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
    listed, used = tuple(entries), set(panel.tickers)
    members: dict[str, set[str]] = {}
    for entry, label in zip(listed, _labels(listed, granularity), strict=True):
        if entry.ticker in used:
            members.setdefault(label, set()).add(entry.ticker)
    return composites(panel, {label: equal_weights(sorted(members[label])) for label in sorted(members)})


def _labels(entries: Sequence[Entry], granularity: Level) -> list[str]:
    """Where each stands at this level: without a group or subindustry at its industry, without that at its ticker.

    A name of a coarser or finer kind that is a name of this level, too, says which kind it is: they are two columns.
    """
    own = [_own_name(entry, granularity) for entry in entries]
    industries = {entry.industry for entry, name in zip(entries, own, strict=True) if not name} - {""}
    taken = set(own) - {""}
    labels = []
    for entry, name in zip(entries, own, strict=True):
        if name:
            labels.append(name)
        elif entry.industry:
            labels.append(f"{entry.industry} (industry)" if entry.industry in taken else entry.industry)
        else:
            labels.append(f"{entry.ticker} (ticker)" if entry.ticker in taken | industries else entry.ticker)
    return labels


def _own_name(entry: Entry, granularity: Level) -> str:
    return {"group": entry.sector_group, "industry": entry.industry, "subindustry": entry.subindustry}[granularity]
