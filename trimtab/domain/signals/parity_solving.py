"""The portfolio of equal risk contributions, of correlations. Section 2 of `docs/signal-allocation.md`."""

from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn

SOLVED: Final = 1e-8
"""Contributions are equal within this share of their mean."""
LARGEST: Final = 1e3
"""Weights in units of volatility have a variance of 1 at the solution; a sum beyond this is a portfolio with less than
a thousandth of its members' volatility, which rounding would decide."""
_AIM: Final = 1e-12
_ROUNDING: Final = 1e-9
"""Errors below this that a step doesn't halve are rounding."""
_MOST_STEPS: Final = 100
_MOST_DOUBLINGS: Final = 14
_NEAR: Final = 0.25
"""Steps with a smaller decrement are safe as they are, and each squares the error."""
_FEW: Final = 200
"""So many symbols at most are solved for at once; of more, steps are approached, which takes far fewer operations."""
_APPROACHES: Final = 30
_LEFT: Final = 1e-4
"""A step is near enough when no more than this share of the gradient is left: the next one begins there."""


def solved(correlation: FloatColumn) -> FloatColumn:
    """The y > 0 at which y'C y / 2 - mean(ln y) is lowest, C the correlations: weights in units of volatility.

    By Newton's method, damped as that function is self-concordant; a longer step is taken where it gets lower. Where
    symbols hedge each other completely there is no such y: it ends once their sum is beyond `LARGEST`.

    Args:
        correlation: N x N, positive semi-definite.

    Returns:
        N, above 0.
    """
    count = len(correlation)
    scaled = np.full(count, 1.0 / np.sqrt(np.maximum(correlation.sum(), 1.0)))
    gradient = _gradient(scaled, correlation)
    apart, before, steps = _apart(scaled, gradient), np.inf, 0
    while apart > (_AIM if apart < before / 2.0 else _ROUNDING) and scaled.sum() <= LARGEST and steps < _MOST_STEPS:
        step = _step(gradient, correlation, curvature=1.0 / (count * scaled**2))
        decrement = float(np.sqrt(max(float(gradient @ step), 0.0) * count))
        scaled = scaled - _length(step, scaled, correlation=correlation, decrement=decrement) * step
        gradient, before, steps = _gradient(scaled, correlation), apart, steps + 1
        apart = _apart(scaled, gradient)
    return scaled


def _apart(scaled: FloatColumn, gradient: FloatColumn) -> float:
    """How far contributions are from equal, at most, as a share of what each is to be."""
    return float(np.abs(gradient * scaled).max()) * len(scaled)


def _length(step: FloatColumn, scaled: FloatColumn, *, correlation: FloatColumn, decrement: float) -> float:
    """How much of a step to subtract: all of a near one, else its damped part or the best multiple of that."""
    if decrement < _NEAR:
        return 1.0
    share, ahead = step / scaled, correlation @ step
    lengths = 2.0 ** np.arange(_MOST_DOUBLINGS) / (1.0 + decrement)
    lengths = lengths[lengths * share.max() < 1.0]
    logs = np.log1p(-np.multiply.outer(lengths, share)).mean(axis=1)
    values = lengths**2 * float(step @ ahead) / 2.0 - lengths * float(scaled @ ahead) - logs
    return float(lengths[values.argmin()])


def _step(gradient: FloatColumn, correlation: FloatColumn, *, curvature: FloatColumn) -> FloatColumn:
    """The gradient through the Hessian, which is the correlations with the curvature on their diagonal."""
    if len(gradient) > _FEW:
        step, near = _approached(gradient, correlation, curvature=curvature)
        if near:
            return step
    return np.asarray(np.linalg.solve(correlation + np.diag(curvature), gradient), dtype=np.float64)


def _approached(gradient: FloatColumn, correlation: FloatColumn, *, curvature: FloatColumn) -> tuple[FloatColumn, bool]:
    """The same by conjugate gradients scaled by the diagonal, and whether it is near: beside a hedge that is slow."""
    own = 1.0 + curvature
    step: FloatColumn = np.zeros_like(gradient)
    rest, direction = gradient, gradient / own
    slope = float(rest @ direction)
    enough = _LEFT * np.abs(direction).max()
    for _ in range(_APPROACHES):
        ahead = correlation @ direction + curvature * direction
        length = slope / float(direction @ ahead)
        step, rest = step + length * direction, rest - length * ahead
        scaled = rest / own
        if np.abs(scaled).max() <= enough:
            return step, True
        before, slope = slope, float(rest @ scaled)
        direction = scaled + slope / before * direction
    return step, False


def _gradient(scaled: FloatColumn, correlation: FloatColumn) -> FloatColumn:
    gradient: FloatColumn = correlation @ scaled - 1.0 / (len(scaled) * scaled)
    return gradient
