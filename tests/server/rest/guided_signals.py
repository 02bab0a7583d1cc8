"""A scripted signal desk that has records, and whose long work takes its steps when the test lets it."""

from collections.abc import Mapping

import anyio

from tests.tools.signals.scripted_signals import ScriptedSignals
from trimtab.workflow.ports.desk import Caller, Progress, Step
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_requests import ReadSignalRecords
from trimtab.workflow.ports.signal_results import SignalRecordsPage

STEPS = 3
PAGE = SignalRecordsPage(
    kind="allocations",
    rows=Table(
        columns=("allocation_id", "day", "cash_weight", "allocations", "inputs", "recorded_at"),
        rows=(
            (
                "a" * 64,
                "2026-11-20",
                0.1,
                '{"A":0.1,"B":0.3,"C":0.1,"D":0.1,"E":0.1,"F":0.2}',
                '{"symbols":null}',
                "2026-11-21T00:00:00Z",
            ),
        ),
    ),
    total=7,
    next_offset=1,
)


class GuidedSignals(ScriptedSignals):
    """With `waits` long work takes no step before the test says so; `begun` counts pieces of it."""

    def __init__(self, says: Mapping[str, object] | None = None, *, waits: bool = False) -> None:
        super().__init__(says)
        self.begun = 0
        self.started, self.stopped = anyio.Event(), anyio.Event()
        self._go = anyio.Event()
        if not waits:
            self._go.set()

    def go_to_the_end(self) -> None:
        """Lets all steps happen."""
        self._go.set()

    async def records(self, caller: Caller, request: ReadSignalRecords) -> SignalRecordsPage:
        return self._answer("records", caller, request=request, result=PAGE)

    async def _steps(self, progress: Progress) -> None:
        self.begun += 1
        self.started.set()
        try:
            await self._go.wait()
            for done in range(1, STEPS + 1):
                await progress(Step(done, STEPS, "Portfolios backtested", "computing"))
        finally:
            self.stopped.set()
