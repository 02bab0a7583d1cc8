"""Macro: asset classes, and the few ETFs that stand for them. Section 6 of the factors' maths."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.factors.correlation import LabelledMatrix, Shared, common_matrix, share_months, standardised
from trimtab.domain.factors.eligibility import Exclusion
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.ranking import ranking
from trimtab.domain.factors.reference import ASSET_CLASSES, AssetClass
from trimtab.domain.factors.universe import Entry

Members = dict[AssetClass, tuple[str, ...]]
_ROUNDING: Final = 1e-12
"""Allowance at the threshold, so that two equal columns are duplicates at a threshold of 1."""


@dataclass(frozen=True, slots=True)
class MacroLimits:
    """What the macro ETF matrix may hold; fields as the policy's `macro_` thresholds."""

    max_per_group: int
    deduplicate_threshold: float
    min_group_coverage_pct: float
    budget: int
    min_observations: int


@dataclass(frozen=True, slots=True, order=True)
class DedupPair:
    """An ETF that was dropped, the first of those that were kept that it is like, and their correlation."""

    dropped: str
    kept: str
    correlation: float


@dataclass(frozen=True, slots=True, eq=False)
class MacroSelection:
    """The macro ETF matrix and how it came about.

    Attributes:
        groups: the ETFs that were kept, by asset class, best first; none where composites stand instead.
        matrix: of the kept ones; None where there are none.
        dedup_pairs: near-duplicates, in the order in which they were dropped.
        left_out: asset classes that aren't in it, with the reason.
        fallback: why composites stand instead; else empty.
        exclusions: ETFs that were left out for want of common months.
    """

    groups: Members
    matrix: LabelledMatrix | None
    dedup_pairs: tuple[DedupPair, ...] = ()
    left_out: Mapping[AssetClass, str] = field(default_factory=dict)
    fallback: str = ""
    exclusions: tuple[Exclusion, ...] = ()


def macro_members(entries: Iterable[Entry], panel: Panel) -> Members:
    """The tickers of the panel by asset class, each once in it, by name; classes without one aren't there."""
    used = set(panel.tickers)
    return _by_class(entry for entry in entries if entry.ticker in used)


def select_macro_etfs(
    entries: Sequence[Entry], usable: Panel, *, history: Panel, limits: MacroLimits
) -> MacroSelection:
    """The best ETFs of each asset class, near-duplicates dropped, and their matrix.

    Args:
        entries: of the wanted asset classes, usable or not.
        usable: the window's panel of the ETFs that section 3 leaves.
        history: the whole panel; the length of an ETF's history is the number of its returns in it.
        limits: what it may hold.
    """
    wanted = _by_class(entries)
    used = set(usable.tickers)
    groups = {name: tuple(ticker for ticker in wanted[name] if ticker in used) for name in wanted}
    left_out = _thin_groups(wanted, groups, limits=limits)
    groups = _each_once({name: groups[name] for name in groups if name not in left_out})
    most = sum(min(limits.max_per_group, len(tickers)) for tickers in groups.values())
    if most > limits.budget:
        fallback = (
            f"Up to {most} ETFs would be in it, more than macro_budget, {limits.budget}: composites stand instead."
        )
        return MacroSelection({}, None, left_out=left_out, fallback=fallback)
    ranks = ranking(usable, history=history, entries=entries)
    ranked: Members = {name: ranks.order(tickers) for name, tickers in groups.items()}
    return _select(ranked, usable, limits=limits, left_out=left_out)


def _by_class(entries: Iterable[Entry]) -> Members:
    found: dict[AssetClass, set[str]] = {}
    for entry in entries:
        found.setdefault(entry.asset_class, set()).add(entry.ticker)
    return {name: tuple(sorted(found[name])) for name in ASSET_CLASSES if name in found}


def _thin_groups(wanted: Members, groups: Members, *, limits: MacroLimits) -> dict[AssetClass, str]:
    least = limits.min_group_coverage_pct
    found: dict[AssetClass, str] = {}
    for name in wanted:
        usable, every = len(groups[name]), len(wanted[name])
        if not usable:
            found[name] = f"None of its ETFs ({every}) can be used."
        elif usable * 100.0 < least * every:
            found[name] = f"{usable} of its {every} ETFs can be used; at least {least:g} % must be."
    return found


def _each_once(groups: Members) -> Members:
    """A ticker that stands in several classes counts in the first only."""
    seen: set[str] = set()
    alone: Members = {}
    for name, tickers in groups.items():
        alone[name] = tuple(ticker for ticker in tickers if ticker not in seen)
        seen |= set(tickers)
    return alone


def _select(
    ranked: Members, usable: Panel, *, limits: MacroLimits, left_out: Mapping[AssetClass, str]
) -> MacroSelection:
    shared = share_months(*_columns(usable, ranked), min_observations=limits.min_observations)
    kept, pairs = _greedy(ranked, shared, limits=limits)
    # What is kept has at least the months of all candidates: nothing more is left out here.
    matrix, _ = common_matrix(*_columns(usable, kept), min_observations=limits.min_observations)
    return MacroSelection(
        groups={name: tickers for name, tickers in kept.items() if tickers},
        matrix=matrix,
        dedup_pairs=pairs,
        left_out={**left_out, **{name: _why_none(ranked[name], pairs) for name in kept if not kept[name]}},
        exclusions=shared.exclusions,
    )


def _columns(panel: Panel, groups: Members) -> tuple[tuple[str, ...], FloatColumn]:
    tickers = tuple(ticker for of_class in groups.values() for ticker in of_class)
    column_of = {ticker: column for column, ticker in enumerate(panel.tickers)}
    return tickers, panel.returns[:, [column_of[ticker] for ticker in tickers]]


def _greedy(ranked: Members, shared: Shared, *, limits: MacroLimits) -> tuple[Members, tuple[DedupPair, ...]]:
    """Keeps the best that aren't like one that was kept.

    Each kept one is compared with all candidates at once: the matrix of all candidates is never made.
    """
    unit = standardised(shared.values)
    column_of = {ticker: column for column, ticker in enumerate(shared.labels)}
    twin = np.full(len(shared.labels), -1)
    likeness = np.zeros(len(shared.labels))
    kept: Members = {}
    pairs: list[DedupPair] = []
    for name, tickers in ranked.items():
        chosen: list[str] = []
        for column in (column_of[ticker] for ticker in tickers if ticker in column_of):
            if len(chosen) == limits.max_per_group:
                break
            if twin[column] >= 0:
                pairs.append(DedupPair(shared.labels[column], shared.labels[twin[column]], float(likeness[column])))
                continue
            chosen.append(shared.labels[column])
            with_this = np.clip(unit.T @ unit[:, column], -1.0, 1.0)
            alike = (twin < 0) & (np.abs(with_this) >= limits.deduplicate_threshold - _ROUNDING)
            twin[alike], likeness[alike] = column, with_this[alike]
        kept[name] = tuple(chosen)
    return kept, tuple(pairs)


def _why_none(candidates: Sequence[str], pairs: Sequence[DedupPair]) -> str:
    if not candidates:
        return "All its ETFs stand in an asset class before it."
    if {pair.dropped for pair in pairs} & set(candidates):
        return "All its ETFs are near-duplicates of ETFs of the classes before it."
    return "Its ETFs have too few months in common with the others."
