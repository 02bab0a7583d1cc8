"""What a caller may ask of factor intelligence: the arguments of every operation, checked before anything is read."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from trimtab.domain.factors.reference import OTHER_NAMES, AssetClass, Category
from trimtab.domain.factors.reference_checks import TICKER_LIMIT, TICKER_PATTERN
from trimtab.domain.factors.reference_groups import GROUP_NAME_PATTERN, MOST_MEMBERS
from trimtab.domain.given import DAY, MOST_NUMBER, NAME, NUMBER
from trimtab.domain.outside_text import TEXT_LIMIT
from trimtab.workflow.ports.reference import WeightingMethod
from trimtab.workflow.ports.requests import Request

Granularity = Literal["group", "industry", "subindustry"]
Format = Literal["json", "table", "both", "toon"]
Preset = Literal["overview", "macro_focus", "equity_factors", "income_focus", "light"]
Regime = Literal["rates", "volatility", "both"]
Maturity = Literal["UST2Y", "UST5Y", "UST10Y", "UST30Y"]
Section = Literal[
    "matrices", "matrices:industry", "matrices:style", "matrices:market", "matrices:bond", "matrices:cash",
    "matrices:commodity", "matrices:crypto", "overlays", "overlays:rate", "overlays:market", "macro",
    "macro:composite", "macro:etf", "rolling", "regimes",
]  # fmt: skip
GroupAction = Literal["create", "read", "update", "delete", "validate", "list"]

MOST_TICKERS = 5_000


def _known_name(value: object) -> object:
    """An asset class or category, whatever its case, and by the name that others use for it, too."""
    if not isinstance(value, str):
        return value
    name = value.strip().lower()
    return OTHER_NAMES.get(name, name)


Ticker = Annotated[str, Field(min_length=1, max_length=TICKER_LIMIT, pattern=TICKER_PATTERN)]
Tickers = Annotated[tuple[Ticker, ...], Field(min_length=1, max_length=MOST_TICKERS)]
KnownCategory = Annotated[Category, BeforeValidator(_known_name)]
KnownClass = Annotated[AssetClass, BeforeValidator(_known_name)]
Categories = Annotated[tuple[KnownCategory, ...], Field(min_length=1)]
Classes = Annotated[tuple[KnownClass, ...], Field(min_length=1)]
Observations = Annotated[int, Field(ge=4, le=1200), NUMBER]
Window = Annotated[int, Field(ge=3, le=600), NUMBER]
Weight = Annotated[float, Field(ge=0, le=1), NUMBER]
Weights = Annotated[dict[Ticker, Weight], Field(min_length=1, max_length=MOST_MEMBERS)]
GroupName = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT), NAME]


class Scope(Request):
    """Which part of the universe, and when. Dates are inclusive; without them the window moves with the months."""

    start_date: Annotated[date, DAY] | None = None
    end_date: Annotated[date, DAY] | None = None
    factor_universe: Tickers | None = None
    factor_categories: Categories | None = None
    asset_class_filters: Classes | None = None
    min_observations: Observations | None = None
    format: Format = "json"


class ComputeCorrelations(Scope):
    """Matrices, overlays, macro views; a preset gives options that weren't given other values.

    `macro_min_group_coverage_pct` up to 1 is a share: 0.6 is 60 %.
    """

    preset: Preset | None = None
    sections: Annotated[tuple[Section, ...], Field(min_length=1)] | None = None
    industry_granularity: Granularity = "group"
    max_factors: Annotated[int, Field(ge=2, le=MOST_TICKERS), NUMBER] | None = None
    correlation_threshold: Annotated[float, Field(ge=0, le=1), NUMBER] | None = None
    include_rate_sensitivity: bool | None = None
    rate_maturities: Annotated[tuple[Maturity, ...], Field(min_length=1)] | None = None
    rate_sensitivity_categories: Categories | None = None
    include_market_sensitivity: bool | None = None
    market_benchmarks: Tickers | None = None
    market_sensitivity_categories: Categories | None = None
    include_macro_composite: bool | None = None
    include_macro_etf: bool | None = None
    macro_groups: Classes | None = None
    macro_max_per_group: Annotated[int, Field(ge=1, le=50), NUMBER] | None = None
    macro_deduplicate_threshold: Annotated[float, Field(gt=0, le=1), NUMBER] | None = None
    macro_min_group_coverage_pct: Annotated[float, Field(ge=0, le=100), NUMBER] | None = None
    include_rolling_summaries: bool | None = None
    rolling_windows: Annotated[tuple[Window, ...], Field(min_length=1, max_length=6)] | None = None
    regime: Regime | None = None
    top_n_per_matrix: Annotated[int, Field(ge=1, le=MOST_TICKERS), NUMBER] | None = None


class ComputePerformance(Scope):
    """Profiles per ETF and of composites. `custom_weights` are, by composite, weights that sum to 1."""

    benchmark: Ticker | None = None
    industry_granularity: Granularity = "group"
    include_profiles: bool = True
    include_macro_composite_performance: bool = True
    include_factor_composite_performance: bool = True
    composite_weighting_method: WeightingMethod = "equal"
    composite_max_per_group: Annotated[int, Field(ge=1, le=MOST_TICKERS), NUMBER] | None = None
    custom_weights: Annotated[dict[GroupName, Weights], Field(min_length=1)] | None = None
    factor_groups: Annotated[tuple[GroupName, ...], Field(min_length=1, max_length=50)] | None = None


class RecommendOffsets(Scope):
    """Candidates that offset a factor a portfolio has too much of. Weights are shares of the portfolio."""

    portfolio: Weights
    overexposed_factor: GroupName
    shift_pct: Annotated[float, Field(gt=0, le=100), NUMBER] = 5.0
    benchmark: Ticker | None = None
    restricted: Annotated[tuple[Ticker, ...], Field(max_length=MOST_TICKERS)] = ()
    portfolio_value: Annotated[float, Field(gt=0, le=MOST_NUMBER), NUMBER] | None = None
    cost_bps: Annotated[float, Field(ge=0, le=1000), NUMBER] = 10.0
    limit: Annotated[int, Field(ge=1, le=200), NUMBER] = 10


class ManageFactorGroup(Request):
    """One thing done with the caller's factor groups. `validate` without members looks at the stored group.

    Each may be repeated: the same request again leaves the same, so it is its own idempotency key.
    """

    action: GroupAction
    name: Annotated[GroupName, Field(pattern=GROUP_NAME_PATTERN)] | None = None
    members: Annotated[tuple[Ticker, ...], Field(min_length=1, max_length=MOST_MEMBERS)] | None = None
    weighting_method: WeightingMethod | None = None
    weights: Annotated[dict[Ticker, Annotated[float, NUMBER]], Field(max_length=MOST_MEMBERS)] | None = None
