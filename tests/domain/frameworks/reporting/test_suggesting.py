"""Trades by hand, and what holds of any."""

from dataclasses import fields, replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.frameworks.reporting.portfolios import (
    CODES,
    DEEP,
    FRAMEWORKS,
    REGIONS,
    WITH_CASH,
    held,
    held_by,
    report_of,
    rows,
)
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.bands import WITHIN, sides
from trimtab.domain.frameworks.framework import Framework, Rebalancing
from trimtab.domain.frameworks.reporting.aims import Aims
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.suggesting import Suggested, aimed_weights, suggested
from trimtab.domain.frameworks.tree import tree_of

SEEDS = st.integers(0, 2**32 - 1)
AIMS = st.sampled_from(["target", "band_edge", "half_band"])


def trades(ours: Framework, held: Held, **given) -> Suggested:
    return suggested(report_of(ours, held), held, **given)


def everything(ours: Framework) -> dict[str, tuple[tuple[str, float], ...]]:
    return {leaf.path: (("NEW", 1.0), ("NEWER", 3.0)) for leaf in tree_of(ours.buckets).leaves}


def test_trades_go_to_the_targets():
    # Each row is a holding, each column a leaf: US, Europe, Asia.
    ours = held("AA BB CC DD", [300, 0, 0], [100, 0, 0], [0, 500, 0], [0, 0, 0], unassigned=[0, 0, 0, 100])
    buys = {"region/asia": [("EE", Decimal("0.2")), ("FF", Decimal("0.6"))], "Region/US": [("ZZ", 1.0)]}
    found = trades(REGIONS, ours, cost_bps=0, buys=buys)
    assert rows(found) == [
        ("Region/US", "AA", "buy", 37.5),
        ("Region/US", "BB", "buy", 12.5),
        ("Region/Europe", "CC", "sell", -230),
        ("Region/Asia", "EE", "buy", 45),
        ("Region/Asia", "FF", "buy", 135),
        ("Unassigned", "DD", "sell", -100),
    ]
    assert found.trades.weight == pytest.approx([0.3, 0.1, 0.5, 0, 0, 0.1])
    assert found.trades.target_weight == pytest.approx([0.3375, 0.1125, 0.27, 0.045, 0.135, 0])
    assert [found.cash_value, found.cost_value] == pytest.approx([100, 0])
    assert found.turnover == pytest.approx(0.28)
    assert (found.unplaced, found.shared) == ((), ())


def test_what_no_product_stands_for_is_told_and_stays_cash():
    ours = held("AA BB", [500, 0, 0], [0, 500, 0])
    found = trades(REGIONS, ours, cost_bps=0, buys={"Region/Asia": [("EE", 0.0)], "Region/Mars": [("EE", 1.0)]})
    assert found.trades.code == ("AA", "BB")
    assert found.unplaced == ("Region/Asia",)
    assert found.unplaced_value == pytest.approx([180])
    assert found.cash_value == pytest.approx(280)


def test_all_that_is_traded_bears_the_costs():
    found = trades(WITH_CASH, held("CASH", [0, 0, 0, 1000]), cost_bps=100, buys=everything(WITH_CASH))
    # What is left is E with E + 1 % of 0.95 E = 1000.
    left = 1000 / 1.0095
    assert found.cost_value == pytest.approx(1000 - left)
    assert found.cash_value == pytest.approx(0.05 * left)
    assert found.trades.cost_value.sum() == pytest.approx(1000 - left)
    assert found.actual[:5] == pytest.approx([0.6, 0.4, 0.2, 0.35, 0.05])


def test_to_the_edge_only_what_is_out_of_its_band_moves_and_what_pays_for_it():
    ours = held("AA BB CC", [600, 0, 0], [0, 230, 0], [0, 0, 170], cash=0)
    found = trades(replace(REGIONS, constraints=()), ours, to="band_edge", cost_bps=0)
    # US is at 0.6 and has an edge at 0.55; Europe lacks 0.07 to its target and has its own at 0.25, Asia lacks 0.03.
    assert rows(found) == [
        ("Region/US", "AA", "sell", -50),
        ("Region/Europe", "BB", "buy", round(20 + 30 * 5 / 8, 6)),
        ("Region/Asia", "CC", "buy", round(30 * 3 / 8, 6)),
    ]


def test_what_is_within_isnt_traded_for_costs():
    ours = held("AA BB CC", [600, 0, 0], [0, 300, 0], [0, 0, 100])
    found = trades(replace(REGIONS, constraints=()), ours, to="band_edge", cost_bps=50)
    assert found.trades.path == ("Region/US", "Region/Asia")
    assert found.cash_value == 0
    assert found.cost_value == pytest.approx(found.trades.cost_value.sum())


def test_a_bucket_above_the_leaves_is_brought_into_its_own_band_too():
    ours = held("AA BB CC DD", [448, 0, 0, 0], [0, 248, 0, 0], [0, 0, 304, 0], [0, 0, 0, 0])
    report = report_of(WITH_CASH, ours)
    # Equity is 0.046 above its edge at 0.65, and each leaf within its band but for cash, which goes to its edge at 0.
    assert report.status[:5] == ("over", "within", "within", "within", "within")
    there = aimed_weights(report, to="band_edge")
    assert there[0] == pytest.approx(0.65)
    share = 0.046 / 0.096
    assert there[1:5] == pytest.approx(
        np.array([0.448, 0.248, 0.304, 0]) + share * np.array([-0.048, -0.048, 0.046, 0.05])
    )
    assert aimed_weights(report, to="half_band")[0] == pytest.approx(0.625)


