"""Frameworks and their changes as answers tell them."""

from dataclasses import replace
from decimal import Decimal

from trimtab.domain.frameworks.framework import Bucket, BucketRules, Constraint
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.versions import diff
from trimtab.workflow.frameworks.documents import changes_told, document_of, said


def test_a_document_has_plain_numbers() -> None:
    document = document_of(TEMPLATES["balanced"])
    assert document["rebalancing"] == {"cadence": "Q", "absolute_band_bps": 500, "relative_band_pct": None}
    buckets = document["buckets"]
    assert isinstance(buckets, list)
    assert isinstance(buckets[0], dict)
    assert buckets[0]["target_weight"] == 0.6


def test_every_change_is_one_row_in_one_line() -> None:
    before = TEMPLATES["balanced"]
    gold = Bucket("AssetClass/Gold", "Gold", Decimal("0.00"), rules=BucketRules(include_tags=("gold",)))
    after = replace(
        before,
        buckets=(*before.buckets, gold),
        constraints=(Constraint("min_cash", Decimal("0.05"), "percentage"),),
        risk_band=None,
    )
    rows = changes_told(diff(before, after)).rows
    assert rows == (
        ("", "risk_band", "medium", None),
        ("", "constraints.min_cash", None, '{"kind": "min_cash", "value": "0.05", "unit": "percentage"}'),
        (
            "AssetClass/Gold",
            "bucket",
            None,
            '{"path": "AssetClass/Gold", "label": "Gold", "target_weight": "0.00", '
            '"rules": {"include_tags": ["gold"]}}',
        ),
    )


def test_lists_and_numbers_are_said_plainly() -> None:
    assert [said(value) for value in (None, "a\x00b", 500, ("US", "Emerging"))] == [
        None,
        "ab",
        "500",
        '["US", "Emerging"]',
    ]
