"""Frameworks that are valid, and what may be held beside them: by hand, and from a seed."""

from decimal import Decimal

import numpy as np
import pandas as pd

from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.framework import Constraint, Framework, Rebalancing
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.report import Allocation, allocation_report
from trimtab.domain.frameworks.reporting.suggesting import Suggested
from trimtab.domain.frameworks.tree import tree_of

WITH_CASH = framework(
    bucket("AssetClass/Equity", "0.6"),
    bucket("AssetClass/Equity/US", "0.4"),
    bucket("AssetClass/Equity/World", "0.2 0.17"),
    bucket("AssetClass/Bonds", "0.35 - 0.39"),
    bucket("AssetClass/Cash", "0.05"),
)
REGIONS = framework(
    bucket("Region/US", "0.5"),
    bucket("Region/Europe", "0.3"),
    bucket("Region/Asia", "0.2"),
    constraints=(Constraint("min_cash", Decimal("0.1"), "percentage"),),
)
INEXACT = framework(bucket("Sleeve/A", "0.3333"), bucket("Sleeve/B", "0.3333"), bucket("Sleeve/C", "0.3333 - 0.3333"))
DEEP = framework(
    bucket("Sleeve/Core", "0.7005"),
    bucket("Sleeve/Core/A", "0.35"),
    bucket("Sleeve/Core/B", "0.35"),
    bucket("Sleeve/Satellite", "0.3"),
    rebalancing=Rebalancing("M", None, Decimal(10)),
)
FRAMEWORKS = (WITH_CASH, REGIONS, INEXACT, DEEP)
CODES = ("AA", "BB", "CASH", "CC", "DD", "EE")


def held(codes: str, *rows, unassigned=None, cash: float = 0.0) -> Held:
    """Each row is a code, each column a leaf; `unassigned` is a value for each code."""
    beside = np.zeros(len(rows)) if unassigned is None else np.array(unassigned, dtype=float)
    return Held(tuple(codes.split()), np.array(rows, dtype=float), beside, cash)


def rows(found: Suggested) -> list[tuple]:
    """The trades, one tuple each."""
    each = found.trades
    return list(zip(each.path, each.code, each.action, each.value.round(6).tolist(), strict=True))


def report_of(ours: Framework, held: Held, **given) -> Allocation:
    """The report of what is held."""
    return allocation_report(
        tree_of(ours.buckets),
        ours,
        leaf_value=held.leaf_value.sum(axis=0),
        unassigned_value=float(held.unassigned_value.sum()),
        cash_value=held.cash_value,
        **given,
    )


def held_by(seed: int, ours: Framework) -> Held:
    """What might be held: a holding lies in one leaf, in several, or in none; cash where it belongs."""
    draw = np.random.default_rng(seed)
    leaves = [leaf.path for leaf in tree_of(ours.buckets).leaves]
    value = draw.uniform(0, 1000, (len(CODES), len(leaves))) * (draw.random((len(CODES), len(leaves))) < 0.35)
    unassigned = draw.uniform(0, 300, len(CODES)) * (draw.random(len(CODES)) < 0.3)
    cash = float(draw.choice([0.0, 1.0, 250.0]))
    at = CODES.index("CASH")
    value[at], unassigned[at] = 0.0, 0.0
    if "AssetClass/Cash" in leaves:
        value[at, leaves.index("AssetClass/Cash")], cash = cash, 0.0
    value[0, 0] += 1.0
    return Held(CODES, value, unassigned, cash)


def returns_by(seed: int, *, days: int = 60) -> pd.DataFrame:
    """Daily returns of all codes but cash."""
    draw = np.random.default_rng(seed)
    common = draw.normal(0, 0.01, (days, 1))
    codes = [code for code in CODES if code != "CASH"]
    values = common + draw.normal(0, 0.01, (days, len(codes)))
    return pd.DataFrame(values, index=pd.bdate_range("2024-01-01", periods=days), columns=codes)
