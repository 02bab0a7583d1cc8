"""A JSON document is read whole, to the last digit, or not at all."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.domain.frameworks.trees import frameworks
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.reading_json import read_json
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.writing import json_of

OURS = '{"name": "Ours", "buckets": [{"path": "Region/US", "target_weight": 0.3333333333333333333333}]}'


def refused(content: bytes | str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        read_json(content)
    return [(problem.field, problem.message) for problem in refusal.value.problems]


@pytest.mark.parametrize("content", [OURS, "\ufeff" + OURS, OURS.encode(), OURS.encode("utf-8-sig")])
def test_numbers_keep_all_their_digits_with_or_without_a_byte_order_mark(content: bytes | str) -> None:
    assert read_json(content).buckets[0].target_weight == Decimal("0.3333333333333333333333")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "This isn't JSON: Expecting value, at line 1, column 1."),
        ('{"name": "Ours",}', None),
        ("[]", "This must be a JSON object: {...}."),
        ('{"name": NaN}', "NaN isn't a number: use null where there is none."),
        ('{"name": "a", "name": "b"}', "An object has two fields of one name: keep one of the two."),
        ("[" * 100_000, "This is nested too deep to be read."),
        (OURS.encode("utf-16"), "Byte 1 isn't UTF-8: save it as UTF-8."),
    ],
)
def test_what_is_no_document_is_told(content: bytes | str, said: str | None) -> None:
    ((place, message),) = refused(content)
    assert place == "document"
    assert message == said or said is None


def test_all_faults_are_told_and_nothing_is_taken() -> None:
    wrong = {"buckets": [{"path": "Region/US", "target_weight": "x"}, {"path": "Region/EM"}]}
    assert [place for place, _ in refused(json.dumps(wrong))] == [
        "name", "buckets[0].target_weight", "buckets[1].target_weight",
    ]  # fmt: skip


@given(frameworks())
@settings(max_examples=40)
def test_a_framework_that_is_written_and_read_again_is_the_same(ours: Framework) -> None:
    assert read_json(json_of(ours)) == ours


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_template_that_is_written_and_read_again_is_the_same(key: str) -> None:
    assert read_json(json_of(TEMPLATES[key])) == TEMPLATES[key]


def test_ten_thousand_buckets_are_read() -> None:
    buckets = [{"path": f"Region/{n}", "target_weight": 0.0001, "rules": {"regions": ["US"]}} for n in range(10_000)]
    content = json.dumps({"name": "Ours", "buckets": buckets})
    assert len(read_json(content).buckets) == 10_000
