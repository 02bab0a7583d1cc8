"""Which sections an answer has, and by which options."""

from typing import Any

import pytest

from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.workflow.factors.options import MATRICES, CorrelationOptions, chosen_options
from trimtab.workflow.ports.factor_requests import ComputeCorrelations


def options(**asked: Any) -> CorrelationOptions:
    return chosen_options(ComputeCorrelations.model_validate(asked), FactorThresholds())


def test_by_default_there_are_all_matrices_both_overlays_and_the_macro_composites() -> None:
    assert options().sections == (*MATRICES, "overlays:rate", "overlays:market", "macro:composite")


@pytest.mark.parametrize(
    ("preset", "sections"),
    [
        ("overview", (*MATRICES, "overlays:market", "macro:composite")),
        ("macro_focus", ("overlays:rate", "macro:composite", "macro:etf", "rolling", "regimes")),
        ("equity_factors", ("matrices:industry", "matrices:style", "matrices:market", "overlays:market")),
        ("income_focus", ("matrices:bond", "matrices:cash", "overlays:rate")),
        ("light", ("macro:composite",)),
    ],
)
def test_a_preset_chooses_the_sections(preset: str, sections: tuple[str, ...]) -> None:
    assert options(preset=preset).sections == sections


def test_income_focus_looks_at_bonds_unless_other_categories_are_named() -> None:
    assert options(preset="income_focus").rate_categories == ("bond",)
    assert options(preset="income_focus", rate_sensitivity_categories=["market"]).rate_categories == ("market",)


def test_flags_change_what_the_preset_would_give() -> None:
    asked = options(preset="light", include_macro_etf=True, include_macro_composite=False, regime="rates")
    assert asked.sections == ("macro:etf", "regimes")
    assert asked.regime == "rates"


def test_named_sections_stand_alone_and_in_the_order_of_the_answer() -> None:
    asked = options(sections=["rolling", "matrices:bond", "overlays"], include_macro_etf=True, preset="light")
    assert asked.sections == ("matrices:bond", "overlays:rate", "overlays:market", "rolling")


def test_without_named_sections_only_the_matrices_of_the_categories_are_there() -> None:
    asked = options(factor_categories=["fixed_income", "cash"], include_market_sensitivity=False)
    assert asked.sections == ("matrices:bond", "matrices:cash", "overlays:rate", "macro:composite")


@pytest.mark.parametrize(("given", "pct"), [(0.6, 60.0), (60, 60.0), (1, 100.0), (0, 0.0), (1.5, 1.5)])
def test_the_least_coverage_is_understood_as_a_share_up_to_one_and_as_percent_beyond(given: float, pct: float) -> None:
    assert options(macro_min_group_coverage_pct=given).macro_min_group_coverage_pct == pct


def test_what_is_not_asked_is_the_policys() -> None:
    asked = options(rolling_windows=[36, 12, 36], market_benchmarks=["ACWX", "SPY", "ACWX"])
    assert (asked.macro_max_per_group, asked.macro_deduplicate_threshold, asked.macro_budget) == (3, 0.95, 24)
    assert asked.macro_min_group_coverage_pct == 60
    assert asked.rolling_windows == (12, 36)
    assert asked.benchmarks == ("ACWX", "SPY")
    assert options().benchmarks == ("SPY",)


def test_options_that_shape_the_numbers_are_told() -> None:
    assert options(preset="light").shown == {
        "sections": "macro:composite",
        "industry_granularity": "group",
        "market_benchmarks": "SPY",
        "macro_max_per_group": 3,
        "macro_deduplicate_threshold": 0.95,
        "macro_min_group_coverage_pct": 60,
    }
