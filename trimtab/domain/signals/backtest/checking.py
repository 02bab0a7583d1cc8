"""Whether panels of signals, prices and rules go together."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

import pandas as pd

from trimtab.domain.errors import Problem
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.strategies.panel import SignalPanel


def unfit(prices: pd.DataFrame, panels: Sequence[SignalPanel], *, rules: Rules) -> list[Problem]:
    """All that is wrong with panels beside prices, and with the rules' weights beside panels."""
    if not panels:
        return [Problem("panels", "There is no panel of signals; give one for each of at least one strategy.")]
    return list(chain(_twice(panels), _other_labels(prices, panels), _unfit_weights(panels, rules)))


def weights_of(panels: Sequence[SignalPanel], rules: Rules) -> list[float]:
    """The weight of each panel's strategy; one that isn't named has 1."""
    return [rules.weights.get(panel.strategy, 1.0) for panel in panels]


def _twice(panels: Sequence[SignalPanel]) -> Iterator[Problem]:
    counts = Counter(panel.strategy for panel in panels)
    if again := [name for name, count in counts.items() if count > 1]:
        yield Problem("panels", f"{_named(again)} has more than one panel; give one for each strategy.")


def _other_labels(prices: pd.DataFrame, panels: Sequence[SignalPanel]) -> Iterator[Problem]:
    for panel in panels:
        for what, own, wanted in (
            ("dates", panel.alpha.index, prices.index),
            ("symbols", panel.alpha.columns, prices.columns),
        ):
            if not own.equals(wanted):
                said = f"The panel of {_named([panel.strategy])} has other {what} than prices; make it of these prices."
                yield Problem(f"panels.{_named([panel.strategy])}", said)


def _unfit_weights(panels: Sequence[SignalPanel], rules: Rules) -> Iterator[Problem]:
    names = [panel.strategy for panel in panels]
    if unknown := [name for name in rules.weights if name not in names]:
        said = f"weights names {_named(unknown)}, of which there is no panel; give weights of {_named(names)}."
        yield Problem("weights", said)
    if not any(weights_of(panels, rules)):
        said = f"The weights of all strategies, {_named(names)}, are 0; give one of them a weight above 0."
        yield Problem("weights", said)


def _named(strategies: Sequence[str]) -> str:
    return ", ".join(clean(name) for name in strategies)
