"""Leaves that locked weights took out of their bounds or bands are told."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.domain.frameworks.mapping.universes import Product
from tests.domain.frameworks.portfolio.mappings import mapped, mixed, override
from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.framework import Constraint, Framework, Rebalancing
from trimtab.domain.frameworks.portfolio import Override, portfolio_of

OURS = mixed("Equity 0.6 0.5 0.7", "Bonds 0.4")
MIN_CASH = Constraint("min_cash", Decimal(2_000), "bps")


def found(frame: Framework, weight: str) -> list[tuple[str, str, str]]:
    made = portfolio_of(frame, mapped(frame), overrides=[override("Bonds", "BND", weight)])
    return [(each.code, each.path, each.severity) for each in made.findings]


@pytest.mark.parametrize(
    ("weight", "codes"),
    [
        ("0.40", []),
        ("0.44", []),
        ("0.46", [("out_of_band", "AssetClass/Equity", "warning"), ("out_of_band", "AssetClass/Bonds", "warning")]),
        ("0.55", [("leaf_bounds", "AssetClass/Equity", "error"), ("out_of_band", "AssetClass/Bonds", "warning")]),
        ("0.20", [("leaf_bounds", "AssetClass/Equity", "error"), ("out_of_band", "AssetClass/Bonds", "warning")]),
    ],
)
def test_bounds_are_errors_and_bands_warnings(weight: str, codes: list[tuple[str, str, str]]) -> None:
    assert found(OURS, weight) == codes


def test_without_a_band_only_bounds_count() -> None:
    free = replace(OURS, rebalancing=Rebalancing(absolute_band_bps=None))
    assert found(free, "0.46") == []
    relative = replace(OURS, rebalancing=Rebalancing(absolute_band_bps=None, relative_band_pct=Decimal(50)))
    assert found(relative, "0.46") == []


def test_cash_beside_the_leaves_moves_their_bands_but_never_their_bounds() -> None:
    kept = framework(bucket("Region/US", "1 0.8 1"), constraints=(MIN_CASH,))
    locked = Override("Region/US", "EQA", Decimal("0.8"))
    made = portfolio_of(kept, mapped(kept, Product("EQA")), overrides=[locked])
    assert (made.cash_weight, made.findings) == (Decimal("0.2"), ())
    least = framework(bucket("Region/US", "1 0.9 1"), constraints=(MIN_CASH,))
    for overrides, lock in (([locked], "lock another weight, "), ([], "")):
        (told,) = portfolio_of(least, mapped(least, Product("EQA")), overrides=overrides).findings
        assert (told.code, told.path, told.severity) == ("leaf_bounds", "Region/US", "error")
        assert told.message == (
            f"Region/US has 0.80, less than its min_weight 0.90: {lock}lower min_cash, which takes 0.20 beside the"
            " buckets, or change the framework."
        )


def test_a_leaf_above_its_maximum_isnt_mended_by_less_cash() -> None:
    kept = framework(bucket("Region/US", "0.5 - 0.55"), bucket("Region/Emerging", "0.5"), constraints=(MIN_CASH,))
    products = Product("USA"), Product("EM", region="Emerging")
    made = portfolio_of(kept, mapped(kept, *products), overrides=[Override("Region/US", "USA", Decimal("0.56"))])
    assert made.findings[0].message.endswith("max_weight 0.55: lock another weight, or change the framework.")


def test_targets_that_are_divided_by_their_sum_are_within_their_own_bounds() -> None:
    thirds = [f"{name} 0.3333 0.3333 0.3333" for name in ("Equity", "Bonds", "Alternatives")]
    assert portfolio_of(mixed(*thirds), mapped(mixed(*thirds))).findings == ()
    over = [f"{name} 0.5004 0.5004" for name in ("Equity", "Bonds")]
    assert portfolio_of(mixed(*over), mapped(mixed(*over))).findings == ()


def test_a_bucket_that_holds_cash_has_no_position_to_judge() -> None:
    with_cash = mixed("Equity 0.6", "Bonds 0.3", "Cash 0.1")
    assert found(with_cash, "0.30") == []
