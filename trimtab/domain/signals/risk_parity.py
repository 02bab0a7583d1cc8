"""Risk parity: weights that contribute equally to the portfolio's volatility."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.parity_solving import LARGEST, SOLVED, solved
from trimtab.domain.signals.symbols import named

_ROUNDING: Final = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class RiskParity:
    """Positions of equal risk contribution on the side of each alpha, whose absolute sum is the whole limit.

    Attributes:
        covariance: symbols x symbols, of returns per period.
    """

    covariance: pd.DataFrame

    def sizes(self, alphas: "pd.Series[float]", *, gross_limit: float) -> FloatColumn:
        """See `Allocator`."""
        _refuse_unknown(self.covariance, alphas.index)
        covariance = self.covariance.loc[alphas.index, alphas.index].to_numpy(dtype=np.float64)
        return parity_sizes(np.sign(alphas.to_numpy()), covariance, symbols=tuple(alphas.index)) * gross_limit


def parity_sizes(side: FloatColumn, covariance: FloatColumn, *, symbols: tuple[str, ...]) -> FloatColumn:
    """N weights of equal risk contribution on sides of 1 or -1, absolute values summing to 1.

    Raises:
        InvalidInput: as `equal_risk_contribution`.
    """
    # A short position is a long one of the opposite returns.
    return side * equal_risk_contribution(side[:, None] * covariance * side, symbols)


def equal_risk_contribution(covariance: FloatColumn, symbols: tuple[str, ...]) -> FloatColumn:
    """The weights, above 0 and summing to 1, of which each contributes the same: w_i (S w)_i = w'S w / N.

    They are found from the correlations, as `solved` has it (Maillard, Roncalli, Teiletche 2010; Spinu 2013).

    Args:
        covariance: N x N, of returns per period.
        symbols: N, for messages.

    Returns:
        N weights, contributions equal to `SOLVED`.

    Raises:
        InvalidInput: not finite, not symmetric, without variance, not positive semi-definite, or with symbols that
            hedge each other completely, so that there is no such portfolio. A covariance that is singular otherwise,
            as of two equal symbols, has one.
    """
    volatility = _checked_volatility(covariance, symbols)
    correlation = covariance / volatility[:, None] / volatility[None, :]
    if not _is_positive(correlation):
        _refuse("isn't positive semi-definite: some portfolio would have a variance below 0; estimate it over periods "
                "that all symbols have in common")  # fmt: skip
    scaled = solved(correlation)
    if scaled.sum() > LARGEST or not contributions_differ_by(scaled, correlation) <= SOLVED:
        hedged = _named(scaled * 10.0 >= scaled.max(), symbols)
        _refuse(f"is singular: {hedged} hedge each other completely, and have no equal contributions; leave one out")
    weights = scaled / volatility
    normed: FloatColumn = weights / weights.sum()
    return normed


def contributions_differ_by(weights: FloatColumn, covariance: FloatColumn) -> float:
    """The largest |w_i (S w)_i N / w'S w - 1|: how far N contributions are from equal, as a share of their mean."""
    contributions = weights * (covariance @ weights)
    return float(np.abs(contributions * len(weights) / contributions.sum() - 1.0).max())


def _is_positive(correlation: FloatColumn) -> bool:
    """Whether no portfolio has a variance below 0, but for rounding: then there is a Cholesky decomposition."""
    raised = correlation.copy()
    np.fill_diagonal(raised, raised.diagonal() + _ROUNDING * len(raised))
    try:
        np.linalg.cholesky(raised)
    except np.linalg.LinAlgError:
        return False
    return True


def _checked_volatility(covariance: FloatColumn, symbols: tuple[str, ...]) -> FloatColumn:
    count = len(symbols)
    if covariance.shape != (count, count):
        _refuse(f"has the shape {covariance.shape}; {count} symbols need {count} x {count}")
    finite = np.isfinite(covariance)
    # A symbol without a variance has no covariance either; those beside it are then only half unknown.
    own: BoolColumn = np.diagonal(finite)
    unknown: BoolColumn = np.logical_not(finite.all(axis=1) if own.all() else own)
    if unknown.any():
        _refuse(f"isn't finite for {_named(unknown, symbols)}; give a value for each pair")
    variance = np.diagonal(covariance)
    if not (variance > 0).all():
        _refuse(f"has no variance for {_named(~(variance > 0), symbols)}; leave out what doesn't move")
    volatility: FloatColumn = np.sqrt(variance)
    apart = np.abs(covariance - covariance.T) / volatility[:, None] / volatility[None, :]
    uneven: BoolColumn = apart.max(axis=1) > _ROUNDING
    if uneven.any():
        _refuse(f"isn't symmetric for {_named(uneven, symbols)}")
    return volatility


def _refuse_unknown(covariance: pd.DataFrame, symbols: "pd.Index[str]") -> None:
    if not (covariance.index.is_unique and covariance.columns.is_unique):
        _refuse("has a symbol twice; each may stand once")
    known = symbols.isin(covariance.index) & symbols.isin(covariance.columns)
    if not known.all():
        _refuse(f"has no row and column for {named(symbols[~known])}; give one for each symbol")


def _named(places: BoolColumn, symbols: tuple[str, ...]) -> str:
    return named(symbol for symbol, meant in zip(symbols, places, strict=True) if meant)


def _refuse(what: str) -> None:
    raise InvalidInput(f"The covariance {what}.", field="covariance")
