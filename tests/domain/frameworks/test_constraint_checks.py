"""Constraints that say nothing or that targets break, and bands that nobody can trade by."""

from decimal import Decimal

import pytest

from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.constraint_checks import band_findings, constraint_findings, fraction_of
from trimtab.domain.frameworks.framework import Bucket, Constraint, ConstraintKind, Rebalancing, Unit
from trimtab.domain.frameworks.tree import tree_of

CLASSES = (
    bucket("AssetClass/Equity", "0.6"),
    bucket("AssetClass/Equity/Cash", "0.6"),
    bucket("AssetClass/Bonds", "0.3"),
    bucket("AssetClass/Fixed Income", "0.1"),
)


def constraint(kind: ConstraintKind, value: str = "") -> Constraint:
    """A constraint of that many of a unit: "500 bps"; or of a number alone."""
    number, _, unit = value.partition(" ")
    units: dict[str, Unit] = {"percentage": "percentage", "bps": "bps", "dollars": "dollars"}
    return Constraint(kind, Decimal(number) if number else None, units.get(unit))


def told(*constraints: Constraint, buckets=()) -> list[tuple[str, str, str]]:
    ours = framework(*buckets, constraints=constraints)
    found = constraint_findings(ours, tree_of(ours.buckets))
    return [(finding.path, finding.code, finding.message) for _, finding in found]


def bands(rebalancing: Rebalancing, *buckets) -> list[tuple[int, str, str, str]]:
    found = band_findings(rebalancing, tree_of(buckets))
    return [(at, finding.code, finding.path, finding.message) for at, finding in found]


def test_constraints_within_the_ranges_of_their_units_are_right() -> None:
    assert (
        told(
            constraint("max_single_name", "1 percentage"),
            constraint("max_sector", "10000 bps"),
            constraint("min_cash", "250000 dollars"),
            constraint("max_products", "30"),
            Constraint("allowed_currencies", currencies=("USD", "EUR")),
        )
        == []
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            constraint("max_sector", "5 percentage"),
            "max_sector is 5.00 in percentage: a percentage is given as a fraction from 0 to 1; 5 % is 0.05.",
        ),
        (
            constraint("max_sector", "-1 percentage"),
            "max_sector is -1.00 in percentage: a percentage is given as a fraction from 0 to 1.",
        ),
        (constraint("max_issuer", "10001 bps"), "max_issuer is 10001.00 in bps: give 0 to 10000 basis points."),
        (constraint("min_cash", "-1 dollars"), "min_cash is -1.00 in dollars: give an amount of 0 or more."),
        (constraint("min_cash", "NaN dollars"), "min_cash is NaN in dollars: give an amount of 0 or more."),
        (constraint("min_cash", " bps"), "min_cash has no value: give one."),
        (constraint("min_cash", "0.1"), "min_cash has no unit: give percentage, bps or dollars."),
        (
            Constraint("min_cash", Decimal("0.1"), "percentage", ("USD",)),
            "min_cash has currencies: those are for allowed_currencies alone, take them away.",
        ),
        (constraint("max_products"), "max_products has no value: give one."),
        (constraint("max_products", "0"), "max_products is 0.00: give a whole number from 1."),
        (constraint("max_products", "2.5"), "max_products is 2.50: give a whole number from 1."),
        (constraint("max_products", "NaN"), "max_products is NaN: give a whole number from 1."),
        (constraint("max_products", "2 bps"), "max_products is a count: leave out its unit."),
        (constraint("allowed_currencies"), "allowed_currencies has no currencies: name some, such as USD."),
        (
            Constraint("allowed_currencies", currencies=("usd",)),
            "allowed_currencies takes codes of three capital letters, such as USD.",
        ),
        (
            Constraint("allowed_currencies", Decimal(1), currencies=("USD",)),
            "allowed_currencies has neither value nor unit: leave them out.",
        ),
    ],
)
def test_a_constraint_that_says_nothing_is_told_with_what_mends_it(wrong: Constraint, said: str) -> None:
    right = constraint("min_bonds", "0 percentage")
    assert told(right, wrong) == [("constraints[1]", "constraint_value", said)]


