"""A run's columns as tables: equity, weights, trades, contributions, and what is decided and not yet done."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from trimtab.domain.columns import DateColumn, FloatColumn
from trimtab.domain.signals.backtest import Backtest
from trimtab.domain.signals.evaluation.strategy_evaluation import weights_with_cash
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Cell, Table

CASH = "(cash)"
Rows = list[tuple[Cell, ...]]


def days(dates: DateColumn) -> list[str]:
    """ISO dates."""
    found: list[str] = np.datetime_as_string(dates.astype("datetime64[D]")).tolist()
    return found


def equity_rows(run: Backtest, beside: Mapping[str, Backtest]) -> Rows:
    """A row per day: equity, cash, drawdown, and the equity of other runs, null before their first day."""
    highest = np.maximum(np.maximum.accumulate(run.equity), run.initial_capital)
    columns = [run.equity, run.cash, run.equity / highest - 1.0]
    columns += [_on_days_of(run, other) for other in beside.values()]
    return [
        (day, *map(number, row)) for day, row in zip(days(run.dates), np.column_stack(columns).tolist(), strict=True)
    ]


def _on_days_of(run: Backtest, other: Backtest) -> FloatColumn:
    """The equity of another run that ends on the same day and may have begun later."""
    found: FloatColumn = np.full(len(run.dates), np.nan)
    found[len(run.dates) - len(other.dates) :] = other.equity
    return found


def weight_rows(run: Backtest) -> Rows:
    """A row per execution and symbol that is held after it, and one for cash."""
    weights = weights_with_cash(run)
    executed = run.decisions.executed[~run.pending]
    names, told = (*run.symbols, CASH), days(run.dates)
    return [
        (told[executed[place]], names[symbol], number(float(weights[place, symbol])))
        for place, symbol in zip(*(found.tolist() for found in np.nonzero(weights)), strict=True)
    ]


def trade_rows(run: Backtest) -> Rows:
    """A row per trade, in the order in which they were made."""
    told, trades = days(run.dates), run.trades
    numbers = np.column_stack([trades.units, trades.price, trades.value, trades.cost_value]).tolist()
    places = zip(trades.day.tolist(), trades.symbol.tolist(), strict=True)
    return [
        (told[day], run.symbols[symbol], *map(number, row)) for (day, symbol), row in zip(places, numbers, strict=True)
    ]


def contribution_rows(run: Backtest) -> Rows:
    """What each source earned, and as a fraction of the capital at the start."""
    earned = run.contributions.sum(axis=0)
    return [
        (name, number(value), number(value / run.initial_capital))
        for name, value in zip(run.contribution_names, earned.tolist(), strict=True)
    ]


def contributions_over_time(run: Backtest) -> Rows:
    """What each source earned up to the day of each execution, and up to the end, as fractions of the start."""
    executed = run.decisions.executed[~run.pending]
    ends = [*executed.tolist(), len(run.dates) - 1]
    earned = (np.cumsum(run.contributions, axis=0) / run.initial_capital).tolist()
    told = days(run.dates)
    return [(told[end], *map(number, row)) for end, row in zip(ends, earned, strict=True)]


def pending(run: Backtest) -> Table:
    """Weights that were decided and whose day of execution lies beyond the data."""
    return table(("decided", "symbol", "weight"), _pending(run))


def _pending(run: Backtest) -> Iterator[Sequence[Cell]]:
    told = days(run.dates)
    for place in np.flatnonzero(run.pending).tolist():
        weights = run.decisions.weights[place]
        for symbol in np.flatnonzero(weights).tolist():
            yield told[run.decisions.decided[place]], run.symbols[symbol], number(float(weights[symbol]))


def unmet_rows(run: Backtest) -> Rows:
    """The constraints that weren't kept, each with the day of the decision."""
    told = days(run.dates)
    return [
        (told[run.decisions.decided[place]], problem.field, problem.message)
        for place, problems in sorted(run.decisions.unmet.items())
        for problem in problems
    ]
