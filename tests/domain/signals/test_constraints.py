import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.constraints import Constrained, Constraints, apply_constraints

SYMBOLS = tuple("ABCDEF")
SECTORS = {"A": "energy", "B": "energy", "C": "health", "D": "health", "E": "health", "F": "tech"}
HUNDREDTHS = st.integers(-30, 40).map(lambda share: share / 100)
BOOKS = st.lists(st.one_of(st.just(0.0), HUNDREDTHS), min_size=6, max_size=6)
RULES = st.fixed_dictionaries(
    {
        "max_position_weight": st.sampled_from([0.1, 0.25, 0.4, 1.0]),
        "max_sector_weight": st.sampled_from([None, 0.3, 0.5]),
        "min_positions": st.sampled_from([0, 2, 4]),
        "max_turnover": st.sampled_from([None, 0.05, 0.3]),
        "long_only": st.booleans(),
        "gross_limit": st.sampled_from([0.5, 1.0, 1.5]),
        "min_trade_weight": st.sampled_from([0.0, 0.01, 0.05]),
    }
)


def by_symbol(values, order=SYMBOLS) -> dict[str, float]:
    given = dict(zip(SYMBOLS, values, strict=True))
    return {symbol: given[symbol] for symbol in order}


def unmet(found: Constrained) -> dict[str, str]:
    return {problem.field: problem.message for problem in found.unmet}


def test_what_is_beyond_a_limit_goes_to_the_others_and_the_rest_is_cash():
    found = apply_constraints({"A": 0.6, "B": 0.3, "C": 0.1}, Constraints(max_position_weight=0.3))
    assert found.weights.to_dict() == pytest.approx({"A": 0.3, "B": 0.3, "C": 0.3}, abs=1e-12)
    assert found.cash == pytest.approx(0.1, abs=1e-12)
    assert found.unmet == ()


def test_symbols_stand_in_the_order_of_the_target_then_of_what_is_held():
    found = apply_constraints(pd.Series({"C": 0.5, "A": np.nan}), Constraints(), held={"D": 0.2, "C": 0.1, "B": 0.1})
    assert found.weights.to_dict() == {"C": 0.5, "A": 0.0, "D": 0.0, "B": 0.0}
    assert list(found.weights.index) == ["C", "A", "D", "B"]


def test_no_target_and_nothing_held_is_all_cash():
    found = apply_constraints({}, Constraints(min_positions=3, max_sector_weight=0.5))
    assert (found.weights.to_dict(), found.cash, found.unmet) == ({}, 1.0, ())


@settings(deadline=None)
@given(BOOKS, BOOKS, RULES)
def test_all_constraints_hold_or_are_named(target, held, rules):
    found = apply_constraints(by_symbol(target), Constraints(**rules), sectors=SECTORS, held=by_symbol(held))
    weights, said = found.weights, unmet(found)
    size = weights.abs()
    assert sum(weights) + found.cash == weights.sum() + found.cash == 1.0
    assert size.max() <= rules["max_position_weight"]
    assert size.sum() <= rules["gross_limit"] + 1e-12
    assert not rules["long_only"] or weights.min() >= 0
    assert (
        rules["max_sector_weight"] is None
        or size.groupby(weights.index.map(SECTORS)).sum().max() <= rules["max_sector_weight"] + 1e-12
    )
    change = (weights - pd.Series(by_symbol(held))).abs()
    traded = change > 1e-12
    assert (change[traded & (weights != 0)] >= rules["min_trade_weight"] - 1e-11).all()
    if "max_turnover" not in said:
        assert rules["max_turnover"] is None or change.sum() / 2 <= rules["max_turnover"] + 1e-11
    wanted = any(weight > 0 or (weight < 0 and not rules["long_only"]) for weight in target)
    assert ("min_positions" in said) == (wanted and (weights != 0).sum() < rules["min_positions"])


