"""A framework's fields reach the workflow in its own spelling, and nothing in it is lost on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.reading_json import read_json
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.writing import json_of
from trimtab.server.rest.framework_asking import DEEPEST, FlatBacktest, as_port, backtest_of, in_snake_case
from trimtab.server.rest.telling import told
from trimtab.workflow.frameworks.documents import document_of
from trimtab.workflow.ports.framework_requests import BacktestFramework, BacktestRun, MapProducts
from trimtab.workflow.ports.framework_results import FrameworkFull

NAMES = st.sampled_from(["path", "targetWeight", "target_weight", "min_adv_value", "minAdvValue", "kinDs2", "A/b", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value]


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_framework_that_was_told_is_understood_as_the_same(key: str) -> None:
    full = FrameworkFull(framework_id=key, version=1, framework=document_of(TEMPLATES[key]))
    shown: Any = told(full)["framework"]
    assert not [name for name in shown if "_" in name]
    assert in_snake_case(shown) == document_of(TEMPLATES[key])
    assert read_json(json_of(TEMPLATES[key])) == TEMPLATES[key]


@given(document=st.dictionaries(NAMES, VALUES))
def test_no_value_is_lost_however_its_field_is_spelled(document: dict[str, Any]) -> None:
    assert leaves(in_snake_case(document)) == leaves(document)


def test_a_field_in_both_spellings_is_kept_twice_for_the_reader_to_refuse() -> None:
    both: dict[str, Any] = {"buckets": [{"path": "AssetClass/A", "targetWeight": 1, "target_weight": 1}]}
    assert in_snake_case(both) == both


def test_a_document_that_is_nested_too_deep_is_refused() -> None:
    deep: Any = {"a": 1}
    for _ in range(DEEPEST):
        deep = {"a": deep}
    with pytest.raises(InvalidInput, match="nested deeper"):
        in_snake_case(deep)
    assert in_snake_case(deep["a"]) == deep["a"]


def test_what_a_run_holds_may_stand_in_it_and_beside_it_but_not_twice() -> None:
    flat = FlatBacktest(framework_id="balanced", lag_days=2, run=BacktestRun(cost_bps=3))
    assert backtest_of(flat) == BacktestFramework(framework_id="balanced", run=BacktestRun(lag_days=2, cost_bps=3))
    inside = FlatBacktest(framework_id="balanced", run=BacktestRun(lag_days=2))
    assert backtest_of(inside) == BacktestFramework(framework_id="balanced", run=BacktestRun(lag_days=2))
    twice = FlatBacktest(framework_id="balanced", lag_days=2, run=BacktestRun(lag_days=2))
    with pytest.raises(InvalidInput) as refused:
        backtest_of(twice)
    assert [(each.field, each.code) for each in refused.value.problems] == [("lag_days", "repeated")]


def test_only_what_was_given_is_given_on() -> None:
    made = MapProducts(framework_id="balanced")
    assert as_port(MapProducts, made, per_bucket=2).model_fields_set == {"framework_id", "per_bucket"}
