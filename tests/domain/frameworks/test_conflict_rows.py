"""Rules of a framework as rows: none where the targets keep them, and only those that say something."""

from decimal import Decimal, localcontext

from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.conflict_rows import named, rows_broken
from trimtab.domain.frameworks.findings import EXACT
from trimtab.domain.frameworks.framework import Bucket, Constraint, ConstraintKind, Unit
from trimtab.domain.frameworks.tree import tree_of

HALVES = (bucket("AssetClass/Bonds", "0.5"), bucket("AssetClass/Cash", "0.5"))


def of(kind: ConstraintKind, value: str, unit: Unit | None = "percentage") -> Constraint:
    return Constraint(kind, Decimal(value), unit)


def rules(*constraints: Constraint, buckets: tuple[Bucket, ...] = HALVES) -> list[str]:
    """The rules of all rows, with the least each has to have."""
    ours = framework(*buckets, constraints=constraints)
    with localcontext(EXACT):
        rows = rows_broken(ours, tree_of(ours.buckets))
    return [f"{named(row)} >= {row.least.normalize():f}" for row in rows if row.kind != "sum"]


def test_targets_that_keep_all_rules_make_no_rows() -> None:
    assert rules(of("min_bonds", "0.5"), of("max_products", "10", None), of("max_single_name", "0.05")) == []
    assert rules(buckets=()) == []


def test_every_rule_about_weights_is_a_row_once_one_is_broken() -> None:
    bounded = (
        bucket("AssetClass/Bonds", "0.5 0.1 0.4"),
        bucket("AssetClass/Cash", "0.5 - 0.9"),
        bucket("AssetClass/Not/There", "0.1"),
    )
    assert rules(of("min_bonds", "2000", "bps"), of("min_cash", "0.4"), buckets=bounded) == [
        "min_bonds (0.20) of constraints[0] >= 0.2",
        "min_cash (0.40) of constraints[1] >= 0.4",
        "min_weight of AssetClass/Bonds (0.10) >= 0.1",
        "max_weight of AssetClass/Bonds (0.40) >= -0.4",
        "max_weight of AssetClass/Cash (0.90) >= -0.9",
    ]


def test_money_and_classes_without_a_bucket_but_cash_and_bounds_that_are_wrong_by_themselves_are_left_out() -> None:
    wrong = (bucket("AssetClass/Bonds", "0.5 0.6 0.4"), bucket("AssetClass/Equity", "0.5 - 1.5"))
    others = of("min_bonds", "1000", "dollars"), of("min_cash", "0.1"), of("max_alternatives", "5")
    assert rules(*others, buckets=wrong) == ["min_cash (0.10) of constraints[1] >= 0.1"]


def test_the_most_that_products_can_hold_leaves_the_rest_to_cash() -> None:
    few = of("max_products", "4", None), of("max_single_name", "0.1")
    name = "max_products (4) x max_single_name (0.10) of constraints[0]"
    assert rules(*few) == [f"{name} >= 0.6"]
    regions = (bucket("Region/US", "1"),)
    assert rules(*few, buckets=regions) == [f"{name} >= 0.6"]
    cash = "min_cash (0.25) of constraints[2] >= 0.25"
    assert rules(*few, of("min_cash", "0.25"), buckets=regions) == [cash, f"{name} >= 0.35"]
    assert rules(of("max_products", "1E+999999", None), few[1], buckets=regions) == []
    assert rules(few[0], of("max_single_name", "100", "dollars"), buckets=regions) == []
    assert rules(Constraint("max_products"), few[1], buckets=regions) == []


def test_cash_without_a_bucket_is_a_weight_beside_them_and_so_are_bonds_outside_asset_classes() -> None:
    classes, regions = (bucket("AssetClass/Bonds", "1"),), (bucket("Region/US", "1"),)
    for buckets, bonds in ((classes, 0), (regions, 2)):
        ours = framework(*buckets, constraints=(of("min_cash", "0.6"), of("min_bonds", "0.5")))
        with localcontext(EXACT):
            rows = rows_broken(ours, tree_of(ours.buckets))
        assert [(row.plus, row.minus) for row in rows if row.kind == "constraint"] == [((1,), ()), ((bonds,), ())]
        assert ((), (0, 1)) in [(row.plus, row.minus) for row in rows]
    assert rules(of("min_cash", "0.5"), of("min_bonds", "0.5"), buckets=regions) == []
    assert rules(of("min_cash", "0"), of("min_bonds", "1"), buckets=regions) == []


def test_limits_of_many_places_are_loosened_to_twelve() -> None:
    assert rules(of("min_bonds", "0.6666666666666666")) == ["min_bonds (6.667E-1) of constraints[0] >= 0.666666666666"]
