"""A desk whose long work takes a step when the test lets it."""

import anyio

from tests.tools.scripted_desk import ScriptedDesk
from trimtab.workflow.ports.desk import Caller, Progress, Step, no_progress
from trimtab.workflow.ports.requests import AdvancePhase, AnalyzeTrades
from trimtab.workflow.ports.results import Analysis, PhaseAdvanced

STEPS = 3


class GuidedDesk(ScriptedDesk):
    """`begun` counts pieces of work, `finished` those that came to their end."""

    def __init__(self, says: dict[str, object] | None = None) -> None:
        super().__init__(says)
        self.begun = self.finished = 0
        self.started, self.stopped = anyio.Event(), anyio.Event()
        self._steps = anyio.Semaphore(0)

    def go_on(self, steps: int = 1) -> None:
        """Lets so many steps happen; the one after the last ends the work."""
        for _ in range(steps):
            self._steps.release()

    def go_to_the_end(self) -> None:
        self.go_on(STEPS + 1)

    async def analyze(self, caller: Caller, request: AnalyzeTrades, *, progress: Progress = no_progress) -> Analysis:
        await self._take_steps(progress)
        return await super().analyze(caller, request)

    async def advance(
        self, caller: Caller, request: AdvancePhase, *, progress: Progress = no_progress
    ) -> PhaseAdvanced:
        await self._take_steps(progress)
        return await super().advance(caller, request)

    async def _take_steps(self, progress: Progress) -> None:
        self.begun += 1
        self.started.set()
        try:
            for done in range(1, STEPS + 1):
                await self._steps.acquire()
                await progress(Step(done, STEPS, f"Step {done}...", "analyzing", done, STEPS))
            await self._steps.acquire()
            self.finished += 1
        finally:
            self.stopped.set()
