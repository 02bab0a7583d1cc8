"""What factor intelligence answers. Field names are promises: clients bind to them.

Numbers have 12 significant digits. Returns, volatilities, drawdowns, yields and weights are fractions:
0.05 is 5 %; `_pct` are percentage points. What isn't defined is null.
"""

from typing import Literal

from trimtab.domain.factors.reference import AssetClass, Category
from trimtab.workflow.ports.factor_requests import GroupAction
from trimtab.workflow.ports.reference import ReferenceSource, WeightingMethod
from trimtab.workflow.ports.results import Result, Table


class Matrix(Result):
    """A correlation matrix over months common to all its columns.

    A correlation nearer to zero than `indistinct_below` can't be told from it over so few months (5 %, two-sided).
    `total` says how many labels there are where only some are shown. Where the format asks for it `text` is there, and
    `values` is left out.
    """

    labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...] | None = None
    n_months: int
    indistinct_below: float
    total: int | None = None
    text: str | None = None
    strong_pairs: Table | None = None


class MacroEtf(Result):
    """The macro ETF matrix; `fallback` says why it is one of composites instead."""

    matrix: Matrix
    groups: dict[str, tuple[str, ...]]
    fallback: str = ""


class Macro(Result):
    """Views across asset classes."""

    composite: Matrix | None = None
    etf: MacroEtf | None = None


class Overlays(Result):
    """Sensitivities.

    Rate columns: ticker, category, maturity, correlation, slope (return for a rise of one percentage point), n_months.
    Market columns: ticker, category, benchmark, correlation, beta, n_months.
    """

    rate: Table | None = None
    market: Table | None = None


class Unavailable(Result):
    """A section that couldn't be computed, and why."""

    section: str
    reason: str


class DataQuality(Result):
    """What the numbers rest on.

    `exclusions` has columns ticker, category, reason, detail; `counts` category, in_universe, used, coverage_pct;
    `findings` ticker, date, code, count, message; `price_basis` counts tickers by what their returns were made of, and
    `other_basis` names those that aren't of adjusted closes.
    """

    exclusions: Table
    counts: Table
    findings: Table
    price_basis: dict[str, int]
    other_basis: dict[str, tuple[str, ...]]
    unavailable: tuple[Unavailable, ...] = ()
    notes: tuple[str, ...] = ()


class DataSource(Result):
    """Where prices and reference data came from; `reference_note` says why not from the database, where it isn't."""

    market: str
    market_digest: str
    market_as_of: str
    reference: ReferenceSource
    reference_note: str = ""


class AnalysisMetadata(Result):
    """How the answer was made.

    `performance` are milliseconds by section: returns_panel_build_ms, per_category_corr_ms.CATEGORY, total_corr_ms,
    macro_composite_ms, macro_etf_ms, rate_sensitivity_ms, market_sensitivity_ms, rolling_ms, regimes_ms,
    performance_profiles_ms, composite_performance_ms, offsets_ms, total_ms. `cached` names the sections that were kept
    from before. `stale_factor_candidates` has columns ticker, category, reason (no_data, dead,
    thin_history, faulty_prices), detail.
    """

    universe_hash: str
    universe_size: int
    start_date: str
    end_date: str
    n_months: int
    min_observations: int
    thresholds_digest: str
    data_source: DataSource
    performance: dict[str, float]
    warnings: tuple[str, ...] = ()
    cached: tuple[str, ...] = ()
    sizes: dict[str, int]
    dedup_pairs: Table | None = None
    stale_factor_candidates: Table
    options: dict[str, str | int | float | bool]


class Correlations(Result):
    """How the universe moves together. Only the sections that were asked for are there."""

    matrices: dict[str, Matrix] | None = None
    overlays: Overlays | None = None
    macro: Macro | None = None
    rolling: Table | None = None
    regimes: dict[str, Matrix] | None = None
    data_quality: DataQuality
    analysis_metadata: AnalysisMetadata


class Performance(Result):
    """What ETFs and composites returned, and at what risk.

    Columns of all tables: label, category (of profiles), annualized_return, volatility, sharpe_ratio, max_drawdown,
    beta_vs_benchmark, dividend_yield, n_months; of composites members (of many the first 20) and n_members instead of
    category.
    """

    benchmark: str | None
    risk_free: str
    profiles: Table | None = None
    composites: dict[str, Table] | None = None
    text: str | None = None
    data_quality: DataQuality
    analysis_metadata: AnalysisMetadata


FactorKind = Literal["ticker", "factor_group", "industry", "subindustry", "sector_group", "category", "asset_class"]


class OffsetTrade(Result):
    """One side of a shift: buy > 0, sell < 0. `units` are as many as the last close makes."""

    ticker: str
    weight_change: float
    value: float | None = None
    units: float | None = None
    cost: float | None = None


class Offset(Result):
    """A candidate, how it moves with the exposure, and what the shift would change."""

    ticker: str
    category: Category
    asset_class: AssetClass
    correlation: float
    t_stat: float | None
    n_months: int
    distinguishable: bool
    verdict: Literal["offsets", "diversifies", "adds_risk"]
    volatility_change: float
    beta_change: float | None
    max_drawdown_change: float
    liquidity: Literal["within", "unknown"]
    note: str = ""
    trades: tuple[OffsetTrade, ...]


class PortfolioRisk(Result):
    """The portfolio as it stands, over the months of all its holdings and the benchmark."""

    volatility: float | None
    beta: float | None
    max_drawdown: float | None
    correlation_with_factor: float | None
    n_months: int
    cash_weight: float


class Offsets(Result):
    """Candidates by correlation with the exposure, lowest first.

    `factor_kind` is what the factor's name was taken for; `left_out` has columns ticker, reason, detail.
    """

    overexposed_factor: str
    factor_kind: FactorKind
    factor_members: tuple[str, ...]
    shift_pct: float
    sold_from: dict[str, float]
    benchmark: str
    portfolio: PortfolioRisk
    recommendations: tuple[Offset, ...]
    total: int
    left_out: Table
    text: str | None = None
    data_quality: DataQuality
    analysis_metadata: AnalysisMetadata


class Verified(Result):
    """The entries of the universe that nobody should rely on: columns as of `stale_factor_candidates`."""

    universe_size: int
    data_source: DataSource
    candidates: Table


class Group(Result):
    """A factor group; `weights` are those by which it is computed, where they are known."""

    name: str
    members: tuple[str, ...]
    weighting_method: WeightingMethod
    weights: dict[str, float]


class GroupIssue(Result):
    """One thing that is wrong with a group."""

    field: str
    code: str
    message: str


class GroupAnswer(Result):
    """What was done.

    `valid` and `issues` belong to validate; `normalized_weights` are the weights scaled to sum to 1.
    """

    action: GroupAction
    groups: tuple[Group, ...] = ()
    valid: bool | None = None
    issues: tuple[GroupIssue, ...] = ()
    normalized_weights: dict[str, float] | None = None
