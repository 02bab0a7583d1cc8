"""Keeping a portfolio within bands beside bt and vectorbt, what many bands and buckets take, and mapping products."""

from decimal import Decimal
from functools import partial
from typing import Any, Final

import bt
import numpy as np
import pandas as pd
import vectorbt
from numba import njit
from vectorbt.portfolio import nb
from vectorbt.portfolio.enums import Direction, SizeType

from bench import mapping
from bench.measure import Work, fastest
from bench.report import milliseconds, print_table
from bench.signals import DAYS, walks
from trimtab.domain.columns import FloatColumn
from trimtab.domain.frameworks.backtest import Plan, side_by_side, simulate
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.framework import Bucket, Constraint, Framework

ASSETS: Final = 20
BAND_PCT: Final = 25.0
BT_WANTED: Final = 200
VECTORBT_WANTED: Final = 3
SWEPT: Final = (10, 100, 1_000)
GROUPS: Final = 10
LEAVES: Final = 99
VALIDATED_WANTED_MS: Final = 20
ROUNDS: Final = 7


def report() -> None:
    """Prints all tables."""
    _report_band()
    _report_sweep()
    _report_validation()
    mapping.report()


def plan_of(prices: pd.DataFrame, *, band_pct: float) -> Plan:
    """Equal targets and a relative band, without costs and without a lag, as the peers have it."""
    targets = dict.fromkeys(prices.columns, 1.0 / prices.shape[1])
    return Plan(targets, absolute_band_bps=None, relative_band_pct=band_pct, lag_days=0, cost_bps=0.0)


def _report_band() -> None:
    prices = walks(ASSETS)
    plan = plan_of(prices, band_pct=BAND_PCT)
    works: dict[str, Work] = {
        "Trimtab, `simulate`": partial(simulate, prices, plan, mode="band"),
        "vectorbt, `from_order_func` and its value": partial(_vectorbt, prices),
        "bt, `RunIfOutOfBounds`": partial(_bt, prices),
        "Trimtab, `side_by_side` of all modes": partial(side_by_side, prices, plan),
    }
    run = simulate(prices, plan, mode="band")
    for found in (_vectorbt(prices), _bt(prices)):
        if not np.allclose(found / found[0], run.equity / run.equity[0], rtol=1e-9):
            raise RuntimeError("a peer has another equity")
    taken = fastest(works, repetitions=ROUNDS)
    base = taken["Trimtab, `simulate`"]
    wanted = {"vectorbt": f">= {VECTORBT_WANTED}", "bt": f">= {BT_WANTED}"}
    print_table(
        f"{ASSETS} assets over {DAYS:,} days, brought back where one is {BAND_PCT:g} % off its target",
        ("", "ms", "times Trimtab", "wanted"),
        [
            (name, milliseconds(value), f"{value / base:.1f}", wanted.get(name.partition(",")[0], ""))
            for name, value in taken.items()
        ],
        notes=f"All but the last give the same equity to 1e-9; {len(run.executions.executed)} executions.",
    )


def _report_sweep() -> None:
    prices = walks(ASSETS)
    works: dict[str, Work] = {f"{count:,}": partial(_sweep, prices, count=count) for count in SWEPT}
    taken = fastest(works, repetitions=3)
    print_table(
        f"Bands from 5 to 50 %, {ASSETS} assets over {DAYS:,} days",
        ("bands", "ms", "ms for each"),
        [
            (name, milliseconds(value), milliseconds(value / count))
            for (name, value), count in zip(taken.items(), SWEPT, strict=True)
        ],
    )


def _sweep(prices: pd.DataFrame, *, count: int) -> None:
    for band_pct in np.linspace(5.0, 50.0, count).tolist():
        simulate(prices, plan_of(prices, band_pct=band_pct), mode="band")


