"""Whole answers of the second computation, for the same requests that the desk is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from tests.oracle import oracle_factors as slow
from tests.oracle.oracle_factor_data import CATEGORIES, CLASSES, Data, Member, scoped
from tests.oracle.oracle_factor_performance import (
    Effect,
    Figures,
    Holdings,
    PortfolioFigures,
    average_daily_value,
    dividend_yield,
    effect,
    figures,
    holdings,
    last_close,
    portfolio_figures,
)
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance, RecommendOffsets, Scope
from trimtab.workflow.ports.results import Cell

MATURITIES = ("UST2Y", "UST5Y", "UST10Y", "UST30Y")
RATE_CATEGORIES = ("bond", "industry", "market")
MARKET_CATEGORIES = ("industry", "style")
WINDOWS = (12, 24, 36)
TEN_YEARS = "UST10Y"
ADV_SHARE = 0.1
PAYING = ("equity", "bond", "cash")
REGIMES = {"rates": ("rates_",), "volatility": ("volatility_",), "both": ("rates_", "volatility_")}


@dataclass(frozen=True, eq=False)
class Sight:
    """What a request looks at: its part of the universe, its months, and section 3 over the whole universe."""

    data: Data
    members: tuple[Member, ...]
    used: slow.Used
    everywhere: slow.Used
    terms: slow.Terms

    @property
    def months(self) -> pd.PeriodIndex:
        return self.used.months

    def cash(self) -> pd.Series | None:
        """The composite of the whole universe's cash in the currency that counts, or in none that is known."""
        currencies = {"", self.terms.risk_free_currency}
        tickers = [m.ticker for m in self.data.members if m.asset_class == "cash" and m.currency in currencies]
        there = [ticker for ticker in tickers if ticker in self.everywhere.returns]
        return slow.equally(self.everywhere.returns, there) if there else None

    def series(self, ticker: str) -> pd.Series | None:
        """A ticker's returns, if section 3 leaves it."""
        return self.everywhere.returns.get(ticker)


def look(data: Data, request: Scope, *, today: date, terms: slow.Terms, beside: Iterable[str] = ()) -> Sight:
    """`beside` are tickers that count although nothing lists them: benchmarks, holdings."""
    terms = replace(terms, min_observations=request.min_observations or terms.min_observations)
    months = slow.window(data, start=request.start_date, end=request.end_date, today=today, months=terms.window_months)
    members = scoped(
        data.members,
        tickers=request.factor_universe,
        categories=request.factor_categories,
        classes=request.asset_class_filters,
    )
    everybody = {m.ticker for m in data.members} | set(beside)
    everywhere = slow.leave_out(data, months, tickers=everybody, terms=terms)
    return Sight(data, members, everywhere.only({m.ticker for m in members}), everywhere, terms)


@dataclass(frozen=True, eq=False)
class CorrelationsAnswer:
    """Every number of `compute_correlations`. What can't be computed isn't there."""

    sight: Sight
    matrices: dict[str, slow.Correlated]
    over_max: dict[str, list[str]]
    rate: slow.Cells
    market: slow.Cells
    composite: slow.Correlated | None
    etf: slow.MacroEtfs
    rolling: dict[tuple[str, str, int], slow.Rolled]
    regimes: dict[str, slow.Correlated]
    threshold: float | None

    def left_out(self) -> set[tuple[str, str, str]]:
        """Section, column and reason, beyond section 3."""
        sections = {f"matrices:{category}": matrix.left_out for category, matrix in self.matrices.items()}
        sections["macro:composite"] = self.composite.left_out if self.composite else {}
        sections["macro:etf"] = self.etf.left_out
        found = {(section, name, reason) for section, own in sections.items() for name, reason in own.items()}
        over = {(f"matrices:{c}", ticker, "over_max_factors") for c, own in self.over_max.items() for ticker in own}
        return found | over


def correlations(data: Data, request: ComputeCorrelations, *, today: date, terms: slow.Terms) -> CorrelationsAnswer:
    benchmarks = request.market_benchmarks or (terms.benchmark,)
    sight = look(data, request, today=today, terms=terms, beside=benchmarks)
    macro = _macro_terms(request, sight.terms)
    groups = request.macro_groups or CLASSES
    wanted = [m for m in sight.members if m.asset_class in groups]
    composites = slow.macro_composites(wanted, sight.used)
    least = sight.terms.min_observations
    return CorrelationsAnswer(
        sight=sight,
        matrices=_matrices(sight, request),
        over_max=_over_max(sight, request.max_factors),
        rate=slow.rate_overlay(
            sight.members,
            sight.used,
            changes=data.changes,
            categories=request.rate_sensitivity_categories or RATE_CATEGORIES,
            maturities=request.rate_maturities or MATURITIES,
        ),
        market=slow.market_overlay(
            sight.members,
            sight.used,
            benchmarks=_frame(sight, benchmarks),
            categories=request.market_sensitivity_categories or MARKET_CATEGORIES,
        ),
        composite=slow.correlate(composites, least=least),
        etf=slow.macro_etfs(wanted, sight.used, history=data.returns, terms=macro),
        rolling=_rolling(sight, composites, windows=request.rolling_windows or WINDOWS),
        regimes=_regimes(sight, composites, benchmark=benchmarks[0], kinds=REGIMES[request.regime or "both"]),
        threshold=request.correlation_threshold,
    )


