import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.allocating import (
    Allocation,
    Allocator,
    Proportional,
    allocate_capital,
    proportional_sizes,
)
from trimtab.domain.signals.kelly import Kelly, KellyOfTrades
from trimtab.domain.signals.risk_parity import RiskParity

NONE = float("nan")
SYMBOLS = tuple("ABCD")
COVARIANCE = pd.DataFrame(np.diag([0.04, 0.01, 0.09, 0.16]) + 0.002, index=SYMBOLS, columns=SYMBOLS)
METHODS: list[Allocator] = [
    Proportional(),
    Kelly(mean=dict.fromkeys(SYMBOLS, 0.01), variance=dict.fromkeys(SYMBOLS, 0.04)),
    KellyOfTrades(win_rate=dict.fromkeys(SYMBOLS, 0.6), payoff_ratio=dict.fromkeys(SYMBOLS, 2.0)),
    RiskParity(COVARIANCE),
]
ALPHAS = st.lists(
    st.one_of(st.just(NONE), st.integers(-10, 10).map(lambda tenths: tenths / 10)), min_size=4, max_size=4
).map(lambda values: dict(zip(SYMBOLS, values, strict=True)))


def weights(found: Allocation) -> dict[str, float]:
    return dict(zip(map(str, found.weights.index), found.weights.tolist(), strict=True))


def test_weights_are_in_proportion_to_the_alphas_above_nothing():
    found = allocate_capital({"A": 0.6, "B": 0.2, "C": -0.9, "D": NONE}, 1_000.0)
    assert weights(found) == pytest.approx({"A": 0.75, "B": 0.25, "C": 0.0, "D": 0.0}, abs=1e-14)
    assert found.values.to_dict() == pytest.approx({"A": 750.0, "B": 250.0, "C": 0.0, "D": 0.0}, abs=1e-9)
    assert (found.cash, found.cash_value) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_with_short_sales_absolute_weights_use_the_limit():
    found = allocate_capital({"A": 0.3, "B": -0.1}, 100.0, long_only=False, gross_limit=1.6)
    assert weights(found) == pytest.approx({"A": 1.2, "B": -0.4}, abs=1e-14)
    assert found.cash == pytest.approx(0.2, abs=1e-14)
    only_short = allocate_capital({"A": -0.3}, 100.0, long_only=False)
    assert (weights(only_short), only_short.cash) == ({"A": -1.0}, 2.0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("alphas", [{}, {"A": -0.5, "B": 0.0}, {"A": NONE}])
def test_long_only_without_an_alpha_above_nothing_is_all_cash(method: Allocator, *, alphas: dict) -> None:
    found = allocate_capital(alphas, 500.0, method=method)
    assert weights(found) == dict.fromkeys(alphas, 0.0)
    assert (found.cash, found.cash_value) == (1.0, 500.0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("long_only", [True, False])
@given(alphas=ALPHAS, gross=st.sampled_from([0.5, 1.0, 2.0]))
def test_weights_keep_their_side_and_the_limit_and_sum_to_one_with_cash(method, long_only, *, alphas, gross):
    found = allocate_capital(alphas, 1e6, method=method, long_only=long_only, gross_limit=gross)
    assert sum(found.weights) + found.cash == found.weights.sum() + found.cash == 1.0
    assert found.weights.abs().sum() <= gross
    for symbol, alpha in alphas.items():
        side = 0.0 if np.isnan(alpha) or (long_only and alpha < 0) else np.sign(alpha)
        # Kelly leaves out what its estimates speak against.
        assert np.sign(found.weights[symbol]) in {side, 0.0}
        assert isinstance(method, Kelly) or np.sign(found.weights[symbol]) == side


@pytest.mark.parametrize("method", METHODS)
@given(alphas=ALPHAS, order=st.permutations(SYMBOLS))
def test_neither_the_scale_of_alphas_nor_the_order_of_symbols_matters(method, *, alphas, order):
    found = allocate_capital(alphas, 100.0, method=method, long_only=False)
    for scale in (1e-3, 1e-300, 1e300):
        other = allocate_capital(
            {symbol: alphas[symbol] * scale for symbol in order}, 100.0, method=method, long_only=False
        )
        assert list(other.weights.index) == list(order)
        assert weights(other) == pytest.approx(weights(found), abs=1e-12)


def test_many_rows_are_sized_each_by_itself():
    found = proportional_sizes(np.array([[0.3, -0.1], [0.0, 0.0], [0.0, 1e-320]]), gross_limit=1.6)
    assert found.tolist() == [pytest.approx([1.2, -0.4]), [0.0, 0.0], [0.0, 1.6]]
    assert proportional_sizes(np.empty((2, 0)), gross_limit=1.0).shape == (2, 0)


def test_a_series_of_alphas_is_taken_as_well():
    assert weights(allocate_capital(pd.Series({"B": 1.0, "A": 3.0}), 1.0)) == {"B": 0.25, "A": 0.75}


def test_what_is_out_of_range_is_refused_all_at_once():
    for capital in (-1.0, NONE, np.inf):
        for limit in (0.0, 17.0, NONE):
            with pytest.raises(InvalidInput, match=r"give an amount of 0 or more.*above 0, at most 16") as caught:
                allocate_capital({"A": 1.0}, capital, gross_limit=limit)
            assert [problem.field for problem in caught.value.problems] == ["total_capital", "gross_limit"]
    with pytest.raises(InvalidInput, match="alphas is infinite for A"):
        allocate_capital({"A": np.inf}, 1.0)
