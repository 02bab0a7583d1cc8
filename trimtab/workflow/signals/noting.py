"""What a reader should know beside the numbers, and what is so far off that there is no answer."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.tickers import listed
from trimtab.domain.signals.backtest import Backtest, Rules, traded_beyond
from trimtab.domain.signals.strategies import SignalPanel
from trimtab.workflow.ports.signal_requests import Sized
from trimtab.workflow.signals.asking import Asked
from trimtab.workflow.signals.symbols_asked import OTHER

STALE: Final = timedelta(days=7)
"""As long as a symbol may have no price before nobody should act on its last one."""


def day_notes(asked: Asked, day: date, *, as_of: date | None) -> tuple[str, ...]:
    """That an answer is of another day than was asked for.

    Raises:
        InvalidInput: nobody asked for a day, and the last prices of these symbols are long past the market's.
    """
    if as_of is not None and as_of != day:
        return (f"Asked for {as_of}: the last day with prices up to it is {day}.",)
    newest = asked.material.market.as_of
    if as_of is None and newest - day > STALE:
        raise InvalidInput(
            f"The last prices of these symbols are of {day}, the market's of {newest}: there is no signal of today.",
            field="symbols",
            next_action=f"Ask for other symbols, or for as_of {day} to look back.",
        )
    return ()


def silent_notes(panels: Sequence[SignalPanel], *, place: int) -> tuple[str, ...]:
    """Strategies that say nothing of any symbol on the day at this place."""
    silent = [panel.strategy for panel in panels if panel.alpha.iloc[place].isna().all()]
    return (f"Without a signal on that day: {listed(silent)}.",) if silent else ()


def sector_notes(asked: Asked, request: Sized) -> tuple[str, ...]:
    """Symbols without a sector, where a limit on sectors puts them into one.

    Raises:
        InvalidInput: no symbol has one.
    """
    if request.max_sector_weight is None:
        return ()
    without = [symbol for symbol, sector in asked.sectors.items() if sector == OTHER]
    if len(without) == len(asked.sectors):
        raise InvalidInput(
            "Nobody says which sectors these symbols belong to, so max_sector_weight would limit all of them together.",
            field="max_sector_weight",
            next_action="Leave it out, or name sectors in the market's universe.csv or by `trimtab ref industry add`.",
        )
    return (f"Without a sector, and so limited together as {OTHER}: {listed(without)}.",) if without else ()


def trading_notes(run: Backtest, rules: Rules) -> tuple[str, ...]:
    """Executions that went beyond limits which their decisions kept: prices moved in between."""
    beyond, limits = traded_beyond(run, rules.constraints), rules.constraints
    notes = []
    if beyond.n_above_turnover:
        notes.append(
            f"On {beyond.n_above_turnover:,} of {beyond.n_executions:,} executions turnover was above max_turnover "
            f"({limits.max_turnover:g}), at most {beyond.largest_turnover:.4g}: decisions keep it on their day."
        )
    if beyond.n_below_min_trade:
        notes.append(
            f"{beyond.n_below_min_trade:,} trades were below min_trade_weight ({limits.min_trade_weight:g}) when they "
            "were made: decisions keep it on their day."
        )
    return tuple(notes)
