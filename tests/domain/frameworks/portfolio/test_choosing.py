"""The best products fill a leaf, or those that somebody names for it."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.domain.frameworks.mapping.universes import AS_OF
from tests.domain.frameworks.portfolio.mappings import mapped, mixed, override
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.mapping import Mapped, map_products
from trimtab.domain.frameworks.portfolio import Override
from trimtab.domain.frameworks.portfolio.choosing import chosen

OURS = mapped(mixed("Equity 0.6", "Bonds 0.3", "Alternatives 0", "Cash 0.1"))


def of(given: Mapped = OURS, *overrides: Override, **how) -> list[tuple[str, Fraction, Decimal | None]]:
    asked = {"per_bucket": 1, "weighting": "equal", **how}
    return [(each.code, each.share, each.locked) for each in chosen(given, overrides=overrides, **asked)]


def test_a_leaf_has_its_best_product_and_one_without_a_target_or_of_cash_none() -> None:
    assert of() == [("EQA", Fraction(1), None), ("BND", Fraction(1), None)]


def test_several_share_a_leaf_alike_or_by_their_scores() -> None:
    third = Fraction(1, 3)
    assert of(per_bucket=3)[:3] == [(code, third, None) for code in ("EQA", "EQB", "EQC")]
    scores = [round(product.score * 10**9) for product in OURS.leaves[0].products[:2]]
    assert scores[0] > scores[1]
    assert [share for _, share, _ in of(per_bucket=2, weighting="score")][:2] == [
        Fraction(score, sum(scores)) for score in scores
    ]


def test_an_override_replaces_all_products_of_its_leaf_and_several_share_it() -> None:
    one = of(OURS, override("equity", "GLD"), per_bucket=3)
    assert one[0] == ("GLD", Fraction(1), None)
    assert [code for code, *_ in one] == ["GLD", "BND"]
    several = override("Equity", "EQC"), override("Equity", "EQB", "0.1234567"), override("Equity", "EQA")
    assert of(OURS, *several)[:3] == [
        ("EQC", Fraction(1, 2), None),
        ("EQB", Fraction(0), Decimal("0.123457")),
        ("EQA", Fraction(1, 2), None),
    ]
    assert of(OURS, override("Alternatives", "GLD"))[2:] == [("GLD", Fraction(1), None)]


def test_an_override_has_the_score_of_its_product_in_the_leaf_and_none_where_that_breaks_the_rules() -> None:
    scores = {product.code: product.score for product in OURS.leaves[0].products}
    one_each = map_products(mixed("Equity 0.6", "Bonds 0.4"), OURS.universe, as_of=AS_OF, per_bucket=1)
    assert [product.code for product in one_each.leaves[0].products] == ["EQA"]
    asked = [override("Equity", "EQC"), override("Equity", "EQA"), override("Bonds", "GLD")]
    found = chosen(one_each, per_bucket=1, weighting="equal", overrides=asked)
    assert [choice.score for choice in found[:2]] == [scores["EQC"], scores["EQA"]]
    assert math.isnan(found[2].score)
    assert [choice.broken for choice in found] == [(), (), ("path",)]


def test_nothing_is_put_into_the_leaf_that_is_held_as_cash() -> None:
    with pytest.raises(InvalidInput) as caught:
        of(OURS, override("cash", "BND"))
    assert [(problem.field, problem.message) for problem in caught.value.problems] == [
        (
            "overrides[0].path",
            "AssetClass/cash is held as cash, and takes no product: name another bucket, or leave this out.",
        )
    ]
    only_cash = mapped(mixed("Cash 1"))
    with pytest.raises(InvalidInput) as caught:
        of(only_cash, override("Bond", "BND"))
    assert caught.value.problems[0].message.endswith("without buckets below it, such as none.")


def test_every_problem_of_overrides_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        of(
            OURS,
            override("Bond", "BND"),
            override("Bonds", "NOPE", "60"),
            override("Equity", "EQA"),
            override("Equity", "EQA", "-0.1"),
        )
    told = [(problem.field, problem.message) for problem in caught.value.problems]
    assert told == [
        (
            "overrides[0].path",
            "AssetClass/Bond is no bucket that products go to: name one without buckets below it, such as "
            "AssetClass/Bonds.",
        ),
        ("overrides[1].code", "There is no product NOPE: name one of the list of products."),
        ("overrides[1].weight", "weight is 60.00: give a fraction from 0 to 1; 60 % is 0.60."),
        ("overrides[3]", "EQA stands twice for AssetClass/Equity: keep one of the two."),
        ("overrides[3].weight", "weight is -0.10: give a fraction from 0 to 1."),
    ]
