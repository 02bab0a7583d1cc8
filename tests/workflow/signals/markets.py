"""Small markets of daily prices, and what a signal desk stands on in these tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from tests.clock import FixedClock
from tests.workflow.factors.memory import GivenMarket, GivenReference
from tests.workflow.signals.memory import GivenRecords
from trimtab.domain.columns import FloatColumn
from trimtab.domain.factors.market import Finding, Market, Prices
from trimtab.domain.factors.reference import Reference
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.total_returns import monthly_panel
from trimtab.domain.factors.universe import Entry, build_universe
from trimtab.domain.signals.strategies import (
    BollingerMeanReversion,
    MacdRsiConfluence,
    MomentumParameters,
    MomentumRank,
    SignalPanel,
    Strategy,
)
from trimtab.domain.signals.strategies.panel import framed
from trimtab.domain.signals.strategies.parameters import Parameters
from trimtab.workflow.factors.kept import KeptForAWhile
from trimtab.workflow.factors.material import Material, Materials
from trimtab.workflow.ports.reference import Sourced
from trimtab.workflow.ports.strategies import Broken, Found, Shelf
from trimtab.workflow.signals.asking import Asking, numbers_in, prices_in
from trimtab.workflow.signals.desk import LASTS, Signals

SYMBOLS = ("AGG", "GLD", "SPY", "TLT", "XLK")
FIRST_DAY = date(2024, 1, 1)
NONE = Parameters()
LISTED = (
    Entry("bond", "AGG", "bond"),
    Entry("commodity", "GLD", "commodity"),
    Entry("market", "SPY", "equity"),
    Entry("bond", "TLT", "bond"),
    Entry("industry", "XLK", "equity", sector_group="sensitive"),
)


def walks(days: int, symbols: int, *, seed: int = 7) -> FloatColumn:
    """Prices that wander around 100."""
    steps = np.random.default_rng(seed).normal(0.0003, 0.01, (days, symbols))
    return 100.0 * np.exp(np.cumsum(steps, axis=0))


def weekdays(count: int) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    return pd.bdate_range(FIRST_DAY, periods=count).to_numpy().astype("datetime64[D]")


def daily_market(
    close: FloatColumn | None = None,
    *,
    tickers: Sequence[str] = SYMBOLS,
    dates: np.ndarray[Any, np.dtype[np.datetime64]] | None = None,
    adjusted: FloatColumn | None = None,
    dividend: FloatColumn | None = None,
    findings: Sequence[Finding] = (),
    listed: Sequence[Entry] = LISTED,
    digest: str = "d" * 64,
) -> Market:
    """A market of these closes; without any 400 weekdays of `walks`."""
    close = walks(400, len(tickers)) if close is None else close
    nothing = np.full(close.shape, np.nan)
    prices = Prices(
        weekdays(len(close)) if dates is None else dates,
        tuple(tickers),
        close,
        close if adjusted is None else adjusted,
        nothing if dividend is None else dividend,
        nothing,
    )
    return Market("small", digest, prices, None, tuple(listed), tuple(findings))


def material_of(market: Market) -> Material:
    reference = Reference()
    panel = monthly_panel(market.prices, market.yields)
    return Material(market, panel, build_universe(market.listed, reference), Sourced(reference, "database"), 0.0)


@dataclass(frozen=True, slots=True)
class Raising:
    """A strategy of somebody else that fails."""

    parameters: Parameters = NONE
    name: str = "raising"
    readme: str = "Never works."
    history_days: int = 1

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        raise ZeroDivisionError("by nothing")


@dataclass(frozen=True, slots=True)
class Foreseeing:
    """A strategy of somebody else that knows what comes."""

    parameters: Parameters = NONE
    name: str = "foreseeing"
    readme: str = "Works too well."
    history_days: int = 1

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        known = framed(np.sign((prices.shift(-5) - prices).to_numpy()), prices)
        return SignalPanel(self.name, known, known.abs(), horizon_days=5, volatility_adjusted=False)


@dataclass(frozen=True, slots=True)
class Indifferent:
    """A strategy whose signals are all 0."""

    parameters: Parameters = NONE
    name: str = "indifferent"
    readme: str = "Has no opinion."
    history_days: int = 1

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        nothing = framed(np.where(prices.notna(), 0.0, np.nan), prices)
        return SignalPanel(self.name, nothing, nothing.copy(), horizon_days=5, volatility_adjusted=False)


@dataclass(frozen=True, slots=True)
class Pessimist:
    """A strategy that sells everything, always."""

    parameters: Parameters = NONE
    name: str = "pessimist"
    readme: str = "Sells."
    history_days: int = 1

    def signals(self, prices: pd.DataFrame) -> SignalPanel:
        against = framed(np.where(prices.notna(), -1.0, np.nan), prices)
        return SignalPanel(self.name, against, against.abs(), horizon_days=5, volatility_adjusted=False)


OURS: tuple[Strategy, ...] = (
    BollingerMeanReversion(),
    MacdRsiConfluence(),
    MomentumRank(MomentumParameters(lookback_days=60, skip_days=5)),
)
THEIRS: tuple[Strategy, ...] = (Raising(), Foreseeing(), Indifferent())


def shelf_of(*, theirs: Sequence[Strategy] = (), broken: Sequence[Broken] = ()) -> Shelf:
    found: Mapping[str, Found] = {
        **{strategy.name: Found(strategy) for strategy in OURS},
        **{strategy.name: Found(strategy, "theirs 1.0") for strategy in theirs},
    }
    return Shelf(dict(found), tuple(broken))


def asking_of(shelf: Shelf | None = None) -> Asking:
    clock = FixedClock()
    return Asking(
        shelf or shelf_of(),
        quotes=KeptForAWhile(1_000_000, lasts=LASTS, clock=clock, size_of=prices_in),
        panels=KeptForAWhile(1_000_000, lasts=LASTS, clock=clock, size_of=numbers_in),
    )


@dataclass
class GivenShelf:
    """A `StrategyShelf` that holds this."""

    shelf: Shelf = field(default_factory=shelf_of)

    def look(self) -> Shelf:
        return self.shelf


@dataclass
class Bench:
    """A signal desk and what it stands on."""

    source: GivenMarket = field(default_factory=lambda: GivenMarket(daily_market()))
    shelf: GivenShelf = field(default_factory=GivenShelf)
    records: GivenRecords = field(default_factory=GivenRecords)
    keeps: bool = True

    def desk(self) -> Signals:
        clock = FixedClock()
        materials = Materials(self.source.of, GivenReference(), thresholds=FactorThresholds(), clock=clock)
        return Signals(materials, self.shelf, records=self.records, keeps=self.keeps, clock=clock)
