import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.domain.signals.backtest.constraining import held_to, unmet_of
from trimtab.domain.signals.constraints import Constraints, unmet_by
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.fitting import fitted
from trimtab.domain.signals.limits import Limits

SHARES = st.lists(st.integers(-9, 20), min_size=6, max_size=6)


def limits(held, **rules) -> Limits:
    return Limits(Constraints(**rules), in_steps(np.array(held, dtype=float)), np.array([0, 0, 1, 1, 2, 2]))


def sized(shares, *, gross: float, long_only: bool) -> np.ndarray:
    """A target as a sizer would give it."""
    wanted = np.maximum(shares, 0) if long_only else np.array(shares)
    return in_steps(wanted / max(np.abs(wanted).sum(), 1) * gross)


@settings(max_examples=50, deadline=None)
@given(
    SHARES,
    SHARES,
    st.fixed_dictionaries(
        {
            "max_position_weight": st.sampled_from([0.05, 0.2, 0.35, 1.0]),
            "max_sector_weight": st.sampled_from([None, None, 0.4]),
            "max_turnover": st.sampled_from([None, None, 0.1]),
            "min_trade_weight": st.sampled_from([0.0, 0.0, 0.03]),
            "min_positions": st.sampled_from([0, 4]),
            "long_only": st.booleans(),
            "gross_limit": st.sampled_from([0.7, 1.0, 1.5]),
        }
    ),
)
def test_the_short_way_comes_to_the_same(shares, held, rules):
    given_limits = limits(np.array(held) / 100, **rules)
    target = sized(shares, gross=rules["gross_limit"], long_only=rules["long_only"])
    wanted = fitted(target, given_limits)
    found = held_to(target, given_limits)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(found, in_steps(found))
    assert np.abs(found).max() <= rules["max_position_weight"]
    assert unmet_of(found, target, limits=given_limits) == unmet_by(found, target, limits=given_limits)


def test_what_is_beyond_the_most_goes_to_those_that_have_room():
    # 0.6 is cut to 0.4; 0.3 and 0.1 would share 0.2 as 3 to 1, of which the first has room for 0.1.
    target = in_steps(np.array([0.6, 0.3, 0.1, 0.0, 0.0, 0.0]))
    assert held_to(target, limits([0.0] * 6, max_position_weight=0.4)).tolist() == pytest.approx(
        [0.4, 0.4, 0.2, 0, 0, 0]
    )
    assert held_to(target, limits([0.0] * 6, max_position_weight=0.3)).tolist() == pytest.approx(
        [0.3, 0.3, 0.3, 0, 0, 0]
    )


def test_a_weight_that_is_next_to_nothing_gets_what_is_left_over():
    target = in_steps(np.array([1e-14, 0.5, 0.0, 0.0, 0.0, 0.0]))
    assert held_to(target, limits([0.0] * 6, max_position_weight=0.3)).tolist() == pytest.approx([0.2, 0.3, 0, 0, 0, 0])


def test_what_no_constraint_binds_stays_to_the_last_bit():
    target = in_steps(np.array([0.6, 0.3, 0.1, 0.0, 0.0, 0.0]))
    assert held_to(target, limits([0.3] * 6)).tolist() == target.tolist()
