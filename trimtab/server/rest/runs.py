"""Long work, which goes on while its listeners come and go: each hears all of it, and the result once."""

import re
import secrets
from asyncio import TimerHandle, get_running_loop
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

import anyio
from anyio.abc import TaskGroup

from trimtab.domain.errors import Conflict, Unavailable
from trimtab.server.rest.events import error_event, progress_event, result_event
from trimtab.server.rest.problems import Described, describe
from trimtab.server.rest.telling import Told, told
from trimtab.workflow.ports.desk import Caller, Progress, Step
from trimtab.workflow.ports.execution import GetExecutionStatus
from trimtab.workflow.ports.framework_requests import BacktestFramework, GenerateFramework
from trimtab.workflow.ports.requests import AdvancePhase, AnalyzeTrades
from trimtab.workflow.ports.results import Result
from trimtab.workflow.ports.signal_requests import BacktestPortfolio, EvaluateStrategies

_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_NAMES: Final = {
    AnalyzeTrades: "An analysis",
    AdvancePhase: "A phase change",
    GetExecutionStatus: "A look at the orders",
    EvaluateStrategies: "An evaluation",
    BacktestPortfolio: "A backtest",
    GenerateFramework: "A generation",
    BacktestFramework: "A backtest",
}
LongRequest = (
    AnalyzeTrades
    | AdvancePhase
    | GetExecutionStatus
    | EvaluateStrategies
    | BacktestPortfolio
    | GenerateFramework
    | BacktestFramework
)
Work = Callable[[Progress], Awaitable[Result]]
Lane = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds, and how many runs are remembered."""

    grace_seconds: float = 10.0
    """Work that nobody listens to any more goes on for as long: a lost connection comes back."""
    heartbeat_seconds: float = 15.0
    kept_seconds: float = 300.0
    """A run that ended can be heard again for as long."""
    most_kept: int = 32
    last_word_seconds: float = 3.0
    """Told to end, the server lets work finish for as long; shorter than what it gives its connections."""
    follow_every_seconds: float = 0.5
    """Orders that somebody follows are looked at again after as long."""


@dataclass(frozen=True, slots=True)
class Job:
    """Two calls ask for the same work where these are the same."""

    caller: Caller
    request: LongRequest

    @property
    def lane(self) -> Lane:
        """Whose session it is, and which: what changes a session's decisions is done one at a time.

        Following its orders, signals and frameworks hinder nothing, so whoever asks for something else has a lane of
        their own.
        """
        request = self.request
        if isinstance(request, AnalyzeTrades | AdvancePhase):
            return self.caller.owner, request.session_id, ""
        return self.caller.owner, "", f"{type(request).__name__} {request.model_dump_json()}"

    @property
    def name(self) -> str:
        """What a person calls it."""
        return _NAMES[type(self.request)]


class Busy(Conflict):
    """Other work on the session is running."""

    def __init__(self, running: Job, *, version: int) -> None:
        super().__init__(f"{running.name} of this session is running, asked for with other arguments.", version=version)
        self.field = None
        self.next_action = "Wait until it ends, or join it by the call that started it; then read the session again."


class Run:
    """One piece of work: what it has told so far, who listens, and how it ended."""

    def __init__(self, job: Job, *, grace_seconds: float) -> None:
        self.id = secrets.token_hex(16)
        self.job = job
        self.events: list[Told] = []
        self.answer: Told | None = None
        self.problem: Described | None = None
        self.cancelled = False
        self.ended_at_seconds = 0.0
        self.scope = anyio.CancelScope()
        self._grace_seconds = grace_seconds
        self._listeners = 0
        self._leaving = self._cancel_later()
        self._last_step = 0
        self._news = anyio.Event()

    @property
    def ended(self) -> bool:
        """Whether it will tell nothing more."""
        return self.answer is not None or self.problem is not None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Counts as a listener meanwhile; some time after the last has left the work is cancelled."""
        self._listeners += 1
        self._leaving.cancel()
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners and not self.ended:
                self._leaving = self._cancel_later()

    async def told_more_than(self, count: int) -> None:
        """Waits for another event, or for the end."""
        while len(self.events) <= count and not self.ended:
            await self._news.wait()

    async def end(self) -> None:
        """Waits until it has ended."""
        while not self.ended:
            await self._news.wait()

    async def progress(self, step: Step) -> None:
        """Tells of a step; one that goes back, or says again what was said last, is left out."""
        event = progress_event(step)
        if step.done >= self._last_step and event not in self.events[-1:]:
            self._last_step = step.done
            self._tell(event)

    def succeed(self, result: Result) -> None:
        """Ends with the result."""
        self.answer = {"success": True, **told(result)}
        self._tell(result_event(self.answer))

    def fail(self, error: Exception) -> None:
        """Ends with an error."""
        self.problem = describe(error)
        self._tell(error_event(self.problem))

    def close(self) -> None:
        """The work is over. Who listens to work that was cancelled hears no more, and comes back to what stands."""
        self._leaving.cancel()
        self.ended_at_seconds = get_running_loop().time()
        if not self.ended:
            self.problem = describe(_cut_off())
            self.cancelled = True
            self._wake()

    def _cancel_later(self) -> TimerHandle:
        return get_running_loop().call_later(self._grace_seconds, self.scope.cancel)

    def _tell(self, event: Told) -> None:
        self.events.append(event)
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, anyio.Event()
        news.set()


