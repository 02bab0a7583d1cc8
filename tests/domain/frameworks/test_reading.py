"""What a framework is made of is read in today's names and in older ones."""

from decimal import Decimal

import pytest

from trimtab.domain.frameworks.fields import Fields, Problems
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Constraint, Framework, Rebalancing
from trimtab.domain.frameworks.reading import bucket_of, framework_of, rules_of


def told(read: Fields) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in read.problems.found]


def framework(**document) -> Framework:
    read = Fields({"name": "Ours", **document}, Problems())
    found = framework_of(read)
    assert told(read) == []
    return found


def refused(**document) -> list[tuple[str, str]]:
    read = Fields({"name": "Ours", **document}, Problems())
    framework_of(read)
    return told(read)


def test_what_is_not_given_is_as_in_a_new_framework_that_was_imported() -> None:
    assert framework() == Framework("Ours", (), method="imported")


def test_every_field_is_read() -> None:
    assert framework(
        description="For long",
        method="template",
        base_ccy="EUR",
        benchmark="60/40",
        risk_band="low",
        constraints=[{"kind": "min_bonds", "value": "0.2", "unit": "percentage"}],
        buckets=[{"path": "Region/US", "target_weight": "1"}],
    ) == Framework(
        "Ours",
        (Bucket("Region/US", "US", Decimal(1)),),
        "For long",
        "template",
        "EUR",
        "60/40",
        "low",
        constraints=(Constraint("min_bonds", Decimal("0.2"), "percentage"),),
    )


@pytest.mark.parametrize("name", ["absolute_band_bps", "drift_bps", "band_bps"])
def test_a_band_is_read_under_each_of_its_names(name: str) -> None:
    assert framework(rebalancing={"cadence": "A", name: "300"}).rebalancing == Rebalancing("A", 300)
    assert framework(rebalancing={name: None}).rebalancing == Rebalancing("Q", None)


def test_without_a_band_it_is_the_default_and_a_relative_one_alone_is_meant_alone() -> None:
    assert framework(rebalancing={"cadence": "M"}).rebalancing == Rebalancing("M", 500)
    assert framework(rebalancing={"relative_band_pct": "25"}).rebalancing == Rebalancing("Q", None, Decimal(25))


@pytest.mark.parametrize("name", ["min_adv_value", "min_adv_usd"])
def test_rules_are_read_with_traded_money_under_each_of_its_names(name: str) -> None:
    read = Fields({"include_tags": ["core"], "currencies": ["USD"], name: "5e6"}, Problems())
    assert rules_of(read) == BucketRules(("core",), min_adv_value=Decimal(5_000_000), currencies=("USD",))
    assert told(read) == []


def test_a_label_that_is_empty_stays_so_and_one_that_is_not_there_is_the_last_part_of_the_path() -> None:
    document = {"path": "Region/US", "target_weight": "0", "rules": {"regions": ["US"]}}
    assert bucket_of(Fields(document, Problems())).label == "US"
    assert bucket_of(Fields(document | {"label": ""}, Problems())).label == ""


def test_all_that_can_t_be_read_is_told_by_its_place() -> None:
    assert refused(
        name="",
        base_ccy="usd",
        rebalancing={"drift_bps": "2.5", "band_bps": "3"},
        constraints=[{"value": "x"}, {"kind": "min_bond"}],
        buckets=[{"target_weight": "0,6"}, {"path": "Region/US", "rules": {"currencies": ["dollar"]}}],
    ) == [
        ("name", "A framework needs a name."),
        ("base_ccy", "A currency is three capital letters, such as USD."),
        ("buckets[0].path", "A bucket needs a path, such as AssetClass/Equity."),
        (
            "buckets[0].target_weight",
            "This must be a number such as 0.25 (for 25 %), at most 1e+15. Write it with a point.",
        ),
        ("buckets[1].target_weight", "A bucket needs a target, a fraction from 0 to 1."),
        ("buckets[1].rules.currencies", "A currency is three capital letters, such as USD."),
        ("rebalancing.band_bps", "This says the same as drift_bps: give one of the two."),
        ("rebalancing.drift_bps", "This must be a whole number of basis points."),
        (
            "constraints[0].kind",
            "A constraint needs a kind, one of max_single_name, max_sector, max_issuer, min_bonds, max_alternatives, "
            "min_cash, max_products, allowed_currencies.",
        ),
        ("constraints[0].value", "This must be a number such as 0.25 (for 25 %), at most 1e+15."),
        (
            "constraints[1].kind",
            "This must be one of max_single_name, max_sector, max_issuer, min_bonds, max_alternatives, min_cash, "
            "max_products, allowed_currencies. Did you mean min_bonds?",
        ),
    ]


def test_fields_that_nobody_knows_are_told_wherever_they_stand() -> None:
    found = refused(
        bucket=[], rebalancing={"bps": "1"}, constraints=[{"kind": "min_cash", "type": "x"}],
        buckets=[{"path": "Region/US", "target_weight": "1", "weight": "1", "rules": {"tag": []}}],
    )  # fmt: skip
    assert [place for place, _ in found] == [
        "document",
        "buckets[0]",
        "buckets[0].rules",
        "rebalancing",
        "constraints[0]",
    ]


def test_an_unknown_field_of_a_bucket_says_which_that_it_needs_is_not_there() -> None:
    unknown, missing = refused(buckets=[{"path": "Region/US", "weight": "1"}])
    assert unknown[1].endswith("It needs target_weight. Did you mean target_weight?")
    assert missing == ("buckets[0].target_weight", "A bucket needs a target, a fraction from 0 to 1.")
