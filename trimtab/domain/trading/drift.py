"""Drift: what each line weighs against its target, and on which side of its band it stands."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import CENT, EDGE_PCT, BoolColumn, FloatColumn, SmallIntColumn
from trimtab.domain.trading.positions import Positions
from trimtab.domain.trading.segments import segment_sum
from trimtab.domain.trading.valuation import cash_or_estimate

UNDER, WITHIN, OVER = -1, 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Weights of lines (n) and of portfolios' cash (p). Values in base currency, `_pct` in points.

    `target_pct` and `edge_pct` (tolerance + `EDGE_PCT`) are those in force: substitutions move them, and a full
    liquidation (`liquidated`: nothing is left to invest) sets them to 0 and takes weights as shares of the total.
    """

    value: FloatColumn
    actual_pct: FloatColumn
    target_pct: FloatColumn
    edge_pct: FloatColumn
    variance_pct: FloatColumn
    status: SmallIntColumn
    cash: FloatColumn
    total: FloatColumn
    investable: FloatColumn
    liquidated: BoolColumn
    cash_pct: FloatColumn
    cash_status: SmallIntColumn

    @property
    def tolerance_pct(self) -> FloatColumn:
        """Tolerance in force of each line, shape (n,)."""
        return self.edge_pct - EDGE_PCT


def compute_drift(positions: Positions) -> Drift:
    """Values, weights, variance and status of every line; one pass over the columns."""
    lines = np.diff(positions.start)
    value = positions.units * positions.unit_value
    holdings = segment_sum(value, positions.start)
    cash = cash_or_estimate(positions.cash, holdings)
    total = cash + holdings
    investable = total - positions.pending_withdrawal
    liquidated = investable <= CENT / 2
    base = weight_base(total, investable, liquidated=liquidated)
    actual = value * np.repeat(100.0 / base, lines)
    target, edge = positions.target_pct, positions.edge_pct
    if liquidated.any():
        line_liquidated = np.repeat(liquidated, lines)
        target, edge = np.where(line_liquidated, 0.0, target), np.where(line_liquidated, EDGE_PCT, edge)
    variance = actual - target
    cash_pct = cash * 100.0 / base
    return Drift(
        value=value,
        actual_pct=actual,
        target_pct=target,
        edge_pct=edge,
        variance_pct=variance,
        status=band_status(variance, edge),
        cash=cash,
        total=total,
        investable=investable,
        liquidated=liquidated,
        cash_pct=cash_pct,
        cash_status=band_status(
            cash_pct - np.where(liquidated, 0.0, positions.cash_target_pct),
            np.where(liquidated, 0.0, positions.cash_tolerance_pct) + EDGE_PCT,
        ),
    )


def band_status(variance_pct: FloatColumn, edge_pct: FloatColumn) -> SmallIntColumn:
    """OVER, WITHIN (the edge is inside) or UNDER for each row."""
    return (variance_pct > edge_pct).view(np.int8) - (variance_pct < -edge_pct).view(np.int8)


def weight_base(total: FloatColumn, investable: FloatColumn, *, liquidated: BoolColumn) -> FloatColumn:
    """What weights are a share of; infinite where that is nothing, so that the weights are 0."""
    base = np.where(liquidated, total, investable)
    return np.where(base <= CENT / 2, np.inf, base)
