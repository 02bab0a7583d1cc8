"""The days on which a mode may decide, and the next of them on which it does."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.backtest.staging import Stage, first_days
from trimtab.domain.frameworks.bands import Bands, out_of_band
from trimtab.domain.frameworks.methods import Mode

_FEWEST: Final = 32
"""Days that are looked at together at first; while none decides, twice as many each time."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """W days that are looked at.

    Attributes:
        days: W places among the run's days, ascending.
        prices: W x N.
        flows: W, all money added from the first day of the run up to that day.
        bands: None where each of the days decides.
    """

    days: IntColumn
    prices: FloatColumn
    flows: FloatColumn
    bands: Bands | None

    def next_from(self, day: int, units: FloatColumn, *, cash: float) -> int | None:
        """The first day from a day on that decides, None where none does.

        Args:
            day: a place among the run's days.
            units: N, held since.
            cash: what is beside them, without flows.
        """
        start, size = int(self.days.searchsorted(day)), _FEWEST
        if self.bands is None:
            return int(self.days[start]) if start < len(self.days) else None
        while start < len(self.days):
            values = self.prices[start : start + size] * units
            whole = np.add.reduce(values, axis=1) + (self.flows[start : start + size] + cash)
            out = out_of_band(values, whole, bands=self.bands)
            place = int(out.argmax())
            if out[place]:
                return int(self.days[start + place])
            start, size = start + size, 2 * size
        return None


def watched_days(stage: Stage, plan: Plan, *, mode: Mode, flows: FloatColumn) -> Watched:
    """The days after the first on which a mode looks.

    Args:
        stage: the run's days.
        plan: of which the cadence and the bands count.
        mode: when it decides.
        flows: T, all money added from the first day up to that day.
    """
    prices = stage.closes.valued
    if mode == "band":
        return Watched(np.arange(len(stage.dates)), prices, flows, plan.bands)
    days = first_days(stage.dates, "none" if mode == "static" else plan.cadence)
    return Watched(days, prices[days], flows[days], plan.bands if mode == "cadence_and_band" else None)
