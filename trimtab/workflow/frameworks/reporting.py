"""The allocation report as it is answered: weights against targets, risk, and what would bring them back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.frameworks.cadence import is_due, next_check
from trimtab.domain.frameworks.mapping import assigned
from trimtab.domain.frameworks.reporting.heatmap import heatmap
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.report import Allocation, allocation_report
from trimtab.domain.frameworks.reporting.risk import Risk, risk_of
from trimtab.domain.frameworks.reporting.suggesting import Buys, Suggested, suggested
from trimtab.domain.outside_text import clean
from trimtab.workflow.factors.tables import number, numbers, rounded, table
from trimtab.workflow.frameworks.goods import Goods
from trimtab.workflow.frameworks.mapping import foreign_to, mapped, unjudged
from trimtab.workflow.frameworks.subjects import Subject
from trimtab.workflow.ports.framework_requests import GetAllocationReport, MappingFilters
from trimtab.workflow.ports.framework_results import AllocationReport, AllocationSummary
from trimtab.workflow.ports.results import Cell, Table
from trimtab.workflow.signals.quoting import quoted

BUCKET_COLUMNS: Final = (
    "path", "label", "level", "actual_weight", "target_weight", "drift", "drift_pct", "status", "low_weight",
    "high_weight", "volatility", "risk_contribution",
)  # fmt: skip
HEATMAP_COLUMNS: Final = ("path", "label", "level", "drift", "drift_of_band", "status")
HOLDING_COLUMNS: Final = ("code", "path", "weight", "value")
TRADE_COLUMNS: Final = ("path", "code", "action", "weight", "target_weight", "value", "cost_value")
_UNASSIGNED: Final = "Unassigned"


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What is held beside its framework."""

    subject: Subject
    held: Held
    allocation: Allocation


def compared(subject: Subject, goods: Goods, *, today: date) -> Compared:
    """Every holding in its leaf, and the weights against their targets.

    Raises:
        InvalidInput: nothing is held.
    """
    found = subject.found
    split = assigned(subject.code, subject.value, tree=found.tree, universe=goods.universe, mapped_to=subject.mapped_to)
    cash = subject.cash_value + split.cash_value
    held = Held(subject.code, split.value, split.unassigned_value, cash)
    allocation = allocation_report(
        found.tree,
        found.framework,
        leaf_value=split.value.sum(axis=0),
        unassigned_value=float(split.unassigned_value.sum()),
        cash_value=cash,
        cadence_due=is_due(found.framework.rebalancing.cadence, last=subject.last_rebalance, today=today),
    )
    return Compared(subject, held, allocation)


def reported(subject: Subject, request: GetAllocationReport, *, goods: Goods, today: date) -> AllocationReport:
    """What `get_allocation_report` answers; raises as `compared`."""
    made = compared(subject, goods, today=today)
    returns = _returns(goods, subject.code)
    risk = risk_of(made.allocation, made.held, returns=returns, estimate_days=request.estimate_days)
    trades = suggested(
        made.allocation,
        made.held,
        to=request.rebalance_to,
        cost_bps=request.cost_bps,
        buys=_buys(subject, goods),
        holds=subject.bought_with or None,
    )
    accepted = subject.accepted
    return AllocationReport(
        framework=subject.found.named,
        portfolio_id=None if accepted is None else accepted.part.portfolio_id,
        account_number=subject.account_number,
        base_ccy=subject.base_ccy,
        summary=_summary(made, risk, trades=trades, today=today),
        buckets=table(BUCKET_COLUMNS, _bucket_rows(made.allocation, risk)),
        heatmap=_heatmap(made.allocation),
        holdings=table(HOLDING_COLUMNS, _holding_rows(made)),
        trades=table(TRADE_COLUMNS, _trade_rows(trades)),
        basis=goods.basis((*subject.notes, *_notes(goods, subject, request=request, risk=risk, trades=trades))),
    )


def _returns(goods: Goods, codes: Sequence[str]) -> pd.DataFrame:
    """Daily returns of what the market has, each in its own currency."""
    known = frozenset(goods.market.prices.tickers)
    there = [code for code in codes if code in known]
    if not there:
        return pd.DataFrame(index=pd.DatetimeIndex([]))
    return quoted(goods.market, there).prices.pct_change(fill_method=None).iloc[1:]


def _buys(subject: Subject, goods: Goods) -> Buys:
    """What leaves are bought with that hold nothing: as they were mapped, else their best product."""
    if subject.bought_with:
        return subject.bought_with
    made = mapped(subject.found, goods, filters=MappingFilters(), per_bucket=1)
    return {leaf.path: [(each.code, 1.0) for each in leaf.products] for leaf in made.leaves}


