"""How far every row is on its way to the edge of its band. Section 2 of `docs/framework-report.md`."""

from dataclasses import dataclass

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn, TextColumn
from trimtab.domain.frameworks.reporting.report import Allocation, Status
from trimtab.domain.signals.quotients import quotient


@dataclass(frozen=True, slots=True, eq=False)
class Heatmap:
    """K rows, in the order of the report.

    Attributes:
        path: K.
        label: K.
        level: K, 1 right below the dimension.
        drift: K, weights above the target, below 0 where under it.
        drift_of_band: K, the same as a part of the way to the edge on that side: 1 and -1 are edges, beyond is out of
            the band. NaN where there is none, or no way to it.
        status: K.
    """

    path: TextColumn
    label: TextColumn
    level: IntColumn
    drift: FloatColumn
    drift_of_band: FloatColumn
    status: tuple[Status, ...]


def heatmap(allocation: Allocation) -> Heatmap:
    """The rows of a report that show something."""
    aims, drift, status = allocation.aims, allocation.drift, allocation.status
    bands, rows = aims.bands, np.flatnonzero(allocation.shown)
    way = np.where(drift > 0, bands.high - bands.target, bands.target - bands.low)
    return Heatmap(
        path=tuple(aims.path[row] for row in rows),
        label=tuple(aims.label[row] for row in rows),
        level=aims.level[rows],
        drift=drift[rows],
        drift_of_band=quotient(drift, way)[rows],
        status=tuple(status[row] for row in rows),
    )
