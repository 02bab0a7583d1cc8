"""How much a portfolio varies, and what of that comes from where. Section 3 of `docs/framework-report.md`."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.frameworks.reporting.held import Held
from trimtab.domain.frameworks.reporting.report import Allocation
from trimtab.domain.signals.backtest.estimating import covariance_at
from trimtab.domain.signals.quotients import quotient

DAYS_PER_YEAR: Final = 252
LEAST_DAYS: Final = 20
"""Of fewer daily returns nothing is estimated."""


@dataclass(frozen=True, slots=True, eq=False)
class Risk:
    """Volatility and where it comes from. What isn't known is NaN.

    Attributes:
        volatility: of the whole, a fraction per root of a year.
        holding_contribution: H fractions of the variance of the whole; they sum to 1, cash has 0.
        contribution: R, the same by row of the report; those of the parts sum to 1.
        row_volatility: R, of what each row holds, as if it were all.
        missing: codes that are held and have too few returns.
        days: complete days that it is estimated of.
    """

    volatility: float
    holding_contribution: FloatColumn
    contribution: FloatColumn
    row_volatility: FloatColumn
    missing: TextColumn
    days: int


def risk_of(allocation: Allocation, held: Held, *, returns: pd.DataFrame, estimate_days: int = 252) -> Risk:
    """The risk of a portfolio, from the days on which all that it holds has a return.

    Args:
        allocation: the report of what is held, R rows.
        held: the same by holding and leaf.
        returns: daily, fractions, dates ascending x codes, each once; NaN where there is none.
        estimate_days: the last so many days are looked at, 20 or more.

    Returns:
        A holding with fewer than 20 returns in these days is told, and nothing is guessed: what it is in is NaN, and so
        are the whole and all contributions, which are parts of it. The same where fewer than 20 days are complete.
    """
    invested = held.invested / allocation.total_value
    weights = allocation.aims.rows_of(invested[:, :-1], unassigned=invested[:, -1], cash=0.0)
    moving = (invested != 0).any(axis=1)
    window = returns.iloc[-estimate_days:].reindex(columns=list(held.code)).to_numpy(dtype=np.float64)
    missing = moving & ((~np.isnan(window)).sum(axis=0) < LEAST_DAYS)
    chosen = np.flatnonzero(moving & ~missing)
    window = window[:, chosen]
    complete = window[~np.isnan(window).any(axis=1)]
    enough = len(complete) >= LEAST_DAYS or not len(chosen)
    unknown = missing if enough else moving
    return _estimated(
        allocation,
        weights * ~unknown[:, None],
        covariance=_covariance(complete, chosen=chosen, count=len(moving), enough=enough),
        unknown=weights[unknown].any(axis=0),
        told=(tuple(held.code[place] for place in np.flatnonzero(missing)), len(complete) if len(chosen) else 0),
    )


def _estimated(
    allocation: Allocation,
    weights: FloatColumn,
    *,
    covariance: FloatColumn,
    unknown: BoolColumn,
    told: tuple[TextColumn, int],
) -> Risk:
    """The figures.

    Args:
        allocation: R rows.
        weights: H x R, 0 where nothing is known.
        covariance: H x H, of daily returns, 0 where nothing is known.
        unknown: R, whether something that isn't known lies there.
        told: what is missing, and the number of days.
    """
    whole = weights[:, allocation.aims.part].sum(axis=1)
    marginal = covariance @ whole
    variance = np.full(1, np.nan if unknown.any() else whole @ marginal)
    own = np.where(unknown, np.nan, np.einsum("hr,hr->r", weights, covariance @ weights))
    return Risk(
        volatility=float(_a_year(variance)[0]),
        holding_contribution=quotient(whole * marginal, variance),
        contribution=quotient(weights.T @ marginal, variance),
        row_volatility=quotient(_a_year(own), allocation.actual),
        missing=told[0],
        days=told[1],
    )


def _covariance(complete: FloatColumn, *, chosen: IntColumn, count: int, enough: bool) -> FloatColumn:
    """That of the chosen among H holdings, from days on which all of them have a return; 0 for the others."""
    found = np.zeros((count, count))
    if enough and len(chosen):
        days = len(complete)
        found[np.ix_(chosen, chosen)] = covariance_at(complete, days - 1, days=days, chosen=np.arange(len(chosen)))
    return found


def _a_year(variance: FloatColumn) -> FloatColumn:
    """Volatilities of daily variances; of what is only rounding it is 0."""
    volatility: FloatColumn = np.sqrt(np.maximum(variance, 0.0) * DAYS_PER_YEAR)
    return volatility
