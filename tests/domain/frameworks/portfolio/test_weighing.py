"""Weights sum to exactly 1, and what is locked stays."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.mapping.universes import AS_OF, Product, universe
from tests.domain.frameworks.portfolio.mappings import mapped, mixed, override
from tests.domain.frameworks.trees import framework
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.framework import Bucket
from trimtab.domain.frameworks.mapping import LeafMapping, Mapped, Parts, Scored
from trimtab.domain.frameworks.mapping.health import OF_CASH
from trimtab.domain.frameworks.portfolio import Override
from trimtab.domain.frameworks.portfolio.choosing import chosen
from trimtab.domain.frameworks.portfolio.weighing import Weights, weighed
from trimtab.domain.frameworks.tree import tree_of

ZERO = Decimal(0)
NO_PARTS = Parts(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def of(ours: Mapped, *overrides: Override, kept_cash: str = "0", per_bucket: int = 1) -> Weights:
    choices = chosen(ours, per_bucket=per_bucket, weighting="equal", overrides=overrides)
    return weighed(ours.leaves, choices, kept_cash=Decimal(kept_cash))


def test_weights_are_the_targets_split_by_shares() -> None:
    found = of(mapped(mixed("Equity 0.6", "Bonds 0.3", "Cash 0.1")), per_bucket=3)
    assert [str(weight) for weight in found.of_choices] == ["0.200000", "0.200000", "0.200000", "0.300000"]
    assert (found.cash, found.unplaced) == (Decimal("0.1"), ZERO)


def test_targets_that_are_a_little_off_are_divided_by_their_sum() -> None:
    found = of(mapped(mixed("Equity 0.6", "Bonds 0.3995")))
    assert [str(weight) for weight in found.of_choices] == ["0.600300", "0.399700"]


def test_cash_that_is_kept_beside_the_leaves_scales_them() -> None:
    found = of(mapped(mixed("Equity 0.6", "Bonds 0.4")), kept_cash="0.05")
    assert [str(weight) for weight in found.of_choices] == ["0.570000", "0.380000"]
    assert found.cash == Decimal("0.05")


def test_the_weight_of_a_leaf_without_a_product_goes_to_nobody() -> None:
    found = of(mapped(mixed("Equity 0.6", "Bonds 0.3", "Alternatives 0.1"), Product("EQA")))
    assert found.of_choices == (Decimal("0.6"),)
    assert found.unplaced == Decimal("0.4")
    assert sum(found.of_choices, ZERO) + found.cash + found.unplaced == 1


def test_what_locked_weights_free_or_need_comes_from_the_others_in_proportion() -> None:
    ours = mapped(mixed("Equity 0.6", "Bonds 0.3", "Cash 0.1"))
    found = of(ours, override("Equity", "EQA", "0.2"), override("Equity", "EQB"))
    assert [str(weight) for weight in found.of_choices] == ["0.200000", "0.400000", "0.300000"]
    more = of(ours, override("Bonds", "BND", "0.6"))
    assert [str(weight) for weight in more.of_choices] == ["0.300000", "0.600000"]
    all_locked = of(ours, override("Equity", "EQA", "0.5"), override("Bonds", "BND", "0.4"))
    assert [str(weight) for weight in all_locked.of_choices] == ["0.500000", "0.400000"]


def test_locked_weights_that_leave_no_room_or_nobody_for_the_rest_are_refused() -> None:
    ours = mapped(mixed("Equity 0.6", "Bonds 0.3", "Cash 0.1"))
    with pytest.raises(InvalidInput, match=r"Locked weights are 0\.10 more than cash"):
        of(ours, override("Equity", "EQA", "0.7"), override("Bonds", "BND", "0.3"))
    with pytest.raises(InvalidInput, match=r"Locked weights leave 0\.20 that no other product takes"):
        of(ours, override("Equity", "EQA", "0.4"), override("Bonds", "BND", "0.3"))


def test_a_framework_without_any_weight_is_refused() -> None:
    with pytest.raises(InvalidInput, match="No bucket has a target weight"):
        of(mapped(mixed("Equity 0")))


def by_hand(targets: list[int], numbers: list[int]) -> Mapped:
    """Leaves of these targets in steps of 0.0001, with so many products each."""
    leaves = []
    for place, (target, number) in enumerate(zip(targets, numbers, strict=True)):
        products = tuple(Scored(0, "P", 0.1 * (each + 1), NO_PARTS, 1.0) for each in range(number))
        path, weight = f"Sector/{place}", Decimal(target).scaleb(-4)
        leaves.append(LeafMapping(path, path, weight, number, products, OF_CASH, (), cash=False))
    buckets = [Bucket(leaf.path, leaf.label, leaf.target_weight) for leaf in leaves]
    return Mapped(tree_of(framework(*buckets).buckets), universe(Product("P")), tuple(leaves), AS_OF)


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 4)), min_size=1, max_size=20).filter(
        lambda leaves: any(target for target, _ in leaves)
    ),
    st.integers(0, 10_000).map(lambda steps: Decimal(steps).scaleb(-4)),
    st.integers(0, 900_000).map(lambda steps: Decimal(steps).scaleb(-6)),
    st.sampled_from(["equal", "score"]),
)
@settings(max_examples=60)
def test_whatever_the_leaves_are_weights_and_cash_and_what_is_unplaced_sum_to_one(
    leaves, kept_cash, locked, weighting
) -> None:
    ours = by_hand([target for target, _ in leaves], [number for _, number in leaves])
    overrides = [Override("Sector/0", "P", locked)] if locked else []
    choices = chosen(ours, per_bucket=3, weighting=weighting, overrides=overrides)
    try:
        found = weighed(ours.leaves, choices, kept_cash=kept_cash)
    except InvalidInput:
        assert overrides
        return
    assert sum(found.of_choices, ZERO) + found.cash + found.unplaced == 1
    assert all(weight >= 0 for weight in found.of_choices)
    assert all(weight == round(weight, 6) for weight in (*found.of_choices, found.cash, found.unplaced))
    assert not overrides or found.of_choices[0] == locked
