"""What decisions leave behind: where each line would stand, and what that breaches."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import UNIT, BoolColumn, FloatColumn, SmallIntColumn
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.drift import band_status
from trimtab.domain.trading.sell_plan import Offers, Proposal


@dataclass(frozen=True, slots=True, eq=False)
class Aftermath:
    """Where each offer's line would stand (r,).

    `breached` are lines left outside their band, `excess_pct` and `excess_value` by how much, in points and money.
    """

    after_pct: FloatColumn
    breached: BoolColumn
    excess_pct: FloatColumn
    excess_value: FloatColumn


def weigh_aftermath(proposal: Proposal, *, offers: Offers, units: FloatColumn, verdict: SmallIntColumn) -> Aftermath:
    """Weights after `units` (r,) of each offer were traded.

    Only lines that somebody held back, or that cash didn't reach for, can count as breached, and only on the side that
    their trade would have ended.
    """
    drift, line = proposal.drift, offers.line
    base = np.where(drift.liquidated, drift.total, drift.investable)[offers.portfolio]
    moved = offers.side * units * offers.offered.unit_value / np.where(base > 0, base, np.inf) * 100
    variance = drift.variance_pct[line] + moved
    outside = band_status(variance, drift.edge_pct[line]) == -offers.side
    cut = (verdict == Verdict.PROCEED) & (units < offers.offered.units - UNIT * offers.offered.lot_size)
    held_back = np.isin(verdict, (Verdict.DEFER, Verdict.PARTIAL)) | cut
    excess = np.maximum(np.abs(variance) - drift.tolerance_pct[line], 0.0)
    return Aftermath(
        after_pct=drift.actual_pct[line] + moved,
        breached=outside & held_back,
        excess_pct=excess,
        excess_value=excess / 100 * base,
    )
