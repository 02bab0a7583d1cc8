"""`compute_correlations`."""

from pathlib import Path

import pytest

from tests.tools.factors.demo_factors import open_demo_factors, settled
from tests.tools.factors.scripted_factors import ScriptedFactors, call, client_of
from tests.tools.responses import matches_response
from tests.tools.serving import error_of, text_of
from trimtab.workflow.ports.factor_requests import ComputeCorrelations

SECTIONS = ["matrices:bond", "overlays:market", "macro", "rolling", "regimes"]


async def test_the_demo_market_answers_as_committed(tmp_path: Path) -> None:
    async with client_of(lambda: open_demo_factors(tmp_path)) as client:
        result = await client.call_tool("compute_correlations", {"sections": SECTIONS, "rolling_windows": [12]})
    matches_response("compute_correlations", settled(result))


async def test_a_table_stands_below_the_facts_as_it_is(tmp_path: Path) -> None:
    async with client_of(lambda: open_demo_factors(tmp_path)) as client:
        asked = {"sections": ["matrices:bond"], "format": "table", "top_n_per_matrix": 3, "correlation_threshold": 0.95}
        result = await client.call_tool("compute_correlations", asked)
    matches_response("compute_correlations_table", settled(result))
    assert result.structured_content is not None
    text = result.structured_content["matrices"]["bond"]["text"]
    assert text_of(result).endswith(f"\n\nmatrices.bond:\n{text}")


async def test_every_argument_reaches_the_desk() -> None:
    given = {
        "start_date": "2020-01-01",
        "end_date": "2024-12-31",
        "factor_universe": ["SPY", "AGG"],
        "factor_categories": ["fixed_income", "market"],
        "asset_class_filters": ["reit", "bond"],
        "min_observations": 12,
        "format": "both",
        "preset": "light",
        "sections": ["matrices:bond", "macro"],
        "industry_granularity": "industry",
        "max_factors": 20,
        "correlation_threshold": 0.9,
        "include_rate_sensitivity": True,
        "rate_maturities": ["UST10Y"],
        "rate_sensitivity_categories": ["bond"],
        "include_market_sensitivity": False,
        "market_benchmarks": ["SPY", "EEM"],
        "market_sensitivity_categories": ["style"],
        "include_macro_composite": False,
        "include_macro_etf": True,
        "macro_groups": ["bond"],
        "macro_max_per_group": 2,
        "macro_deduplicate_threshold": 0.9,
        "macro_min_group_coverage_pct": 0.6,
        "include_rolling_summaries": True,
        "rolling_windows": [6, 12],
        "regime": "rates",
        "top_n_per_matrix": 5,
    }
    desk = ScriptedFactors()
    result = await call("compute_correlations", desk, **given)
    assert not result.is_error, text_of(result)
    assert set(given) == set(ComputeCorrelations.model_fields)
    assert desk.asked == [ComputeCorrelations.model_validate(given)]
    assert desk.asked[0].factor_categories == ("bond", "market")  # type: ignore[attr-defined]  # it is that request


async def test_a_list_may_come_as_json_text() -> None:
    desk = ScriptedFactors()
    await call("compute_correlations", desk, sections='["macro:composite"]')
    assert desk.asked == [ComputeCorrelations(sections=("macro:composite",))]


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"sections": ["matrices:bonds"]}, "sections[0]", "'matrices:bond'"),
        ({"factor_categories": ["shares"]}, "factor_categories[0]", "'industry', 'style'"),
        ({"start_date": "01/02/2024"}, "start_date", "2026-11-20"),
        ({"rolling_windows": [True]}, "rolling_windows[0]", "not true or false"),
        ({"max_factors": 1}, "max_factors", "at least 2"),
        ({"preset": "heavy"}, "preset", "'overview'"),
        ({"sections": []}, "sections", "At least 1 entry"),
    ],
)
async def test_a_wrong_value_is_named_with_what_is_allowed(given: dict[str, object], field: str, says: str) -> None:
    desk = ScriptedFactors()
    said = error_of(await call("compute_correlations", desk, **given))
    assert (said["code"], said["field"]) == ("invalid_argument", field)
    assert says in str(said["message"])
    assert desk.asked == []
