from datetime import date
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.signals.backtest.drawn_market import SECTORS, SYMBOLS, drawn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.backtest.deciding import SignalDecider
from trimtab.domain.signals.backtest.deciding_now import decide_at
from trimtab.domain.signals.backtest.rules import Rules, Sizing
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.methods import CombiningMethod, SizingMethod

RULES = st.builds(
    lambda combining, sizing, constraints: Rules(
        combining=combining, sizing=Sizing(method=sizing, estimate_days=30), constraints=constraints
    ),
    st.sampled_from(get_args(CombiningMethod)),
    st.sampled_from(get_args(SizingMethod)),
    st.sampled_from([Constraints(), Constraints(max_position_weight=0.3, long_only=False, max_turnover=0.2)]),
)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), RULES, st.integers(0, 79))
def test_it_is_what_a_backtest_decides_on_that_day(seed, rules, row):
    market = drawn(seed)
    # What is held has a price.
    market.prices[["A", "C"]] = market.prices[["A", "C"]].ffill().bfill()
    held = pd.Series({"A": 0.2, "C": 0.1, "B": np.nan})
    every = SignalDecider(market.prices, market.panels, rules=rules, rows=np.arange(80), sectors=None)
    wanted = every.decide(row, np.array([0.0, 0.2, 0.1, 0.0, 0.0]))
    found = decide_at(market.prices, market.panels, rules=rules, held=held, day=market.prices.index[row].date())
    assert found.weights.to_dict() == dict(zip(SYMBOLS, wanted.weights.tolist(), strict=True))
    assert found.weights.sum() + found.cash == sum(found.weights) + found.cash == 1.0
    assert (found.unmet, len(found.without_estimate)) == (wanted.unmet, wanted.without_estimate)
    for figure in ("alpha", "confidence", "horizon_days", "conflict"):
        np.testing.assert_array_equal(getattr(found, figure), getattr(every.combined, figure)[row])


def test_what_is_held_without_a_price_that_day_keeps_its_weight_and_is_named():
    market, bound = drawn(7, gaps=0.0), Constraints(long_only=False, max_turnover=0.2)
    days = market.prices.index
    market.prices.loc[days[70] :, "C"] = np.nan
    market.prices["D"] = np.nan
    held = {"C": 0.7, "D": -0.2, "A": 0.1}
    found = decide_at(market.prices, market.panels, rules=Rules(constraints=bound), held=held)
    assert found.weights[["C", "D"]].tolist() == pytest.approx([0.7, -0.2])
    assert found.weights.abs().sum() <= 1 + 1e-12
    assert found.weights[["A", "B"]].abs().sum() > 0
    told = {problem.message for problem in found.unmet if problem.field == "held"}
    last, lost = days[-1].date(), days[69].date()
    assert told == {
        f"C has no price on {last}, its last is of {lost}: it can't be traded, and keeps its weight.",
        f"D has no price on {last}, and had none before: it can't be traded, and keeps its weight.",
    }
    # Without it there is nothing to say.
    assert not decide_at(market.prices, market.panels, rules=Rules(constraints=bound), held={"A": 0.1}).unmet


def test_beside_what_cannot_be_traded_limits_that_are_broken_and_a_refused_covariance_are_named():
    market = drawn(7, gaps=0.0)
    market.prices.loc[market.prices.index[-1], "C"] = np.nan
    bound = Constraints(max_position_weight=0.5, min_positions=4, max_sector_weight=0.6)
    found = decide_at(market.prices, market.panels, rules=Rules(constraints=bound), held={"C": 0.9}, sectors=SECTORS)
    fields = [problem.field for problem in found.unmet]
    assert fields[:3] == ["held", "max_position_weight", "max_sector_weight"]
    hedged = Rules(sizing=Sizing(method="risk_parity", estimate_days=20))
    market.prices["B"] = 100 * (1 - market.prices["A"].pct_change().fillna(0.0)).cumprod()
    for each in market.panels:
        each.alpha.loc[:, :] = 1.0
        each.confidence.loc[:, :] = 1.0
    refused = decide_at(market.prices, market.panels, rules=hedged, held={"C": 0.9})
    assert [problem.field for problem in refused.unmet] == ["covariance", "held"]


def test_it_rests_on_the_last_closes_up_to_the_day_and_names_what_has_no_estimate():
    market = drawn(7, gaps=0.0)
    rules = Rules(sizing=Sizing(method="kelly", estimate_days=20), constraints=Constraints(long_only=False))
    sunday = decide_at(market.prices, market.panels, rules=rules, day=date(2024, 3, 3))
    assert (sunday.day, sunday.symbols) == (date(2024, 3, 1), SYMBOLS)
    # E never moves.
    assert sunday.without_estimate == ("E",)
    newest = decide_at(market.prices, market.panels, rules=rules)
    assert newest.day == market.prices.index[-1].date()
    assert newest.weights.to_dict() != sunday.weights.to_dict()


def test_what_does_not_fit_is_refused():
    market, rules = drawn(1), Rules()
    for change, message in (
        ({"held": {"A": 0.1, "X": 0.2}}, "held has X, of which there are no prices"),
        ({"held": {"A": 17.0}}, "held are beyond 16 in absolute sum"),
        (
            {"day": date(2023, 12, 31)},
            "day is 2023-12-31, and prices begin on 2024-01-01; give that day or a later one",
        ),
        (
            {"rules": Rules(constraints=Constraints(max_sector_weight=0.3))},
            "max_sector_weight needs a sector of each symbol",
        ),
        ({"rules": Rules(weights={"other": 1.0})}, "weights names other, of which there is no panel"),
    ):
        with pytest.raises(InvalidInput, match=message):
            decide_at(market.prices, market.panels, **({"rules": rules} | change))
    with pytest.raises(InvalidInput, match="a price that isn't a number"):
        decide_at(market.prices * 0, market.panels, rules=rules)
    none = drawn(1, days=0)
    with pytest.raises(InvalidInput, match="There is no day of prices; give at least one"):
        decide_at(none.prices, none.panels, rules=rules)


def test_sectors_are_those_that_are_given():
    market = drawn(3, gaps=0.0)
    found = decide_at(
        market.prices, market.panels, rules=Rules(constraints=Constraints(max_sector_weight=0.2)), sectors=SECTORS
    )
    assert found.weights.groupby(found.weights.index.map(SECTORS)).sum().max() == pytest.approx(0.2)
