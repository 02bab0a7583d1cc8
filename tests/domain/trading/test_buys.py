import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.columns import MONEY
from trimtab.domain.trading.buys import Reduction, Wanted, reduce_by_tiers, scale_to_cash

CAPS = (30.0, 50.0, 80.0)


def reduce(buys: list[tuple[float, float]], *, available: float) -> Reduction:
    """(amount, progress) of the buys of one portfolio."""
    return reduce_by_tiers(
        np.array([amount for amount, _ in buys]),
        np.array([progress for _, progress in buys]),
        portfolio=np.zeros(len(buys), dtype=np.int64),
        available=np.array([available]),
        tier_caps_pct=CAPS,
    )


def scale(buys: list[tuple[float, float, float]], *, available: float) -> list[float]:
    """(units, unit value, lot size) of the buys of one portfolio."""
    units, unit_value, lot_size = (np.array(column) for column in zip(*buys, strict=True))
    portfolio = np.zeros(len(buys), dtype=np.int64)
    return scale_to_cash(Wanted(units, unit_value, lot_size, portfolio), np.array([available])).tolist()


@pytest.mark.parametrize(
    ("available", "factors", "exceeded"),
    [
        (80_000, [1, 1, 1], False),
        (79_999.996, [1, 1, 1], False),  # half a cent is no shortage
        (60_000, [1, 1, 1 / 3], False),  # 20,000 of C's 30,000, of which 24,000 may go
        (50_000, [1, 0.8, 0.2], False),  # C gives 24,000, B 6,000 of its 15,000
        (36_000, [0.75, 0.5, 0.2], False),  # C 24,000, B 15,000, and A the last 5,000 of its 6,000
        (35_000, [0.7, 0.5, 0.2], False),
        (17_500, [0.35, 0.25, 0.1], True),  # all caps leave 35,000, half of it is there
    ],
)
def test_the_tier_furthest_from_its_target_is_reduced_first(available, factors, exceeded):
    # A 90 % (tier 1, cap 30 %), B 70 % (tier 2, 50 %), C 40 % (tier 3, 80 %): 80,000 in all.
    found = reduce([(20_000, 90), (30_000, 70), (30_000, 40)], available=available)
    assert found.factor == pytest.approx(factors)
    assert found.caps_exceeded.tolist() == [exceeded]


@pytest.mark.parametrize(
    ("progress", "factor"),
    [(80.0, 1.0), (80 - 1e-10, 1.0), (79.99, 0.5), (50.0, 0.5), (50 - 1e-10, 0.5), (49.99, 0.2), (0.0, 0.2)],
)
def test_bounds_belong_to_the_upper_tier(progress: float, factor: float) -> None:
    # The other line, in tier 1, is large: the first gives as much as its tier may before that one is touched.
    found = reduce([(1_000, progress), (100_000, 95)], available=90_000)
    assert found.factor[0] == pytest.approx(factor if factor < 1 else 1 - 11_000 / 101_000)


def test_without_cash_nothing_is_left_and_without_buys_nothing_is_wrong():
    assert reduce([(1_000, 90)], available=0).factor.tolist() == [0]
    nothing = reduce([(0, 90), (0, 10)], available=0)
    assert (nothing.factor.tolist(), nothing.caps_exceeded.tolist()) == ([1, 1], [False])


def test_what_there_is_cash_for_is_bought_as_decided():
    assert scale([(8_500, 1, 1), (12_000, 1, 1)], available=20_500) == [8_500, 12_000]
    assert scale([(8_500, 1, 1), (12_000, 1, 1)], available=20_500 - MONEY / 2) == [8_500, 12_000]


def test_40_000_of_buys_for_25_000_are_cut_pro_rata_and_the_last_units_go_to_the_largest_remainders():
    # x 0.625: 5,312.5, 7,500, 3,750, 8,437.5. Down: 5,312 + 7,500 + 3,750 + 8,437 = 24,999; one is left, both
    # remainders are a half: the first by code has it.
    buys = [(8_500.0, 1.0, 1.0), (12_000.0, 1.0, 1.0), (6_000.0, 1.0, 1.0), (13_500.0, 1.0, 1.0)]
    assert scale(buys, available=25_000) == [5_313, 7_500, 3_750, 8_437]


def test_lots_that_are_too_dear_are_passed_over():
    # x 0.7: 7 units at $100 in lots of 10, so none, and 700 at $1. The $700 left buy no lot of $1,000, but 300 units.
    assert scale([(10.0, 100.0, 10.0), (1_000.0, 1.0, 1.0)], available=1_400) == [0, 1_000]


def test_a_penny_share_takes_thousands_of_lots_at_once():
    # x 0.5: 0.5 lots at $5,000 are none, and 50,000 units at $0.05. Of the $2,500 left all goes to the penny share.
    assert scale([(100.0, 50.0, 100.0), (100_000.0, 0.05, 1.0)], available=5_000) == [0, 100_000]


def test_nothing_is_bought_without_cash():
    assert scale([(10.0, 100.0, 1.0)], available=0) == [0]
    assert scale([(10.0, 100.0, 1.0)], available=-5) == [0]


def test_each_portfolio_has_its_own_cash():
    wanted = Wanted(np.array([10.0, 10.0, 10.0]), np.ones(3), np.ones(3), np.array([0, 2, 2]))
    assert scale_to_cash(wanted, np.array([4.0, 99.0, 15.0])).tolist() == [4, 8, 7]


buys = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from((0.05, 1.0, 7.35, 900.0)), st.sampled_from((1.0, 10.0, 100.0))).map(
        lambda row: (row[0] * row[2], row[1], row[2])
    ),
    min_size=1,
    max_size=6,
)


@given(buys, st.integers(0, 200_000))
def test_no_lot_that_fits_is_left_and_no_money_that_is_not_there_is_spent(rows, available):
    units = scale(rows, available=available)
    left = available - sum(bought * value for bought, (_, value, _) in zip(units, rows, strict=True))
    assert left >= -1e-5
    for bought, (wanted, value, lot_size) in zip(units, rows, strict=True):
        assert 0 <= bought <= wanted
        assert bought % lot_size == 0
        assert bought == wanted or lot_size * value > left


def test_lots_of_odd_sizes_in_huge_numbers_are_shared_out_all_the_same():
    # Float noise of such numbers is far over a billionth of a unit, though not of a lot.
    units, lot = 133_680_046.49999999, 100.1
    wanted = Wanted(np.array([units] * 2), np.array([0.01] * 2), np.array([lot] * 2), np.array([0, 0]))
    shared = scale_to_cash(wanted, np.array([2_673_599.928999]))
    assert shared.sum() * 0.01 <= 2_673_599.928999 + MONEY
