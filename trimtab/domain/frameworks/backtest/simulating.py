"""A plan over past days, from one trade to the next. Section 4 of `docs/framework-maths.md`."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.frameworks.backtest.plan import Plan, unfit_mode
from trimtab.domain.frameworks.backtest.result import Executions, Reason, Run
from trimtab.domain.frameworks.backtest.staging import Stage, stage_of
from trimtab.domain.frameworks.backtest.watching import watched_days
from trimtab.domain.frameworks.methods import Mode
from trimtab.domain.signals.backtest.executing import Book, Terms, execute
from trimtab.domain.signals.backtest.ledger import MOST_EQUITY
from trimtab.domain.signals.backtest.result import by_day
from trimtab.domain.signals.strategies.ranges import refuse


@dataclass(slots=True, eq=False)
class _Kept:
    """What was held and done so far, execution by execution.

    Attributes:
        units: before the first execution and after each, N each.
        cash: the same, without flows.
        decided: a place among the days for each execution.
        executed: the same.
        reason: of each.
        worth: the equity before each execution's costs.
        cost: of each, money.
        pending: the place of a decision that wasn't executed.
        broke: the place of the day on which trading would have left nothing.
    """

    units: list[FloatColumn]
    cash: list[float]
    decided: list[int] = field(default_factory=list)
    executed: list[int] = field(default_factory=list)
    reason: list[Reason] = field(default_factory=list)
    worth: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    pending: int | None = None
    broke: int | None = None


def simulate(prices: pd.DataFrame, plan: Plan, *, mode: Mode) -> Run:
    """Keeps a plan in one mode.

    Args:
        prices: adjusted closes, dates ascending x assets, NaN where there is none; each row counts as a trading day.
        plan: what is held, and what that costs.
        mode: when it is brought back.

    Raises:
        InvalidInput: prices that aren't such, an asset without any, or no day on which all have one; a mode that needs
            a cadence or a band where there is none; flows that leave nothing on the first day; or so much money that
            prices must be wrong.
    """
    refuse(unfit_mode(plan, mode))
    stage = stage_of(prices, plan)
    flows = np.cumsum(stage.flows)
    return _run(_kept(stage, plan, mode=mode, flows=flows), stage, plan=plan, mode=mode, flows=flows)


def _kept(stage: Stage, plan: Plan, *, mode: Mode, flows: FloatColumn) -> _Kept:
    """All that is decided and executed, jumping from one decision to the next."""
    watched = watched_days(stage, plan, mode=mode, flows=flows)
    later: Reason = "cadence" if mode == "periodic" else "band"
    kept = _Kept([np.zeros(len(plan.targets))], [plan.initial_capital])
    terms, weights = Terms(plan.cost_bps / 10_000.0, 1.0), plan.weights
    decided: int | None = 0
    while decided is not None:
        executed = decided + plan.lag_days
        if executed >= len(stage.dates):
            kept.pending = decided
            break
        if not _trade(kept, weights, stage=stage, terms=terms, at=(executed, float(flows[executed]))):
            break
        kept.decided.append(decided)
        kept.reason.append(later if len(kept.executed) > 1 else "start")
        # Where a decision waits at all, the next may be taken right after it was executed.
        decided = watched.next_from(executed + (plan.lag_days == 0), kept.units[-1], cash=kept.cash[-1])
    return kept


def _trade(kept: _Kept, weights: FloatColumn, *, stage: Stage, terms: Terms, at: tuple[int, float]) -> bool:
    """Trades to the weights at a day's closes, with the flows up to it; False where nothing would be left."""
    day, added = at
    quotes, units, cash = stage.closes.on(day), kept.units[-1], kept.cash[-1] + added
    worth = float(np.add.reduce(quotes.price * units)) + cash
    if worth > MOST_EQUITY:
        said = (
            f"On {stage.dates[day]} the portfolio is worth more than {MOST_EQUITY:g}; look for prices that are wrong."
        )
        raise InvalidInput(said, field="prices")
    after = execute(weights, Book(units, cash, worth), quotes=quotes, terms=terms) if worth > 0 else None
    if after is None or after.equity <= 0:
        kept.broke = day
        return False
    kept.units.append(after.units)
    kept.cash.append(after.cash - added)
    kept.executed.append(day)
    kept.worth.append(worth)
    kept.cost.append(worth - after.equity)
    return True


def _run(kept: _Kept, stage: Stage, *, plan: Plan, mode: Mode, flows: FloatColumn) -> Run:
    """The columns of it, up to the last day on which anything is left."""
    days, executed, prices = len(stage.dates), np.array(kept.executed, dtype=np.int64), stage.closes.valued
    positions, cash = np.stack(kept.units), np.array(kept.cash)
    cash_by_day = by_day(cash, executed, days=days, ruined=None) + flows
    # Not a product of matrices: there a day's sum may depend on how many other days are summed beside it.
    equity = np.add.reduce(prices * by_day(positions, executed, days=days, ruined=None), axis=1) + cash_by_day
    stop = _stop(equity, broke=kept.broke)
    ended = stage.ended if stop == days else _nothing_left(stage, stop)
    done = int(executed.searchsorted(stop))
    return Run(
        mode=mode,
        dates=stage.dates[:stop],
        assets=plan.assets,
        bands=plan.bands,
        initial_capital=plan.initial_capital,
        flows=stage.flows[:stop],
        equity=equity[:stop],
        cash=cash_by_day[:stop],
        positions=positions[: done + 1],
        prices=prices[:stop],
        executions=_executions(kept, stage, done=done),
        pending=kept.pending if stop == days else None,
        waited_for=stage.waited_for,
        ended=ended,
    )


def _stop(equity: FloatColumn, *, broke: int | None) -> int:
    """The place of the first day on which nothing is left; the number of days where something always is."""
    gone = np.flatnonzero(equity <= 0)
    first = int(gone[0]) if len(gone) else len(equity)
    return first if broke is None else min(first, broke)


def _nothing_left(stage: Stage, stop: int) -> Problem:
    """Why the run ends before that day.

    Raises:
        InvalidInput: it is the first.
    """
    said = f"On {stage.dates[stop]} nothing is left after what is taken out and costs; take out less, or later."
    problem = Problem("flows", said, "nothing_left")
    refuse([problem] if stop == 0 else [])
    return problem


def _executions(kept: _Kept, stage: Stage, *, done: int) -> Executions:
    """The first of them."""
    executed = np.array(kept.executed[:done], dtype=np.int64)
    changes = np.diff(np.stack(kept.units[: done + 1]), axis=0)
    traded = np.abs(changes * stage.closes.valued[executed]).sum(axis=1)
    return Executions(
        decided=np.array(kept.decided[:done], dtype=np.int64),
        executed=executed,
        reason=tuple(kept.reason[:done]),
        turnover=traded / 2.0 / np.array(kept.worth[:done]),
        cost_value=np.array(kept.cost[:done]),
        untraded=(~stage.closes.priced[executed]).sum(axis=1),
    )
