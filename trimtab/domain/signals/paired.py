"""Two sets of columns over the periods that each pair of them has in common."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.signals.observations import LOST_SHARE, Observations, centred, settled


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """Sums over the common periods of each pair, around the pair's own means; N x K, NaN beyond all numbers.

    Attributes:
        n: common periods.
        products: sums of products.
        left_squares: sums of squares of the left one; exactly 0 where it doesn't vary.
        right_squares: the same of the right one.
    """

    n: IntColumn
    products: FloatColumn
    left_squares: FloatColumn
    right_squares: FloatColumn

    @property
    def correlation(self) -> FloatColumn:
        """N x K within [-1, 1]; NaN where one side doesn't vary."""
        scale = np.sqrt(self.left_squares) * np.sqrt(self.right_squares)
        return np.clip(self.products / np.where(scale > 0, scale, np.nan), -1.0, 1.0)

    @property
    def slope(self) -> FloatColumn:
        """N x K: change of the left one for 1 of the right one; NaN where the right one doesn't vary."""
        return self.products / np.where(self.right_squares > 0, self.right_squares, np.nan)


@np.errstate(over="ignore", invalid="ignore")
def paired(left: Observations, right: Observations) -> Paired:
    """Every one of N left columns with every one of K right ones, T periods each, pairwise complete.

    Made of a few products of matrices; pairs for which these would lose digits are summed again one by one.
    """
    n = _common(left, right)
    each = np.maximum(n, 1)
    x_sum, y_sum = _sums(left, right, squared=False), _sums(right, left, squared=False).T
    x_raw, y_raw = _sums(left, right, squared=True), _sums(right, left, squared=True).T
    xx, yy = x_raw - x_sum * x_sum / each, y_raw - y_sum * y_sum / each
    xy = left.values.T @ right.values - x_sum * y_sum / each
    lost = (xx < LOST_SHARE * x_raw) | (yy < LOST_SHARE * y_raw)
    if lost.any():
        xy[lost], xx[lost], yy[lost] = _summed_again(left, right, pairs=lost)
    xx, yy = settled(xx, n), settled(yy, n)
    still = (xx == 0) | (yy == 0)
    return Paired(n, np.where(still, 0.0, np.where(np.isfinite(xx + yy + xy), xy, np.nan)), xx, yy)


def _common(left: Observations, right: Observations) -> IntColumn:
    if right.weights is None:
        return np.repeat(left.n[:, None], len(right.n), axis=1)
    if left.weights is None:
        return np.repeat(right.n[None, :], len(left.n), axis=0)
    return (left.weights.T @ right.weights).astype(np.int64)


def _sums(columns: Observations, other: Observations, *, squared: bool) -> FloatColumn:
    """Sums of N columns, or of their squares, over the periods of each of K others; N x 1 where these have all."""
    if other.weights is None:
        return (columns.raw_squares if squared else columns.total)[:, None]
    return (columns.values * columns.values if squared else columns.values).T @ other.weights


def _summed_again(
    left: Observations, right: Observations, *, pairs: BoolColumn
) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    """Products and squares of some pairs around their own means."""
    rows, columns = np.nonzero(pairs)
    common = _weights(left, rows) * _weights(right, columns)
    n = common.sum(axis=0).astype(np.int64)
    x, y = centred(left.values[:, rows] * common, common, n=n), centred(right.values[:, columns] * common, common, n=n)
    return (x * y).sum(axis=0), (x * x).sum(axis=0), (y * y).sum(axis=0)


def _weights(columns: Observations, places: IntColumn) -> FloatColumn:
    """Those of chosen columns."""
    return np.ones((len(columns.values), 1)) if columns.weights is None else columns.weights[:, places]
