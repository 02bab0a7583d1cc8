"""Strategies each of which does one thing wrong; one of them nothing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trimtab.domain.signals.strategies import Parameters, SignalPanel

NONE = Parameters()


class Useful:
    name = "a_useful_one"
    readme = "# A useful one"
    history_days = 2

    def __init__(self, parameters=NONE):
        self.parameters = parameters

    def signals(self, prices):
        return self.panel(prices.diff())

    def panel(self, changes):
        alpha = pd.DataFrame(np.sign(changes.to_numpy()), index=changes.index, columns=changes.columns)
        return SignalPanel(self.name, alpha, alpha.abs(), 1, False)


useful = Useful()


class RaisesWhenMade(Useful):
    def __init__(self, parameters=None):
        raise LookupError("no\x1b[31m model")


class Empty:
    pass


class Unreadable:
    name = "unreadable"
    parameters = NONE
    history_days = 2
    signals = useful.signals

    @property
    def readme(self):
        raise OSError("no file")


class AllWrong:
    name = "all_right"
    parameters = ("days", 3)
    readme = " \u200b\n"
    history_days = 2.0
    signals = None


class Days(Parameters):
    days: int = 3


THREE_DAYS = Days()


class NotFrozen(Useful):
    name = "not_frozen"
    history_days = True

    def __init__(self, parameters=THREE_DAYS):
        self.parameters = parameters


HALF: Any = 0.5


@dataclass(frozen=True)
class Odd(Parameters):
    Days: int = 3
    half: int = HALF
    whole: float = 3
    on: bool = True
    most: "float" = np.inf
    least: "int" = 4


class OddParameters(Useful):
    name = "odd_parameters"
    readme = "x" * 20_001

    def __init__(self, parameters=Odd()):
        self.parameters = parameters


class TakesNone(Useful):
    name = "takes_none"

    def __init__(self):
        super().__init__()


class EndsWhenAsked(Useful):
    name = "ends_when_asked"

    def __init__(self, parameters=None):
        super().__init__()
        if parameters is not None:
            raise SystemExit("for a reason")


class Renamed(Useful):
    def __init__(self, parameters=None):
        super().__init__()
        self.name = "renamed" if parameters is None else "renamed_again"


class Raises(Useful):
    name = "raises"

    def signals(self, prices):
        return 1 / 0


class OtherShape(Useful):
    name = "other_shape"

    def signals(self, prices):
        return self.panel(prices.diff()[1:])


class LooksAhead(Useful):
    name = "looks_ahead"

    def signals(self, prices):
        return self.panel(prices.diff().shift(-1))
