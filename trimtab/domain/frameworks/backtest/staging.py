"""The days of a run, what is traded at on them, and the money that comes and goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, DateColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.errors import Problem
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.cadence import MONTHS
from trimtab.domain.frameworks.framework import Cadence
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.backtest.calendar import days_of
from trimtab.domain.signals.backtest.closes import Closes, closes_of
from trimtab.domain.signals.strategies.prices import checked_prices
from trimtab.domain.signals.strategies.ranges import refuse

MOST_FILLED_DAYS: Final = 5
"""Trading days for which a missing price is the last one."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """T days of N assets.

    Attributes:
        dates: T days (datetime64[D]).
        closes: of these days.
        flows: T, money added at the day's closes.
        waited_for: assets that had no price on the day before the first; none where the run begins with the prices.
        ended: why it ends before the prices do, None where it doesn't.
    """

    dates: DateColumn
    closes: Closes
    flows: FloatColumn
    waited_for: TextColumn
    ended: Problem | None


def stage_of(prices: pd.DataFrame, plan: Plan) -> Stage:
    """The days on which a plan can be kept.

    Args:
        prices: adjusted closes, dates ascending x assets, NaN where there is none; each row counts as a trading day.
        plan: what is held; other assets of the prices don't matter.

    Raises:
        InvalidInput: prices that aren't such, an asset without any, or no day on which all have one.
    """
    columns = list(plan.targets)
    refuse(_without_prices(prices, columns))
    chosen = prices if list(prices.columns) == columns else prices[columns]
    values, dates = checked_prices(chosen), days_of(chosen)
    priced = ~np.isnan(values)
    complete: BoolColumn = np.logical_and.reduce(priced, axis=1)
    if not complete.any():
        refuse([Problem("prices", _never_complete(priced, columns))])
    first = int(complete.argmax())
    waited = () if first == 0 else tuple(np.array(columns)[~priced[first - 1]].tolist())
    days, ended = _end(priced[first:], dates[first:], assets=columns)
    dates = dates[first : first + days]
    return Stage(dates, closes_of(values, first=first, days=days), _by_day(plan.flows, dates), waited, ended)


def first_days(dates: DateColumn, cadence: Cadence) -> IntColumn:
    """Places of the first date of each month, quarter, half-year or year but that of the very first date."""
    if cadence == "none":
        return np.zeros(0, dtype=np.int64)
    period = dates.astype("datetime64[M]").astype(np.int64) // MONTHS[cadence]
    places: IntColumn = np.flatnonzero(np.diff(period)) + 1
    return places


def _without_prices(prices: pd.DataFrame, assets: list[str]) -> list[Problem]:
    return [
        Problem("prices", f"prices has no column of {clean(asset)}; give its closes, or leave it out of targets.")
        for asset in assets
        if asset not in prices.columns
    ]


def _never_complete(priced: BoolColumn, assets: list[str]) -> str:
    empty = [clean(assets[place]) for place in np.flatnonzero(~priced.any(axis=0)).tolist()]
    if empty:
        return f"{', '.join(empty)} has no price at all; give its closes, or leave it out of targets."
    return "On no day all assets have a price; give closes of a span in which all were traded."


def _end(priced: BoolColumn, dates: DateColumn, *, assets: list[str]) -> tuple[int, Problem | None]:
    """How many days can be valued, the first of which is complete, and why no more."""
    if priced.all():
        return len(dates), None
    days = np.arange(len(dates))[:, None]
    stale = days - np.maximum.accumulate(np.where(priced, days, 0)) > MOST_FILLED_DAYS
    late = np.logical_or.reduce(stale, axis=1)
    if not late.any():
        return len(dates), None
    end = int(late.argmax())
    named = ", ".join(clean(assets[place]) for place in np.flatnonzero(stale[end]).tolist())
    since = dates[end - 1 - MOST_FILLED_DAYS]
    said = (
        f"The run ends on {dates[end - 1]}: {named} has no price after {since}, and a price is carried on for at most "
        f"{MOST_FILLED_DAYS} trading days. Give closes of the days after, or another asset."
    )
    return end, Problem("prices", said, "prices_missing")


def _by_day(flows: Mapping[date, float], dates: DateColumn) -> FloatColumn:
    """T, each on the first day from its date on; what comes after the last day isn't there."""
    money: FloatColumn = np.zeros(len(dates))
    if flows:
        days = np.searchsorted(dates, np.array(list(flows), dtype="datetime64[D]"))
        reached = days < len(dates)
        np.add.at(money, days[reached], np.array(list(flows.values()), dtype=np.float64)[reached])
    return money
