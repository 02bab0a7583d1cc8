"""Frameworks go to files and come back the same, every template among them."""

import json

import pytest

from trimtab.cli.framework_content import document_of, framework_of, text_of
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.writing import json_of


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_template_comes_back_from_a_file(key: str) -> None:
    document = json.loads(json_of(TEMPLATES[key]))
    assert framework_of(document) == TEMPLATES[key]
    assert document_of(text_of(document, kind="json"), kind="json", called="x") == document
    of_csv = document_of(text_of(document, kind="csv"), kind="csv", called="x")
    assert (of_csv["name"], of_csv["buckets"]) == ("x", document["buckets"])


def test_what_is_no_framework_is_refused_with_every_place() -> None:
    with pytest.raises(InvalidInput) as caught:
        document_of('{"buckets": [{"path": "AssetClass/A"}], "colour": 1}', kind="json", called="x")
    assert len(caught.value.problems) == 3
