"""What weights are held to, and whether they are. Section 3 of `docs/signal-allocation.md`."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.exact_weights import MOST_GROSS

ALLOWANCE: Final = 1e-12
"""By how much a limit may be passed, as a weight: rounding of sums, never a position."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """Limits on weights, as fractions of the capital.

    Attributes:
        max_position_weight: the most of one symbol, long or short, above 0.
        max_sector_weight: the most of one sector, in absolute weights, above 0; None for no limit.
        min_positions: how many symbols have to be held, where the target has any.
        max_turnover: the most that may be traded, half the sum of absolute changes of weights, 0 or more; None for no
            limit.
        long_only: nothing is sold short.
        gross_limit: the most that absolute weights may sum to, above 0 and at most 16.
        min_trade_weight: the least change of a weight that is traded, 0 or more; a position may always be closed.

    Raises:
        InvalidInput: limits out of range, or such that contradict each other whatever the weights. It has all problems.
    """

    max_position_weight: float = 1.0
    max_sector_weight: float | None = None
    min_positions: int = 0
    max_turnover: float | None = None
    long_only: bool = True
    gross_limit: float = 1.0
    min_trade_weight: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what can't be."""
        problems = _out_of_range(self) or _contradictions(self)
        if problems:
            raise InvalidInput(" ".join(problem.message for problem in problems), problems=problems)


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Constraints beside N symbols: what they hold now, and their sectors.

    Attributes:
        rules: the constraints.
        held: N weights in whole steps.
        sector: N numbers of sectors, from 0 and without a gap.
    """

    rules: Constraints
    held: FloatColumn
    sector: IntColumn

    def turnover(self, weights: FloatColumn) -> float:
        """Half the sum of absolute changes."""
        return float(np.abs(weights - self.held).sum() / 2.0)

    def too_small(self, weights: FloatColumn) -> BoolColumn:
        """N: whether a change is a trade below the least one."""
        change = np.abs(weights - self.held)
        small: BoolColumn = (change > 0) & (change < self.rules.min_trade_weight - ALLOWANCE) & (weights != 0)
        return small

    def hold_for(self, weights: FloatColumn) -> bool:
        """Whether all limits hold, the least number of positions aside."""
        rules, size = self.rules, np.abs(weights)
        most_sector = float(np.bincount(self.sector, size).max(initial=0.0))
        within = (
            size.max(initial=0.0) <= rules.max_position_weight + ALLOWANCE
            and most_sector <= _or_infinite(rules.max_sector_weight) + ALLOWANCE
            and size.sum() <= rules.gross_limit + ALLOWANCE
            and self.turnover(weights) <= _or_infinite(rules.max_turnover) + ALLOWANCE
        )
        short = rules.long_only and bool((weights < 0).any())
        return bool(within) and not short and not self.too_small(weights).any()

    def enough(self, weights: FloatColumn, target: FloatColumn) -> bool:
        """Whether as many symbols are held as have to be; where the target has none, none have to be."""
        wanted = target > 0 if self.rules.long_only else target != 0
        return not wanted.any() or int(np.count_nonzero(weights)) >= self.rules.min_positions


def _or_infinite(limit: float | None) -> float:
    return math.inf if limit is None else limit


def _out_of_range(rules: Constraints) -> list[Problem]:
    sector = _or_infinite(rules.max_sector_weight)
    turnover = _or_infinite(rules.max_turnover)
    allowed = {
        "max_position_weight": (0 < rules.max_position_weight < math.inf, "a number above 0"),
        "max_sector_weight": (sector > 0, "a number above 0, or None"),
        "min_positions": (rules.min_positions >= 0, "a count of 0 or more"),
        "max_turnover": (turnover >= 0, "a number of 0 or more, or None"),
        "gross_limit": (0 < rules.gross_limit <= MOST_GROSS, f"a number above 0, at most {MOST_GROSS:g}"),
        "min_trade_weight": (0 <= rules.min_trade_weight < math.inf, "a number of 0 or more"),
    }
    return [
        Problem(field, f"{field} is {getattr(rules, field)}; give {what}.")
        for field, (good, what) in allowed.items()
        if not good
    ]


def _contradictions(rules: Constraints) -> list[Problem]:
    """Limits under which no position could ever be opened, or not as many as there have to be."""
    problems = [
        Problem(
            "min_trade_weight",
            f"min_trade_weight ({rules.min_trade_weight:g}) is above {field} ({limit:g}): nothing could be bought.",
        )
        for field in ("max_position_weight", "max_sector_weight", "gross_limit")
        if rules.min_trade_weight > (limit := _or_infinite(getattr(rules, field)))
    ]
    if not problems and rules.min_positions * rules.min_trade_weight > rules.gross_limit + ALLOWANCE:
        problems.append(
            Problem(
                "min_positions",
                f"min_positions ({rules.min_positions}) times min_trade_weight ({rules.min_trade_weight:g}) is above "
                f"gross_limit ({rules.gross_limit:g}): so many positions can't be opened.",
            )
        )
    return problems
