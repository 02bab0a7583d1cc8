"""Capital given to symbols by their alphas. Section 2 of `docs/signal-allocation.md`."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.exact_weights import MOST_GROSS, cash_beside, in_steps
from trimtab.domain.signals.symbols import BySymbol, series_of


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """What part of the capital each symbol gets; weights and cash sum to exactly 1.

    Attributes:
        weights: by symbol, in its order among the alphas; below 0 is a short position.
        cash: what is left; above 1 where short sales bring money in, below 0 where money is borrowed.
        total_capital: money.
    """

    weights: "pd.Series[float]"
    cash: float
    total_capital: float

    @property
    def values(self) -> "pd.Series[float]":
        """Money by symbol."""
        return self.weights * self.total_capital

    @property
    def cash_value(self) -> float:
        """Money that is left."""
        return self.cash * self.total_capital


class Allocator(Protocol):
    """A way to size positions, on the side that each alpha is on."""

    def sizes(self, alphas: "pd.Series[float]", *, gross_limit: float) -> FloatColumn:
        """N signed weights of which the absolute sum is at most `gross_limit`; 0 where alpha is 0."""
        ...


@dataclass(frozen=True, slots=True)
class Proportional:
    """Weights in proportion to alpha, gross_limit x a / sum |a|: all of the limit is used."""

    def sizes(self, alphas: "pd.Series[float]", *, gross_limit: float) -> FloatColumn:
        """See `Allocator`."""
        return proportional_sizes(np.asarray(alphas, dtype=np.float64), gross_limit=gross_limit)


PROPORTIONAL = Proportional()


def proportional_sizes(alphas: FloatColumn, *, gross_limit: float) -> FloatColumn:
    """Weights (..., N) in proportion to alphas (..., N), absolute values summing to the limit; 0 without an alpha."""
    # By the largest first: a sum of alphas that are all tiny stays a number.
    largest = np.abs(alphas).max(axis=-1, keepdims=True, initial=0.0)
    scaled = alphas / np.where(largest > 0, largest, 1.0)
    total = np.abs(scaled).sum(axis=-1, keepdims=True)
    sizes: FloatColumn = scaled / np.where(total > 0, total, 1.0) * gross_limit
    return sizes


def allocate_capital(
    alphas: BySymbol,
    total_capital: float,
    *,
    method: Allocator = PROPORTIONAL,
    long_only: bool = True,
    gross_limit: float = 1.0,
) -> Allocation:
    """Weights and values for the symbols that alphas speak for.

    Long-only with no alpha above 0, or no alpha at all, is all cash.

    Args:
        alphas: by symbol; above 0 to buy, below 0 to sell, NaN and 0 for neither.
        total_capital: money, 0 or more.
        method: `Proportional`, `Kelly`, `KellyOfTrades` or `RiskParity`.
        long_only: alphas below 0 get nothing; else they are sold short.
        gross_limit: the most that absolute weights may sum to, above 0 and at most 16; beyond 1 with borrowed money.

    Raises:
        InvalidInput: a symbol that stands twice, an infinite alpha, an amount or limit out of range, or estimates
            of the method that are missing or out of range.
    """
    _refuse_unfit(total_capital, gross_limit)
    wanted = series_of(alphas, field="alphas").fillna(0.0)
    wanted = wanted.clip(lower=0.0) if long_only else wanted
    active = wanted.to_numpy() != 0
    weights = np.zeros(len(wanted))
    if active.any():
        weights[active] = in_steps(method.sizes(wanted[active], gross_limit=gross_limit))
    return Allocation(pd.Series(weights, index=wanted.index), cash_beside(weights), float(total_capital))


def _refuse_unfit(total_capital: float, gross_limit: float) -> None:
    problems = []
    if not (math.isfinite(total_capital) and total_capital >= 0):
        problems.append(Problem("total_capital", f"total_capital is {total_capital}; give an amount of 0 or more."))
    if not 0 < gross_limit <= MOST_GROSS:
        problems.append(
            Problem("gross_limit", f"gross_limit is {gross_limit}; give a number above 0, at most {MOST_GROSS:g}.")
        )
    if problems:
        raise InvalidInput(" ".join(problem.message for problem in problems), problems=problems)
