"""What a caller may ask of a trading session: the arguments of every operation, checked before anything is read."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trimtab.domain.given import DAY, MOST_NUMBER, NAME, NUMBER, PROSE
from trimtab.domain.outside_text import TEXT_LIMIT
from trimtab.domain.trading.recommendation import Account, Action, Percent, Recommendation, Symbol

WorkflowMode = Literal["QuickRebalance", "Manual", "AiPlan"]
Phase = Literal["Sells", "Buys", "Review", "Executing", "Done"]
InstrumentRuleName = Literal["do_not_buy", "do_not_sell", "hold"]
ResponseFormat = Literal["concise", "detailed"]
SessionViewName = Literal["summary", "plan", "trades", "why_not", "log"]
GroupBy = Literal["instrument", "portfolio", "model"]
OverviewName = Literal["portfolios", "momentum", "buys"]
StatusFilter = Literal["breaches", "all"]
AnalystQuestion = Literal["portfolios", "momentum", "synthesis", "buys"]

MOST_RECOMMENDATIONS = 2_000
MOST_RULES = 1_000


SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
Name = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]
Reason = Annotated[str, Field(min_length=3, max_length=500), PROSE]
"""White space and invisible characters are no reason."""
PortfolioId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
"""Of an accepted portfolio that follows a framework."""
PlanHash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
IdempotencyKey = Annotated[str, Field(min_length=8, max_length=100), NAME]
Limit = Annotated[int, Field(ge=1, le=1000), NUMBER]
Positive = Annotated[float, Field(gt=0, le=MOST_NUMBER), NUMBER]


class Request(BaseModel):
    """Base: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Page(Request):
    """Which part of a list; `cursor` is the `next_cursor` of the page before."""

    limit: Limit = 50
    cursor: Annotated[str, Field(max_length=200)] | None = None


class OpenSession(Request):
    """A new session over the book's portfolios, or over those named; or over the one that follows a framework.

    A repeated `idempotency_key` with the same arguments gives the session that it opened, as it stands.
    """

    workflow_mode: WorkflowMode = "AiPlan"
    book: Name | None = None
    portfolios: tuple[Account, ...] | None = None
    models: tuple[Name, ...] | None = None
    framework_portfolio: PortfolioId | None = None
    idempotency_key: IdempotencyKey | None = None


class InstrumentRule(Request):
    """A rule on an instrument for this session; without an account number for all portfolios."""

    code: Symbol
    rule: InstrumentRuleName
    reason: Reason
    account_number: Account | None = None
    until: Annotated[date, DAY] | None = None


class Substitution(Request):
    """New buys of `code` go to `substitute`; what is held of `code` stays."""

    code: Symbol
    substitute: Symbol
    reason: Reason
    account_number: Account | None = None


class GradualExit(Request):
    """Of `code` at most `max_sell_percent` of the units held at the session's start are sold.

    Down to `target_units`.
    """

    code: Symbol
    max_sell_percent: Annotated[float, Field(gt=0, le=100), NUMBER]
    target_units: Annotated[float, Field(ge=0, le=MOST_NUMBER), NUMBER] = 0
    reason: Reason
    account_number: Account | None = None


class Override(Request):
    """A person's decision against a soft rule or a proposal, for one line or for an instrument's every line."""

    code: Symbol
    action: Action
    reason: Reason
    proceed_percent: Percent | None = None
    amount: Positive | None = None
    account_number: Account | None = None


class GetSession(Page):
    """A view of the session. `group_by` belongs to `view="trades"`."""

    session_id: SessionId
    view: SessionViewName = "summary"
    group_by: GroupBy = "instrument"
    portfolios: tuple[Account, ...] | None = None


class GetOverview(Request):
    """What an analyst reads, a batch at a time."""

    session_id: SessionId
    view: OverviewName = "portfolios"
    compact: bool = False
    batch: Annotated[int, Field(ge=1), NUMBER] = 1


class GetTolerance(Page):
    """Lines outside their band, or all."""

    session_id: SessionId
    status: StatusFilter = "breaches"
    portfolios: tuple[Account, ...] | None = None


class ExplainDeferral(Request):
    """What of an instrument's trades is held back, and why; at most `limit` lines, most money first."""

    session_id: SessionId
    symbol: Symbol
    limit: Limit = 30


class GetAnalystFacts(Request):
    """What an analyst is asked about one question; batches are those that the analyst is asked by."""

    session_id: SessionId
    question: AnalystQuestion
    batch: Annotated[int, Field(ge=1), NUMBER] = 1


class Write(Request):
    """Base of what changes a session.

    Without `expected_version` the change is tried on the newest; a repeated `idempotency_key` with the same arguments
    gives the first answer again and changes nothing.
    """

    session_id: SessionId
    expected_version: Annotated[int, Field(ge=1), NUMBER] | None = None
    idempotency_key: IdempotencyKey | None = None


class AnalyzeTrades(Write):
    """Runs the configured analyst for the phase; `refresh` asks again although nothing changed."""

    refresh: bool = False


class ValidateRecommendations(Request):
    """Checks recommendations and stores nothing."""

    session_id: SessionId
    recommendations: Annotated[tuple[Recommendation, ...], Field(min_length=1, max_length=MOST_RECOMMENDATIONS)]


class ApplyRecommendations(Write):
    """Turns recommendations, or the stored proposals where none are given, into decisions."""

    recommendations: (
        Annotated[tuple[Recommendation, ...], Field(min_length=1, max_length=MOST_RECOMMENDATIONS)] | None
    ) = None


class UpdateSession(Write):
    """Changes the mode and adds rules; an entry for the same code and account replaces the one before."""

    workflow_mode: WorkflowMode | None = None
    instrument_rules: Annotated[tuple[InstrumentRule, ...], Field(max_length=MOST_RULES)] = ()
    substitutions: Annotated[tuple[Substitution, ...], Field(max_length=MOST_RULES)] = ()
    gradual_exits: Annotated[tuple[GradualExit, ...], Field(max_length=MOST_RULES)] = ()
    overrides: Annotated[tuple[Override, ...], Field(max_length=MOST_RULES)] = ()


class AdvancePhase(Write):
    """Goes to the next phase, or with `to` to the one named; back from Review to Buys needs a reason."""

    to: Literal["Buys", "Review"] | None = None
    reason: Reason | None = None


class PreviewOrders(Page):
    """The orders that the plan in Review would send, with every check, limit and the approval it needs."""

    session_id: SessionId


class ExecuteOrders(Request):
    """Records the orders of exactly the plan with this hash, which has to be approved.

    The hash is its own idempotency key: a plan of a session is executed once.
    """

    session_id: SessionId
    plan_hash: PlanHash
