"""Which strategies are installed, and why those that can't be used can't."""

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Final

from trimtab.adapters.strategies.entries import Entry, Unread, entries
from trimtab.adapters.strategies.fitness import faults_of
from trimtab.domain.outside_text import clean
from trimtab.domain.signals.strategies import BollingerMeanReversion, MacdRsiConfluence, MomentumRank, Strategy
from trimtab.domain.signals.strategies.names import why_not_a_strategys
from trimtab.domain.signals.strategies.strategy_failed import ENDS, words_of
from trimtab.workflow.ports.strategies import Broken, Found, Shelf

GROUP: Final = "trimtab.strategies"
"""The group of entry points by which other packages bring strategies."""
_OURS: Final[tuple[Callable[[], Strategy], ...]] = (BollingerMeanReversion, MacdRsiConfluence, MomentumRank)


class InstalledStrategies:
    """A `StrategyShelf`: our strategies, then those that installed packages bring, by name."""

    def look(self) -> Shelf:
        """What is installed; the first look imports it, and later ones are the same."""
        return self._shelf

    @cached_property
    def _shelf(self) -> Shelf:
        found = {strategy.name: Found(strategy) for strategy in (make() for make in _OURS)}
        ours = frozenset(found)
        offered, unread = entries(GROUP)
        brought = Counter(entry.name for entry in offered)
        broken = [_unread(each) for each in unread]
        for entry in offered:
            strategy, reason = _taken(entry, ours=ours, brought=brought)
            if strategy is None:
                broken.append(Broken(clean(entry.name), entry.package, reason))
            else:
                found[entry.name] = Found(strategy, entry.package)
        return Shelf(found, tuple(broken))


def _taken(entry: Entry, *, ours: frozenset[str], brought: Counter[str]) -> tuple[Strategy | None, str]:
    """The strategy of an entry point, or why there is none. Of two with one name none is taken: which one was meant
    would depend on how they were installed."""
    if why := why_not_a_strategys(entry.name):
        return None, f"The name of its entry point {why}"
    if entry.name in ours:
        return None, "It has the name of a strategy that comes with the product; give it another one."
    if brought[entry.name] > 1:
        return None, "More than one is installed under this name; leave only one."
    return _made(entry)


def _made(entry: Entry) -> tuple[Strategy | None, str]:
    try:
        make = entry.load()
    except ENDS:
        raise
    except BaseException as error:  # noqa: BLE001 - importing runs code that isn't ours
        return None, f"It can't be imported: {words_of(error)}."
    try:
        strategy = make()
    except ENDS:
        raise
    except BaseException as error:  # noqa: BLE001 - so does making it
        return None, f"It can't be made without arguments: {words_of(error)}."
    faults = faults_of(strategy, name=entry.name)
    return (None, " ".join(faults)) if faults else (strategy, "")


def _unread(found: Unread) -> Broken:
    said = f"What it brings can't be read: {found.said}."
    return Broken(found.package, found.package, said)
