"""A run's columns as tables: equity, weights, trades, contributions, and what is decided and not yet done."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from trimtab.domain.columns import DateColumn, FloatColumn
from trimtab.domain.signals.backtest import Backtest
from trimtab.domain.signals.evaluation.strategy_evaluation import weights_with_cash
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Cell, Table

CASH = "(cash)"
Rows = list[tuple[Cell, ...]]


def in_money(value: float) -> float:
    """Money to a millionth, so that sums of large amounts keep their cents."""
    return round(value, 6)


def money(value: float) -> float | None:
    """The same; None where it isn't a number."""
    return in_money(value) if math.isfinite(value) else None


def days(dates: DateColumn) -> list[str]:
    """ISO dates."""
    found: list[str] = np.datetime_as_string(dates.astype("datetime64[D]")).tolist()
    return found


def equity_rows(run: Backtest, beside: Mapping[str, Backtest]) -> Rows:
    """A row per day: equity, cash, drawdown, and the equity of other runs, null before their first day."""
    highest = np.maximum(np.maximum.accumulate(run.equity), run.initial_capital)
    drawdowns = map(number, (run.equity / highest - 1.0).tolist())
    others = [map(money, _on_days_of(run, other).tolist()) for other in beside.values()]
    amounts = (map(money, run.equity.tolist()), map(money, run.cash.tolist()))
    return list(zip(days(run.dates), *amounts, drawdowns, *others, strict=True))


def _on_days_of(run: Backtest, other: Backtest) -> FloatColumn:
    """The equity of another run that ends on the same day and may have begun later."""
    found: FloatColumn = np.full(len(run.dates), np.nan)
    found[len(run.dates) - len(other.dates) :] = other.equity
    return found


def weight_rows(run: Backtest) -> Rows:
    """A row per execution and symbol that is held after it, and one for cash."""
    weights = weights_with_cash(run)
    executed = run.decisions.executed[run.was_executed]
    names, told = (*run.symbols, CASH), days(run.dates)
    return [
        (told[executed[place]], names[symbol], number(float(weights[place, symbol])))
        for place, symbol in zip(*(found.tolist() for found in np.nonzero(weights)), strict=True)
    ]


def trade_rows(run: Backtest) -> Rows:
    """A row per trade, in the order in which they were made."""
    told, trades = days(run.dates), run.trades
    numbers = (map(number, trades.units.tolist()), map(number, trades.price.tolist()))
    amounts = (map(money, trades.value.tolist()), map(money, trades.cost_value.tolist()))
    on = (told[day] for day in trades.day.tolist())
    of = (run.symbols[symbol] for symbol in trades.symbol.tolist())
    return list(zip(on, of, *numbers, *amounts, strict=True))


def contribution_rows(run: Backtest) -> Rows:
    """What each source earned, and as a fraction of the capital at the start."""
    earned = run.contributions.sum(axis=0)
    return [
        (name, money(value), number(value / run.initial_capital))
        for name, value in zip(run.contribution_names, earned.tolist(), strict=True)
    ]


def contributions_over_time(run: Backtest) -> Rows:
    """What each source earned up to the day of each execution, and up to the end, as fractions of the start."""
    executed = run.decisions.executed[run.was_executed]
    ends = [*executed.tolist(), len(run.dates) - 1]
    earned = (np.cumsum(run.contributions, axis=0) / run.initial_capital).tolist()
    told = days(run.dates)
    return [(told[end], *map(number, row)) for end, row in zip(ends, earned, strict=True)]


def pending(run: Backtest) -> Table:
    """What was decided and has its day of execution beyond the data: symbols with a weight before or after."""
    return table(("decided", "symbol", "held_weight", "weight"), _pending(run))


def _pending(run: Backtest) -> Iterator[Sequence[Cell]]:
    told, held = days(run.dates), held_at_the_end(run)
    for place in np.flatnonzero(run.pending).tolist():
        weights = run.decisions.weights[place]
        for symbol in np.flatnonzero((weights != 0) | (held != 0)).tolist():
            weight = number(float(weights[symbol]))
            yield told[run.decisions.decided[place]], run.symbols[symbol], number(float(held[symbol])), weight


def stuck(run: Backtest, last_price_days: Mapping[str, str]) -> Table:
    """Positions at the end whose symbol has no price on the last day, with the day of its last one."""
    held, last = held_at_the_end(run), days(run.dates)[-1]
    rows = (
        (run.symbols[place], last_price_days[run.symbols[place]], number(float(held[place])))
        for place in np.flatnonzero(held).tolist()
        if last_price_days[run.symbols[place]] < last
    )
    return table(("symbol", "last_price_day", "weight"), rows)


def held_at_the_end(run: Backtest) -> FloatColumn:
    """N weights at the last day's closes; none after ruin."""
    if run.equity[-1] <= 0:
        return np.zeros(len(run.symbols))
    units = run.positions[-1]
    held: FloatColumn = np.where(units != 0, units * np.nan_to_num(run.prices[-1]), 0.0) / run.equity[-1]
    return held


def unmet_rows(run: Backtest) -> Rows:
    """The constraints that weren't kept, each with the day of the decision."""
    told = days(run.dates)
    return [
        (told[run.decisions.decided[place]], problem.field, problem.message)
        for place, problems in sorted(run.decisions.unmet.items())
        for problem in problems
    ]
