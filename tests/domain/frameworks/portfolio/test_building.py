"""A framework and products become a portfolio, with all that is wrong with it."""

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest

from tests.domain.frameworks.mapping.universes import Product, leaf
from tests.domain.frameworks.portfolio.mappings import BONDS, EQUITY, mapped, mixed, override
from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.framework import Constraint, Framework
from trimtab.domain.frameworks.portfolio import Override, Position, portfolio_of
from trimtab.domain.frameworks.templates import TEMPLATES

ZERO = Decimal(0)
OURS = mixed("Equity 0.6 0.5 0.7", "Bonds 0.4")
MIN_CASH = Constraint("min_cash", Decimal(500), "bps")


def regions(*constraints: Constraint) -> Framework:
    return framework(bucket("Region/US", "1"), constraints=constraints)


def test_each_leaf_is_a_position_with_its_target_tolerance_and_score() -> None:
    with localcontext(prec=3):
        found = portfolio_of(OURS, mapped(OURS))
    scores = [leaf.products[0].score for leaf in mapped(OURS).leaves]
    assert [replace(position, tolerance_weight=1.0) for position in found.positions] == [
        Position("AssetClass/Equity", "Equity", "EQA", 1, Decimal("0.6"), Decimal("0.6"), 1.0, scores[0], locked=False),
        Position("AssetClass/Bonds", "Bonds", "BND", 0, Decimal("0.4"), Decimal("0.4"), 1.0, scores[1], locked=False),
    ]
    assert [position.tolerance_weight for position in found.positions] == pytest.approx([0.05, 0.05])
    assert found.findings == ()
    assert (found.cash_weight, found.unplaced_weight) == (ZERO, ZERO)
    assert found.valid


def test_a_locked_weight_is_said_to_be_and_an_impossible_one_is_refused() -> None:
    found = portfolio_of(OURS, mapped(OURS), overrides=[override("Bonds", "BND", "0.5")])
    assert [(position.locked, str(position.weight)) for position in found.positions] == [
        (False, "0.500000"),
        (True, "0.500000"),
    ]
    with pytest.raises(InvalidInput) as caught:
        portfolio_of(OURS, mapped(OURS), overrides=[Override("AssetClass/Bonds", "BND", Decimal("NaN"))])
    assert caught.value.field == "overrides[0].weight"


def test_the_least_cash_is_kept_where_no_bucket_holds_cash() -> None:
    found = portfolio_of(regions(MIN_CASH), mapped(regions(MIN_CASH), Product("EQA")))
    assert (found.cash_weight, found.positions[0].weight) == (Decimal("0.05"), Decimal("0.95"))
    assert found.valid
    money = regions(Constraint("min_cash", Decimal(250), "dollars"))
    known = portfolio_of(money, mapped(money, Product("EQA")), total_value=Decimal(1000))
    assert (known.cash_weight, known.findings) == (Decimal("0.25"), ())
    unknown = portfolio_of(money, mapped(money, Product("EQA")))
    assert unknown.cash_weight == 0
    assert [each.code for each in unknown.findings] == ["unchecked_constraint"]
    assert unknown.valid
    more = portfolio_of(money, mapped(money, Product("EQA")), total_value=Decimal(100))
    assert (more.cash_weight, more.positions[0].weight, more.valid) == (Decimal(1), ZERO, False)


def test_a_bucket_of_cash_is_the_cash() -> None:
    ours = mixed("Equity 0.9", "Cash 0.1", constraints=(MIN_CASH,))
    found = portfolio_of(ours, mapped(ours))
    assert (found.cash_weight, len(found.positions), found.valid) == (Decimal("0.1"), 1, True)


def test_a_leaf_without_a_product_is_an_error_at_its_path_and_no_other_is_larger_for_it() -> None:
    found = portfolio_of(OURS, mapped(OURS, EQUITY))
    assert [(each.code, each.path, each.severity) for each in found.findings] == [
        ("no_product", "AssetClass/Bonds", "error")
    ]
    assert found.findings[0].message == (
        "AssetClass/Bonds has a target of 0.40 and no product (1 candidate, 1 lost to path; rules would say better what"
        " it takes): loosen its rules, add a product that meets them, or name one by an override."
    )
    assert (found.positions[0].weight, found.unplaced_weight, found.valid) == (Decimal("0.6"), Decimal("0.4"), False)


def test_an_override_that_the_bucket_s_own_rules_keep_out_is_warned_of() -> None:
    ours = framework(
        leaf("AssetClass/Equity", "0.6"), leaf("AssetClass/Bonds", "0.4", include_tags=("bonds",), regions=("US",))
    )
    products = Product("SPY"), Product("EMB", tags=("bonds",), region="Emerging"), Product("AGG", tags=("bonds",))
    asked = [Override("assetclass/bonds", code) for code in ("SPY", "EMB", "AGG")]
    found = portfolio_of(ours, mapped(ours, *products), overrides=[*asked, Override("AssetClass/Equity", "AGG")])
    assert [(each.code, each.path, each.severity, each.message.partition(":")[0]) for each in found.findings] == [
        ("breaks_rules", "AssetClass/Bonds", "warning", "SPY isn't let in by include_tags of AssetClass/Bonds"),
        ("breaks_rules", "AssetClass/Bonds", "warning", "EMB isn't let in by regions of AssetClass/Bonds"),
    ]
    assert found.valid
    both = portfolio_of(ours, mapped(ours, Product("EM", region="Emerging")), overrides=[override("Bonds", "EM")])
    assert both.findings[0].message.startswith(
        "EM isn't let in by include_tags and regions of AssetClass/Bonds: choose"
    )


def test_constraints_are_told_behind_leaves_without_a_product() -> None:
    ours = mixed(
        "Equity 0.5", "Bonds 0.4", "Alternatives 0.1",
        constraints=(Constraint("max_single_name", Decimal("0.4"), "percentage"),),
    )  # fmt: skip
    found = portfolio_of(ours, mapped(ours, EQUITY, BONDS))
    assert [each.code for each in found.findings] == ["no_product", "max_single_name"]


def test_a_template_becomes_a_portfolio_of_tagged_products() -> None:
    ours = TEMPLATES["balanced"]
    tagged = [Product(f"X{number}", tags=(tag,)) for number, tag in enumerate(("equity", "bonds", "alternatives"))]
    found = portfolio_of(ours, mapped(ours, *tagged), per_bucket=2, weighting="score")
    assert [(position.code, str(position.weight)) for position in found.positions] == [
        ("X0", "0.600000"),
        ("X1", "0.350000"),
        ("X2", "0.050000"),
    ]
