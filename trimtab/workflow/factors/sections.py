"""The sections of an answer about correlations, each computed by itself from the view and its options.

A section that can't be computed raises `NotPossible`, which becomes a line of `data_quality.unavailable`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.factors.composites import Columns, composites, equal_weights
from trimtab.domain.factors.correlation import common_matrix
from trimtab.domain.factors.eligibility import Exclusion
from trimtab.domain.factors.industries import industry_columns
from trimtab.domain.factors.macro import MacroLimits, macro_members, select_macro_etfs
from trimtab.domain.factors.overlays import sensitivities
from trimtab.domain.factors.reference import AssetClass, Category
from trimtab.domain.factors.universe import Entry
from trimtab.workflow.factors.options import CorrelationOptions
from trimtab.workflow.factors.tables import matrix_result, numbers, table
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_results import MacroEtf, Matrix
from trimtab.workflow.ports.results import Cell, Table


class NotPossible(Exception):
    """Why a section can't be computed, in our words."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What a section gives: its part of the answer, and what goes to the rest."""

    result: Matrix | MacroEtf | Table | dict[str, Matrix]
    exclusions: tuple[Exclusion, ...] = ()
    notes: tuple[str, ...] = ()
    dedup_pairs: tuple[tuple[str, str, float], ...] = ()


def category_matrix(view: View, options: CorrelationOptions, *, category: Category) -> Computed:
    """The correlation matrix of a category, industries at the level that was asked for."""
    entries, over = _most(view, view.of([category]), most=options.max_factors)
    if category == "industry":
        columns = industry_columns(entries, view.panel, granularity=options.granularity)
        labels, values = columns.labels, columns.values
    else:
        labels = tuple(entry.ticker for entry in entries)
        values = view.columns(labels)
    return _matrix(view, options, labels=labels, values=values, over=over)


def macro_columns(view: View, options: CorrelationOptions) -> Columns:
    """The macro composites: a column per asset class that has a usable ETF."""
    members = _of_groups(view, options)
    return composites(view.panel, {name: equal_weights(tickers) for name, tickers in members.items()})


def macro_composite(view: View, options: CorrelationOptions) -> Computed:
    """The matrix of the macro composites."""
    columns = macro_columns(view, options)
    return _matrix(view, options, labels=columns.labels, values=columns.values)


def macro_etf(view: View, options: CorrelationOptions) -> Computed:
    """The curated matrix of single ETFs, or the composites where it would be too large."""
    limits = MacroLimits(
        max_per_group=options.macro_max_per_group,
        deduplicate_threshold=options.macro_deduplicate_threshold,
        min_group_coverage_pct=options.macro_min_group_coverage_pct,
        budget=options.macro_budget,
        min_observations=view.min_observations,
    )
    entries = tuple(entry for entry in view.entries if entry.asset_class in options.macro_groups)
    selection = select_macro_etfs(entries, view.panel, history=view.material.panel, limits=limits)
    notes = tuple(f"macro:etf: {name} is left out. {why}" for name, why in selection.left_out.items())
    pairs = tuple((pair.dropped, pair.kept, pair.correlation) for pair in selection.dedup_pairs)
    if selection.matrix is None:
        composite = macro_composite(view, options)
        assert isinstance(composite.result, Matrix)
        why = selection.fallback or "No asset class has enough usable ETFs: composites stand instead."
        return Computed(MacroEtf(matrix=composite.result, groups={}, fallback=why), composite.exclusions, notes, pairs)
    matrix = matrix_result(selection.matrix, threshold=options.correlation_threshold)
    groups = {str(name): tickers for name, tickers in selection.groups.items()}
    return Computed(MacroEtf(matrix=matrix, groups=groups), selection.exclusions, notes, pairs)


