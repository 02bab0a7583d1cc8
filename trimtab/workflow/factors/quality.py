"""What an answer rests on: who was left out, how much there was, where it came from, and how long it took."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trimtab.domain.factors.eligibility import Exclusion
from trimtab.domain.factors.reference import CATEGORIES
from trimtab.domain.factors.stale import stale_candidates
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.workflow.factors.material import Material
from trimtab.workflow.factors.tables import table
from trimtab.workflow.factors.timing import Timings
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_results import AnalysisMetadata, DataQuality, DataSource, Unavailable
from trimtab.workflow.ports.results import Cell, Table


@dataclass(slots=True)
class Gathered:
    """What the sections of one answer have to say besides their numbers."""

    timings: Timings = field(default_factory=Timings)
    exclusions: list[tuple[Exclusion, str]] = field(default_factory=list)
    """With the section that left it out, or an empty text for all sections."""
    notes: list[str] = field(default_factory=list)
    unavailable: list[Unavailable] = field(default_factory=list)
    cached: list[str] = field(default_factory=list)
    dedup_pairs: list[tuple[str, str, float]] | None = None
    sizes: dict[str, int] = field(default_factory=dict)


def data_quality(view: View, gathered: Gathered) -> DataQuality:
    """The part of the answer that says what its numbers rest on.

    What is looked at is counted; a benchmark or holding beside it is named, too, where it isn't of adjusted closes.
    """
    entries = {entry.ticker for entry in view.entries}
    basis = {
        ticker: of_ticker
        for ticker, of_ticker in zip(view.panel.tickers, view.panel.basis, strict=True)
        if ticker in entries or ticker in view.beside
    }
    others: dict[str, tuple[str, ...]] = {
        name: tuple(ticker for ticker, of_ticker in basis.items() if of_ticker == name)
        for name in sorted({*basis.values()} - {"adj_close"})
    }
    return DataQuality(
        exclusions=_exclusions(view, gathered.exclusions),
        counts=_counts(view),
        findings=_findings(view),
        price_basis=dict(Counter(of_ticker for ticker, of_ticker in basis.items() if ticker in entries)),
        other_basis=others,
        unavailable=tuple(gathered.unavailable),
        notes=tuple(dict.fromkeys(gathered.notes)),
    )


def metadata(
    view: View,
    gathered: Gathered,
    *,
    thresholds: FactorThresholds,
    options: Mapping[str, str | int | float | bool],
) -> AnalysisMetadata:
    """The part of the answer that says how it was made."""
    material = view.material
    pairs = gathered.dedup_pairs
    return AnalysisMetadata(
        universe_hash=material.universe.hash,
        universe_size=len(material.universe.entries),
        start_date=view.window.start.isoformat(),
        end_date=view.window.end.isoformat(),
        n_months=view.window.months,
        min_observations=view.min_observations,
        thresholds_digest=thresholds.digest,
        data_source=source_of(material),
        performance=gathered.timings.with_total(),
        warnings=gathered.timings.slow(thresholds.slow_section_ms),
        cached=tuple(gathered.cached),
        sizes=gathered.sizes,
        dedup_pairs=None if pairs is None else table(("dropped", "kept", "correlation"), pairs),
        stale_factor_candidates=stale_table(material, thresholds),
        options=dict(options),
    )


def source_of(material: Material) -> DataSource:
    """Where prices and reference data came from."""
    market, sourced = material.market, material.sourced
    return DataSource(
        market=market.name,
        market_digest=market.digest,
        market_as_of=market.as_of.isoformat(),
        reference=sourced.source,
        reference_note=sourced.note,
    )


def stale_table(material: Material, thresholds: FactorThresholds) -> Table:
    """The entries of the universe that nobody should rely on, and why."""
    faulty = {each.ticker: each.message for each in material.market.findings if each.excludes}
    found = stale_candidates(material.universe, material.panel, thresholds=thresholds)
    rows: list[tuple[Cell, ...]] = [
        (each.ticker, each.category, "faulty_prices", faulty[each.ticker])
        if each.ticker in faulty
        else (each.ticker, each.category, each.reason, each.detail)
        for each in found
    ]
    return table(("ticker", "category", "reason", "detail"), rows)


def _exclusions(view: View, further: Sequence[tuple[Exclusion, str]]) -> Table:
    """Those of all sections first, then those of single ones, which the detail names."""
    categories = {entry.ticker: entry.category for entry in reversed(view.entries)}
    rows: list[tuple[Cell, ...]] = [
        (each.ticker, categories.get(each.ticker, ""), each.reason, each.detail) for each in view.exclusions
    ]
    rows += [
        (each.ticker, categories.get(each.ticker, ""), each.reason, f"{section}: {each.detail}")
        for each, section in further
    ]
    return table(("ticker", "category", "reason", "detail"), dict.fromkeys(rows))


def _counts(view: View) -> Table:
    usable = set(view.panel.tickers)
    rows: list[tuple[Cell, ...]] = []
    for category in CATEGORIES:
        tickers = [entry.ticker for entry in view.entries if entry.category == category]
        used = sum(ticker in usable for ticker in tickers)
        if tickers:
            rows.append((category, len(tickers), used, 100 * used / len(tickers)))
    return table(("category", "in_universe", "used", "coverage_pct"), rows)


def _findings(view: View) -> Table:
    looked_at = _tickers(view)
    return table(
        ("ticker", "date", "code", "count", "message"),
        (
            (each.ticker, each.day.isoformat(), each.code, each.count, each.message)
            for each in view.material.market.findings
            if each.ticker in looked_at
        ),
    )


def _tickers(view: View) -> set[str]:
    return {entry.ticker for entry in view.entries} | set(view.beside)
