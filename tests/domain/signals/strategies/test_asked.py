"""Strategies with the parameters that somebody asked for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.domain.signals.strategies.series_of_prices import WAVES, frame
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.signals.strategies import (
    BollingerMeanReversion,
    BollingerParameters,
    MacdRsiConfluence,
    MomentumRank,
    Parameters,
    SignalPanel,
)
from trimtab.domain.signals.strategies.asked import with_parameters


@dataclass(frozen=True, slots=True)
class Wish(Parameters):
    days: "int" = 3
    share: float = 0.5

    def __post_init__(self) -> None:
        if self.days > 9:
            raise ValueError("days\nare 9 at most")
        if self.share > 9:
            raise InvalidInput("That is \u202etoo much.")


class Plugged:
    """As a package of somebody else may have it; `given` is taken or not."""

    name = "plugged"
    readme = "# Plugged"
    history_days = 1

    def __init__(self, given: Wish | None = None, *, takes: bool = True) -> None:
        self.parameters = given or Wish()

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        return SignalPanel("plugged", prices * 0, prices * 0, self.parameters.days, False)


class Deaf(Plugged):
    def __init__(self, given: Wish | None = None) -> None:
        super().__init__()


def problems_of(strategy: Any, **given: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        with_parameters(strategy, given)
    return [(problem.field, problem.message) for problem in refused.value.problems]


def test_what_is_given_replaces_the_default_and_the_rest_stays():
    found = with_parameters(BollingerMeanReversion(), {"window_days": 10})
    assert found == BollingerMeanReversion(BollingerParameters(window_days=10))
    asked = found.signals(frame(WAVES)).alpha
    assert asked.notna().sum().item() == 291
    assert asked.equals(BollingerMeanReversion(BollingerParameters(window_days=10)).signals(frame(WAVES)).alpha)


def test_without_parameters_it_is_the_same_strategy():
    strategy = MomentumRank()
    assert with_parameters(strategy, {}) is strategy


def test_a_whole_number_may_come_as_a_float_and_the_other_way_round():
    given = with_parameters(BollingerMeanReversion(), {"window_days": 20.0, "band_deviations": 2}).parameters
    assert given == BollingerParameters()
    assert [type(value) for value in given.by_name.values()] == [int, float, int]
    assert with_parameters(Plugged(), {"days": 4.0}).parameters == Wish(days=4)


@pytest.mark.parametrize("value", [20.5, np.nan, np.inf, True, "20", None, 10**400])
def test_what_is_no_whole_number_is_refused_with_the_default(value: object) -> None:
    ((field, message),) = problems_of(BollingerMeanReversion(), window_days=value)
    assert field == "parameters.bollinger_mean_reversion.window_days"
    assert message == "window_days isn't a whole number; give one. The default is 20."


@pytest.mark.parametrize("value", [np.nan, -np.inf, False, "2", 10**400])
def test_what_is_no_number_is_refused_with_the_default(value: object) -> None:
    ((field, message),) = problems_of(BollingerMeanReversion(), band_deviations=value)
    assert field == "parameters.bollinger_mean_reversion.band_deviations"
    assert message == "band_deviations isn't a number; give one. The default is 2.0."


def test_an_unknown_name_is_not_repeated_and_all_that_are_allowed_are_told():
    given = {"ignore_all_rules": 1, "windows_days": 3, "window_days": 1.0}
    unknown, out_of_range = problems_of(BollingerMeanReversion(), **given)
    assert unknown == (
        "parameters.bollinger_mean_reversion.(unknown name)",
        "There is no such parameter. Parameters of bollinger_mean_reversion, with their defaults: window_days (20), "
        "band_deviations (2.0), horizon_days (5).",
    )
    assert out_of_range == (
        "parameters.bollinger_mean_reversion.window_days",
        "window_days is 1; give a whole number within 3 and 2520. The default is 20.",
    )


def test_all_problems_are_told_at_once():
    found = problems_of(MacdRsiConfluence(), rsi_days=0, oversold=80, overbought=20)
    names = ("rsi_days", "oversold", "overbought")
    assert [field for field, _ in found] == [f"parameters.macd_rsi_confluence.{name}" for name in names]


def test_how_numbers_fit_together_is_told_only_where_all_of_them_are_numbers():
    assert problems_of(MacdRsiConfluence(), fast_days=30, slow_days=40.5) == [
        (
            "parameters.macd_rsi_confluence.slow_days",
            "slow_days isn't a whole number; give one. The default is 26.",
        )
    ]
    ((_, message),) = problems_of(MacdRsiConfluence(), fast_days=30)
    assert message == "fast_days is 30; give fewer than slow_days, 26. The default is 12."


def test_what_a_plug_in_says_is_cleaned_and_told_with_what_is_allowed():
    assert problems_of(Plugged(), days=10) == [
        (
            "parameters.plugged",
            "It refuses these (ValueError: days are 9 at most). Parameters of plugged, with their defaults: days (3), "
            "share (0.5).",
        )
    ]
    assert problems_of(Plugged(), share=10, other=1)[1] == ("parameters.plugged", "That is too much.")


def test_a_strategy_that_takes_no_parameters_does_not_seem_to():
    assert problems_of(Deaf(), days=4) == [
        ("parameters.plugged", "It has parameters, but takes no others; leave them out.")
    ]


def test_a_strategy_without_parameters_says_so():
    class Bare(Plugged):
        parameters: Any = Parameters()

        def __init__(self) -> None:
            pass

    assert problems_of(Bare(), days=4)[0][1] == (
        "There is no such parameter. Parameters of plugged, with their defaults: none."
    )


def test_problems_of_the_strategies_keep_their_place_when_they_are_raised_again():
    with pytest.raises(InvalidInput) as refused:
        with_parameters(MomentumRank(), {"lookback_days": 10})
    assert refused.value.problems == (
        Problem(
            "parameters.momentum_rank.skip_days",
            "skip_days is 21; give fewer than lookback_days, 10. The default is 21.",
        ),
    )


class ByParameters(Plugged):
    """Has another name for other parameters."""

    def __init__(self, given: Wish | None = None) -> None:
        super().__init__(given)
        self.name = f"plugged_{self.parameters.days}"


def test_a_strategy_keeps_its_name_whatever_the_parameters():
    assert problems_of(ByParameters(), days=4) == [
        ("parameters.plugged_3", "With these it has another name than its own; leave them out.")
    ]
    assert with_parameters(ByParameters(), {"days": 3}).name == "plugged_3"


def raising(error: BaseException) -> Plugged:
    class Raising(Plugged):
        def __init__(self, given: Wish | None = None) -> None:
            super().__init__(given)
            if given is not None:
                raise error

    return Raising()


def test_who_would_end_the_program_refuses_like_any_other_and_a_person_may_end_it():
    ((field, message),) = problems_of(raising(SystemExit(3)), days=4)
    assert (field, message.split(")")[0]) == ("parameters.plugged", "It refuses these (SystemExit: 3")
    with pytest.raises(KeyboardInterrupt):
        with_parameters(raising(KeyboardInterrupt()), {"days": 4})
