"""`compute_performance`: what ETFs and composites returned, and at what risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.composites import Columns, composite, composites
from trimtab.domain.factors.profiles import dividend_yields, profiles
from trimtab.domain.factors.reference import AssetClass
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.tickers import listed
from trimtab.domain.factors.universe import Entry
from trimtab.workflow.factors.membership import (
    Weighted,
    group_weights,
    members_by_kind,
    usable_members,
    weighted,
    weighting_of,
)
from trimtab.workflow.factors.quality import Gathered, data_quality, metadata
from trimtab.workflow.factors.tables import number, numbers, table
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_requests import ComputePerformance
from trimtab.workflow.ports.factor_results import Performance, Unavailable
from trimtab.workflow.ports.reference import FactorGroup
from trimtab.workflow.ports.results import Table

YIELDING: Final[tuple[AssetClass, ...]] = ("equity", "bond", "cash")
"""Asset classes whose dividends are a yield."""
_SHOWN: Final = 20
_FIGURES: Final = (
    "annualized_return",
    "volatility",
    "sharpe_ratio",
    "max_drawdown",
    "beta_vs_benchmark",
    "dividend_yield",
    "n_months",
)


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What returns are held against: the benchmark's, and those of cash, where there are such."""

    benchmark: FloatColumn | None
    risk_free: FloatColumn | None
    risk_free_name: str


def performance(
    view: View,
    request: ComputePerformance,
    *,
    groups: Sequence[FactorGroup],
    thresholds: FactorThresholds,
    gathered: Gathered,
) -> Performance:
    """The answer of this view; raises InvalidInput for weights that can't be."""
    weighting = weighting_of(request)
    (benchmark, *_) = view.beside
    beside = _beside(view, benchmark, currency=thresholds.risk_free_currency)
    if beside.benchmark is None:
        reason = view.why_unusable(benchmark)
        gathered.unavailable.append(Unavailable(section="beta_vs_benchmark", reason=reason))
    with gathered.timings.of("performance_profiles_ms"):
        yields = _yields(view, thresholds, groups=groups, gathered=gathered)
        profiled = _profiles(view, beside, yields=yields) if request.include_profiles else None
    with gathered.timings.of("composite_performance_ms"):
        kinds = weighted(view, _wanted(view, request), weighting=weighting)
        if groups:
            kinds["factor_groups"] = _groups(view, groups, gathered=gathered)
        tables = {
            kind: _composites(view, beside, weights=weights, yields=yields)
            for kind, weights in kinds.items()
            if weights
        }
    return Performance(
        benchmark=None if beside.benchmark is None else benchmark,
        risk_free=beside.risk_free_name,
        profiles=profiled,
        composites=tables or None,
        data_quality=data_quality(view, gathered),
        analysis_metadata=metadata(view, gathered, thresholds=thresholds, options=_shown(request, benchmark)),
    )


def _beside(view: View, benchmark: str, *, currency: str) -> Beside:
    usable = set(view.panel.tickers)
    of_cash = [entry for entry in view.material.universe.entries if entry.asset_class == "cash"]
    cash = sorted({each.ticker for each in of_cash if each.ticker in usable and each.currency in {"", currency}})
    if not cash:
        why = f"0, because no ETF of cash in {currency} has enough data in this window"
        return Beside(view.column(benchmark), None, why)
    returns = composite(view.columns(cash), np.full(len(cash), 1 / len(cash)))
    return Beside(view.column(benchmark), returns, f"the mean of {listed(cash)}")


def _wanted(view: View, request: ComputePerformance) -> dict[str, dict[str, tuple[str, ...]]]:
    members = members_by_kind(view, granularity=request.industry_granularity)
    wanted = {
        "macro": request.include_macro_composite_performance,
        "category": request.include_factor_composite_performance,
        "industry": request.include_factor_composite_performance,
    }
    return {kind: labelled for kind, labelled in members.items() if wanted[kind]}


