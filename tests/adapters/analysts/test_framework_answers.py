"""A model's flat proposal becomes a document that can be read, with every digit; what can't is told at its place."""

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.adapters.analysts.answer_reading import parsed
from trimtab.adapters.analysts.framework_answers import read_framework
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.fields import Fields, Problems
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Constraint, Framework, Rebalancing
from trimtab.domain.frameworks.reading import framework_of
from trimtab.domain.trading.model_answer import NotAnAnswer
from trimtab.workflow.ports.analysts import FrameworkAnswer

Json = dict[str, Any]
BUCKET: Json = {
    "path": "AssetClass/Equity",
    "label": "Equity",
    "target_weight": 0.3333,
    "min_weight": None,
    "max_weight": 1,
    "include_tags": ["equity"],
    "exclude_tags": [],
    "allowed_types": ["ETF"],
    "regions": [],
    "sectors": [],
}
PROPOSAL: Json = {
    "name": "Growth",
    "description": "Mostly equity.",
    "dimension": "AssetClass",
    "buckets": [BUCKET],
    "cadence": "S",
    "absolute_band_bps": None,
    "relative_band_pct": 25,
    "constraints": [{"kind": "max_products", "value": 12, "unit": None, "currencies": []}],
    "rationale": "Because.",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PROPOSAL, *BUCKET, "kind"]), inner, max_size=5)
    ),
    max_leaves=20,
)


def proposal(**changes: object) -> Json:
    return {**deepcopy(PROPOSAL), **changes}


def framework(answer: FrameworkAnswer) -> Framework:
    problems = Problems()
    read = framework_of(Fields(answer.document, problems))
    problems.refuse("answer")
    return read


def test_a_proposal_is_the_framework_that_it_says() -> None:
    answer = read_framework(parsed(json.dumps(PROPOSAL)))
    read = framework(answer)
    assert (answer.rationale, answer.refused) == ("Because.", ())
    assert (read.name, read.description, read.base_ccy, read.risk_band) == ("Growth", "Mostly equity.", "USD", None)
    (bucket,) = read.buckets
    assert str(bucket.target_weight) == "0.3333"
    rules = BucketRules(include_tags=("equity",), allowed_types=("ETF",))
    assert bucket == Bucket("AssetClass/Equity", "Equity", bucket.target_weight, None, bucket.max_weight, rules)
    assert (str(bucket.max_weight), str(read.rebalancing.relative_band_pct)) == ("1", "25")
    assert read.rebalancing == Rebalancing("S", None, read.rebalancing.relative_band_pct)
    (limit,) = read.constraints
    assert limit == Constraint("max_products", limit.value)
    assert limit.value == 12


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        proposal(buckets=None),
        proposal(buckets={}),
        proposal(buckets=[BUCKET] * 10_000),
        proposal(constraints="none"),
        proposal(rationale=None),
        proposal(rationale=["Because."]),
    ],
)
def test_what_has_no_lists_or_no_reason_is_no_answer(answer: object) -> None:
    with pytest.raises(NotAnAnswer):
        read_framework(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"base_ccy": "XXX"}, "the answer has fields"),
        ({"risk_band": "high"}, "the answer has fields"),
        ({"method": "template"}, "the answer has fields"),
        ({"buckets": [{**BUCKET, "rules": {"currencies": ["XXX"]}}]}, "buckets[0] has fields"),
        ({"buckets": [BUCKET, {**BUCKET, "min_adv_value": 5}]}, "buckets[1] has fields"),
        ({"constraints": [{"kind": "min_cash", "evil": 1}]}, "constraints[0] has fields"),
        ({"dimension": "evil"}, "dimension has to be one of"),
        ({"dimension": ["AssetClass"]}, "dimension has to be one of"),
        ({"dimension": "Region"}, "buckets[0].path has to begin with Region/"),
    ],
)
def test_what_nobody_asked_for_is_refused_and_not_repeated(changes: Json, said: str) -> None:
    refused = read_framework(proposal(**changes)).refused
    assert [entry.rule for entry in refused] == ["wrong_schema"]
    assert refused[0].message.startswith(said)
    assert "evil" not in refused[0].message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("target_weight", float("nan")),
        ("target_weight", float("inf")),
        ("target_weight", True),
        ("target_weight", [0.5]),
        ("target_weight", 10**40),
        ("include_tags", "equity"),
        ("include_tags", [["equity"]]),
        ("include_tags", [None]),
        ("include_tags", [[[[[[[[["equity"]]]]]]]]]),
        ("path", []),
        ("label", {}),
    ],
)
def test_a_value_of_another_kind_is_told_by_the_reading(name: str, value: object) -> None:
    answer = read_framework(proposal(buckets=[{**BUCKET, name: value}]))
    with pytest.raises(InvalidInput) as caught:
        framework(answer)
    assert {problem.field.removeprefix("buckets[0].").removeprefix("rules.") for problem in caught.value.problems} == {
        name
    }


def test_a_bucket_that_is_no_object_is_told_by_the_reading() -> None:
    with pytest.raises(InvalidInput) as caught:
        framework(read_framework(proposal(buckets=[BUCKET, 5, [BUCKET]])))
    assert [problem.field for problem in caught.value.problems] == ["buckets[1]", "buckets[2]"]


@given(JSON, st.sampled_from([*PROPOSAL]), st.sampled_from([*BUCKET]))
def test_whatever_stands_in_its_fields_a_proposal_is_read_or_refused(value: Any, field: str, own: str) -> None:
    for answer in (value, proposal(**{field: value}), proposal(buckets=[{**BUCKET, own: value}])):
        with suppress(NotAnAnswer, InvalidInput):
            assert framework(read_framework(answer)).method == "imported"