def _summary(made: Compared, risk: Risk, *, trades: Suggested, today: date) -> AllocationSummary:
    allocation, cadence = made.allocation, made.subject.found.framework.rebalancing.cadence
    upcoming = next_check(cadence, last=made.subject.last_rebalance, today=today)
    last = made.subject.last_rebalance
    return AllocationSummary(
        total_value=round(allocation.total_value, 2),
        total_drift=rounded(allocation.total_drift),
        rebalance_needed=allocation.rebalance_needed,
        reason=allocation.reason,
        out_of_band=allocation.out_of_band,
        last_rebalance=None if last is None else last.isoformat(),
        next_check=None if upcoming is None else upcoming.isoformat(),
        cadence=cadence,
        turnover=rounded(trades.turnover),
        cost_value=round(trades.cost_value, 2),
        volatility=number(risk.volatility),
    )


def _bucket_rows(allocation: Allocation, risk: Risk) -> Iterator[tuple[Cell, ...]]:
    aims = allocation.aims
    columns = (
        numbers(allocation.actual),
        numbers(aims.bands.target),
        numbers(allocation.drift),
        numbers(allocation.drift_pct),
        allocation.status,
        numbers(np.maximum(aims.bands.low, 0.0)),
        numbers(np.minimum(aims.bands.high, 1.0)),
        numbers(risk.row_volatility),
        numbers(risk.contribution),
    )
    names = zip(aims.path, aims.label, aims.level.tolist(), strict=True)
    for shown, (path, label, level), figures in zip(
        allocation.shown.tolist(), names, zip(*columns, strict=True), strict=True
    ):
        if shown:
            yield clean(path, None), clean(label, None), level, *figures


def _heatmap(allocation: Allocation) -> Table:
    made = heatmap(allocation)
    columns = (
        [clean(path, None) for path in made.path],
        [clean(label, None) for label in made.label],
        made.level.tolist(),
        numbers(made.drift),
        numbers(made.drift_of_band),
        made.status,
    )
    return table(HEATMAP_COLUMNS, zip(*columns, strict=True))


def _holding_rows(made: Compared) -> Iterator[tuple[Cell, ...]]:
    """A row for each holding in each of its leaves, by holding and leaf, and one for cash."""
    held, total = made.held, made.allocation.total_value
    paths = (*(leaf.path for leaf in made.subject.found.tree.leaves), _UNASSIGNED)
    money: FloatColumn = np.column_stack((held.leaf_value, held.unassigned_value))
    for holding, place in zip(*np.nonzero(money), strict=True):
        value = float(money[holding, place])
        yield clean(held.code[holding], None), clean(paths[place], None), number(value / total), round(value, 2)
    if held.cash_value:
        yield "CASH", "Cash", number(held.cash_value / total), round(held.cash_value, 2)


def _trade_rows(made: Suggested) -> Iterator[tuple[Cell, ...]]:
    trades = made.trades
    names = zip(trades.path, trades.code, trades.action, strict=True)
    money = zip(trades.value.round(2).tolist(), trades.cost_value.round(2).tolist(), strict=True)
    weights = zip(numbers(trades.weight), numbers(trades.target_weight), strict=True)
    for (path, code, action), (before, after), (value, cost) in zip(names, weights, money, strict=True):
        yield clean(path, None), clean(code, None), action, before, after, value, cost


def _notes(
    goods: Goods, subject: Subject, *, request: GetAllocationReport, risk: Risk, trades: Suggested
) -> Iterator[str]:
    if subject.accepted is not None and request.rebalance_to != "target":
        yield "A session over this portfolio replaces what it doesn't name; these trades only move what is held."
    yield from unjudged(subject.found.framework, what="holdings and trades")
    locked = [] if subject.accepted is None else [each.code for each in subject.accepted.positions if each.locked]
    if locked:
        yield f"Locked weights are the portfolio's own, targets here the framework's: {_listed(locked)}."
    if risk.missing:
        yield f"Too few returns for a risk of: {_listed(risk.missing)}."
    if trades.unplaced:
        yield f"No product to buy for: {_listed(trades.unplaced)}; what they lack stays cash."
    if trades.shared:
        yield f"To trade these in one bucket moves others, too: {_listed(trades.shared)}."
    foreign = foreign_to(subject.base_ccy, subject.code, goods=goods)
    if foreign and not np.isnan(risk.volatility):
        yield f"Risk is of prices in their own currencies; not in {subject.base_ccy} are {_listed(foreign)}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(clean(name, None) for name in names)
