"""The signal desk: reads the material, finds what a request is about, and has it computed on a thread."""

from datetime import timedelta
from typing import Final, Protocol, TypeVar

import anyio
import anyio.to_thread

from trimtab.domain.outside_text import clean_lines
from trimtab.domain.signals.strategies import SignalPanel
from trimtab.domain.signals.watching import Watch
from trimtab.workflow.factors.kept import KeptForAWhile
from trimtab.workflow.factors.material import Materials
from trimtab.workflow.ports import signal_requests as ask
from trimtab.workflow.ports import signal_results as answer
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller, Progress, no_progress
from trimtab.workflow.ports.signal_records import SignalRecords
from trimtab.workflow.ports.strategies import StrategyShelf
from trimtab.workflow.signals.allocating import allocated
from trimtab.workflow.signals.asking import Asked, Asking, numbers_in, prices_in
from trimtab.workflow.signals.backtesting import backtested
from trimtab.workflow.signals.evaluating import evaluated
from trimtab.workflow.signals.keeping import Keeping
from trimtab.workflow.signals.looking_up import looked_up
from trimtab.workflow.signals.quoting import Quoted
from trimtab.workflow.signals.running import on_a_thread
from trimtab.workflow.signals.signalling import signals_of_day
from trimtab.workflow.signals.symbols_asked import spelled_as_the_market

LASTS: Final = timedelta(minutes=15)
MOST_PRICES: Final = 10_000_000
MOST_SIGNALS: Final = 30_000_000
"""Numbers that are kept for who asks next: 80 MB of prices, 240 MB of signals."""

THREADS: Final = 4

Q = TypeVar("Q", bound=ask.SignalScope)
Q_contra = TypeVar("Q_contra", bound=ask.SignalScope, contravariant=True)
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Compute(Protocol[Q_contra, R_co]):
    """Makes an answer of what a request is about."""

    def __call__(self, asked: Asked, request: Q_contra, *, watch: Watch) -> R_co:
        """The answer, and what is to be kept of it."""
        ...


class Signals:
    """Implements `SignalDesk` over a market, the installed strategies and the records."""

    def __init__(
        self, materials: Materials, shelf: StrategyShelf, *, records: SignalRecords, keeps: bool, clock: Clock
    ) -> None:
        """With `keeps` every answer goes into the records."""
        self._materials = materials
        self._shelf = shelf
        self._records = records
        self._keeping = Keeping(records, keeps=keeps)
        self._quotes = KeptForAWhile[Quoted](MOST_PRICES, lasts=LASTS, clock=clock, size_of=prices_in)
        self._threads = anyio.CapacityLimiter(THREADS)
        self._panels = KeptForAWhile[SignalPanel](MOST_SIGNALS, lasts=LASTS, clock=clock, size_of=numbers_in)

    async def strategies(self) -> answer.Strategies:
        """See `SignalDesk.strategies`."""
        shelf = await anyio.to_thread.run_sync(self._shelf.look)
        return answer.Strategies(
            strategies=tuple(
                answer.StrategyInfo(
                    name=name,
                    package=found.package,
                    history_days=found.strategy.history_days,
                    parameters=dict(found.strategy.parameters.by_name),
                    readme=clean_lines(found.strategy.readme) if found.package else found.strategy.readme,
                )
                for name, found in shelf.found.items()
            ),
            broken=tuple(
                answer.BrokenStrategy(name=each.name, package=each.package, reason=each.reason) for each in shelf.broken
            ),
        )

    async def signals(self, caller: Caller, request: ask.ComputeSignals) -> answer.Signals:
        """See `SignalDesk.signals`."""
        found, rows = await self._computed(request, signals_of_day)
        return found.model_copy(update={"recorded": await self._keeping.signals(caller.owner, rows)})

    async def allocate(self, caller: Caller, request: ask.AllocateCapital) -> answer.Allocated:
        """See `SignalDesk.allocate`."""
        found, row = await self._computed(request, allocated)
        return found.model_copy(update={"recorded": await self._keeping.allocation(caller.owner, row)})

    async def evaluate(
        self, caller: Caller, request: ask.EvaluateStrategies, *, progress: Progress = no_progress
    ) -> answer.Evaluation:
        """See `SignalDesk.evaluate`."""
        found, rows = await self._computed(request, evaluated, progress=progress, message="Strategies evaluated")
        return found.model_copy(update={"recorded": await self._keeping.performance(caller.owner, rows)})

    async def backtest(
        self, caller: Caller, request: ask.BacktestPortfolio, *, progress: Progress = no_progress
    ) -> answer.Backtested:
        """See `SignalDesk.backtest`."""
        found, rows = await self._computed(request, backtested, progress=progress, message="Portfolios backtested")
        return found.model_copy(update={"recorded": await self._keeping.performance(caller.owner, rows)})

    async def records(self, caller: Caller, request: ask.ReadSignalRecords) -> answer.SignalRecordsPage:
        """See `SignalDesk.records`."""
        return await looked_up(self._records, caller.owner, request=request)

    async def _computed(
        self, request: Q, compute: Compute[Q, R], *, progress: Progress = no_progress, message: str = ""
    ) -> R:
        """Whatever is computed, on one of few threads: a strategy that hangs blocks signals, and nothing else."""
        material = await self._materials.now()

        def run(watch: Watch) -> R:
            spelled = spelled_as_the_market(request, material.market.prices.tickers)
            asking = Asking(self._shelf.look(), quotes=self._quotes, panels=self._panels)
            return compute(asking.about(material, spelled, watch=watch), spelled, watch=watch)

        return await on_a_thread(run, progress=progress, message=message, limiter=self._threads)