def _yields(
    view: View, thresholds: FactorThresholds, *, groups: Sequence[FactorGroup], gathered: Gathered
) -> dict[str, float]:
    """The dividend yields that are known; what was held within limits, and whose isn't known, is told."""
    members = [entry for group in groups for entry in usable_members(view, group)]
    tickers = sorted({entry.ticker for entry in (*view.all_usable(), *members) if entry.asset_class in YIELDING})
    found = dividend_yields(
        view.material.market.prices, tickers, end=view.window.end, max_yield=thresholds.max_yield_pct / 100
    )
    for ticker, raw in found.clamped:
        gathered.notes.append(
            f"dividend_yield: {ticker} would have {100 * raw:.2f} %, which was held at {thresholds.max_yield_pct:g} %."
        )
    values = zip(tickers, numbers(found.values), strict=True)
    known = {ticker: value for ticker, value in values if value is not None}
    unknown = [ticker for ticker in tickers if ticker not in known]
    if unknown:
        gathered.notes.append(f"dividend_yield: none is known of {listed(unknown)}.")
    return known


def _profiles(view: View, beside: Beside, *, yields: Mapping[str, float]) -> Table:
    entries = view.all_usable()
    figures = _figures(view.columns([entry.ticker for entry in entries]), beside)
    rows = [
        (entry.ticker, entry.category, *each[:-1], _yield_of(entry, yields), each[-1])
        for entry, each in zip(entries, figures, strict=True)
    ]
    return table(("label", "category", *_FIGURES), rows)


def _yield_of(entry: Entry, yields: Mapping[str, float]) -> float | None:
    return yields.get(entry.ticker) if entry.asset_class in YIELDING else None


def _composites(view: View, beside: Beside, *, weights: Weighted, yields: Mapping[str, float]) -> Table:
    columns: Columns = composites(view.panel, weights)
    figures = _figures(columns.values, beside)
    rows = []
    for label, (*before, n_months) in zip(columns.labels, figures, strict=True):
        members = list(weights[label])
        dividend_yield = _mean_yield(weights[label], yields)
        rows.append((label, listed(members), len(members), *before, dividend_yield, n_months))
    return table(("label", "members", "n_members", *_FIGURES), rows)


def _mean_yield(weights: Mapping[str, float], yields: Mapping[str, float]) -> float | None:
    """The members' weighted mean over those that have one."""
    known = {ticker: weight for ticker, weight in weights.items() if ticker in yields and weight > 0}
    total = sum(known.values())
    return number(sum(weight * yields[ticker] for ticker, weight in known.items()) / total) if known else None


def _figures(returns: FloatColumn, beside: Beside) -> list[tuple[float | int | None, ...]]:
    """Of each column its figures, with the number of months last."""
    found = profiles(returns, risk_free=beside.risk_free, benchmark=beside.benchmark)
    parts = (found.annualized_return, found.volatility, found.sharpe_ratio, found.max_drawdown, found.beta_vs_benchmark)
    counts = [int(count) for count in found.n_periods.tolist()]
    return list(zip(*(numbers(part) for part in parts), counts, strict=True))


def _groups(view: View, groups: Sequence[FactorGroup], *, gathered: Gathered) -> Weighted:
    found: Weighted = {}
    for group in groups:
        try:
            weights = group_weights(view, group)
        except InvalidInput as error:
            gathered.unavailable.append(Unavailable(section=f"factor_groups.{group.name}", reason=error.message))
            continue
        left = [ticker for ticker in group.members if ticker not in weights]
        if left:
            gathered.notes.append(f"factor_groups: {group.name} is without {', '.join(left)}: too little data.")
        if weights:
            found[group.name] = weights
    return found


def _shown(request: ComputePerformance, benchmark: str) -> dict[str, str | int | float | bool]:
    shown: dict[str, str | int | float | bool] = {
        "benchmark": benchmark,
        "industry_granularity": request.industry_granularity,
        "composite_weighting_method": request.composite_weighting_method,
    }
    if request.composite_max_per_group is not None:
        shown["composite_max_per_group"] = request.composite_max_per_group
    return shown
