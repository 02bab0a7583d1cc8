"""`map_products`."""

from tests.tools.frameworks.long_frameworks import long_mapping
from tests.tools.frameworks.scripted_frameworks import DOCUMENT, ScriptedFrameworks, Wrong, all_refused, call
from tests.tools.responses import matches_response
from tests.tools.serving import text_of, tokens
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.framework_requests import MappingFilters, MapProducts

FILTERS: dict[str, object] = {
    "types": ["ETF"],
    "currencies": ["USD"],
    "regions": ["US"],
    "sectors": ["Diversified"],
    "issuers": ["Any"],
    "include_tags": ["equity"],
    "exclude_tags": ["leveraged"],
    "exclude_codes": ["SPY"],
    "min_adv_value": 1e6,
    "min_aum_value": 1e8,
    "min_history_months": 36,
    "max_expense_ratio_pct": 0.5,
    "priced": True,
}
GIVEN: dict[str, object] = {
    "framework_id": "fw_1",
    "version": 2,
    "framework": DOCUMENT,
    "filters": FILTERS,
    "per_bucket": 25,
}
WRONG: tuple[Wrong, ...] = (
    ({"per_bucket": 26}, "per_bucket", "at most 25"),
    ({"filters": []}, "filters", "object"),
    ({"filters": {"min_adv_value": -1}}, "filters.min_adv_value", "at least 0"),
    ({"filters": {"min_adv": 1}}, "filters", "Unknown field; allowed: types"),
    ({"filters": {"types": "ETF"}}, "filters.types", "list"),
)


async def test_a_mapping_is_answered_as_committed() -> None:
    matches_response("map_products", await call("map_products", framework_id="fw_1"))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedFrameworks()
    result = await call("map_products", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(MapProducts.model_fields)
    assert set(FILTERS) == set(MappingFilters.model_fields)
    assert desk.asked == [MapProducts.model_validate(GIVEN)]


async def test_twenty_buckets_of_twenty_five_products_are_all_shown_with_their_best() -> None:
    result = await call("map_products", ScriptedFrameworks({"map_products": long_mapping(20, 25)}), framework_id="x")
    said = result.structured_content
    assert said is not None
    assert max(tokens(as_json(said)), tokens(text_of(result))) <= MOST_TOKENS
    assert "truncated" not in said
    [shown] = {len(bucket["products"]) for bucket in said["buckets"]}
    assert len(said["buckets"]) == 20
    assert 2 <= shown < 25
    assert said["basis"]["notes"][1].startswith(f"Shows at most {shown} products of each bucket")


async def test_two_hundred_buckets_are_cut_and_counted() -> None:
    result = await call("map_products", ScriptedFrameworks({"map_products": long_mapping(200, 25)}), framework_id="x")
    said = result.structured_content
    assert said is not None
    assert max(tokens(as_json(said)), tokens(text_of(result))) <= MOST_TOKENS
    [cut] = said["truncated"]
    assert (cut["field"], cut["shown"], cut["total"]) == ("buckets", len(said["buckets"]), 200)
    assert {len(bucket["products"]) for bucket in said["buckets"]} == {1}


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("map_products", WRONG)
