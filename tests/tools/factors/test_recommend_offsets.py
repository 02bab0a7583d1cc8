"""`recommend_offsets`."""

from pathlib import Path

from tests.tools.factors.demo_factors import open_demo_factors, settled
from tests.tools.factors.scripted_factors import ScriptedFactors, call, client_of
from tests.tools.responses import matches_response
from tests.tools.serving import error_of
from trimtab.workflow.ports.factor_requests import RecommendOffsets

PORTFOLIO = {"SPY": 0.5, "XLK": 0.2, "AGG": 0.2}


async def test_the_demo_market_answers_as_committed(tmp_path: Path) -> None:
    async with client_of(lambda: open_demo_factors(tmp_path)) as client:
        asked = {"portfolio": PORTFOLIO, "overexposed_factor": "Technology", "portfolio_value": 1_000_000, "limit": 2}
        result = await client.call_tool("recommend_offsets", asked)
    matches_response("recommend_offsets", settled(result))


async def test_every_argument_reaches_the_desk() -> None:
    given = {
        "portfolio": PORTFOLIO,
        "overexposed_factor": "Technology",
        "shift_pct": 2.5,
        "benchmark": "ACWX",
        "restricted": ["USO"],
        "portfolio_value": 5e6,
        "cost_bps": 3,
        "limit": 5,
        "start_date": "2020-01-01",
        "end_date": "2024-12-31",
        "factor_universe": ["SPY", "AGG"],
        "factor_categories": ["bond"],
        "asset_class_filters": ["bond"],
        "min_observations": 12,
        "format": "table",
    }
    desk = ScriptedFactors()
    await call("recommend_offsets", desk, **given)
    assert set(given) == set(RecommendOffsets.model_fields)
    assert desk.asked == [RecommendOffsets.model_validate(given)]


async def test_weights_that_are_no_shares_are_refused() -> None:
    desk = ScriptedFactors()
    said = error_of(await call("recommend_offsets", desk, portfolio={"SPY": 60, "AGG": "x"}, overexposed_factor="T"))
    assert said["field"] == "portfolio.SPY"
    assert said["problem_count"] == 2
    assert desk.asked == []