def rate_sensitivity(view: View, options: CorrelationOptions) -> Computed:
    """Correlation and slope of every ETF on the changes of treasury yields; cash has none."""
    maturities = [name for name in options.maturities if name in view.panel.maturities]
    missing = [name for name in options.maturities if name not in view.panel.maturities]
    if not maturities:
        raise NotPossible(f"the market data has no yields of {', '.join(missing)}")
    entries = view.of(category for category in options.rate_categories if category != "cash")
    if not entries:
        raise NotPossible("no ETF of the categories that were asked for is usable; cash has no overlays")
    values = view.columns([entry.ticker for entry in entries])
    found = sensitivities(
        values, view.panel.yield_changes[:, [view.panel.maturities.index(name) for name in maturities]]
    )
    rows = _long(entries, maturities, numbers_of=(found.correlation, found.slope), counts=found.n_months)
    notes = (f"overlays:rate: the market data has no yields of {', '.join(missing)}.",) if missing else ()
    return Computed(table(("ticker", "category", "maturity", "correlation", "slope", "n_months"), rows), notes=notes)


def market_sensitivity(view: View, options: CorrelationOptions) -> Computed:
    """Correlation and beta of every ETF to the benchmarks, which aren't compared with one another; cash has none."""
    benchmarks = [ticker for ticker in options.benchmarks if view.column(ticker) is not None]
    missing = [ticker for ticker in options.benchmarks if ticker not in benchmarks]
    if not benchmarks:
        raise NotPossible("; ".join(map(view.why_unusable, missing)))
    wanted = view.of(category for category in options.market_categories if category != "cash")
    entries = tuple(entry for entry in wanted if entry.ticker not in options.benchmarks)
    if not entries:
        raise NotPossible("no ETF of the categories that were asked for is usable; cash has no overlays")
    found = sensitivities(view.columns([entry.ticker for entry in entries]), view.columns(benchmarks))
    rows = _long(entries, benchmarks, numbers_of=(found.correlation, found.slope), counts=found.n_months)
    notes = tuple(f"overlays:market: {view.why_unusable(ticker)}." for ticker in missing)
    return Computed(table(("ticker", "category", "benchmark", "correlation", "beta", "n_months"), rows), notes=notes)


def _matrix(
    view: View,
    options: CorrelationOptions,
    *,
    labels: tuple[str, ...],
    values: FloatColumn,
    over: tuple[Exclusion, ...] = (),
) -> Computed:
    found, left_out = (
        (None, ()) if not labels else common_matrix(labels, values, min_observations=view.min_observations)
    )
    if found is None:
        raise NotPossible("nothing in it has enough data in this window")
    return Computed(matrix_result(found, threshold=options.correlation_threshold), (*over, *left_out))


def _most(
    view: View, entries: tuple[Entry, ...], *, most: int | None
) -> tuple[tuple[Entry, ...], tuple[Exclusion, ...]]:
    """At most so many, those ranked first; who is left out is told."""
    ranked = view.ranking.order(entry.ticker for entry in entries)
    over = sorted(ranked[most:]) if most is not None else []
    kept = tuple(entry for entry in entries if entry.ticker not in over)
    return kept, tuple(Exclusion(ticker, "over_max_factors", f"max_factors is {most}") for ticker in over)


def _of_groups(view: View, options: CorrelationOptions) -> dict[AssetClass, tuple[str, ...]]:
    members = macro_members(view.entries, view.panel)
    return {name: tickers for name, tickers in members.items() if name in options.macro_groups}


def _long(
    entries: Sequence[Entry],
    names: Sequence[str],
    *,
    numbers_of: tuple[FloatColumn, FloatColumn],
    counts: IntColumn,
) -> list[tuple[Cell, ...]]:
    """A row for every entry and name."""
    first, second = (numbers(part.ravel()) for part in numbers_of)
    counted = [int(count) for count in counts.ravel()]
    pairs = ((entry, name) for entry in entries for name in names)
    return [
        (entry.ticker, entry.category, name, *figures)
        for (entry, name), figures in zip(pairs, zip(first, second, counted, strict=True), strict=True)
    ]