def test_a_kind_that_stands_twice_is_told_of_the_second() -> None:
    twice = [constraint("max_issuer", "0.1 percentage"), constraint("max_issuer", "500 bps")]
    assert told(*twice) == [("constraints[1]", "constraint_value", "max_issuer stands twice: keep one of the two.")]


def test_values_in_fractions_and_basis_points_are_fractions_and_no_others_are() -> None:
    assert fraction_of(constraint("min_bonds", "0.3 percentage")) == Decimal("0.3")
    assert fraction_of(constraint("min_bonds", "250 bps")) == Decimal("0.025")
    assert fraction_of(constraint("min_bonds", "250 dollars")) is None
    assert fraction_of(constraint("min_bonds", "25 percentage")) is None
    assert fraction_of(constraint("min_bonds", " percentage")) is None


@pytest.mark.parametrize(
    ("kept", "broken"),
    [
        (constraint("min_bonds", "0.4 percentage"), constraint("min_bonds", "4001 bps")),
        (constraint("max_alternatives", "0 bps"), None),
        (constraint("min_cash", "0.9 percentage"), None),
    ],
)
def test_targets_are_held_to_constraints_on_asset_classes(kept: Constraint, broken: Constraint | None) -> None:
    assert told(kept, buckets=CLASSES) == []
    if broken is not None:
        assert [code for _, code, _ in told(broken, buckets=CLASSES)] == ["target_breaks_constraint"]


def test_what_targets_break_is_told_with_the_buckets_that_mend_it() -> None:
    alternatives = (bucket("AssetClass/Gold", "0.3"), bucket("AssetClass/Alternatives", "0.3"))
    assert told(constraint("max_alternatives", "1000 bps"), buckets=alternatives) == [
        (
            "constraints[0]",
            "target_breaks_constraint",
            "max_alternatives is 0.10, and the targets hold 0.30: lower AssetClass/Alternatives by 0.20, or change the "
            "constraint.",
        )
    ]
    cash = (bucket("AssetClass/Equity", "0.99"), bucket("AssetClass/Cash", "0.01"))
    assert told(constraint("min_cash", "0.02 percentage"), buckets=cash)[0][2] == (
        "min_cash is 0.02, and the targets hold 0.01: raise AssetClass/Cash by 0.01, or change the constraint."
    )
    assert told(constraint("min_bonds", "0.02 percentage"), buckets=cash)[0][2] == (
        "min_bonds is 0.02, and the targets hold 0.00: add a bucket AssetClass/Bonds of 0.02, or change the constraint."
    )
    assert told(constraint("min_bonds", "0.5 percentage"), buckets=CLASSES)[0][2] == (
        "min_bonds is 0.50, and the targets hold 0.40: raise AssetClass/Bonds, AssetClass/Fixed Income by 0.10, or "
        "change the constraint."
    )


HALVES = (bucket("AssetClass/Bonds", "0.5 0.4"), bucket("AssetClass/Equity", "0.5"))


def test_cash_without_a_bucket_is_kept_beside_targets_which_then_have_to_keep_the_other_constraints() -> None:
    cash = constraint("min_cash", "0.1 percentage")
    assert told(cash, constraint("min_bonds", "0.45 percentage"), buckets=HALVES) == []
    assert told(constraint("min_cash", "0 bps"), buckets=HALVES) == []
    assert told(cash, constraint("min_bonds", "0.5 percentage"), buckets=HALVES) == [
        (
            "constraints[1]",
            "target_breaks_constraint",
            "min_bonds is 0.50, and the targets hold 0.45 beside a min_cash of 0.10: raise AssetClass/Bonds by 0.0556, "
            "or change the constraint.",
        )
    ]
    most = constraint("max_alternatives", "0.27 percentage")
    alternatives = (bucket("AssetClass/Alternatives", "0.3"), bucket("AssetClass/Equity", "0.7"))
    assert told(most, cash, buckets=alternatives) == []
    assert [code for _, code, _ in told(most, buckets=alternatives)] == ["target_breaks_constraint"]
    money = constraint("min_cash", "1000 dollars")
    assert told(money, constraint("min_bonds", "0.5 percentage"), buckets=HALVES) == []