@settings(deadline=None)
@given(BOOKS, BOOKS, RULES, st.permutations(SYMBOLS))
def test_the_order_of_symbols_changes_nothing_to_the_last_bit(target, held, rules, order):
    rules = Constraints(**rules)
    found = apply_constraints(by_symbol(target), rules, sectors=SECTORS, held=by_symbol(held))
    other = apply_constraints(by_symbol(target, order), rules, sectors=SECTORS, held=by_symbol(held, order[::-1]))
    assert (other.weights.to_dict(), other.cash, other.unmet) == (found.weights.to_dict(), found.cash, found.unmet)


@settings(deadline=None)
@given(st.lists(st.integers(0, 40).map(lambda share: share / 200), min_size=6, max_size=6))
def test_weights_that_keep_the_constraints_stay_as_they_are(target):
    found = apply_constraints(by_symbol(target), Constraints(gross_limit=1.5, max_position_weight=0.2))
    assert found.weights.tolist() == pytest.approx(target, abs=1e-12)


def test_turnover_that_is_too_little_to_come_within_limits_is_named_with_them():
    rules = Constraints(max_position_weight=0.5, max_turnover=0.1)
    found = apply_constraints({"A": 1.0}, rules, held={"B": 0.9})
    assert found.weights.to_dict() == pytest.approx({"A": 0.0, "B": 0.5}, abs=1e-12)
    assert unmet(found) == {
        "max_turnover": "max_turnover (0.1) isn't kept: bringing what is held within max_position_weight (0.5), "
        "gross_limit (1), long_only takes 0.2."
    }


def test_too_few_positions_are_said_to_be_the_target_s():
    found = apply_constraints({"A": 0.5, "B": -0.5}, Constraints(min_positions=3))
    assert unmet(found) == {"min_positions": "min_positions (3) isn't kept, 1 come out: the target has only 1."}
    both = apply_constraints({"A": 0.5, "B": -0.5}, Constraints(min_positions=3, long_only=False))
    assert unmet(both) == {"min_positions": "min_positions (3) isn't kept, 2 come out: the target has only 2."}


def test_too_few_positions_are_named_with_what_they_contradict():
    rules = Constraints(min_positions=3, min_trade_weight=0.1, max_turnover=0.1)
    found = apply_constraints({"A": 0.4, "B": 0.3, "C": 0.3}, rules)
    assert found.weights.tolist() == pytest.approx([0.2, 0.0, 0.0], abs=1e-12)
    assert unmet(found) == {
        "min_positions": "min_positions (3) isn't kept, 1 come out: no more go beside max_turnover (0.1), "
        "min_trade_weight (0.1), gross_limit (1)."
    }


def test_a_weight_that_is_next_to_nothing_gets_what_is_left_over():
    found = apply_constraints({"A": 1e-14, "B": 0.5}, Constraints(max_position_weight=0.3))
    assert found.weights.to_dict() == pytest.approx({"A": 0.2, "B": 0.3}, abs=1e-12)
    assert apply_constraints({"A": 1e-310, "B": 0.5}, Constraints(max_position_weight=0.3)).weights["A"] == 0


def test_a_sector_limit_needs_a_sector_of_each_symbol():
    for sectors in (None, {"A": "energy"}):
        with pytest.raises(
            InvalidInput, match=r"max_sector_weight needs a sector of each symbol; none is known of .*B, C"
        ) as caught:
            apply_constraints(
                {"A": 0.5, "B": 0.5}, Constraints(max_sector_weight=0.5), sectors=sectors, held={"C": 0.1}
            )
        assert caught.value.field == "sectors"


def test_weights_that_are_no_fractions_are_refused():
    with pytest.raises(InvalidInput, match="weights are beyond 16 in absolute sum; give fractions of 1"):
        apply_constraints({"A": 50.0, "B": 50.0}, Constraints())
    with pytest.raises(InvalidInput, match="held are beyond 16"):
        apply_constraints({"A": 0.5}, Constraints(), held={"A": -20.0})