def test_a_bucket_that_cant_be_brought_in_leaves_all_at_their_targets():
    # The target of Core is 0.0005 above the sum of those below it, and its band narrower.
    narrow = replace(DEEP, rebalancing=Rebalancing("M", 1, None))
    report = report_of(narrow, held("AA BB CC", [500, 0, 0], [0, 210, 0], [0, 0, 290]))
    assert aimed_weights(report, to="band_edge")[1:4] == pytest.approx([0.35, 0.35, 0.3])
    # Where Core holds what its leaves should already there is no way to go on.
    report = report_of(narrow, held("AA BB CC", [500, 0, 0], [0, 200, 0], [0, 0, 300]))
    assert aimed_weights(report, to="band_edge")[1:4] == pytest.approx([0.3501, 0.3499, 0.3])


def test_holdings_in_the_cash_leaf_are_sold_but_never_bought():
    ours = held("AA BB TB CASH", [400, 0, 0, 0], [0, 0, 200, 0], [0, 0, 0, 370], [0, 0, 0, 30])
    buys = {"AssetClass/Equity/World": [("WW", 1.0)], "AssetClass/Cash": [("TB", 1.0)]}
    found = trades(WITH_CASH, ours, cost_bps=0, buys=buys)
    assert rows(found) == [
        ("AssetClass/Equity/World", "WW", "buy", 200),
        ("AssetClass/Bonds", "BB", "buy", 150),
        ("AssetClass/Cash", "TB", "sell", -320),
    ]
    assert found.cash_value == 0
    less = held("AA BB TB CASH", [400, 0, 0, 0], [0, 0, 570, 0], [0, 0, 0, 10], [0, 0, 0, 20])
    found = trades(WITH_CASH, less, cost_bps=0, buys=buys)
    assert "TB" not in found.trades.code
    assert found.cash_value == pytest.approx(40)


def test_a_code_that_lies_in_several_places_is_told_where_it_is_traded():
    ours = held("AA BB CC", [100, 100, 0], [0, 0, 400], [0, 300, 0], unassigned=[0, 0, 100])
    assert trades(REGIONS, ours).shared == ("AA", "CC")
    assert trades(REGIONS, held("AA", [1, 0, 0]), buys={"Region/Asia": [("AA", 1)]}).shared == ("AA",)


def test_without_drift_there_is_nothing_to_trade():
    found = trades(WITH_CASH, held("AA BB CC CASH", [400, 0, 0, 0], [0, 200, 0, 0], [0, 0, 350, 0], [0, 0, 0, 50]))
    assert rows(found) == []
    assert (found.turnover, found.cost_value, found.cash_value) == (0, 0, 50)


def test_paths_are_put_together_once_however_many_trades_there_are():
    ours = held("AA BB CC DD", [300, 0, 0], [100, 0, 0], [0, 500, 0], [0, 0, 0], unassigned=[0, 0, 0, 100])
    report = report_of(REGIONS, ours)
    reads = []

    class Counted(Aims):
        """Rows that note how often their paths are put together."""

        @property
        def place_paths(self):
            reads.append(1)
            return (*(leaf.path for leaf in self.tree.leaves), "Unassigned")

    counted = Counted(**{each.name: getattr(report.aims, each.name) for each in fields(Aims)})
    assert len(rows(suggested(replace(report, aims=counted), ours))) > len(reads) == 1


def test_costs_out_of_range_are_refused():
    with pytest.raises(InvalidInput, match="cost_bps is -1"):
        trades(REGIONS, held("AA", [1, 0, 0]), cost_bps=-1)


@given(seed=SEEDS, ours=st.sampled_from(FRAMEWORKS))
def test_after_trades_to_the_target_every_row_is_at_it(seed, ours):
    found = trades(ours, held_by(seed, ours), cost_bps=0, buys=everything(ours))
    aims = report_of(ours, held_by(seed, ours)).aims
    assert found.actual == pytest.approx(aims.rolled_up(aims.bands.target), abs=1e-9)


@given(seed=SEEDS, ours=st.sampled_from(FRAMEWORKS), to=AIMS)
def test_every_row_is_within_its_band_afterwards_and_none_passes_its_target(seed, ours, to):
    report = report_of(ours, held_by(seed, ours))
    there, bands = aimed_weights(report, to=to), report.aims.bands
    assert there[report.aims.part].sum() == pytest.approx(1)
    assert (sides(np.round(there, 9), replace(bands, low=bands.low - 1e-9, high=bands.high + 1e-9)) == WITHIN).all()
    part = report.aims.part
    assert (report.drift * (there - bands.target) >= -1e-12)[part].all()
    assert (np.abs(there - bands.target) <= np.abs(report.drift) + 1e-9)[part].all()


@given(seed=SEEDS, ours=st.sampled_from(FRAMEWORKS), to=AIMS, cost_bps=st.sampled_from([0.0, 5.0, 500.0]))
def test_money_is_kept_and_cash_never_short(seed, ours, to, cost_bps):
    mine = held_by(seed, ours)
    found = trades(ours, mine, to=to, cost_bps=cost_bps, buys=everything(ours) if seed % 2 else None)
    each, before = found.trades, report_of(ours, mine).total_value
    invested = mine.invested.sum()
    assert found.cost_value == pytest.approx(each.cost_value.sum(), abs=1e-6)
    assert found.cash_value == pytest.approx(before - invested - each.value.sum() - found.cost_value, abs=1e-6)
    assert found.cash_value >= 0
    # Nothing is sold that isn't there, and nothing has no name.
    assert (each.value >= -each.weight * before - 1e-6).all()
    assert (each.target_weight >= -1e-12).all()
    assert "" not in each.code
    assert "CASH" not in each.code
    assert set(each.code) <= {*CODES, "NEW", "NEWER"}