def _macro_terms(request: ComputeCorrelations, terms: slow.Terms) -> slow.Terms:
    said = {
        name: value
        for name in ("macro_max_per_group", "macro_deduplicate_threshold", "macro_min_group_coverage_pct")
        if (value := getattr(request, name)) is not None
    }
    return replace(terms, **said)


def _frame(sight: Sight, tickers: Iterable[str]) -> pd.DataFrame:
    found = {ticker: sight.series(ticker) for ticker in tickers}
    return pd.DataFrame({t: s for t, s in found.items() if s is not None}, index=sight.months)


def _over_max(sight: Sight, most: int | None) -> dict[str, list[str]]:
    """By category, the tickers beyond the `most` that are ranked first as in section 6."""
    found = {}
    for category in CATEGORIES:
        tickers = [m.ticker for m in sight.members if m.category == category and m.ticker in sight.used.returns]
        ranked = slow.rank(tickers, sight.used, history=sight.data.returns, members=sight.members)
        found[category] = [] if most is None else sorted(ranked[most:])
    return found


def _matrices(sight: Sight, request: ComputeCorrelations) -> dict[str, slow.Correlated]:
    made = {}
    for category, over in _over_max(sight, request.max_factors).items():
        members = [m for m in sight.members if m.ticker not in over]
        columns = slow.columns_of(members, sight.used, category=category, granularity=request.industry_granularity)
        matrix = slow.correlate(columns, least=sight.terms.min_observations)
        if matrix is not None:
            made[category] = matrix
    return made


def _rolling(
    sight: Sight, composites: pd.DataFrame, *, windows: Sequence[int]
) -> dict[tuple[str, str, int], slow.Rolled]:
    names = [str(name) for name in composites]
    pairs = {(a, b): (composites[a], composites[b]) for i, a in enumerate(names) for b in names[i + 1 :]}
    if TEN_YEARS in sight.data.changes:
        rates = sight.data.changes[TEN_YEARS].reindex(sight.months)
        pairs |= {(name, TEN_YEARS): (composites[name], rates) for name in names}
    return {(a, b, w): slow.rolling(*series, w) for (a, b), series in pairs.items() for w in windows}


def _regimes(
    sight: Sight, composites: pd.DataFrame, *, benchmark: str, kinds: tuple[str, ...]
) -> dict[str, slow.Correlated]:
    months: dict[str, list[pd.Period]] = {}
    if TEN_YEARS in sight.data.changes:
        months |= slow.rate_regimes(sight.data.changes[TEN_YEARS].reindex(sight.months))
    if sight.series(benchmark) is not None:
        months |= slow.volatility_regimes(sight.data.returns[benchmark], sight.months)
    found = {}
    for name, own in months.items():
        within = composites.loc[own]
        if name.startswith(kinds) and len(within.dropna()) >= sight.terms.min_regime_months:
            matrix = slow.correlate(within, least=sight.terms.min_regime_months)
            if matrix is not None:
                found[name] = matrix
    return found


Yield = tuple[float | None, bool]


@dataclass(frozen=True, eq=False)
class PerformanceAnswer:
    """Every number of `compute_performance`: figures and dividend yield by (ticker, category), and by composite."""

    sight: Sight
    profiles: dict[tuple[str, str], tuple[Figures, float | None]]
    composites: dict[str, dict[str, tuple[Figures, float | None]]]
    clamped: set[str]


def performance(
    data: Data,
    request: ComputePerformance,
    *,
    today: date,
    terms: slow.Terms,
    groups: Mapping[str, Mapping[str, float]] | None = None,
) -> PerformanceAnswer:
    """`groups` are the weights of factor groups by name."""
    benchmark = request.benchmark or terms.benchmark
    sight = look(data, request, today=today, terms=terms, beside={benchmark, *_members_of(groups)})
    cash, beside = sight.cash(), sight.series(benchmark)
    yields = {
        m.ticker: dividend_yield(data, m.ticker, last=sight.months[-1], most=terms.max_yield_pct / 100)
        for m in data.members
        if m.asset_class in PAYING and m.ticker in sight.everywhere.returns
    }

    def told(weights: Mapping[str, float]) -> tuple[Figures, float | None]:
        own = slow.weighted(sight.everywhere.returns, weights)
        return figures(own, cash=cash, benchmark=beside), _mean_yield(weights, yields)

    return PerformanceAnswer(
        sight=sight,
        profiles={
            (m.ticker, m.category): (
                figures(sight.used.returns[m.ticker], cash=cash, benchmark=beside),
                yields.get(m.ticker, (None, False))[0],
            )
            for m in sight.members
            if m.ticker in sight.used.returns
        },
        composites={
            kind: {label: told(weights) for label, weights in labels.items()}
            for kind, labels in _composites(sight, request, groups=groups or {}).items()
        },
        clamped={ticker for ticker, (_, held) in yields.items() if held},
    )


