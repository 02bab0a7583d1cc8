"""A portfolio that was made from a framework goes to its own weights, and what it doesn't name is sold."""

from collections import defaultdict
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.frameworks.reporting.portfolios import (
    CODES,
    FRAMEWORKS,
    REGIONS,
    WITH_CASH,
    held,
    held_by,
    report_of,
    rows,
)
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.reporting.following import Holds
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.suggesting import Suggested, suggested
from trimtab.domain.frameworks.tree import tree_of

US, EUROPE, ASIA = "Region/US", "region/europe", "Region/Asia"


def trades(ours: Framework, held: Held, holds: Holds | None, **given) -> Suggested:
    return suggested(report_of(ours, held), held, holds=holds, **{"cost_bps": 0.0, **given})


def test_what_the_portfolio_doesnt_name_is_sold_wherever_it_lies():
    ours = held("AA BB CC DD", [300, 0, 0], [100, 0, 0], [0, 500, 0], [0, 0, 0], unassigned=[0, 0, 0, 100])
    holds: Holds = {
        US: [("AA", Decimal("0.2")), ("ZZ", Decimal("0.25"))], EUROPE: [("CC", 0.27)], ASIA: [("CC", 0.18)]
    }  # fmt: skip
    found = trades(REGIONS, ours, holds, buys={US: [("QQ", 1.0)]})
    assert rows(found) == [
        (US, "AA", "sell", -100),
        (US, "BB", "sell", -100),
        (US, "ZZ", "buy", 250),
        ("Region/Europe", "CC", "sell", -230),
        (ASIA, "CC", "buy", 180),
        ("Unassigned", "DD", "sell", -100),
    ]
    assert found.trades.weight == pytest.approx([0.3, 0.1, 0, 0.5, 0, 0.1])
    assert found.trades.target_weight == pytest.approx([0.2, 0, 0.25, 0.27, 0.18, 0])
    assert found.cash_value == pytest.approx(100)
    assert found.turnover == pytest.approx(0.48)
    assert found.actual == pytest.approx([0.45, 0.27, 0.18, 0, 0.1])
    assert found.shared == ("CC",)


def test_weights_are_the_portfolio_s_own_where_locked_ones_are_off_the_targets():
    holds = {US: [("AA", 0.6)], EUROPE: [("BB", 0.2)], ASIA: [("CC", 0.1)]}
    found = trades(REGIONS, held("AA", [0, 0, 0], cash=1000), holds)
    assert rows(found) == [(US, "AA", "buy", 600), ("Region/Europe", "BB", "buy", 200), (ASIA, "CC", "buy", 100)]


def test_all_that_is_traded_bears_the_costs():
    found = trades(REGIONS, held("AA", [0, 0, 0], cash=1000), {US: [("AA", 0.9)]}, cost_bps=100)
    left = 1000 / 1.009
    assert (found.cost_value, found.cash_value) == pytest.approx((1000 - left, 0.1 * left))
    assert found.trades.cost_value.sum() == pytest.approx(1000 - left)


def test_leaves_that_the_portfolio_doesnt_know_are_told_and_paths_that_are_none_passed_over():
    found = trades(
        REGIONS, held("AA", [500, 0, 0], cash=500), {US: [("AA", 0.45), ("EE", 0)], "Region/Mars": [("MM", 0.5)]}
    )
    assert rows(found) == [(US, "AA", "sell", -50)]
    assert found.unplaced == ("Region/Europe", ASIA)
    assert found.unplaced_value == pytest.approx([270, 180])


def test_what_stands_at_its_weight_isnt_traded_and_cash_is_left():
    ours = held("AA BB CC TB CASH", [400, 0, 0, 0], [0, 200, 0, 0], [0, 0, 350, 0], [0, 0, 0, 20], [0, 0, 0, 30])
    holds = {
        "AssetClass/Equity/US": [("AA", 0.4)],
        "AssetClass/Equity/World": [("BB", 0.2)],
        "AssetClass/Bonds": [("CC", 0.35)],
    }
    found = trades(WITH_CASH, ours, holds)
    assert rows(found) == [("AssetClass/Cash", "TB", "sell", -20)]
    assert (found.cash_value, found.unplaced) == (50, ())


def test_to_the_edge_of_a_band_a_portfolio_moves_what_it_holds_as_any_other():
    ours = held("AA BB CC", [600, 0, 0], [0, 300, 0], [0, 0, 100])
    with_them = trades(REGIONS, ours, {US: [("ZZ", 0.9)]}, to="band_edge")
    without = trades(REGIONS, ours, None, to="band_edge")
    assert rows(with_them) == rows(without) != []


def test_weights_of_more_than_the_whole_are_refused():
    with pytest.raises(InvalidInput, match="The weights sum to"):
        trades(REGIONS, held("AA", [1, 0, 0]), {US: [("AA", 1.0)], ASIA: [("AA", 0.5)]})


@st.composite
def portfolios(draw, ours: Framework) -> Holds:
    """Weights of six places that with cash sum to 1; a code may stand in several leaves."""
    leaves = [leaf.path for leaf in tree_of(ours.buckets).leaves if leaf.path != "AssetClass/Cash"]
    steps = draw(
        st.dictionaries(st.tuples(st.sampled_from(leaves), st.sampled_from([*"XYZ", *CODES[:2]])), st.integers(0, 9))
    )
    whole = sum(steps.values()) + draw(st.integers(1, 9))
    holds = defaultdict(list)
    for (path, code), part in steps.items():
        holds[path].append((code, Decimal(part * 10**6 // whole).scaleb(-6)))
    return holds


@given(
    data=st.data(),
    seed=st.integers(0, 2**32 - 1),
    ours=st.sampled_from(FRAMEWORKS),
    cost_bps=st.sampled_from([0.0, 500.0]),
)
def test_afterwards_each_product_has_its_weight_and_nothing_else_is_held(data, seed, ours, cost_bps):
    holds, mine = data.draw(portfolios(ours)), held_by(seed, ours)
    found = trades(ours, mine, holds, cost_bps=cost_bps)
    total, left = report_of(ours, mine).total_value, report_of(ours, mine).total_value - found.cost_value
    paths = [*(leaf.path for leaf in tree_of(ours.buckets).leaves), "Unassigned"]
    has: defaultdict[tuple[str, str], float] = defaultdict(float)
    for at, where in zip(*np.nonzero(mine.invested), strict=True):
        has[paths[where], mine.code[at]] += mine.invested[at, where]
    for path, code, value in zip(found.trades.path, found.trades.code, found.trades.value.tolist(), strict=True):
        has[path, code] += value
    wanted = {(path, code): float(weight) for path, products in holds.items() for code, weight in products}
    for key in {*has, *wanted}:
        assert has[key] / left == pytest.approx(wanted.get(key, 0.0), abs=1e-9)
    assert found.cash_value / left == pytest.approx(1 - sum(wanted.values()), abs=1e-9)
    assert found.cost_value == pytest.approx(found.trades.cost_value.sum(), abs=1e-6)
    assert found.turnover == pytest.approx(np.abs(found.trades.value).sum() / 2 / total)
