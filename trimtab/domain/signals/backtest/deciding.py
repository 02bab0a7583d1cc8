"""Decisions by strategies' signals: combined, sized, held to constraints. Section 3 of `docs/signal-backtest.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.backtest.checking import weights_of
from trimtab.domain.signals.backtest.constraining import held_to, unmet_of
from trimtab.domain.signals.backtest.decider import Decided
from trimtab.domain.signals.backtest.kept import broken_by
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.backtest.sizing import Asked, sizer_of
from trimtab.domain.signals.combining import Combined, combine
from trimtab.domain.signals.constraints import sector_numbers
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.limits import ALLOWANCE, Limits
from trimtab.domain.signals.strategies.panel import SignalPanel


class SignalDecider:
    """Decides by the strategies' signals; implements `Decider`.

    Args:
        prices: adjusted closes, all rows x N symbols, which are such (`checked_prices`).
        panels: the signals of each strategy, which fit them and the rules (`unfit`).
        rules: how signals are combined, sized and held.
        rows: the places of R decisions among the prices' rows.
        sectors: by symbol, needed where the constraints have `max_sector_weight`.

    Raises:
        InvalidInput: a symbol without a sector where one is needed.
    """

    def __init__(
        self,
        prices: pd.DataFrame,
        panels: Sequence[SignalPanel],
        *,
        rules: Rules,
        rows: IntColumn,
        sectors: Mapping[str, str] | None,
    ) -> None:
        # Sorted, so that of equal symbols the same one comes first in whatever order they are given.
        order = np.asarray(prices.columns.argsort())
        symbols = prices.columns[order]
        self._sector = sector_numbers(symbols, sectors, constraints=rules.constraints)
        self._rules, self._order, self._back = rules, order, np.argsort(order)
        closes = prices.to_numpy(dtype=np.float64)[: int(rows.max(initial=-1)) + 1, order]
        # Trades are told from the signals of all days; nothing else needs those between decisions.
        of_all = rules.sizing.method == "kelly_of_trades"
        said = _said(closes, panels, rules=rules, rows=np.arange(len(closes)) if of_all else rows, order=order)
        self.combined = _picked(said, rows if of_all else np.arange(len(rows)), symbols=self._back)
        wanted = np.ascontiguousarray(np.nan_to_num(self.combined.alpha[:, order]))
        wanted = np.maximum(wanted, 0.0) if rules.constraints.long_only else wanted
        self._sizer = sizer_of(Asked(wanted, rows, closes, said, tuple(symbols)), rules)
        self._wanted, self._unsized = wanted, (wanted != 0) & ~self._sizer.known

    @property
    def alpha(self) -> FloatColumn:
        """See `Decider`."""
        return self.combined.alpha

    @property
    def confidence(self) -> FloatColumn:
        """See `Decider`."""
        return self.combined.confidence

    @property
    def credit(self) -> FloatColumn:
        """See `Decider`."""
        side = np.sign(np.nan_to_num(self.combined.alpha))
        spoken = np.maximum(self.combined.parts * side[..., None], 0.0)
        total = spoken.sum(axis=-1, keepdims=True)
        credit: FloatColumn = spoken / np.where(total > 0, total, 1.0)
        return credit

    def unsized(self, place: int) -> BoolColumn:
        """N: the symbols that alpha speaks for and that have too little history to be sized."""
        unsized: BoolColumn = self._unsized[place, self._back]
        return unsized

    def decide(self, place: int, held: FloatColumn) -> Decided:
        """See `Decider`; where the covariance can't be used, what is held is kept."""
        owned, without = in_steps(held), int(np.count_nonzero(self._unsized[place]))
        limits = Limits(self._rules.constraints, owned[self._order], self._sector)
        try:
            target = self._sizer.target(place)
        except InvalidInput as refused:
            why = Problem("covariance", f"What is held is kept: {refused.message}")
            broken = broken_by(limits.held, self._wanted[place], limits=limits)
            return Decided(owned, stands_still=True, unmet=(why, *broken), without_estimate=without)
        weights = held_to(target, limits)
        unmet = unmet_of(weights, target, limits=limits)
        # What isn't to be held is sold, however little of it there is.
        left = (np.abs(weights - limits.held) <= ALLOWANCE) & (weights != 0)
        return Decided(
            weights[self._back],
            left=left[self._back] if left.any() else None,
            unmet=unmet,
            without_estimate=without,
        )


def _said(
    closes: FloatColumn, panels: Sequence[SignalPanel], *, rules: Rules, rows: IntColumn, order: IntColumn
) -> Combined:
    """The signals together on some days, of N symbols in an order; without a price there is none."""
    unpriced = np.isnan(closes[rows])

    def stacked(frames: Sequence[pd.DataFrame]) -> FloatColumn:
        values = np.stack([frame.to_numpy(dtype=np.float64)[rows[:, None], order] for frame in frames])
        values[:, unpriced] = np.nan
        return np.moveaxis(values, 0, -1)

    return combine(
        stacked([panel.alpha for panel in panels]),
        stacked([panel.confidence for panel in panels]),
        horizon_days=np.array([panel.horizon_days for panel in panels], dtype=np.float64),
        weights=np.array(weights_of(panels, rules)),
        method=rules.combining,
    )


def _picked(said: Combined, rows: IntColumn, *, symbols: IntColumn) -> Combined:
    place = np.ix_(rows, symbols)
    return Combined(*(getattr(said, figure.name)[place] for figure in fields(said)))