def _members_of(groups: Mapping[str, Mapping[str, float]] | None) -> set[str]:
    return {ticker for weights in (groups or {}).values() for ticker in weights}


def _mean_yield(weights: Mapping[str, float], yields: Mapping[str, Yield]) -> float | None:
    known = {t: y for t in weights if (y := yields.get(t, (None, False))[0]) is not None}
    total = sum(weights[ticker] for ticker in known)
    return sum(weights[t] * y for t, y in known.items()) / total if total > 0 else None


def _composites(
    sight: Sight, request: ComputePerformance, *, groups: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, dict[str, float]]]:
    """By kind and label the weights of the members that are there."""
    usable = [m for m in sight.members if m.ticker in sight.used.returns]
    industries = [m for m in usable if m.category == "industry"]
    labels = {
        "macro": slow.by_class(usable),
        "category": {c: sorted(m.ticker for m in usable if m.category == c) for c in CATEGORIES},
        "industry": slow.industry_labels(industries, request.industry_granularity),
    }
    made = {
        kind: {label: _weights(sight, tickers, label=label, request=request) for label, tickers in own.items()}
        for kind, own in labels.items()
    }
    made["factor_groups"] = {
        name: {t: w for t, w in weights.items() if t in sight.everywhere.returns} for name, weights in groups.items()
    }
    return {kind: {name: weights for name, weights in own.items() if weights} for kind, own in made.items()}


def _weights(sight: Sight, tickers: Sequence[str], *, label: str, request: ComputePerformance) -> dict[str, float]:
    method, custom = request.composite_weighting_method, (request.custom_weights or {}).get(label, {})
    if method == "custom":
        return {ticker: custom[ticker] for ticker in tickers if custom.get(ticker)}
    ranked = slow.rank(tickers, sight.used, history=sight.data.returns, members=sight.members)[
        : request.composite_max_per_group
    ]
    if method == "equal":
        return dict.fromkeys(ranked, 1.0)
    known = {m.ticker: m.aum_value for m in sight.members if m.aum_value is not None}
    return {ticker: known[ticker] for ticker in ranked}


Told = dict[str, Cell]


@dataclass(frozen=True, eq=False)
class OffsetsAnswer:
    """Every number of `recommend_offsets`, for every candidate; `left_out` are tickers with a reason."""

    sight: Sight
    held: Holdings
    portfolio: PortfolioFigures
    effects: dict[str, Effect]
    left_out: set[tuple[str, str]]
    value: float | None
    cost_bps: float

    def liquidity(self, ticker: str) -> Told:
        """What is known of the purchase."""
        known = self.value is not None and average_daily_value(self.sight.data, ticker) is not None
        return {"liquidity": "within" if known else "unknown"}

    def trades(self, ticker: str) -> dict[tuple[Cell, ...], Mapping[str, Cell]]:
        """What is sold and bought."""
        changes = {one: -weight for one, weight in self.held.sold.items()} | {ticker: self.held.shift}
        return {(one,): self._trade(one, change) for one, change in changes.items()}

    def _trade(self, ticker: str, change: float) -> Told:
        if self.value is None:
            return {"weight_change": change, "value": None, "units": None, "cost": None}
        value = change * self.value
        units = value / last_close(self.sight.data, ticker)
        return {"weight_change": change, "value": value, "units": units, "cost": abs(value) * self.cost_bps / 10_000}


def offsets(
    data: Data, request: RecommendOffsets, *, members: Mapping[str, float], today: date, terms: slow.Terms
) -> OffsetsAnswer:
    """`members` are the weights of the over-exposed factor's members; those that section 3 leaves count."""
    benchmark = request.benchmark or terms.benchmark
    sight = look(data, request, today=today, terms=terms, beside={benchmark, *request.portfolio})
    exposure = slow.weighted(
        sight.everywhere.returns, {t: w for t, w in members.items() if t in sight.everywhere.returns}
    )
    held = holdings(request.portfolio, members, returns=sight.everywhere.returns, shift=request.shift_pct / 100)
    against = sight.series(benchmark)
    assert against is not None
    candidates = {str(t) for t in sight.used.returns} - set(held.sold) - set(members)
    left_out = {(t, "restricted") for t in candidates & set(request.restricted)}
    candidates -= set(request.restricted)
    left_out |= {(t, "illiquid") for t in candidates if _illiquid(data, t, held.shift, value=request.portfolio_value)}
    return OffsetsAnswer(
        sight=sight,
        held=held,
        portfolio=portfolio_figures(held, exposure=exposure, benchmark=against),
        effects={
            ticker: effect(sight.used.returns[ticker], held, exposure=exposure, benchmark=against)
            for ticker in candidates - {t for t, _ in left_out}
        },
        left_out=left_out,
        value=request.portfolio_value,
        cost_bps=request.cost_bps,
    )


def _illiquid(data: Data, ticker: str, shift: float, *, value: float | None) -> bool:
    adv_value = average_daily_value(data, ticker)
    return value is not None and adv_value is not None and shift * value > ADV_SHARE * adv_value
