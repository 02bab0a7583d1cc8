"""Modes of keeping a framework over past days, side by side, as they are answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.backtest import Comparison, Plan, Run, side_by_side
from trimtab.domain.frameworks.bridging import (
    Assets,
    Keeping,
    asset_prices,
    first_days,
    leaf_contributions,
    plan_of,
)
from trimtab.domain.frameworks.methods import MODES, Mode
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.evaluation.suite import metric_suite
from trimtab.domain.signals.watching import Watch
from trimtab.workflow.factors.tables import number, numbers, table
from trimtab.workflow.frameworks.accepted import AcceptedPortfolio
from trimtab.workflow.frameworks.choosing import Chosen
from trimtab.workflow.frameworks.goods import Goods
from trimtab.workflow.frameworks.mapping import foreign_to, unjudged
from trimtab.workflow.frameworks.standing_in import StandIns, of_framework, of_portfolio
from trimtab.workflow.ports.framework_requests import BacktestFramework, BacktestRun
from trimtab.workflow.ports.framework_results import FrameworkBacktest
from trimtab.workflow.ports.results import Cell, Table
from trimtab.workflow.signals.quoting import Quoted, quoted

PRODUCT_COLUMNS: Final = ("path", "code", "weight", "first_day", "passed_over")
TRADE_COLUMNS: Final = ("mode", "day", "decided", "reason", "path", "code", "units", "price", "value")
SHOWN_COLUMNS: Final = ("section", "shown", "total")
COSTS: Final = "(costs)"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a backtest is of."""

    found: Chosen
    accepted: AcceptedPortfolio | None
    goods: Goods


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """The runs of a request, and what they are made from."""

    stand_ins: StandIns
    plan: Plan
    assets: Assets
    closes: pd.DataFrame
    compared: Comparison
    benchmark: "pd.Series[float] | None"
    notes: tuple[str, ...]

    @property
    def runs(self) -> dict[Mode, Run]:
        return dict(self.compared.runs)


def backtested(asked: Asked, request: BacktestFramework, *, watch: Watch) -> FrameworkBacktest:
    """The answer.

    Raises:
        InvalidInput: leaves without a product that has prices, no day on which all have one, a mode that lacks a band
            or a cadence, and figures out of range.
    """
    kept = _kept(asked, request, watch=watch)
    runs = kept.runs
    first = next(iter(runs.values()))
    sections, shown = _sections(kept, request)
    return FrameworkBacktest(
        framework=asked.found.named,
        portfolio_id=None if asked.accepted is None else asked.accepted.part.portfolio_id,
        first_day=str(first.dates[0]),
        last_day=str(max(run.dates[-1] for run in runs.values())),
        n_days=max(len(run.dates) for run in runs.values()),
        modes=tuple(runs),
        final_value={mode: round(float(run.equity[-1]), 2) for mode, run in runs.items()},
        metrics=_frame(_metrics(kept, request.run), "metric"),
        keeping=_frame(kept.compared.keeping, "figure"),
        buckets=_buckets(kept),
        products=table(PRODUCT_COLUMNS, _product_rows(kept)),
        ended={mode: run.ended.message for mode, run in runs.items() if run.ended is not None} or None,
        pending={mode: str(run.dates[run.pending]) for mode, run in runs.items() if run.pending is not None} or None,
        shown=table(SHOWN_COLUMNS, shown) if shown else None,
        rules=_rules(kept.plan, request),
        basis=asked.goods.basis(kept.notes),
        **sections,
    )


def _kept(asked: Asked, request: BacktestFramework, *, watch: Watch) -> _Kept:
    run = request.run
    stand_ins = (
        of_framework(asked.found, asked.goods, given=run.products or {}, total_value=run.initial_capital)
        if asked.accepted is None
        else of_portfolio(asked.accepted, asked.goods)
    )
    plan, assets = plan_of(asked.found.framework, weights=stand_ins.weights, keeping=_keeping(run))
    benchmark = () if run.benchmark is None else (run.benchmark,)
    _refuse_unknown(asked.goods, benchmark)
    quotes = quoted(asked.goods.market, tuple(dict.fromkeys((*assets.code, *benchmark))))
    watch(0.2)
    closes = _ranged(quotes, run)
    modes, left_out = _modes(plan, request)
    benchmark_returns = _benchmark(quotes, run.benchmark)
    compared = side_by_side(
        asset_prices(closes, assets),
        plan,
        modes=modes,
        risk_free=run.risk_free,
        benchmark=benchmark_returns,
    )
    watch(0.9)
    notes = (
        *_waited(compared),
        *left_out,
        *_of_money(asked, plan, assets=assets),
        *_of_flows(plan, compared),
        *quotes.notes,
    )
    return _Kept(stand_ins, plan, assets, closes, compared, benchmark_returns, notes)


