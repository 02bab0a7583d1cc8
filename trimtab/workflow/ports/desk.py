"""The trading desk: the operations that tools, REST and the command line call. The workflow implements it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.execution import CancelOrders, ExecutionStatus, GetExecutionStatus, OrdersCancelled
from trimtab.workflow.ports.order_system import OrderSystem
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.secrets import Proof

Source = Literal["person", "assistant", "rules", "model"]
Stage = Literal["analyzing", "momentum", "synthesizing", "validating", "buys", "executing", "computing"]


@dataclass(frozen=True, slots=True)
class Step:
    """A finished step of long work; `batch` of `batches` where the stage has several."""

    done: int
    total: int
    message: str
    stage: Stage
    batch: int | None = None
    batches: int | None = None


Progress = Callable[[Step], Awaitable[None]]
"""Called after each step; `done` strictly increases."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `owner` is whose sessions these are, `actor` goes into the log, `source` marks the decisions."""

    owner: str
    actor: str
    source: Source = "assistant"


async def no_progress(*_report: object) -> None:
    """For callers who don't want to hear of progress."""


class TradingDesk(Protocol):
    """Every operation raises the errors of `trimtab.domain.errors`; none answers a failure as data."""

    async def status(self, caller: Caller) -> answer.ServerStatus:
        """What the server is and works on."""

    async def open_session(self, caller: Caller, request: ask.OpenSession) -> answer.SessionSummaryResult:
        """Opens a session over the book."""

    async def list_sessions(self, caller: Caller, *, limit: int = 100) -> answer.SessionList:
        """The caller's sessions, the newest first. Listing isn't use."""

    async def get_session(
        self, caller: Caller, request: ask.GetSession
    ) -> answer.SessionSummaryResult | answer.SessionPage:
        """A view: the summary, or a page of plan, trades, why_not or log."""

    async def review_session(self, caller: Caller, session_id: str) -> answer.SessionReview:
        """Where the session stands, with what was found and what is held back."""

    async def explain_deferral(self, caller: Caller, request: ask.ExplainDeferral) -> answer.Deferral:
        """What of an instrument's trades is held back, and why."""

    async def analyst_facts(self, caller: Caller, request: ask.GetAnalystFacts) -> answer.AnalystFacts:
        """What an analyst is told for one of its questions."""

    async def get_overview(self, caller: Caller, request: ask.GetOverview) -> answer.Overview:
        """What an analyst reads."""

    async def get_tolerance(self, caller: Caller, request: ask.GetTolerance) -> answer.ToleranceStatus:
        """Lines against their bands."""

    async def analyze(
        self, caller: Caller, request: ask.AnalyzeTrades, *, progress: Progress = no_progress
    ) -> answer.Analysis:
        """Runs the analyst for the phase and stores proposals; in AiPlan they are applied."""

    async def validate(self, caller: Caller, request: ask.ValidateRecommendations) -> answer.Validation:
        """Checks recommendations, stores nothing."""

    async def apply(self, caller: Caller, request: ask.ApplyRecommendations) -> answer.Applied:
        """Stores decisions."""

    async def update(self, caller: Caller, request: ask.UpdateSession) -> answer.SessionSummaryResult:
        """Changes mode, rules, substitutions, exits, overrides."""

    async def export_plan(self, caller: Caller, session_id: str) -> str:
        """The whole plan as canonical JSON: the same session gives the same bytes, whoever asks."""

    async def export_book(self, caller: Caller, name: str) -> str:
        """The book of that name as canonical JSON: its facts, models and what can't be checked."""

    async def advance(
        self, caller: Caller, request: ask.AdvancePhase, *, progress: Progress = no_progress
    ) -> answer.PhaseAdvanced:
        """Goes on to the next phase."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question to the person at the client; its text names it, so an answer to one is none to another."""

    question_id: str
    text: str


class OrderDesk(Protocol):
    """From a plan in Review to recorded orders. Every operation raises the errors of `trimtab.domain.errors`."""

    async def preview(self, caller: Caller, request: ask.PreviewOrders) -> answer.OrderPreview:
        """The orders with every check, limit and the approval they need; changes nothing."""

    async def question(
        self, caller: Caller, request: ask.ExecuteOrders, *, answering: bool = False
    ) -> OpenQuestion | None:
        """What to ask the person at the client before the orders are recorded; None where nothing is to be asked.

        To whoever is `answering` the question that is open, whatever happened since it was asked.
        """

    async def take_answer(
        self, caller: Caller, request: ask.ExecuteOrders, *, question_id: str, approved: bool
    ) -> None:
        """Takes the person's answer to this question; each is answered once."""

    async def approve(self, caller: Caller, request: ask.ExecuteOrders, *, proof: Proof) -> answer.OrderPreview:
        """Approves exactly the plan with this hash, by a person with a secret."""

    async def execute(self, caller: Caller, request: ask.ExecuteOrders) -> answer.OrdersExecuted:
        """Records the orders of exactly the plan with this hash, once, and begins to send them."""

    async def execution_status(self, caller: Caller, request: GetExecutionStatus) -> ExecutionStatus:
        """How far a session's orders are; asks the order system first, and sends what may be sent by now."""

    async def cancel(self, caller: Caller, request: CancelOrders) -> OrdersCancelled:
        """Cancels what of a session's orders isn't filled."""


class Deliverer(Protocol):
    """Brings the orders of its records to its order system, and what became of them back."""

    @property
    def records(self) -> RecordStore:
        """Where the orders are."""

    @property
    def system(self) -> OrderSystem:
        """Where they go."""

    async def deliver(self) -> float:
        """One round over the orders of all sessions; after how many seconds the next makes sense.

        What goes wrong at the order system is no error here: it is kept with the orders, and tried again.
        """

    async def rest(self, seconds: float) -> None:
        """Comes back after so long, or sooner where a call of this process has left orders on their way meanwhile."""


class SessionKeeper(Protocol):
    """Copies sessions into the records."""

    async def keep(self, caller: Caller, session_id: str) -> None:
        """Keeps a session as it stands."""

    async def keep_changed(self, caller: Caller) -> int:
        """Keeps those of the caller's sessions that changed since they were kept; says how many."""
