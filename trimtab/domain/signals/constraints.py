"""Weights held to constraints. Section 3 of `docs/signal-allocation.md`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.exact_weights import MOST_GROSS, cash_beside, in_steps
from trimtab.domain.signals.fitting import fitted
from trimtab.domain.signals.limits import Constraints, Limits
from trimtab.domain.signals.symbols import BySymbol, named, series_of

__all__ = ["Constrained", "Constraints", "apply_constraints"]

_OF_WHAT_IS_HELD: Final = ("max_position_weight", "max_sector_weight", "gross_limit", "long_only", "min_trade_weight")
_AGAINST_MORE: Final = ("max_turnover", "min_trade_weight", "max_sector_weight", "gross_limit")


@dataclass(frozen=True, slots=True, eq=False)
class Constrained:
    """Weights after constraints; with cash they sum to exactly 1.

    Attributes:
        weights: by symbol, those of the target in its order, then others that are held.
        cash: what is left.
        unmet: the constraints that aren't kept, each with those that it contradicts; the others hold.
    """

    weights: "pd.Series[float]"
    cash: float
    unmet: tuple[Problem, ...]


def apply_constraints(
    weights: BySymbol,
    constraints: Constraints,
    *,
    sectors: Mapping[str, str] | None = None,
    held: "BySymbol | None" = None,
) -> Constrained:
    """Weights that keep the constraints: what is too much is given to the others in proportion, what is left is cash.

    Args:
        weights: the target by symbol, fractions of the capital; NaN for none.
        constraints: the limits.
        sectors: by symbol, needed where `max_sector_weight` is set.
        held: weights by symbol before the trade; without them all is cash.

    Raises:
        InvalidInput: a symbol that stands twice or has no sector, or weights that are infinite or beyond 16 in sum.
    """
    target = series_of(weights, field="weights").fillna(0.0)
    before = series_of({} if held is None else held, field="held").fillna(0.0)
    # Sorted, so that what comes out doesn't depend on the order of what goes in.
    symbols = target.index.union(before.index, sort=False).sort_values()
    wanted = weights_in_steps(target, symbols, field="weights")
    owned = weights_in_steps(before, symbols, field="held")
    limits = Limits(constraints, owned, sector_numbers(symbols, sectors, constraints=constraints))
    found = fitted(wanted, limits)
    order = target.index.append(before.index.difference(target.index, sort=False))
    return Constrained(
        pd.Series(found, index=symbols).reindex(order), cash_beside(found), unmet_by(found, wanted, limits=limits)
    )


def weights_in_steps(series: "pd.Series[float]", symbols: "pd.Index[str]", *, field: str) -> FloatColumn:
    """Weights of N symbols in whole steps, 0 for one that has none.

    Raises:
        InvalidInput: they are beyond 16 in absolute sum.
    """
    figures = np.asarray(series.reindex(symbols, fill_value=0.0), dtype=np.float64)
    if np.abs(figures).sum() > MOST_GROSS:
        raise InvalidInput(f"{field} are beyond {MOST_GROSS:g} in absolute sum; give fractions of 1.", field=field)
    return in_steps(figures)


def sector_numbers(
    symbols: "pd.Index[str]", sectors: Mapping[str, str] | None, *, constraints: Constraints
) -> IntColumn:
    """N numbers of sectors, from 0 and without a gap; all 0 where sectors have no limit.

    Raises:
        InvalidInput: they have, and a symbol has no sector.
    """
    if constraints.max_sector_weight is None:
        return np.zeros(len(symbols), dtype=np.int64)
    given = sectors or {}
    missing = [symbol for symbol in symbols if symbol not in given]
    if missing:
        raise InvalidInput(
            f"max_sector_weight needs a sector of each symbol; none is known of {named(missing)}.", field="sectors"
        )
    codes, _ = pd.factorize(np.array([given[symbol] for symbol in symbols], dtype=object))
    return codes.astype(np.int64)


def unmet_by(weights: FloatColumn, target: FloatColumn, *, limits: Limits) -> tuple[Problem, ...]:
    """The constraints that N weights don't keep, each with those that it contradicts."""
    rules, problems = limits.rules, []
    if not limits.hold_for(weights):
        problems.append(
            Problem(
                "max_turnover",
                f"max_turnover ({rules.max_turnover:g}) isn't kept: bringing what is held within "
                f"{_beside(*_OF_WHAT_IS_HELD, rules=rules)} takes {limits.turnover(weights):.6g}.",
            )
        )
    if not limits.enough(weights, target):
        problems.append(_too_few(weights, target, limits=limits))
    return tuple(problems)


def _too_few(weights: FloatColumn, target: FloatColumn, *, limits: Limits) -> Problem:
    rules = limits.rules
    wanted = np.count_nonzero(target > 0 if rules.long_only else target)
    why = (
        f"the target has only {wanted}"
        if wanted < rules.min_positions
        else f"no more go beside {_beside(*_AGAINST_MORE, rules=rules)}"
    )
    count = np.count_nonzero(weights)
    return Problem("min_positions", f"min_positions ({rules.min_positions}) isn't kept, {count} come out: {why}.")


def _beside(*fields: str, rules: Constraints) -> str:
    """Those of the constraints that say something, with their limits."""
    values = {field: getattr(rules, field) for field in fields}
    said = [field if value is True else f"{field} ({value:g})" for field, value in values.items() if value]
    return ", ".join(said)
