"""The slow second computation of factor intelligence, in the order of docs/factor-maths.md: sections 3 to 7.

Plain pandas over months x tickers; `oracle_factor_data` has sections 1 and 2, `oracle_factor_performance` 8 and 9.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from tests.oracle.oracle_factor_data import CLASSES, Data, Member

MONTHS_A_YEAR = 12
NOISE = 1e-13
"""A side that moves by less doesn't move: changes of a rounded yield are alike but for this."""


@dataclass(frozen=True)
class Terms:
    """What the policy says, and an option may say otherwise."""

    window_months: int = 60
    min_observations: int = 24
    min_coverage_pct: float = 80
    benchmark: str = "SPY"
    risk_free_currency: str = "USD"
    macro_max_per_group: int = 3
    macro_deduplicate_threshold: float = 0.95
    macro_min_group_coverage_pct: float = 60
    macro_budget: int = 24
    min_regime_months: int = 12
    max_yield_pct: float = 20


@dataclass(frozen=True, eq=False)
class Used:
    """Section 3: a window's returns of those that stay, and why each of the others doesn't."""

    returns: pd.DataFrame
    excluded: dict[str, str]

    @property
    def months(self) -> pd.PeriodIndex:
        return pd.PeriodIndex(self.returns.index)

    def only(self, tickers: set[str]) -> "Used":
        """Of some tickers."""
        excluded = {ticker: reason for ticker, reason in self.excluded.items() if ticker in tickers}
        return Used(self.returns[[ticker for ticker in self.returns if ticker in tickers]], excluded)


@dataclass(frozen=True, eq=False)
class Correlated:
    """Section 4: a matrix, the number of its months, and the columns that were left out for it."""

    values: pd.DataFrame
    n_months: int
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.values.columns)


def window(
    data: Data, *, start: date | None, end: date | None, today: date, months: int = Terms.window_months
) -> pd.PeriodIndex:
    """Section 1: the complete months that lie wholly between two dates."""
    known = pd.PeriodIndex(data.returns.index)
    if end is None:
        last = min(known[-1], pd.Period(today, "M") - 1)
    else:
        last = pd.Period(pd.Timestamp(end) + pd.Timedelta(days=1), "M") - 1
    first = last - months + 1 if start is None else pd.Period(pd.Timestamp(start) - pd.Timedelta(days=1), "M") + 1
    return pd.PeriodIndex([month for month in known if first <= month <= last], dtype="period[M]")


def leave_out(data: Data, months: pd.PeriodIndex, *, tickers: Iterable[str], terms: Terms) -> Used:
    excluded, kept = {}, {}
    for ticker in sorted(set(tickers)):
        reason, returns = "", pd.Series(dtype=float)
        if ticker in data.faulty:
            reason = "faulty_prices"
        elif ticker not in data.returns:
            reason = "no_data"
        else:
            returns = data.returns[ticker].reindex(months)
            reason = _why_not(returns.dropna(), window_months=len(months), terms=terms)
        if reason:
            excluded[ticker] = reason
        else:
            kept[ticker] = returns
    return Used(pd.DataFrame(kept, index=months), excluded)


def _why_not(returns: pd.Series, *, window_months: int, terms: Terms) -> str:
    if len(returns) < terms.min_observations:
        return "thin_history"
    if len(returns) / window_months * 100 < terms.min_coverage_pct:
        return "low_coverage"
    return "constant" if returns.nunique() == 1 else ""


def correlate(columns: pd.DataFrame, *, least: int) -> Correlated | None:
    """Section 4. A column that doesn't move in the common months has no correlation and is left out, too."""
    left_out: dict[str, str] = {}
    while len(columns.columns):
        common = columns.dropna()
        still = [str(name) for name in columns if common[name].nunique() == 1]
        if len(common) < least:
            counts = columns.count()
            name = max(columns.columns, key=lambda each: (-counts[each], each))
            left_out[name] = "few_common_months"
            columns = columns.drop(columns=name)
        elif still:
            left_out.update(dict.fromkeys(still, "constant"))
            columns = columns.drop(columns=still)
        else:
            return Correlated(common.corr(), len(common), left_out)
    return None


