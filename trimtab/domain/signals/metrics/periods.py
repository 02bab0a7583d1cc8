"""Years and periods: how many periods a year has, and what a rate per year is per period."""

import math

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.metrics.frames import Returns, RiskFree, aligned


def checked_periods(periods_per_year: float) -> float:
    """Periods per year.

    Raises:
        InvalidInput: it isn't a number above 0.
    """
    if not (math.isfinite(periods_per_year) and periods_per_year > 0):
        raise InvalidInput(
            f"periods_per_year is {periods_per_year}; give a number above 0, such as 252 for trading days or 12 for "
            "months.",
            field="periods_per_year",
        )
    return periods_per_year


def risk_free_per_period(risk_free: RiskFree, returns: Returns, *, periods_per_year: float) -> FloatColumn:
    """The risk-free return of each period, T x 1.

    Args:
        risk_free: a rate per year, turned into (1 + rate) ^ (1 / periods_per_year) - 1; or returns per period.
        returns: the returns it stands beside.
        periods_per_year: periods in a year.

    Raises:
        InvalidInput: a rate that isn't a number above -1, or returns that don't fit (`aligned`).
    """
    if isinstance(risk_free, pd.Series | np.ndarray):
        return aligned(risk_free, returns, field="risk_free")[:, None]
    if not (math.isfinite(risk_free) and risk_free > -1):
        raise InvalidInput(
            f"risk_free is {risk_free}; give a rate per year as a fraction above -1, such as 0.04, or a Series of "
            "returns per period.",
            field="risk_free",
        )
    return np.full((1, 1), (1.0 + risk_free) ** (1.0 / periods_per_year) - 1.0)