def _keeping(run: BacktestRun) -> Keeping:
    flows: dict[Any, float] = {}
    for flow in run.flows:
        flows[flow.date] = flows.get(flow.date, 0.0) + flow.amount
    own = {name: getattr(run, name) for name in ("cadence", "absolute_band_bps", "relative_band_pct")}
    return Keeping(
        **own, lag_days=run.lag_days, cost_bps=run.cost_bps, initial_capital=run.initial_capital, flows=flows
    )


def _ranged(quotes: Quoted, run: BacktestRun) -> pd.DataFrame:
    """The prices within the range that was asked for."""
    first = None if run.start_date is None else pd.Timestamp(run.start_date)
    last = None if run.end_date is None else pd.Timestamp(run.end_date)
    found = quotes.prices.loc[first:last]
    if len(found) < 2:
        days = quotes.prices.index
        raise InvalidInput(
            f"There are {len(found)} days with prices in that range; they go from {days[0]:%Y-%m-%d} to "
            f"{days[-1]:%Y-%m-%d}.",
            field="run.start_date",
        )
    return found


def _modes(plan: Plan, request: BacktestFramework) -> tuple[tuple[Mode, ...], list[str]]:
    """The modes that were named; where none was all that the plan can be kept in, and what the others lack."""
    if "modes" in request.model_fields_set:
        return request.modes, []
    needs = {"periodic": plan.cadence != "none", "band": plan.bands.has_edges, "static": True}
    fit = {**needs, "cadence_and_band": needs["periodic"] and needs["band"]}
    lacking = [mode for mode in MODES if not fit[mode]]
    notes = [f"Left out for want of a cadence or a band: {', '.join(lacking)}."] if lacking else []
    return tuple(mode for mode in MODES if fit[mode]), notes


def _refuse_unknown(goods: Goods, benchmark: tuple[str, ...]) -> None:
    lacking = [code for code in benchmark if code not in goods.market.prices.tickers]
    if lacking:
        raise InvalidInput(
            f"The market has no prices of {clean(lacking[0])}.",
            field="run.benchmark",
            next_action="Name one that it has, such as SPY, or leave it away.",
        )


def _benchmark(quotes: Quoted, ticker: str | None) -> "pd.Series[float] | None":
    return None if ticker is None else quotes.prices[ticker].pct_change(fill_method=None)


def _metrics(kept: _Kept, run: BacktestRun) -> pd.DataFrame:
    """Those of the modes, and of the benchmark over the same days where there is one."""
    if kept.benchmark is None:
        return kept.compared.metrics
    longest = max(kept.runs.values(), key=lambda each: len(each.dates))
    own = kept.benchmark.reindex(pd.DatetimeIndex(longest.dates)).to_frame(str(run.benchmark))
    return kept.compared.metrics.join(metric_suite(own, risk_free=run.risk_free, benchmark=kept.benchmark))


def _waited(compared: Comparison) -> Iterator[str]:
    run = next(iter(compared.runs.values()))
    if run.waited_for:
        names = ", ".join(clean(name, None) for name in run.waited_for)
        yield f"It begins on {run.dates[0]}, the first day on which all have a price; the last was {names}."


def _of_money(asked: Asked, plan: Plan, *, assets: Assets) -> Iterator[str]:
    """What isn't converted, judged or watched."""
    framework = asked.found.framework
    foreign = foreign_to(framework.base_ccy, assets.code, goods=asked.goods)
    if foreign:
        names = ", ".join(clean(code, None) for code in foreign)
        yield f"Nothing is converted: returns are in each product's own currency, not in {framework.base_ccy}: {names}."
    yield from unjudged(framework, what="past days")
    tree = asked.found.tree
    inner = [tree.buckets[row] for row in np.flatnonzero(~tree.leaf)]
    if inner and (plan.bands.has_edges or any(b.min_weight is not None or b.max_weight is not None for b in inner)):
        yield "Bands, minimums and maximums are watched of leaves alone, not of the buckets above them."


def _of_flows(plan: Plan, compared: Comparison) -> Iterator[str]:
    """Flows that don't move on their day, or not at all."""
    days = [day for run in compared.runs.values() for day in (run.dates[0], run.dates[-1])]
    first, last = min(days).astype(object), max(days).astype(object)
    early = [str(day) for day in plan.flows if day < first]
    late = [str(day) for day in plan.flows if day > last]
    if early:
        yield f"Flows before the first day move on it: {', '.join(early)}."
    if late:
        yield f"Flows after the last day are left out: {', '.join(late)}."


