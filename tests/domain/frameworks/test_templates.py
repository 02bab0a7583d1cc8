"""Frameworks to begin with are valid, and hold what they say."""

import pytest

from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.framework import BucketRules
from trimtab.domain.frameworks.templates import TEMPLATES


@pytest.mark.parametrize("key", [key for key in TEMPLATES if key != "blank"])
def test_a_template_is_valid_as_it_stands_and_says_which_products_it_takes(key: str) -> None:
    template = TEMPLATES[key]
    assert validate(template).findings == ()
    assert template.method == "template"
    assert template.description.endswith(".")
    assert all(bucket.rules != BucketRules() for bucket in template.buckets)
    # Which bucket a product is for is never open: no two take the same tags, regions and sectors.
    rules = [(each.rules.include_tags, each.rules.regions, each.rules.sectors) for each in template.buckets]
    assert len(set(rules)) == len(rules)


def test_the_blank_one_lacks_nothing_but_buckets() -> None:
    blank = TEMPLATES["blank"]
    assert [finding.code for finding in validate(blank).findings] == ["no_buckets"]
    assert (blank.method, blank.risk_band) == ("custom", None)


@pytest.mark.parametrize(
    ("key", "held"),
    [
        ("conservative", ("low", {"Bonds": "0.60", "Equity": "0.35", "Alternatives": "0.05"})),
        ("balanced", ("medium", {"Equity": "0.60", "Bonds": "0.35", "Alternatives": "0.05"})),
        ("growth", ("high", {"Equity": "0.80", "Bonds": "0.15", "Alternatives": "0.05"})),
        ("core_satellite", ("medium", {"Core": "0.70", "Satellite": "0.20", "Hedge": "0.10"})),
        ("geographic", ("high", {"US": "0.50", "International": "0.30", "Emerging": "0.20"})),
        ("sector_risk_band", ("high", {"Defensive": "0.30", "Cyclical": "0.40", "Growth": "0.30"})),
    ],
)
def test_each_template_holds_its_targets_in_the_order_of_its_description(key: str, held: tuple) -> None:
    template = TEMPLATES[key]
    targets = {bucket.path.split("/")[1]: str(bucket.target_weight) for bucket in template.buckets}
    assert (template.risk_band, targets) == held
    assert list(targets) == list(held[1])
