"""`build_portfolio`."""

from tests.tools.frameworks.long_frameworks import long_document, long_mapping
from tests.tools.frameworks.scripted_frameworks import (
    BUILT,
    DOCUMENT,
    GENERATED,
    ScriptedFrameworks,
    Wrong,
    all_refused,
    call,
)
from tests.tools.responses import matches_response
from tests.tools.serving import text_of, tokens
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.framework_requests import BuildPortfolio

OVERRIDE = {"path": "AssetClass/Bonds", "code": "AGG", "weight": 0.35}
GIVEN: dict[str, object] = {
    "framework_id": "fw_1",
    "version": 2,
    "framework": DOCUMENT,
    "cash": 1e6,
    "account_number": "ACC100001",
    "products_per_bucket": 2,
    "weighting": "score",
    "overrides": [OVERRIDE],
    "filters": {"types": ["ETF"]},
    "accept": True,
    "workflow_id": "wf_1",
    "step": "portfolio",
    "skip": True,
    "profile": {"name": "Ada", "risk_band": "low", "goals": ["A house"]},
    "requirements": {"risk_tolerance": "low"},
    "expected_version": 3,
    "idempotency_key": "build_portfolio-1",
}
WRONG: tuple[Wrong, ...] = (
    ({"cash": 0}, "cash", "above 0"),
    ({"cash": "NaN"}, "cash", "finite"),
    ({"products_per_bucket": 11}, "products_per_bucket", "at most 10"),
    ({"weighting": "luck"}, "weighting", "'equal' or 'score'"),
    ({"overrides": [{**OVERRIDE, "weight": 1.5}]}, "overrides[0].weight", "at most 1"),
    ({"overrides": [{"code": "AGG"}]}, "overrides[0].path", "Required"),
    ({"step": "orders"}, "step", "'validation' or 'portfolio'"),
    ({"profile": {"name": "Ada"}}, "profile.risk_band", "Required"),
    ({"workflow_id": "a/b"}, "workflow_id", "Must be an id"),
)


async def test_a_portfolio_is_answered_as_committed() -> None:
    matches_response("build_portfolio", await call("build_portfolio", framework_id="fw_1", cash=1e6, accept=True))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedFrameworks()
    result = await call("build_portfolio", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(BuildPortfolio.model_fields)
    assert desk.asked == [BuildPortfolio.model_validate(GIVEN)]


async def test_a_step_with_a_long_mapping_shows_the_best_of_every_bucket() -> None:
    long = BUILT.model_copy(update={"mapping": long_mapping(20, 25).buckets})
    result = await call("build_portfolio", ScriptedFrameworks({"build": long}), workflow_id="wf_1", step="mapping")
    said = result.structured_content
    assert said is not None
    assert max(tokens(as_json(said)), tokens(text_of(result))) <= MOST_TOKENS
    assert len(said["mapping"]) == 20
    assert said["workflow"]["next_step"] == "mapping"
    assert "Shows at most" in said["basis"]["notes"][1]


async def test_a_framework_that_was_made_on_the_way_is_whole_or_left_out() -> None:
    made = GENERATED.model_copy(update={"framework": long_document(1_000)})
    desk = ScriptedFrameworks({"build": BUILT.model_copy(update={"generated": made})})
    said = (await call("build_portfolio", desk, workflow_id="wf_1", step="framework")).structured_content
    assert said is not None
    assert said["generated"]["framework"] == {}
    assert [cut["field"] for cut in said["truncated"]] == ["generated.framework"]


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("build_portfolio", WRONG)
