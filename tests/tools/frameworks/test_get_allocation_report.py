"""`get_allocation_report`."""

from tests.tools.frameworks.long_frameworks import long_report
from tests.tools.frameworks.scripted_frameworks import (
    DOCUMENT,
    ScriptedFrameworks,
    Wrong,
    all_refused,
    call,
)
from tests.tools.responses import matches_response
from tests.tools.serving import text_of, tokens
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.framework_requests import GetAllocationReport

GIVEN: dict[str, object] = {
    "framework_id": "fw_1",
    "version": 2,
    "framework": DOCUMENT,
    "portfolio_id": "fp_1",
    "account_number": "ACC100001",
    "holdings": [{"code": "SPY", "value": 660_000}, {"code": "CASH", "value": 340_000}],
    "rebalance_to": "half_band",
    "cost_bps": 12.5,
    "estimate_days": 126,
}
WRONG: tuple[Wrong, ...] = (
    ({"holdings": [{"code": "SPY", "value": -1}]}, "holdings[0].value", "at least 0"),
    ({"holdings": [{"code": "SPY"}]}, "holdings[0].value", "Required"),
    ({"holdings": {"SPY": 1}}, "holdings", "list"),
    ({"rebalance_to": "moon"}, "rebalance_to", "'half_band'"),
    ({"cost_bps": 501}, "cost_bps", "at most 500"),
    ({"estimate_days": 19}, "estimate_days", "at least 20"),
)


async def test_a_report_is_answered_as_committed() -> None:
    matches_response("get_allocation_report", await call("get_allocation_report", portfolio_id="fp_1"))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedFrameworks()
    result = await call("get_allocation_report", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(GetAllocationReport.model_fields)
    assert desk.asked == [GetAllocationReport.model_validate(GIVEN)]


async def test_long_tables_are_cut_and_counted() -> None:
    result = await call(
        "get_allocation_report", ScriptedFrameworks({"report": long_report(1_000)}), portfolio_id="fp_1"
    )
    said = result.structured_content
    assert said is not None
    assert max(tokens(as_json(said)), tokens(text_of(result))) <= MOST_TOKENS
    assert "truncated" not in said
    assert len(said["buckets"]["rows"]) >= 50
    assert "buckets 1000" in said["basis"]["notes"][1]


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("get_allocation_report", WRONG)