def test_where_cash_leaves_too_little_for_a_constraint_no_target_mends_it() -> None:
    for kept in ("0.6", "1"):
        found = told(
            constraint("min_cash", f"{kept} percentage"), constraint("min_bonds", "0.5 percentage"), buckets=HALVES[:1]
        )
        assert found[-1][2].endswith(
            f"beside a min_cash of {kept:0<4}: lower min_cash, or change the constraint.".replace("1000", "1.00")
        )


@pytest.mark.parametrize("path", ["AssetClass/Equity", "Region/US", "Region/US/Large"])
def test_a_minimum_that_cash_beside_the_buckets_breaks_is_told_at_its_bucket(path: str) -> None:
    ours = bucket(path, "0.6 0.55"), bucket(f"{path}/Cap", "0.6 0.54")
    assert told(constraint("min_cash", "0.1 percentage"), buckets=ours) == [
        (
            path,
            "target_outside",
            f"target_weight of {path} is 0.60, and beside a min_cash of 0.10 it has 0.54, below its min_weight 0.55: "
            "lower that or min_cash.",
        )
    ]
    assert told(constraint("min_cash", "0.1 percentage"), buckets=[bucket(path, "0.5 0.55")]) == []


def test_a_class_is_found_by_its_label_too_and_constraints_on_products_are_left_to_products() -> None:
    labelled = (Bucket("AssetClass/FI", "Fixed Income", Decimal(1)),)
    assert told(constraint("min_bonds", "1 percentage"), buckets=labelled) == []
    assert told(constraint("max_single_name", "0.01 percentage"), buckets=CLASSES) == []
    assert told(constraint("min_bonds", "1 dollars"), buckets=CLASSES) == []
    assert told(constraint("min_bonds", "1 percentage"), buckets=(bucket("Region/US", "1"),)) == []


def test_bands_of_10_basis_points_and_no_bands_are_right() -> None:
    leaves = bucket("Region/US", "0.9"), bucket("Region/EM", "0.1"), bucket("Region/A", "0")
    for rebalancing in (Rebalancing("Q", 10), Rebalancing("Q", None), Rebalancing("none", 10_000, Decimal("1"))):
        assert bands(rebalancing, *leaves) == []


def test_a_band_within_which_lots_round_is_a_warning() -> None:
    said = "absolute_band_bps is 9, and rounding to whole lots leaves such a band: make it 10 or more."
    assert bands(Rebalancing("Q", 9)) == [(0, "narrow_band", "rebalancing", said)]
    tree = bucket("Region/US", "0.9"), bucket("Region/US/A", "0.85"), bucket("Region/US/B", "0.05")
    said = "The band of Region/US/B is 1.00 % of its target, which is below 10 bp: widen relative_band_pct."
    assert bands(Rebalancing("Q", None, Decimal(1)), *tree) == [(2, "narrow_band", "Region/US/B", said)]


def test_bands_that_are_none_are_errors() -> None:
    most = "give 0 to 10000 basis points, or null for no such band."
    for wide in (-1, 10_001):
        assert bands(Rebalancing("Q", wide)) == [
            (0, "constraint_value", "rebalancing", f"absolute_band_bps is {wide}: {most}")
        ]
    for relative, shown in (("-1", "-1.00"), ("100.5", "100.50"), ("NaN", "NaN")):
        said = f"relative_band_pct is {shown}: give 0 to 100 percent of the target, or null for no such band."
        assert bands(Rebalancing("Q", None, Decimal(relative)), bucket("Region/US", "1")) == [
            (1, "constraint_value", "rebalancing", said)
        ]
