"""`recommend_offsets`: what would offset a factor that a portfolio has too much of, as trades with costs."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import TrimtabError
from trimtab.domain.factors.offsets import OffsetEffects, offset_effects, portfolio_returns
from trimtab.domain.factors.overlays import sensitivities
from trimtab.domain.factors.profiles import profiles
from trimtab.domain.factors.reference_groups import WEIGHTS_TOLERANCE
from trimtab.domain.factors.universe import Entry
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.factors.exposures import Exposure, exposure
from trimtab.workflow.factors.quality import Gathered, data_quality, metadata
from trimtab.workflow.factors.shifting import Shift, planned_shift
from trimtab.workflow.factors.tables import number, rounded, table
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_requests import RecommendOffsets
from trimtab.workflow.ports.factor_results import Offset, Offsets, PortfolioRisk
from trimtab.workflow.ports.reference import FactorGroup
from trimtab.workflow.ports.results import Cell

_INDISTINCT: Final = "Its correlation with the factor can't be told from zero."


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Monthly returns over the window: the portfolio's, those of what is sold, the factor's and the benchmark's."""

    portfolio: FloatColumn
    sold: FloatColumn
    factor: FloatColumn
    benchmark: FloatColumn


def offsets(
    view: View,
    request: RecommendOffsets,
    *,
    group: FactorGroup | TrimtabError | None,
    policy: Policy,
    gathered: Gathered,
) -> Offsets:
    """The answer of this view.

    Raises:
        InvalidInput: the portfolio, the factor or the benchmark can't be computed with.
        TrimtabError: the factor may be one of the caller's groups, and those can't be read.
    """
    with gathered.timings.of("offsets_ms"):
        factor = exposure(view, request.overexposed_factor, group=group)
        shift = planned_shift(view, request, factor=factor, adv_share_pct=policy.adv_share_pct)
        series = _series(view, request, factor=factor, shift=shift)
        candidates, left_out = _candidates(view, request, factor=factor, shift=shift)
        effects = _effects(view, series, candidates=candidates, shift=shift)
        ranked, few = _ranked(candidates, effects)
        shown = [_offset(candidates[place], effects, place=place, shift=shift) for place in ranked[: request.limit]]
    gathered.notes += _told(request, factor=factor, shift=shift)
    (benchmark, *_) = view.beside
    return Offsets(
        overexposed_factor=factor.name,
        factor_kind=factor.kind,
        factor_members=factor.every_member,
        shift_pct=rounded(100 * shift.weight),
        sold_from={ticker: rounded(weight) for ticker, weight in shift.sold.items()},
        benchmark=benchmark,
        portfolio=_risk(series, cash_weight=rounded(max(0.0, 1 - sum(request.portfolio.values())))),
        recommendations=tuple(shown),
        total=len(ranked),
        left_out=table(("ticker", "reason", "detail"), [*left_out, *few]),
        data_quality=data_quality(view, gathered),
        analysis_metadata=metadata(view, gathered, thresholds=policy.factors, options={"benchmark": benchmark}),
    )


def _told(request: RecommendOffsets, *, factor: Exposure, shift: Shift) -> list[str]:
    """What of the shift isn't as it may have been thought."""
    notes = []
    if not set(shift.sold) & set(factor.every_member):
        notes.append("sold_from: no holding is a member of the factor, so all are sold in proportion.")
    if 100 * shift.weight < request.shift_pct - WEIGHTS_TOLERANCE:
        notes.append(f"shift_pct: {100 * shift.weight:g} is shifted, not {request.shift_pct:g}: no more may be sold.")
    return notes


def _ranked(candidates: list[Entry], effects: OffsetEffects) -> tuple[list[int], list[tuple[Cell, ...]]]:
    """The places of the candidates by correlation, and those whose months are too few for correlation or risk."""
    figures = (effects.correlation, effects.volatility_change, effects.max_drawdown_change)
    defined = np.isfinite(np.column_stack(figures)).all(axis=1)
    said = "It shares too few months with portfolio, factor and benchmark."
    few: list[tuple[Cell, ...]] = [
        (candidates[place].ticker, "few_common_months", said) for place in np.flatnonzero(~defined).tolist()
    ]
    correlations = effects.correlation.tolist()
    places: list[int] = np.flatnonzero(defined).tolist()
    return sorted(places, key=lambda place: (correlations[place], candidates[place].ticker)), few


def _series(view: View, request: RecommendOffsets, *, factor: Exposure, shift: Shift) -> Series:
    (benchmark, *_) = view.beside
    of_sold = {ticker: weight / shift.weight for ticker, weight in shift.sold.items()}
    return Series(
        portfolio=portfolio_returns(view.panel, request.portfolio),
        sold=portfolio_returns(view.panel, of_sold),
        factor=factor.returns,
        benchmark=view.columns([benchmark])[:, 0],
    )


def _candidates(
    view: View, request: RecommendOffsets, *, factor: Exposure, shift: Shift
) -> tuple[list[Entry], list[tuple[Cell, ...]]]:
    """Every usable ETF once, without the factor's own, what is sold, what may not be bought, and what is illiquid."""
    no_offset, restricted = {*factor.every_member, *shift.sold}, set(request.restricted)
    entries = {entry.ticker: entry for entry in reversed(view.all_usable()) if entry.ticker not in no_offset}
    left_out: list[tuple[Cell, ...]] = []
    kept = []
    for ticker in sorted(entries):
        why = "It is restricted." if ticker in restricted else ""
        beyond = shift.illiquid(ticker)
        if why or beyond:
            left_out.append((ticker, "restricted" if why else "illiquid", why or beyond))
        else:
            kept.append(entries[ticker])
    return kept, left_out


def _effects(view: View, series: Series, *, candidates: list[Entry], shift: Shift) -> OffsetEffects:
    return offset_effects(
        series.portfolio,
        series.sold,
        exposure=series.factor,
        candidates=view.columns([entry.ticker for entry in candidates]),
        benchmark=series.benchmark,
        shift=shift.weight,
    )


def _offset(entry: Entry, effects: OffsetEffects, *, place: int, shift: Shift) -> Offset:
    distinguishable = bool(effects.distinguishable[place])
    return Offset(
        ticker=entry.ticker,
        category=entry.category,
        asset_class=entry.asset_class,
        correlation=float(effects.correlation[place]),
        t_stat=number(effects.t_stat[place]),
        n_months=int(effects.n_months[place]),
        distinguishable=distinguishable,
        verdict=effects.verdict[place],
        volatility_change=float(effects.volatility_change[place]),
        beta_change=number(effects.beta_change[place]),
        max_drawdown_change=float(effects.max_drawdown_change[place]),
        liquidity=shift.liquidity(entry.ticker),
        note="" if distinguishable else _INDISTINCT,
        trades=shift.trades(entry.ticker),
    )


def _risk(series: Series, *, cash_weight: float) -> PortfolioRisk:
    common = np.isfinite(series.portfolio + series.benchmark)
    portfolio = series.portfolio[common][:, None]
    found = profiles(portfolio, risk_free=None, benchmark=series.benchmark[common])
    with_factor = sensitivities(portfolio, series.factor[common][:, None])
    return PortfolioRisk(
        volatility=number(found.volatility[0]),
        beta=number(found.beta_vs_benchmark[0]),
        max_drawdown=number(found.max_drawdown[0]),
        correlation_with_factor=number(with_factor.correlation[0, 0]),
        n_months=int(common.sum()),
        cash_weight=cash_weight,
    )
