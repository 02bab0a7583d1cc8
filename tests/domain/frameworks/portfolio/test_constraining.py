"""Constraints are held against products, and what can't be judged is said."""

from decimal import Decimal, localcontext

import pytest

from tests.domain.frameworks.mapping.universes import Product, universe
from trimtab.domain.frameworks.findings import EXACT
from trimtab.domain.frameworks.framework import Constraint, ConstraintKind, Unit
from trimtab.domain.frameworks.portfolio import Position
from trimtab.domain.frameworks.portfolio.constraining import Holdings, constraint_findings, limit_weight

OURS = universe(
    Product("AAA", asset_class="Equity", sector="Energy", issuer="Vane"),
    Product("BBB", asset_class="Bonds", sector="", issuer="Rock"),
    Product("CCC", asset_class="Alternatives", sector="Diversified", issuer="", currency="EUR"),
    Product("DDD", asset_class="", sector="Diversified", issuer="Vane", currency=""),
    Product("EEE", asset_class="Mixed", sector="Utilities", issuer="Rock"),
    lies=(("CCC", "Sector", "Energy", 0.5), ("EEE", "AssetClass", "Fixed Income", 0.5)),
)


def holding(*lines: str, cash: str = "0", total: str | None = None) -> Holdings:
    """What is held, from lines of `code weight`."""
    found = []
    for line in lines:
        code, _, weight = line.partition(" ")
        row = OURS.products.code.index(code)
        found.append(Position("", "", code, row, Decimal(weight), Decimal(1), 1.0, 0.0, locked=False))
    return Holdings(tuple(found), Decimal(cash), OURS, None if total is None else Decimal(total))


HELD = holding("AAA 0.3", "BBB 0.2", "CCC 0.2", "AAA 0.1", "DDD 0.05", "EEE 0.1", "BBB 0", cash="0.05")


def of(kind: ConstraintKind, value: str, unit: Unit | None = "percentage") -> Constraint:
    return Constraint(kind, Decimal(value), unit)


def told(constraint: Constraint, holdings: Holdings = HELD) -> list[str]:
    with localcontext(EXACT):
        found = [*constraint_findings([of("max_products", "100", None), constraint], holdings)]
    assert {each.path for each in found} <= {"constraints[1]"}
    return [f"{each.severity} {each.code}: {each.message}" for each in found]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            of("max_single_name", "0.39"),
            ["error max_single_name: max_single_name is 0.39, and AAA has 0.40: choose another product for a part of "
             "it, or change the constraint."],
        ),
        (
            of("max_issuer", "4000", "bps"),
            ["error max_issuer: max_issuer is 0.40, and Vane has 0.45 (AAA, DDD): choose another product for a part of "
             "it, or change the constraint.",
             "warning unknown_issuer: max_issuer leaves out CCC, whose issuer isn't known: add it to the products."],
        ),
        (
            of("max_sector", "0.49"),
            ["error max_sector: max_sector is 0.49, and Energy has 0.50 (AAA, CCC): choose another product for a part "
             "of it, or change the constraint.",
             "warning unknown_sector: max_sector leaves out BBB, whose sector isn't known: add it to the products."],
        ),
        (
            of("min_bonds", "0.3"),
            ["error min_bonds: min_bonds is 0.30, and the portfolio has 0.25 (BBB, EEE): give it 0.05 more by other "
             "weights or products.",
             "warning unknown_asset_class: min_bonds leaves out DDD, whose asset class isn't known: add it to the "
             "products."],
        ),
        (
            of("max_alternatives", "0.1"),
            ["error max_alternatives: max_alternatives is 0.10, and the portfolio has 0.20 (CCC): give it 0.10 less by "
             "other weights or products.",
             "warning unknown_asset_class: max_alternatives leaves out DDD, whose asset class isn't known: add it to "
             "the products."],
        ),
        (
            of("min_cash", "0.06"),
            ["error min_cash: min_cash is 0.06, and the portfolio has 0.05: give it 0.01 more by other weights or "
             "products.",
             "warning unknown_asset_class: min_cash leaves out DDD, whose asset class isn't known: add it to the "
             "products."],
        ),
        (
            of("max_products", "4", None),
            ["error max_products: max_products is 4, and the portfolio has 5: take fewer products per bucket, or "
             "change the constraint."],
        ),
        (
            Constraint("allowed_currencies", currencies=("USD", "CHF")),
            ["error allowed_currencies: EUR isn't among allowed_currencies (USD, CHF), and CCC is priced in it: choose "
             "another product, or allow the currency.",
             "warning unknown_currency: allowed_currencies leaves out DDD, whose currency isn't known: add it to the "
             "products."],
        ),
    ],
)  # fmt: skip
def test_what_is_broken_is_told_with_the_products_that_break_it(broken: Constraint, said: list[str]) -> None:
    assert told(broken) == said


@pytest.mark.parametrize(
    "kept",
    [
        of("max_single_name", "0.4"),
        of("max_products", "5", None),
        Constraint("max_products"),
        of("max_single_name", "0.399999"),
    ],
)
def test_a_limit_that_is_met_or_missed_by_rounding_alone_is_kept(kept: Constraint) -> None:
    assert told(kept) == []


def test_money_is_a_fraction_of_the_total_and_without_one_it_is_said_that_it_can_t_be_checked() -> None:
    rich = holding("AAA 0.4", "BBB 0.6", total="1000")
    assert told(of("max_single_name", "600", "dollars"), rich) == []
    assert "BBB has 0.60" in told(of("max_single_name", "599", "dollars"), rich)[0]
    why = "is in money, and isn't checked: say how much money there is, or give it as a fraction."
    for kind in ("max_single_name", "min_bonds"):
        assert told(of(kind, "600", "dollars")) == [f"warning unchecked_constraint: {kind} {why}"]
    assert "has no value that can be used" in told(of("min_cash", "5"))[0]
    assert limit_weight(of("min_cash", "5", "dollars"), Decimal(0)) is None
    assert limit_weight(Constraint("min_cash", unit="dollars"), Decimal(10)) is None


def test_long_lists_are_cut() -> None:
    many = universe(*(Product(f"P{number:02}", issuer="") for number in range(10)))
    held = tuple(
        Position("", "", code, row, Decimal("0.1"), Decimal(1), 1.0, 0.0, locked=False)
        for row, code in enumerate(many.products.code)
    )
    (said,) = told(of("max_issuer", "0.5"), Holdings(held, Decimal(0), many, None))
    assert "P07 and 2 more, whose issuer" in said
