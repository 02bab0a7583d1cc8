"""Which sections an answer has and by which options: what was asked, else the preset's, else the policy's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trimtab.domain.factors.market import MATURITIES
from trimtab.domain.factors.reference import ASSET_CLASSES, CATEGORIES, AssetClass, Category
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, Granularity, Preset, Regime

MATRICES: Final = tuple(f"matrices:{category}" for category in CATEGORIES)
_ALL_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "matrices": MATRICES,
    "overlays": ("overlays:rate", "overlays:market"),
    "macro": ("macro:composite", "macro:etf"),
}
ORDER: Final = (*MATRICES, *_ALL_OF["overlays"], *_ALL_OF["macro"], "rolling", "regimes")
_DEFAULT: Final = ("matrices", "overlays", "macro:composite")
_PRESETS: Final[Mapping[Preset, tuple[str, ...]]] = {
    "overview": ("matrices", "overlays:market", "macro:composite"),
    "macro_focus": ("macro", "overlays:rate", "rolling", "regimes"),
    "equity_factors": ("matrices:industry", "matrices:style", "matrices:market", "overlays:market"),
    "income_focus": ("matrices:bond", "matrices:cash", "overlays:rate"),
    "light": ("macro:composite",),
}
RATE_CATEGORIES: Final[tuple[Category, ...]] = ("bond", "industry", "market")
MARKET_CATEGORIES: Final[tuple[Category, ...]] = ("industry", "style")
ROLLING_WINDOWS: Final = (12, 24, 36)


@dataclass(frozen=True, slots=True)
class CorrelationOptions:
    """Every option with its value; each but `sections` is part of the key under which sections are kept."""

    sections: tuple[str, ...]
    granularity: Granularity
    max_factors: int | None
    correlation_threshold: float | None
    maturities: tuple[str, ...]
    rate_categories: tuple[Category, ...]
    benchmarks: tuple[str, ...]
    market_categories: tuple[Category, ...]
    macro_groups: tuple[AssetClass, ...]
    macro_max_per_group: int
    macro_deduplicate_threshold: float
    macro_min_group_coverage_pct: float
    macro_budget: int
    rolling_windows: tuple[int, ...]
    regime: Regime

    @property
    def shown(self) -> dict[str, str | int | float | bool]:
        """For the answer: those that shape its numbers."""
        return {
            "sections": " ".join(self.sections),
            "industry_granularity": self.granularity,
            "market_benchmarks": " ".join(self.benchmarks),
            "macro_max_per_group": self.macro_max_per_group,
            "macro_deduplicate_threshold": self.macro_deduplicate_threshold,
            "macro_min_group_coverage_pct": self.macro_min_group_coverage_pct,
        }


def chosen_options(request: ComputeCorrelations, thresholds: FactorThresholds) -> CorrelationOptions:
    """The options of this request."""
    income = request.preset == "income_focus"
    return CorrelationOptions(
        sections=_sections(request),
        granularity=request.industry_granularity,
        max_factors=request.max_factors,
        correlation_threshold=request.correlation_threshold,
        maturities=tuple(name for name in MATURITIES if name in (request.rate_maturities or MATURITIES)),
        rate_categories=_in_order(request.rate_sensitivity_categories or (("bond",) if income else RATE_CATEGORIES)),
        benchmarks=tuple(dict.fromkeys(request.market_benchmarks or (thresholds.benchmark,))),
        market_categories=_in_order(request.market_sensitivity_categories or MARKET_CATEGORIES),
        macro_groups=request.macro_groups or ASSET_CLASSES,
        macro_max_per_group=request.macro_max_per_group or thresholds.macro_max_per_group,
        macro_deduplicate_threshold=request.macro_deduplicate_threshold or thresholds.macro_deduplicate_threshold,
        macro_min_group_coverage_pct=_points(
            request.macro_min_group_coverage_pct, default=thresholds.macro_min_group_coverage_pct
        ),
        macro_budget=thresholds.macro_budget,
        rolling_windows=tuple(sorted(set(request.rolling_windows or ROLLING_WINDOWS))),
        regime=request.regime or "both",
    )


def _in_order(categories: tuple[Category, ...]) -> tuple[Category, ...]:
    return tuple(category for category in CATEGORIES if category in categories)


def _points(asked: float | None, *, default: float) -> float:
    """Percentage points; a number up to 1 is a share."""
    if asked is None:
        return default
    return asked * 100 if asked <= 1 else asked


def _sections(request: ComputeCorrelations) -> tuple[str, ...]:
    """Those named stand alone; without any, the preset's or the default ones, as the flags change them."""
    if request.sections is not None:
        wanted = _expanded(request.sections)
    else:
        wanted = _expanded(_DEFAULT if request.preset is None else _PRESETS[request.preset])
        flags = {
            "overlays:rate": request.include_rate_sensitivity,
            "overlays:market": request.include_market_sensitivity,
            "macro:composite": request.include_macro_composite,
            "macro:etf": request.include_macro_etf,
            "rolling": request.include_rolling_summaries,
            "regimes": None if request.regime is None else True,
        }
        wanted |= {section for section, flag in flags.items() if flag is True}
        wanted -= {section for section, flag in flags.items() if flag is False}
        if request.factor_categories is not None:
            wanted -= set(MATRICES) - {f"matrices:{category}" for category in request.factor_categories}
    return tuple(section for section in ORDER if section in wanted)


def _expanded(sections: tuple[str, ...]) -> set[str]:
    return {each for section in sections for each in _ALL_OF.get(section, (section,))}
