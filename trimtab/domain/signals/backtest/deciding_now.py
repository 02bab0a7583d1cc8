"""What would be held on a day, by the same decider as in a backtest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from trimtab.domain.columns import DateColumn, FloatColumn, TextColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.backtest.calendar import days_of
from trimtab.domain.signals.backtest.checking import unfit
from trimtab.domain.signals.backtest.decider import Decided
from trimtab.domain.signals.backtest.deciding import SignalDecider
from trimtab.domain.signals.backtest.kept import beside, broken_by
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.constraints import sector_numbers, weights_in_steps
from trimtab.domain.signals.exact_weights import cash_beside
from trimtab.domain.signals.limits import Limits
from trimtab.domain.signals.strategies.panel import SignalPanel, framed
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.ranges import refuse
from trimtab.domain.signals.symbols import BySymbol, named, series_of


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """One decision on N symbols; weights and cash sum to exactly 1.

    Attributes:
        day: whose closes it rests on.
        symbols: N, as the prices have them.
        alpha: N, combined, -1 to 1; this and the next three are NaN where no strategy has a signal.
        confidence: N, 0 to 1.
        horizon_days: N, over how many days alpha is meant.
        conflict: N, the share of the strategies' weight against alpha's side.
        weights: by symbol, fractions of the capital; below 0 is sold short.
        cash: what is left; below 0 where money is borrowed.
        unmet: the constraints that aren't kept; `covariance` where what is held is kept for want of one, `held` for
            each symbol that is held and has no price that day: it can't be traded, and keeps its weight.
        without_estimate: symbols that alpha speaks for and that have too little history to be sized.
    """

    day: date
    symbols: TextColumn
    alpha: FloatColumn
    confidence: FloatColumn
    horizon_days: FloatColumn
    conflict: FloatColumn
    weights: "pd.Series[float]"
    cash: float
    unmet: tuple[Problem, ...]
    without_estimate: TextColumn


def decide_at(
    prices: pd.DataFrame,
    panels: Sequence[SignalPanel],
    *,
    rules: Rules,
    held: "BySymbol | None" = None,
    sectors: Mapping[str, str] | None = None,
    day: date | None = None,
) -> Decision:
    """What the strategies' signals would have held, by what was known at the closes of a day.

    Args:
        prices: adjusted closes, dates ascending x symbols, NaN where there is none.
        panels: the signals of each strategy, of the same dates and symbols.
        rules: how signals are combined, sized and held; those of trading and of the range aren't used.
        held: weights by symbol at these closes; without them all is cash.
        sectors: by symbol, needed where the constraints have `max_sector_weight`.
        day: the newest that may be known, of which the last one with a row of prices is taken; without it the newest.

    Raises:
        InvalidInput: prices that aren't such or begin after the day; panels that don't fit them or the rules; held
            symbols without a column of prices, or weights beyond 16 in sum; a symbol without a sector where one is
            needed.
    """
    values = checked_prices(prices)
    refuse(unfit(prices, panels, rules=rules))
    row = _row_of(days_of(prices), day)
    decider = SignalDecider(framed(values, prices), panels, rules=rules, rows=np.array([row]), sectors=sectors)
    limits = Limits(
        rules.constraints,
        _held(held, prices.columns),
        sector_numbers(prices.columns, sectors, constraints=rules.constraints),
    )
    known = framed(values, prices).iloc[: row + 1]
    decided = _beside_unpriced(decider, limits, known=known)
    said, symbols = decider.combined, tuple(prices.columns)
    return Decision(
        day=days_of(prices)[row].item(),
        symbols=symbols,
        alpha=said.alpha[0],
        confidence=said.confidence[0],
        horizon_days=said.horizon_days[0],
        conflict=said.conflict[0],
        weights=pd.Series(decided.weights, index=prices.columns),
        cash=cash_beside(decided.weights),
        unmet=decided.unmet,
        without_estimate=tuple(prices.columns[decider.unsized(0)]),
    )


def _beside_unpriced(decider: SignalDecider, limits: Limits, *, known: pd.DataFrame) -> Decided:
    """The decision; what is held and has no price on the last day that is known keeps its weight."""
    decided = decider.decide(0, limits.held)
    stuck = (limits.held != 0) & known.iloc[-1].isna().to_numpy()
    if not stuck.any():
        return decided
    weights = beside(stuck, decided.weights, limits=limits)
    unpriced = tuple(_unpriced(known[symbol]) for symbol in known.columns[stuck])
    refused = tuple(problem for problem in decided.unmet if problem.field == "covariance")
    broken = broken_by(weights, np.nan_to_num(decider.alpha[0]), limits=limits)
    return replace(decided, weights=weights, unmet=(*refused, *unpriced, *broken))


def _unpriced(prices: "pd.Series[float]") -> Problem:
    """Why what is held of a symbol isn't traded."""
    days, day = prices.index[prices.notna()], prices.index[-1].date()
    since = f"its last is of {days[-1].date()}" if len(days) else "and had none before"
    name = clean(str(prices.name))
    return Problem("held", f"{name} has no price on {day}, {since}: it can't be traded, and keeps its weight.")


def _row_of(days: DateColumn, day: date | None) -> int:
    known = len(days) if day is None else int(np.searchsorted(days, np.datetime64(day), side="right"))
    if len(days) == 0:
        raise InvalidInput("There is no day of prices; give at least one.", field="prices")
    if known == 0:
        raise InvalidInput(f"day is {day}, and prices begin on {days[0]}; give that day or a later one.", field="day")
    return known - 1


def _held(held: "BySymbol | None", symbols: "pd.Index[str]") -> FloatColumn:
    before = series_of({} if held is None else held, field="held").fillna(0.0)
    unpriced = before.index.difference(symbols)
    if len(unpriced):
        raise InvalidInput(
            f"held has {named(unpriced)}, of which there are no prices; give prices, or leave out what isn't to be "
            "decided on.",
            field="held",
        )
    return weights_in_steps(before, symbols, field="held")
