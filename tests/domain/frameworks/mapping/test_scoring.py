"""Parts of a score go from 0 to 1, and the health of data by the age of prices, months and fields."""

from dataclasses import astuple
from datetime import timedelta

import numpy as np
import pytest

from tests.domain.frameworks.mapping.universes import AS_OF, Product, universe
from trimtab.domain.frameworks.mapping.indexing import index_of
from trimtab.domain.frameworks.mapping.scoring import WEIGHTS, Standing, standing_of


def standing(*rows: Product) -> Standing:
    return standing_of(index_of(universe(*rows)), as_of=AS_OF)


def test_weights_sum_to_one() -> None:
    assert sum(astuple(WEIGHTS)) == pytest.approx(1.0)


def test_liquidity_counts_powers_of_ten() -> None:
    values = (0.0, 1e4, 1e6, 1e9, 1e12, np.nan)
    found = standing(*[Product(str(at), adv_value=value) for at, value in enumerate(values)])
    assert found.liquidity.tolist() == pytest.approx([0, 0, 0.4, 1, 1, 0])


def test_what_has_no_costs_and_no_index_has_none_of_their_faults() -> None:
    nan = float("nan")
    rows = [
        Product("A", expense_ratio_pct=0.25, tracking_error_pct=0.5),
        Product("B", expense_ratio_pct=3.0, tracking_error_pct=nan),
        Product("C", type="bond", expense_ratio_pct=nan, tracking_error_pct=nan, aum_value=nan),
        Product("D", type="", expense_ratio_pct=nan),
    ]
    found = standing(*rows)
    assert found.cost.tolist() == [0.75, 0, 1, 0]
    assert found.tracking.tolist() == [0.75, 0, 1, 1]
    assert [found.missing_fields(row) for row in range(4)] == [
        (),
        ("tracking_error_pct",),
        (),
        ("expense_ratio_pct",),
    ]


def test_data_are_healthy_that_are_fresh_long_and_complete() -> None:
    rows = [
        Product("A"),
        Product("B", price_date=AS_OF - timedelta(days=52)),
        Product("C", price_date=AS_OF + timedelta(days=9), history_months=30.5),
        Product("D", price_date=None, currency="", type="Stock"),
    ]
    found = standing(*rows)
    expected = [1.0, (0.5 + 2) / 3, (2 + 30.5 / 120) / 3, (1 + 5 / 7) / 3]
    assert found.data_health.tolist() == pytest.approx(expected)
    assert found.age_days.tolist()[:3] == [0, 52, 0]
    assert found.missing_months.tolist() == [0, 0, 90, 0]
    assert found.missing_fields(3) == ("currency", "price_date")
