"""Signals are kept for who asks next; that there were none isn't."""

from typing import ClassVar

import numpy as np
import pandas as pd

from tests.workflow.signals.markets import Raising, asking_of, daily_market, material_of, shelf_of
from trimtab.domain.signals.strategies import SignalPanel
from trimtab.domain.signals.strategies.panel import framed
from trimtab.domain.signals.strategies.parameters import Parameters
from trimtab.workflow.ports.signal_requests import SignalScope

MATERIAL = material_of(daily_market())
NONE = Parameters()


class FailingOnce:
    """A strategy of somebody else that fails the first time that it is asked."""

    name = "failing_once"
    readme = "Works the second time."
    history_days = 2
    left: ClassVar[list[BaseException]]

    def __init__(self, parameters: Parameters = NONE) -> None:
        self.parameters = parameters

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        if self.left:
            raise self.left.pop()
        known = framed(np.sign(prices.diff().to_numpy()), prices)
        return SignalPanel(self.name, known, known.abs(), horizon_days=1, volatility_adjusted=False)


def test_who_failed_is_asked_again_and_its_signals_are_kept_then() -> None:
    FailingOnce.left = [SystemExit("not now")]
    asking = asking_of(shelf_of(theirs=(FailingOnce(),)))
    found = [asking.about(MATERIAL, SignalScope()) for _ in range(3)]
    assert [[each.name for each in answer.failed] for answer in found] == [["failing_once"], [], []]
    assert found[0].failed[0].reason.startswith("It raised SystemExit: not now.")
    second, third = ({panel.strategy: panel for panel in answer.panels} for answer in found[1:])
    assert second["failing_once"] is third["failing_once"]


def test_who_fails_for_whatever_prices_is_told_so_each_time() -> None:
    asking = asking_of(shelf_of(theirs=(Raising(),)))
    reasons = {asking.about(MATERIAL, SignalScope()).failed[0].reason for _ in range(2)}
    assert reasons == {"It raised ZeroDivisionError: by nothing."}
