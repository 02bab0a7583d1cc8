"""Frameworks as plans: beside plans made by hand, buying and holding, and trading every day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.reporting.portfolios import INEXACT, REGIONS, WITH_CASH
from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.backtest import MODES, Plan, simulate
from trimtab.domain.frameworks.bridging import (
    Keeping,
    asset_prices,
    first_days,
    leaf_contributions,
    plan_of,
    weights_of,
)
from trimtab.domain.frameworks.framework import Constraint, Rebalancing
from trimtab.domain.frameworks.templates import TEMPLATES

BALANCED = TEMPLATES["balanced"]
PRODUCTS = {"AssetClass/Equity": "EQ", "AssetClass/Bonds": "BD", "AssetClass/Alternatives": "AL"}
SEVERAL = {
    "AssetClass/Equity/US": (("EQ", Decimal("0.3")), ("AL", Decimal("0.1"))),
    "AssetClass/Equity/World": (("EQ", Decimal("0.2")),),
    "AssetClass/Bonds": (("BD", Decimal("0.2")), ("GD", Decimal("0.05")), ("AL", Decimal("0.1"))),
}


def closes(seed: int, *, days: int = 120) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    values = 100 * np.exp(np.cumsum(draw.normal(0.0005, 0.02, (days, 4)), axis=0))
    return pd.DataFrame(values, index=pd.bdate_range("2024-01-01", periods=days), columns=["AL", "GD", "BD", "EQ"])


def balanced(**given):
    weights = weights_of(BALANCED, products=PRODUCTS, total_value=1.0)
    return plan_of(BALANCED, weights=weights, keeping=Keeping(**given))


def decimals(*weights: str) -> tuple[tuple[str, Decimal], ...]:
    return tuple((code, Decimal(weight)) for code, weight in zip(("EQ", "BD", "GD"), weights, strict=False))


def problems(ours, **weights) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        plan_of(ours, weights={path.replace("_", "/"): products for path, products in weights.items()})
    return {problem.field: problem.message for problem in refused.value.problems}


@pytest.mark.parametrize("mode", MODES)
def test_a_template_is_kept_as_a_plan_made_by_hand(mode):
    prices, (plan, assets) = closes(1), balanced(cadence="M", absolute_band_bps=200, lag_days=0)
    names = ["AssetClass/Equity", "AssetClass/Bonds", "AssetClass/Alternatives"]
    by_hand = Plan(dict(zip(names, [0.6, 0.35, 0.05], strict=True)), cadence="M", absolute_band_bps=200, lag_days=0)
    assert plan == by_hand
    run = simulate(asset_prices(prices, assets), plan, mode=mode)
    other = simulate(prices[["EQ", "BD", "AL"]].set_axis(names, axis=1), by_hand, mode=mode)
    assert (run.equity == other.equity).all()
    assert run.executions.executed.tolist() == other.executions.executed.tolist()
    assert len(run.executions.executed) > (mode != "static")


def test_static_buys_and_holds():
    prices, (plan, assets) = closes(2), balanced(lag_days=0, cost_bps=0, initial_capital=1.0)
    run = simulate(asset_prices(prices, assets), plan, mode="static")
    assert run.equity == pytest.approx((prices / prices.iloc[0])[["EQ", "BD", "AL"]].to_numpy() @ [0.6, 0.35, 0.05])


def test_a_band_without_width_trades_every_day():
    prices, (plan, assets) = closes(3), balanced(absolute_band_bps=0, lag_days=0, cost_bps=0, initial_capital=1.0)
    run = simulate(asset_prices(prices, assets), plan, mode="band")
    assert run.executions.executed.tolist() == list(range(len(prices)))
    daily = prices.pct_change().fillna(0)[["EQ", "BD", "AL"]].to_numpy() @ [0.6, 0.35, 0.05]
    assert run.equity == pytest.approx(np.cumprod(1 + daily))


def test_what_isnt_given_is_the_frameworks_own():
    rebalancing = Rebalancing("A", 300, Decimal("12.5"))
    plan, _ = plan_of(replace(BALANCED, rebalancing=rebalancing), weights={path: decimals("0.3") for path in PRODUCTS})
    assert (plan.cadence, plan.absolute_band_bps, plan.relative_band_pct) == ("A", 300, 12.5)
    assert (plan.lag_days, plan.cost_bps, plan.initial_capital, plan.flows) == (1, 5, 1_000_000, {})
    plan, _ = balanced(relative_band_pct=25, flows={date(2024, 2, 1): 5.0}, cost_bps=1)
    assert (plan.cadence, plan.absolute_band_bps, plan.relative_band_pct) == ("Q", 500, 25)
    assert (plan.cost_bps, plan.flows) == (1, {date(2024, 2, 1): 5.0})


def test_the_cash_leaf_and_the_least_cash_are_cash():
    plan, assets = plan_of(WITH_CASH, weights=SEVERAL)
    assert plan.weights.sum() == pytest.approx(0.95)
    assert assets.leaves[-1] == "AssetClass/Cash"
    regions = {"Region/US": "EQ", "region/europe": "BD", "Region/Asia": "GD"}
    weights = weights_of(REGIONS, products=regions, total_value=1.0)
    plan, assets = plan_of(REGIONS, weights=weights)
    assert plan.targets == pytest.approx({"Region/US": 0.45, "Region/Europe": 0.27, "Region/Asia": 0.18})
    money = replace(REGIONS, constraints=(Constraint("min_cash", Decimal(50), "dollars"),))
    half = weights_of(money, products=regions, total_value=100.0)
    assert half["Region/US"] == (("EQ", Decimal("0.25")),)


def test_weights_that_miss_1_by_a_little_are_scaled_and_an_edge_moves_with_them():
    products = {"Sleeve/A": "EQ", "Sleeve/B": "BD", "Sleeve/C": "GD"}
    plan, _ = plan_of(INEXACT, weights=weights_of(INEXACT, products=products, total_value=1.0))
    assert plan.weights.sum() == pytest.approx(1, abs=1e-12)
    assert plan.max_weights == {"Sleeve/C": plan.targets["Sleeve/C"]}


def test_several_products_of_a_leaf_share_its_edges():
    plan, assets = plan_of(WITH_CASH, weights=SEVERAL)
    assert assets.name == (
        "AssetClass/Equity/US|EQ", "AssetClass/Equity/US|AL", "AssetClass/Equity/World",
        "AssetClass/Bonds|BD", "AssetClass/Bonds|GD", "AssetClass/Bonds|AL",
    )  # fmt: skip
    assert assets.code == ("EQ", "AL", "EQ", "BD", "GD", "AL")
    assert assets.leaf.tolist() == [0, 0, 1, 2, 2, 2]
    assert assets.path[3:] == ("AssetClass/Bonds",) * 3
    # US 0.35 to 0.45, World not below 0.17, bonds 0.30 to 0.39.
    assert plan.bands.low == pytest.approx([0.35 * 0.75, 0.35 * 0.25, 0.17, 0.3 * 4 / 7, 0.3 / 7, 0.3 * 2 / 7])
    assert plan.bands.high == pytest.approx([0.45 * 0.75, 0.45 * 0.25, 0.25, 0.39 * 4 / 7, 0.39 / 7, 0.39 * 2 / 7])


def test_edges_beyond_all_weights_are_none_or_1():
    ours = framework(bucket("Region/US", "0.98"), bucket("Region/Asia", "0.02"))
    plan, _ = plan_of(ours, weights={"Region/US": decimals("0.98", "0"), "Region/Asia": decimals("0.01", "0.01")})
    assert tuple(plan.targets) == ("Region/US", "Region/Asia|EQ", "Region/Asia|BD")
    assert plan.min_weights == {}
    assert plan.max_weights == pytest.approx({"Region/Asia|EQ": 0.035, "Region/Asia|BD": 0.035})
    plan, _ = plan_of(framework(bucket("Region/US", "1")), weights={"Region/US": decimals("0.999", "0.001")})
    assert plan.max_weights["Region/US|EQ"] == 1


def test_all_that_is_wrong_with_the_products_is_told():
    found = problems(
        WITH_CASH,
        AssetClass_Equity=decimals("0.1"),
        AssetClass_Bonds=(*decimals("0.1"), *decimals("0.2")),
        assetclass_bonds=decimals("0.1"),
        AssetClass_Cash=decimals("0.1"),
        AssetClass_Equity_World=(),
    )
    assert found == {
        "products.AssetClass/Equity": "AssetClass/Equity is no leaf of the framework; give products of "
        "AssetClass/Equity/US, AssetClass/Equity/World, AssetClass/Bonds.",
        "products.AssetClass/Cash": "AssetClass/Cash is held as cash; leave its products out.",
        "products.assetclass/bonds": "assetclass/bonds stands twice, in other letters; give all its products once.",
        "products.AssetClass/Bonds": "EQ stands twice in AssetClass/Bonds; give it once, with the whole weight.",
        "products.AssetClass/Equity/US": "AssetClass/Equity/US has a target and no product; name one for it, or set "
        "its target to 0.",
        "products.AssetClass/Equity/World": "AssetClass/Equity/World has a target and no product; name one for it, or "
        "set its target to 0.",
    }
    strays = weights_of(BALANCED, products={**PRODUCTS, "AssetClass/Gold": "GD"}, total_value=1.0)
    with pytest.raises(InvalidInput, match="AssetClass/Gold is no leaf"):
        plan_of(BALANCED, weights=strays)


def test_a_leaf_without_a_target_needs_no_product():
    ours = framework(bucket("Region/US", "1"), bucket("Region/Asia", "0"))
    _, assets = plan_of(ours, weights={"Region/US": decimals("1")})
    assert assets.leaves == ("Region/US", "Region/Asia")


def test_two_assets_of_one_name_are_refused():
    ours = framework(bucket("Region/US", "0.5"), bucket("Region/US|EQ", "0.5"))
    weights = {"Region/US": decimals("0.25", "0.25"), "Region/US|EQ": decimals("0.5")}
    with pytest.raises(InvalidInput, match=r"Two products are both called Region/US\|EQ"):
        plan_of(ours, weights=weights)


def test_what_a_plan_refuses_is_refused():
    with pytest.raises(InvalidInput, match="cost_bps"):
        balanced(cost_bps=1e6)


def test_the_first_day_of_each_product_is_told():
    prices = closes(4, days=4)
    prices.iloc[:2, 0] = np.nan
    prices["BD"] = np.nan
    _, assets = balanced()
    assert first_days(prices, assets).astype(str).tolist() == ["2024-01-01", "NaT", "2024-01-03"]
    assert np.isnat(first_days(prices.iloc[:0], assets)).tolist() == [True] * 3
    with pytest.raises(InvalidInput) as refused:
        first_days(prices[["GD"]], assets)
    assert len(refused.value.problems) == 3


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), mode=st.sampled_from(MODES), lag_days=st.sampled_from([0, 1]))
def test_contributions_of_leaves_and_costs_sum_to_the_gain(seed, mode, lag_days):
    prices = closes(seed)
    plan, assets = plan_of(WITH_CASH, weights=SEVERAL, keeping=Keeping(lag_days=lag_days, absolute_band_bps=100))
    run = simulate(asset_prices(prices, assets), plan, mode=mode)
    found = leaf_contributions(run, assets)
    assert found.sum() + run.cost_contribution == pytest.approx(run.gain)
    assert (len(found), found[3]) == (4, 0)
