"""The signals of one day, and what they come to together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.combining import combine
from trimtab.domain.signals.strategies import SignalPanel, StrategySignal, direction, latest
from trimtab.domain.signals.watching import Watch, unwatched
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_records import SignalRow
from trimtab.workflow.ports.signal_requests import ComputeSignals
from trimtab.workflow.ports.signal_results import Recorded, Signals
from trimtab.workflow.signals.asking import Asked, last_place
from trimtab.workflow.signals.basing import basis_of, data_digest
from trimtab.workflow.signals.noting import day_notes, silent_notes

SIGNALS = ("symbol", "strategy", "alpha_score", "confidence", "direction")
COMBINED = ("symbol", "alpha", "confidence", "horizon_days", "conflict", "direction")


def signals_of_day(
    asked: Asked, request: ComputeSignals, *, watch: Watch = unwatched
) -> tuple[Signals, tuple[SignalRow, ...]]:
    """The answer, and the rows to keep.

    Raises:
        InvalidInput: there is no day with prices up to the one that was asked for.
    """
    watch(0.0)
    place = _place(asked, request.as_of)
    panels = [_until(panel, place) for panel in asked.panels]
    found = [signal for panel in panels for signal in latest(panel)]
    without = sorted({*asked.prices.columns} - {signal.symbol for signal in found})
    day = asked.prices.index[place].date()
    notes = (*day_notes(asked, day, as_of=request.as_of), *silent_notes(asked.panels, place=place))
    answer = Signals(
        day=day.isoformat(),
        combination_method=request.combination_method,
        signals=_signals(found),
        combined=_combined(asked, panels, request=request),
        without_signal=tuple(without),
        indicators={panel.strategy: _indicators(panel) for panel in panels} if request.include_indicators else None,
        recorded=Recorded(kept=False),
        basis=basis_of(asked, request, notes=notes),
    )
    return answer, _rows(asked, found, request=request)


def _place(asked: Asked, day: date | None) -> int:
    dates = asked.prices.index
    place = len(dates) - 1 if day is None else last_place(asked.prices, day)
    if place < 0:
        first = f"; its first one is {dates[0].date()}" if len(dates) else ""
        raise InvalidInput(
            f"The market has no prices of these symbols up to {day or 'today'}{first}.",
            field="as_of" if day else "symbols",
            next_action="Ask for a later day, or for symbols that have prices.",
        )
    return place


def _until(panel: SignalPanel, place: int) -> SignalPanel:
    """The panel's row at this place alone, as its newest."""
    row = slice(place, place + 1)
    return replace(
        panel,
        alpha=panel.alpha.iloc[row],
        confidence=panel.confidence.iloc[row],
        indicators={name: frame.iloc[row] for name, frame in panel.indicators.items()},
    )


def _signals(found: Sequence[StrategySignal]) -> Table:
    ordered = sorted(found, key=lambda signal: (signal.symbol, signal.strategy))
    rows = (
        (each.symbol, each.strategy, number(each.alpha_score), number(each.confidence), each.direction)
        for each in ordered
    )
    return table(SIGNALS, rows)


def _combined(asked: Asked, panels: Sequence[SignalPanel], *, request: ComputeSignals) -> Table:
    """The symbols that have a value, the strongest first."""
    found = combine(
        _stacked([panel.alpha for panel in panels]),
        _stacked([panel.confidence for panel in panels]),
        horizon_days=np.array([panel.horizon_days for panel in panels], dtype=np.float64),
        weights=np.array([asked.weights[panel.strategy] for panel in panels]),
        method=request.combination_method,
    )
    symbols = asked.prices.columns
    places = [
        place for place in np.argsort(-np.abs(found.alpha), kind="stable").tolist() if np.isfinite(found.alpha[place])
    ]
    columns = (found.alpha, found.confidence, found.horizon_days, found.conflict)
    return table(
        COMBINED,
        (
            (
                symbols[place],
                *(number(float(column[place])) for column in columns),
                direction(float(found.alpha[place])),
            )
            for place in places
        ),
    )


def _stacked(frames: Sequence[pd.DataFrame]) -> FloatColumn:
    """N symbols x S strategies, of frames of one day."""
    return np.stack([frame.to_numpy(dtype=np.float64)[0] for frame in frames], axis=-1)


def _indicators(panel: SignalPanel) -> Table:
    there = np.flatnonzero(panel.alpha.iloc[0].notna()).tolist()
    values = [frame.to_numpy(dtype=np.float64)[0] for frame in panel.indicators.values()]
    rows = ((panel.alpha.columns[place], *(number(float(each[place])) for each in values)) for place in there)
    return table(("symbol", *panel.indicators), rows)


def _rows(asked: Asked, found: Sequence[StrategySignal], *, request: ComputeSignals) -> tuple[SignalRow, ...]:
    parameters = {
        strategy.name: {name: float(value) for name, value in strategy.parameters.by_name.items()}
        for strategy in asked.strategies
    }
    return tuple(
        SignalRow(
            strategy=each.strategy,
            symbol=each.symbol,
            day=each.timestamp.date(),
            alpha_score=each.alpha_score,
            confidence=each.confidence,
            horizon_days=each.horizon_days,
            volatility_adjusted=each.volatility_adjusted,
            metadata={**parameters[each.strategy], **each.metadata},
            market_digest=data_digest(asked, request),
        )
        for each in found
    )