class Runs:
    """The runs of a process: one at a time in each lane, and those that ended lately."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._background: TaskGroup | None = None
        self._running: dict[Lane, Run] = {}
        self._ended: OrderedDict[str, Run] = OrderedDict()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Carries out runs meanwhile; what still runs at the end is cancelled."""
        async with anyio.create_task_group() as background:
            self._background = background
            yield
            self._background = None
            background.cancel_scope.cancel()

    def end(self) -> None:
        """The server is told to end: nothing new begins, and what runs may have the last word for a moment."""
        self._background = None
        for run in self._running.values():
            get_running_loop().call_later(self.pace.last_word_seconds, run.scope.cancel)

    def join(self, job: Job, work: Work, *, version: int = 0) -> Run:
        """The run of this job: the one that is on its way, or a new one.

        Raises:
            Busy: Other work on the session is running; `version` is the session's, for the error.
            Unavailable: The server is ending.
        """
        run = self._running.get(job.lane)
        if run is None or run.scope.cancel_called:
            return self._start(job, work)
        if run.job != job:
            raise Busy(run.job, version=version)
        return run

    def heard(self, job: Job, last_event_id: str) -> tuple[Run, int] | None:
        """The run of this job whose event was heard last, and the event's number; None where nobody knows it."""
        self._forget_old()
        run_id, _, number = last_event_id.rpartition("-")
        running = self._running.get(job.lane)
        run = running if running is not None and running.id == run_id else self._ended.get(run_id)
        if run is None or run.job != job or not _NUMBER.fullmatch(number) or int(number) > len(run.events):
            return None
        return run, int(number)

    def _start(self, job: Job, work: Work) -> Run:
        if self._background is None:
            raise _cut_off()
        run = self._running[job.lane] = Run(job, grace_seconds=self.pace.grace_seconds)
        self._background.start_soon(self._carry_out, run, work)
        return run

    async def _carry_out(self, run: Run, work: Work) -> None:
        try:
            with run.scope:
                run.succeed(await work(run.progress))
        except Exception as error:  # noqa: BLE001 - whatever it is, the listeners are told, and the log if it is ours
            run.fail(error)
        finally:
            run.close()
            if self._running.get(run.job.lane) is run:
                del self._running[run.job.lane]
            if not run.cancelled:
                self._ended[run.id] = run
                self._forget_old()

    def _forget_old(self) -> None:
        oldest_seconds = get_running_loop().time() - self.pace.kept_seconds
        while self._ended and (
            len(self._ended) > self.pace.most_kept or next(iter(self._ended.values())).ended_at_seconds < oldest_seconds
        ):
            self._ended.popitem(last=False)


def _cut_off() -> Unavailable:
    return Unavailable(
        "The server is being ended, and this work with it. What was stored stays.",
        next_action="Call again when the server is back, with the same arguments and idempotencyKey.",
    )