def weighted(returns: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """Section 6: a composite. Weights of 0 count for nothing."""
    made = []
    for row in returns[list(weights)].to_numpy():
        there = [(w, value) for w, value in zip(weights.values(), row, strict=True) if not np.isnan(value)]
        total = sum(w for w, _ in there)
        made.append(sum(w * value for w, value in there) / total if total > 0 else np.nan)
    return pd.Series(made, index=returns.index, dtype=float)


def equally(returns: pd.DataFrame, tickers: Iterable[str]) -> pd.Series:
    """A composite of members alike."""
    return weighted(returns, dict.fromkeys(sorted(set(tickers)), 1.0))


def industry_labels(members: Iterable[Member], granularity: str) -> dict[str, list[str]]:
    """Section 4, industry levels: the members of every column."""
    found: dict[str, set[str]] = {}
    kinds: dict[str, list[tuple[str, str]]] = {"": [], "industry": [], "ticker": []}
    for member in members:
        own = {"group": member.sector_group, "subindustry": member.subindustry, "industry": member.industry}[
            granularity
        ]
        kind = "" if own else "industry" if member.industry else "ticker"
        kinds[kind].append((own or member.industry or member.ticker, member.ticker))
    before: set[str] = set()
    for kind, named in kinds.items():
        for name, ticker in named:
            found.setdefault(f"{name} ({kind})" if name in before else name, set()).add(ticker)
        before |= {name for name, _ in named}
    return {label: sorted(found[label]) for label in sorted(found)}


def columns_of(members: Sequence[Member], used: Used, *, category: str, granularity: str) -> pd.DataFrame:
    """What a category's matrix is made of."""
    own = [m for m in members if m.category == category and m.ticker in used.returns]
    if category != "industry":
        return used.returns[sorted(m.ticker for m in own)]
    labels = industry_labels(own, granularity)
    return pd.DataFrame({label: equally(used.returns, labels[label]) for label in labels}, index=used.months)


def sensitivity(returns: pd.Series, factor: pd.Series) -> tuple[float | None, float | None, int]:
    """Section 5: correlation, slope, months."""
    both = pd.DataFrame({"r": returns, "f": factor}).dropna()
    if len(both) < 3 or both["r"].nunique() == 1 or both["f"].nunique() == 1:
        return None, None, len(both)
    return float(both["r"].corr(both["f"])), float(both["r"].cov(both["f"]) / both["f"].var()), len(both)


Cells = dict[tuple[str, str, str], tuple[float | None, float | None, int]]


def rate_overlay(
    members: Iterable[Member],
    used: Used,
    *,
    changes: pd.DataFrame,
    categories: Sequence[str],
    maturities: Sequence[str],
) -> Cells:
    """By ticker, category and maturity."""
    return {
        (m.ticker, m.category, maturity): sensitivity(used.returns[m.ticker], changes[maturity].reindex(used.months))
        for m in members
        if m.ticker in used.returns and m.category in categories and m.category != "cash"
        for maturity in maturities
        if maturity in changes
    }


def market_overlay(
    members: Iterable[Member], used: Used, *, benchmarks: pd.DataFrame, categories: Sequence[str]
) -> Cells:
    """By ticker, category and benchmark."""
    return {
        (m.ticker, m.category, str(name)): sensitivity(used.returns[m.ticker], benchmarks[name])
        for m in members
        if m.ticker in used.returns and m.category in categories and m.ticker not in benchmarks
        for name in benchmarks
    }


def by_class(members: Iterable[Member]) -> dict[str, list[str]]:
    """Tickers of each asset class, each once."""
    found: dict[str, list[str]] = {}
    for asset_class in CLASSES:
        tickers = sorted({m.ticker for m in members if m.asset_class == asset_class})
        if tickers:
            found[asset_class] = tickers
    return found


def macro_composites(members: Sequence[Member], used: Used) -> pd.DataFrame:
    """A column for each asset class that has an ETF left."""
    kept = {name: [t for t in tickers if t in used.returns] for name, tickers in by_class(members).items()}
    return pd.DataFrame(
        {name: equally(used.returns, tickers) for name, tickers in kept.items() if tickers}, index=used.months
    )


def rank(tickers: Iterable[str], used: Used, *, history: pd.DataFrame, members: Sequence[Member]) -> list[str]:
    """By coverage of the window, then length of history, then assets under management, most first, then by ticker."""
    aum = {member.ticker: member.aum_value or 0.0 for member in members}
    return sorted(tickers, key=lambda t: (-used.returns[t].count(), -history[t].count(), -aum.get(t, 0.0), t))


@dataclass(frozen=True, eq=False)
class MacroEtfs:
    """Section 6: what was kept by asset class, which pairs were too near, and the matrix; or why composites stand."""

    groups: dict[str, list[str]]
    pairs: dict[tuple[str, str], float]
    uncovered: list[str]
    matrix: Correlated | None
    composites_stand: bool = False
    left_out: dict[str, str] = field(default_factory=dict)


def macro_etfs(members: Sequence[Member], used: Used, *, history: pd.DataFrame, terms: Terms) -> MacroEtfs:
    ranked: dict[str, list[str]] = {}
    uncovered = []
    for name, tickers in by_class(members).items():
        kept = [ticker for ticker in tickers if ticker in used.returns]
        if len(kept) / len(tickers) * 100 < terms.macro_min_group_coverage_pct:
            uncovered.append(name)
        else:
            ranked[name] = rank(kept, used, history=history, members=members)
    may_keep = sum(min(terms.macro_max_per_group, len(kept)) for kept in ranked.values())
    if not ranked or may_keep > terms.macro_budget:
        composites = correlate(macro_composites(members, used), least=terms.min_observations)
        left_out = {} if composites is None else composites.left_out
        return MacroEtfs({}, {}, uncovered, composites, composites_stand=True, left_out=left_out)
    candidates = [ticker for kept in ranked.values() for ticker in kept]
    near = correlate(used.returns[candidates], least=terms.min_observations)
    groups, pairs = _chosen(ranked, near, terms=terms)
    chosen = [ticker for kept in groups.values() for ticker in kept]
    matrix = correlate(used.returns[chosen], least=terms.min_observations)
    left_out = {} if near is None else near.left_out
    return MacroEtfs(groups, pairs, uncovered, matrix, left_out=left_out)


def _chosen(
    ranked: Mapping[str, Sequence[str]], near: Correlated | None, *, terms: Terms
) -> tuple[dict[str, list[str]], dict[tuple[str, str], float]]:
    groups: dict[str, list[str]] = {}
    pairs: dict[tuple[str, str], float] = {}
    for name, tickers in ranked.items():
        for ticker in tickers:
            if near is None or ticker not in near.values or len(groups.get(name, [])) == terms.macro_max_per_group:
                continue
            kept = [each for own in groups.values() for each in own]
            near_to = {k: float(near.values[ticker].to_dict()[k]) for k in kept}
            twins = [k for k, rho in near_to.items() if abs(rho) >= terms.macro_deduplicate_threshold]
            if twins:
                pairs[ticker, twins[0]] = near_to[twins[0]]
            else:
                groups.setdefault(name, []).append(ticker)
    return groups, pairs


@dataclass(frozen=True)
class Rolled:
    """Section 7 of one pair and one window."""

    mean: float | None
    least: float | None
    most: float | None
    last: float | None
    trend_per_year: float | None
    n: int


def rolling(left: pd.Series, right: pd.Series, months: int) -> Rolled:
    both = pd.DataFrame({"l": left, "r": right}).dropna().to_numpy()
    places, found = [], []
    for start in range(len(both) - months + 1):
        run = both[start : start + months]
        if (run.max(axis=0) - run.min(axis=0) > NOISE).all():
            places.append(start / MONTHS_A_YEAR)
            found.append(float(np.corrcoef(run, rowvar=False)[0, 1]))
    if not found:
        return Rolled(None, None, None, None, None, 0)
    trend = float(np.polyfit(places, found, 1)[0]) if len(found) > 1 else None
    return Rolled(float(np.mean(found)), min(found), max(found), found[-1], trend, len(found))


def rate_regimes(changes: pd.Series) -> dict[str, list[pd.Period]]:
    return {
        "rates_rising": list(changes.index[changes > 0]),
        "rates_falling": list(changes.index[changes < 0]),
    }


def volatility_regimes(benchmark: pd.Series, months: pd.PeriodIndex) -> dict[str, list[pd.Period]]:
    """`benchmark` is its whole history."""
    known = benchmark.dropna()
    deviations = {}
    for month in months:
        last = known[known.index <= month].tail(MONTHS_A_YEAR)
        if len(last) == MONTHS_A_YEAR:
            deviations[month] = float(last.std())
    middle = float(np.median(list(deviations.values()))) if deviations else np.nan
    return {
        "volatility_high": [month for month, deviation in deviations.items() if deviation > middle],
        "volatility_low": [month for month, deviation in deviations.items() if deviation <= middle],
    }