def _frame(frame: pd.DataFrame, head: str) -> Table:
    rows = (
        (str(name), *(number(float(value)) for value in row))
        for name, row in zip(frame.index, frame.to_numpy(), strict=True)
    )
    return table((head, *map(str, frame.columns)), rows)


def _buckets(kept: _Kept) -> Table:
    """What each leaf earned in each mode, and costs."""
    runs = kept.runs
    columns = [numbers(leaf_contributions(run, kept.assets)) for run in runs.values()]
    rows: list[tuple[Cell, ...]] = [
        (clean(path, None), *figures) for path, *figures in zip(kept.assets.leaves, *columns, strict=True)
    ]
    return table(("path", *runs), [*rows, (COSTS, *(number(run.cost_contribution) for run in runs.values()))])


def _product_rows(kept: _Kept) -> Iterator[tuple[Cell, ...]]:
    days = first_days(kept.closes, kept.assets)
    weights = kept.plan.weights.tolist()
    for path, code, weight, day in zip(kept.assets.path, kept.assets.code, weights, days, strict=True):
        over = ", ".join(clean(each, None) for each in kept.stand_ins.passed_over.get(path, ()))
        yield clean(path, None), clean(code, None), number(weight), str(day), over or None


def _rules(plan: Plan, request: BacktestFramework) -> dict[str, str | int | float | bool | None]:
    return {
        "cadence": plan.cadence,
        "absolute_band_bps": plan.absolute_band_bps,
        "relative_band_pct": plan.relative_band_pct,
        "lag_days": plan.lag_days,
        "cost_bps": plan.cost_bps,
        "initial_capital": plan.initial_capital,
        "flows": len(plan.flows),
        "risk_free": request.run.risk_free,
        "benchmark": request.run.benchmark,
    }


def _sections(kept: _Kept, request: BacktestFramework) -> tuple[dict[str, Table], list[tuple[Cell, ...]]]:
    """The tables that were asked for, each cut to the newest rows, and how many there are."""
    make = {"equity": _equity, "trades": _trades, "contributions": _contributions}
    sections: dict[str, Table] = {}
    shown: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(request.sections):
        whole = make[name](kept)
        rows = whole.rows[-request.max_rows :]
        sections[name] = table(whole.columns, rows)
        shown.append((name, len(rows), len(whole.rows)))
    return sections, shown


def _equity(kept: _Kept) -> Table:
    """The equity of each mode at every close; null after the end of a run."""
    columns = {mode: pd.Series(run.equity, index=run.dates) for mode, run in kept.runs.items()}
    frame = pd.DataFrame(columns).round(2)
    rows = (
        (str(day)[:10], *(number(float(value)) for value in row))
        for day, row in zip(frame.index, frame.to_numpy(), strict=True)
    )
    return table(("day", *kept.runs), rows)


def _trades(kept: _Kept) -> Table:
    return table(
        TRADE_COLUMNS, (row for mode, run in kept.runs.items() for row in _trade_rows(mode, run, assets=kept.assets))
    )


def _trade_rows(mode: Mode, run: Run, *, assets: Assets) -> Iterator[tuple[Cell, ...]]:
    trades, done = run.trades, run.executions
    days = np.datetime_as_string(run.dates, unit="D")
    figures = zip(numbers(trades.units), numbers(trades.price), numbers(trades.value), strict=True)
    for execution, asset, (units, price, value) in zip(
        trades.execution.tolist(), trades.asset.tolist(), figures, strict=True
    ):
        day, decided = str(days[done.executed[execution]]), str(days[done.decided[execution]])
        path, code = clean(assets.path[asset], None), clean(assets.code[asset], None)
        yield mode, day, decided, done.reason[execution], path, code, units, price, value


def _contributions(kept: _Kept) -> Table:
    """What each asset earned in each mode, and costs."""
    runs = kept.runs
    columns = [numbers(run.contributions) for run in runs.values()]
    names = zip(kept.assets.path, kept.assets.code, strict=True)
    rows: list[tuple[Cell, ...]] = [
        (clean(path, None), clean(code, None), *figures)
        for (path, code), figures in zip(names, zip(*columns, strict=True), strict=True)
    ]
    costs = (COSTS, "", *(number(run.cost_contribution) for run in runs.values()))
    return table(("path", "code", *runs), [*rows, costs])
