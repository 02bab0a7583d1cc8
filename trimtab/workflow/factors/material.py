"""What every answer is made of: the market, its returns panel, and the universe as the reference data has it."""

import time
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta

import anyio.to_thread

from trimtab.domain.factors.market import Market
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.domain.factors.total_returns import monthly_panel
from trimtab.domain.factors.universe import Universe, build_universe, tickers_of
from trimtab.workflow.factors.kept import MOST_PANELS, KeptForAWhile
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.market import SourceOf
from trimtab.workflow.ports.reference import ReferenceData, Sourced


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Read together; `panel_ms` is how long reading the market and making its panel took, 0 where both were kept."""

    market: Market
    panel: Panel
    universe: Universe
    sourced: Sourced
    panel_ms: float

    @property
    def key(self) -> Hashable:
        """Two with the same key give the same answers."""
        return self.market.digest, self.universe.digest


class Materials:
    """Reads the market again when its source changed, and the reference data on every call."""

    def __init__(
        self, source_of: SourceOf, reference: ReferenceData, *, thresholds: FactorThresholds, clock: Clock
    ) -> None:
        lasts = timedelta(minutes=thresholds.cache_minutes)
        self._source_of = source_of
        self._benchmark = thresholds.benchmark
        self._reference = reference
        self._read: tuple[str, Market, Panel] | None = None
        self._universes: KeptForAWhile[Universe] = KeptForAWhile(MOST_PANELS, lasts=lasts, clock=clock)
        self._turn = anyio.Lock()

    async def now(self) -> Material:
        """The material as it stands; raises what `PriceSource.load` may raise."""
        sourced = await self._reference.read()
        async with self._turn:  # a market that is being read is waited for, not read twice
            return await anyio.to_thread.run_sync(self._made, sourced)

    def _made(self, sourced: Sourced) -> Material:
        began = time.perf_counter()
        source = self._source_of(tuple(sorted({*tickers_of(sourced.reference), self._benchmark})))
        stamp = source.stamp()
        was_read = self._read is not None and self._read[0] == stamp
        if self._read is None or not was_read:
            market = source.load()
            self._read = stamp, market, monthly_panel(market.prices, market.yields)
        _, market, panel = self._read
        universe, _ = self._universes.get(
            (market.digest, sourced.source, sourced.reference), lambda: _universe(market, sourced)
        )
        panel_ms = 0.0 if was_read else (time.perf_counter() - began) * 1000
        return Material(market, panel, universe, sourced, panel_ms)


def _universe(market: Market, sourced: Sourced) -> Universe:
    """Files that only stand in for a database add nothing that the market has no prices of."""
    universe = build_universe(market.listed, sourced.reference)
    if sourced.source == "database":
        return universe
    held = {*market.prices.tickers, *(entry.ticker for entry in market.listed)}
    return universe.only(entry for entry in universe.entries if entry.ticker in held)
