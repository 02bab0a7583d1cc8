"""Frameworks are written so that people and other programs can read them."""

import json
from decimal import Decimal

from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Constraint
from trimtab.domain.frameworks.writing import csv_of, json_of

US = Bucket("Region/US", 'The "US"', Decimal("0.60"), rules=BucketRules(("core",), min_adv_value=Decimal("5E+6")))


def test_csv_has_a_header_an_empty_cell_for_what_is_not_there_and_rules_as_json() -> None:
    assert csv_of([US, bucket("Region/EM", "0.4000 0 1")]) == (
        "path,label,target_weight,min_weight,max_weight,rules\n"
        'Region/US,"The ""US""",0.60,,,"{""include_tags"": [""core""], ""min_adv_value"": 5000000.0}"\n'
        "Region/EM,EM,0.4000,0,1,\n"
    )


def test_json_has_weights_as_numbers_and_only_the_rules_that_leave_something_out() -> None:
    document = json.loads(json_of(framework(US, constraints=(Constraint("min_bonds", Decimal("0.2"), "percentage"),))))
    assert document["buckets"] == [
        {
            "path": "Region/US",
            "label": 'The "US"',
            "target_weight": 0.6,
            "min_weight": None,
            "max_weight": None,
            "rules": {"include_tags": ["core"], "min_adv_value": 5000000.0},
        }
    ]
    assert document["constraints"] == [{"kind": "min_bonds", "value": 0.2, "unit": "percentage", "currencies": []}]
    assert document["rebalancing"] == {"cadence": "Q", "absolute_band_bps": 500, "relative_band_pct": None}


def test_a_weight_that_no_float_is_is_written_as_its_text() -> None:
    fine = "0.12345678901234567890123"
    assert json.loads(json_of(framework(bucket("Region/US", fine))))["buckets"][0]["target_weight"] == fine