def _report_validation() -> None:
    works: dict[str, Work] = {
        "without constraints": partial(_validate, tree_framework()),
        "with a limit on single names and one on alternatives": partial(_validate, tree_framework(constrained=True)),
    }
    taken = fastest(works, repetitions=ROUNDS)
    print_table(
        f"{GROUPS * (LEAVES + 1):,} buckets validated, {GROUPS} of them over {LEAVES} leaves each",
        ("", "ms", "wanted"),
        [(name, milliseconds(value), f"<= {VALIDATED_WANTED_MS} ms") for name, value in taken.items()],
    )


def tree_framework(*, constrained: bool = False) -> Framework:
    """A valid framework of groups over leaves, each with bounds of its own."""
    group = Decimal(1) / GROUPS
    leaf = Decimal("0.001")
    weights = [leaf] * (LEAVES - 1) + [group - (LEAVES - 1) * leaf]
    buckets: list[Bucket] = []
    for number in range(GROUPS):
        above = f"AssetClass/Group {number}"
        buckets.append(_bucket(above, group))
        buckets.extend(_bucket(f"{above}/{place}", weight) for place, weight in enumerate(weights))
    limits = (
        Constraint("max_single_name", Decimal("0.05"), "percentage"),
        Constraint("max_alternatives", Decimal("0.3"), "percentage"),
    )
    return Framework("Many", tuple(buckets), constraints=limits if constrained else ())


def _bucket(path: str, weight: Decimal) -> Bucket:
    return Bucket(path, path.rpartition("/")[2], weight, min_weight=weight / 2, max_weight=2 * weight)


def _validate(framework: Framework) -> None:
    if not validate(framework).valid:
        raise RuntimeError("the framework isn't valid")


def _bt(prices: pd.DataFrame) -> FloatColumn:
    weights = dict.fromkeys(prices.columns, 1.0 / prices.shape[1])
    algos = [bt.algos.SelectAll(), bt.algos.WeighSpecified(**weights), bt.algos.RunIfOutOfBounds(BAND_PCT / 100.0)]
    strategy = bt.Strategy("band", [*algos, bt.algos.Rebalance()])
    test = bt.Backtest(strategy, prices, integer_positions=False, initial_capital=1e6, progress_bar=False)
    return np.asarray(bt.run(test).prices["band"].iloc[1:])


def _vectorbt(prices: pd.DataFrame) -> FloatColumn:
    target = np.full(prices.shape[1], 1.0 / prices.shape[1])
    size = np.empty_like(target)
    portfolio: Any = vectorbt.Portfolio.from_order_func(
        prices,
        _order,
        size,
        pre_segment_func_nb=_before_day,
        pre_segment_args=((target, BAND_PCT / 100.0, size, np.empty_like(target)),),
        init_cash=1e6,
        group_by=True,
        cash_sharing=True,
        freq="D",
    )
    return np.asarray(portfolio.value())


@njit
def _before_day(context: Any, given: Any) -> Any:
    """Sizes of the day's orders: the targets where a weight is out of its band, else none."""
    target, band, size, order_value = given
    value = context.last_cash[context.group]
    for column in range(context.from_col, context.to_col):
        context.last_val_price[column] = context.close[context.i, column]
        value += context.last_position[column] * context.close[context.i, column]
    size[:] = np.nan
    for column in range(context.from_col, context.to_col):
        weight = context.last_position[column] * context.close[context.i, column] / value
        place = column - context.from_col
        if abs(weight - target[place]) > band * target[place]:
            size[:] = target
    if not np.isnan(size[0]):
        nb.sort_call_seq_nb(context, size, SizeType.TargetPercent, Direction.LongOnly, order_value)
    return ()


@njit
def _order(context: Any, size: Any) -> Any:
    place = context.col - context.from_col
    if np.isnan(size[place]):
        return nb.order_nothing_nb()
    return nb.order_nb(
        size=size[place],
        price=context.close[context.i, context.col],
        size_type=SizeType.TargetPercent,
        direction=Direction.LongOnly,
    )
