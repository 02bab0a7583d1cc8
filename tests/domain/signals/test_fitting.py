import numpy as np
import pytest

from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.fitting import fitted, within
from trimtab.domain.signals.limits import Constraints, Limits


def limits(held, *, sector=None, **rules) -> Limits:
    n = len(held)
    groups = np.zeros(n, dtype=np.int64) if sector is None else np.array(sector)
    return Limits(Constraints(**rules), in_steps(np.array(held, dtype=float)), groups)


def fit(target, held, **rules) -> list[float]:
    return fitted(np.array(target, dtype=float), limits(held, **rules)).tolist()


def near(*wanted: float):
    return pytest.approx(list(wanted), abs=1e-9)


def test_what_is_held_is_cut_from_the_largest():
    assert within(limits([0.5, 0.3, 0.1], gross_limit=0.7)).tolist() == near(0.3, 0.3, 0.1)
    assert within(limits([0.5, 0.3, 0.1], max_position_weight=0.2)).tolist() == near(0.2, 0.2, 0.1)
    assert within(limits([0.5, 0.3, 0.1], sector=[0, 0, 1], max_sector_weight=0.4)).tolist() == near(0.2, 0.2, 0.1)
    assert within(limits([0.5, -0.3])).tolist() == near(0.5, 0.0)
    assert within(limits([0.5, -0.3], long_only=False, max_position_weight=0.2)).tolist() == near(0.2, -0.2)


def test_what_has_to_be_cut_is_cut_by_the_least_trade_or_closed():
    assert within(limits([0.42, 0.3], max_position_weight=0.4, min_trade_weight=0.1)).tolist() == near(0.32, 0.3)
    assert within(limits([0.06, 0.3], max_position_weight=0.3, min_trade_weight=0.1)).tolist() == near(0.06, 0.3)
    assert within(limits([0.25, 0.25], sector=[0, 0], max_sector_weight=0.3, min_trade_weight=0.3)).tolist() == near(
        0.0, 0.0
    )


def test_without_a_limit_on_turnover_the_target_is_reached():
    assert fit([0.5, 0.5, 0.0], [0.0, 0.2, 0.8]) == near(0.5, 0.5, 0.0)


def test_turnover_goes_a_share_of_the_way():
    # The whole way is 0.8; a quarter of it is affordable.
    assert fit([0.5, 0.5, 0.0], [0.0, 0.2, 0.8], max_turnover=0.2) == near(0.125, 0.275, 0.6)


def test_what_is_beyond_a_limit_is_sold_before_anything_else():
    # 0.2 of C has to go, 0.1 of turnover; of the other 0.3, which would be sold and bought, 0.1 is affordable.
    found = fit([0.5, 0.5, 0.0], [0.0, 0.2, 0.8], max_turnover=0.2, max_position_weight=0.6)
    assert sum(abs(np.subtract(found, [0.0, 0.2, 0.8]))) / 2 == pytest.approx(0.2, abs=1e-9)
    assert found[2] < 0.6
    assert found[0] > 0.05


def test_turnover_is_spent_to_the_last_bit_though_sales_come_before_and_are_bought_back():
    # C is cut to 0.5 and D to 0; on the way C grows again, so that its turnover first falls.
    held, rules = [0.0, 0.2, 0.6, -0.1], {"max_position_weight": 0.5, "max_turnover": 0.25}
    found = fit([0.3, 0.1, 0.6, 0.0], held, **rules)
    assert sum(abs(np.subtract(found, held))) / 2 == pytest.approx(0.25, abs=1e-13)
    undone = fit([0.5, 0.5, 0.0], [0.0, 0.2, 0.8], max_turnover=0.2, max_position_weight=0.6)
    assert sum(abs(np.subtract(undone, [0.0, 0.2, 0.8]))) / 2 == pytest.approx(0.2, abs=1e-13)


def test_where_sales_alone_are_beyond_the_turnover_they_are_done_and_nothing_else():
    assert fit([0.5, 0.5, 0.0], [0.0, 0.2, 0.8], max_turnover=0.05, max_position_weight=0.5) == near(0.0, 0.2, 0.5)


def test_little_turnover_is_spent_on_few_trades_that_are_large_enough():
    # Twenty of 0.05 can't all be opened for 0.2 in sum; as many are as the least trade of 0.04 lets.
    found = fit([0.05] * 20, [0.0] * 20, max_turnover=0.1, min_trade_weight=0.04)
    assert found == near(*[0.04] * 5, *[0.0] * 15)


def test_purchases_shrink_where_sales_are_too_small_to_be_made():
    # A is to go from 0.34 to 0.3, which is too small a trade; B may then only get 0.66.
    assert fit([0.3, 0.7], [0.34, 0.4], min_trade_weight=0.05) == near(0.34, 0.66)
    # The same in a sector.
    found = fit([0.3, 0.3, 0.4], [0.34, 0.1, 0.2], sector=[0, 0, 1], max_sector_weight=0.6, min_trade_weight=0.05)
    assert found == near(0.34, 0.26, 0.4)


def test_a_purchase_that_shrinks_below_the_least_trade_is_not_made():
    assert fit([0.3, 0.7], [0.34, 0.64], min_trade_weight=0.05) == near(0.34, 0.64)


def test_as_many_positions_as_have_to_be_are_opened_first():
    # On the way to 0.6, 0.2, 0.2 only A would be large enough; 0.3 of trades is just enough for all three.
    found = fit([0.6, 0.2, 0.2], [0.0] * 3, max_turnover=0.15, min_trade_weight=0.1, min_positions=3)
    assert found == near(0.1, 0.1, 0.1)


def test_what_is_held_is_no_substitute_for_what_is_wanted():
    assert fit([1.0, 0.0, 0.0], [0.0, 0.5, 0.5], min_positions=2) == near(1.0, 0.0, 0.0)


def test_a_trade_that_would_be_left_half_done_is_not_begun():
    # Undoing a trade that is too small would cost more turnover than there is: what had to be sold is all that is.
    target, held = [0.2195, -0.0526, -0.2279], [0.1485, 0.1011, 0.2504]
    rules = {
        "max_position_weight": 0.1,
        "max_sector_weight": 0.5,
        "min_positions": 3,
        "max_turnover": 0.2,
        "min_trade_weight": 0.05,
    }
    found = fit(target, held, sector=[0, 1, 2], gross_limit=1.5, **rules)
    assert limits(held, sector=[0, 1, 2], gross_limit=1.5, **rules).hold_for(np.array(found))
