"""Alpha signals: the operations that tools, REST and the command line call."""

from typing import Protocol

from trimtab.workflow.ports import signal_requests as ask
from trimtab.workflow.ports import signal_results as answer
from trimtab.workflow.ports.desk import Caller, Progress, no_progress


class SignalDesk(Protocol):
    """Every operation raises the errors of `trimtab.domain.errors`; none answers a failure as data.

    A strategy that fails doesn't fail the others: it stands in `basis.failed`. An operation that is cancelled stops
    its computation at the next step.
    """

    async def strategies(self) -> answer.Strategies:
        """What is installed, with the text of each."""

    async def signals(self, caller: Caller, request: ask.ComputeSignals) -> answer.Signals:
        """The signals of one day, and what they come to together."""

    async def allocate(self, caller: Caller, request: ask.AllocateCapital) -> answer.Allocated:
        """Weights and values for one day."""

    async def evaluate(
        self, caller: Caller, request: ask.EvaluateStrategies, *, progress: Progress = no_progress
    ) -> answer.Evaluation:
        """Each strategy alone, over past days."""

    async def backtest(
        self, caller: Caller, request: ask.BacktestPortfolio, *, progress: Progress = no_progress
    ) -> answer.Backtested:
        """All strategies together, over past days."""

    async def records(self, caller: Caller, request: ask.ReadSignalRecords) -> answer.SignalRecordsPage:
        """What was kept for this caller."""
