"""What the operations on a trading session answer. Field names are promises: clients bind to them.

Money of a portfolio is in its base currency, money over portfolios in the book's reporting currency
(`totals.currency`), rounded to cents; percentages are points to 4 decimals.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from trimtab.domain.trading.recommendation import Action
from trimtab.workflow.ports.requests import Phase, WorkflowMode

ExecutionMode = Literal["simulated", "live"]
Cell = str | int | float | bool | None


class Result(BaseModel):
    """Base of every result."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Table(Result):
    """Rows under named columns: the compact form of a list."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class SessionResult(Result):
    """What every reply about a session carries."""

    execution_mode: ExecutionMode
    phase: Phase
    version: int


class PageResult(SessionResult):
    """A page of a longer list; `next_cursor` is None on the last one. A page may be shorter than asked."""

    total: int
    next_cursor: str | None = None


class BookFacts(Result):
    """Which book, and how big."""

    name: str
    as_of: str
    digest: str
    portfolios: int
    instruments: int
    models: int


class AnalystStatus(Result):
    """The language model that judges, and what it may take for a session; `session_usd` only where its price is known.

    `votes` is how often each question about sells is asked.
    """

    provider: str
    model: str
    session_tokens: int
    session_usd: float | None
    priced_from: str | None
    votes: int
    note: str | None = None


class ServerStatus(Result):
    """What this server is, may do and works on. An empty allow-list allows everything."""

    name: str
    server_version: str
    execution_mode: ExecutionMode
    read_only: bool
    analyst: str
    language_model: AnalystStatus | None = None
    toolsets: tuple[str, ...]
    book: BookFacts
    market: str
    policy_digest: str
    limits: dict[str, float]
    allow_lists: dict[str, tuple[str, ...]]
    thresholds: dict[str, float | int | str]
    open_sessions: int


class SessionEntry(Result):
    """A session in a list; times are ISO 8601 in UTC."""

    session_id: str
    version: int
    created_at: str
    expires_at: str


class SessionList(Result):
    """The caller's sessions that haven't expired, the newest first."""

    sessions: tuple[SessionEntry, ...]


class UnableToCheck(Result):
    """A portfolio that couldn't be valued, with every reason."""

    account_number: str
    code: str
    message: str


class SideTotals(Result):
    """Sells or buys of the plan.

    `value` is what proceeds, `deferred_*` what was put off or cut, `count` lines that trade.
    """

    count: int
    value: float
    original_value: float
    deferred_count: int
    deferred_value: float
    review_count: int


class Totals(Result):
    """The plan's totals in `currency`: values are positive, `net_cash_flow` = sells - buys that proceed.

    `left_out_portfolios` have a base currency that the book can't turn into `currency`: their trades aren't in the
    sums.
    """

    sells: SideTotals
    buys: SideTotals
    net_cash_flow: float
    missing_cash: float
    hard_failures: int
    soft_warnings: int
    currency: str
    left_out_portfolios: int = 0


class SessionSummaryResult(SessionResult):
    """`open_session`, `update_session` and `get_session view=summary`."""

    session_id: str
    workflow_mode: WorkflowMode
    analyst: str
    book: str
    as_of: str
    portfolios: int
    unable_to_check: tuple[UnableToCheck, ...] = ()
    totals: Totals
    decisions: dict[str, int]
    analyzed: bool
    degraded: tuple[str, ...] = ()
    instrument_rules: tuple[dict[str, str | None], ...] = ()
    substitutions: tuple[dict[str, str | None], ...] = ()
    gradual_exits: tuple[dict[str, str | float | None], ...] = ()
    overrides: tuple[dict[str, str | float | None], ...] = ()
    executive_summary: str | None = None
    policy_digest: str
    expires_at: str
    next_steps: tuple[str, ...] = ()


class SessionPage(PageResult):
    """`get_session` with a view that is a list: plan, trades, why_not or log."""

    session_id: str
    view: str
    group_by: str | None = None
    plan_digest: str | None = None
    items: Table


class ToleranceSummary(Result):
    """Counts of lines, the cash lines included."""

    portfolios: int
    lines: int
    within: int
    over: int
    under: int
    unable_to_check: int


class ToleranceStatus(PageResult):
    """`get_tolerance_status`."""

    as_of: str
    summary: ToleranceSummary
    unable_to_check: tuple[UnableToCheck, ...] = ()
    lines: Table


class Overview(SessionResult):
    """`get_trading_overview`: `text` is what an analyst reads."""

    view: str
    batch: int
    batches: int
    text: str


class RecommendationResult(Result):
    """An instrument's verdict over its portfolios.

    `min_proceed_percent` is the smallest that leaves no line outside its band.
    """

    symbol: str
    side: Literal["sell", "buy"]
    action: Action
    proceed_percent: float
    min_proceed_percent: float
    reason: str
    flags: tuple[str, ...] = ()
    total_value: float
    portfolio_count: int
    counts: dict[str, int]
    source: str
    momentum_note: str | None = None
    dividends_captured_value: float = 0.0


class ExchangeComment(Result):
    """Context about an exchange."""

    exchange: str
    comment: str
    cross_exchange_insight: str | None = None


class SectorComment(Result):
    """Context about a sector of an exchange."""

    exchange: str
    sector: str
    comment: str
    exchange_context: str | None = None
    cross_exchange_insight: str | None = None


class Stability(Result):
    """What asking several times showed: `flipped` instruments got different verdicts and are under review.

    `flip_rate_pct` is None where the analyst answered about no instrument twice.
    """

    votes: int
    flip_rate_pct: float | None
    flipped: tuple[str, ...]


class Analysis(SessionResult):
    """`analyze_trades`."""

    analyst: str
    applied: bool
    analysis: str
    recommendations: tuple[RecommendationResult, ...]
    exchange_comments: tuple[ExchangeComment, ...] = ()
    sector_comments: tuple[SectorComment, ...] = ()
    degraded: tuple[str, ...] = ()
    removed: dict[str, int] = {}
    stability: Stability | None = None


class Finding(Result):
    """A hard failure, a soft warning or an advisory."""

    rule: str
    symbol: str
    account_number: str | None = None
    message: str
    count: int | None = None
    excess_pct: float | None = None
    excess_value: float | None = None


class CheckedRecommendation(Result):
    """What a recommendation would do."""

    symbol: str
    action: Action
    proceed_percent: float
    min_proceed_percent: float
    portfolio_count: int
    total_value: float
    breaching_portfolios: tuple[str, ...]
    substitutes: tuple[str, ...]
    unsupported_flags: tuple[str, ...]


class Validation(SessionResult):
    """`validate_recommendations`."""

    valid: bool
    hard_failures: tuple[Finding, ...] = ()
    soft_warnings: tuple[Finding, ...] = ()
    advisories: tuple[Finding, ...] = ()
    results: tuple[CheckedRecommendation, ...] = ()


class Applied(SessionResult):
    """`apply_recommendations`."""

    applied: int
    decisions: dict[str, int]
    removed: dict[str, int] = {}
    soft_warnings: tuple[Finding, ...] = ()
    advisories: tuple[Finding, ...] = ()
    results: tuple[CheckedRecommendation, ...] = ()
    totals: Totals


class ActualsTotals(Result):
    """Totals as clients know them."""

    sell_value: float
    buy_value: float
    net_cash_flow: float
    trade_count: int


class Actuals(Result):
    """The execution plan in short; the trades themselves are in `get_session view=plan`."""

    portfolios: int
    totals: ActualsTotals
    instrument_summaries: Table


class BuyReductionSummary(Result):
    """How buys were cut to the cash there is. `cash_preserved` is what isn't spent on buys, values in money."""

    total_original_buys: float
    total_reduced_buys: float
    cash_preserved: float
    overall_reduction_percent: float
    strategy: str


class PhaseAdvanced(SessionResult):
    """`advance_phase`."""

    current_phase: Phase
    actuals: Actuals
    buy_reduction_summary: BuyReductionSummary | None = None
    executive_summary: str
    approved: int
    held: int
    held_lines: Table
    under_review: int
    blocking: tuple[str, ...] = ()
    hard_failures: tuple[Finding, ...] = ()
    soft_warnings: tuple[Finding, ...] = ()
    degraded: tuple[str, ...] = ()


class SessionReview(SessionResult):
    """`review_session`: where a session stands, and what a person should look at before it goes on.

    Lists hold their first entries, most money first; `totals` and the `*_count` fields count all.
    """

    session_id: str
    workflow_mode: WorkflowMode
    analyst: str
    analyzed: bool
    book: str
    as_of: str
    expires_at: str
    portfolios: int
    unable_to_check: tuple[UnableToCheck, ...] = ()
    unable_to_check_count: int
    totals: Totals
    decisions: dict[str, int]
    session_rules: dict[str, int]
    degraded: tuple[str, ...] = ()
    held_back: Table
    held_back_count: int
    hard_failures: tuple[Finding, ...] = ()
    soft_warnings: tuple[Finding, ...] = ()
    next_steps: tuple[str, ...] = ()


class Deferral(SessionResult):
    """`explain_deferral`: what of an instrument's trades is held back.

    `sides` sums the instrument's trades in `currency`; `lines` are those held back, each in its portfolio's base
    currency, most money first: `outside_pct` is how far a line stays outside its band, 0 within it.
    """

    session_id: str
    as_of: str
    symbol: str
    name: str
    currency: str
    sides: Table
    lines: Table
    total: int
    outside_count: int


class AnalystFacts(SessionResult):
    """What an analyst is told for one question, as the text that it reads; synthesis also reads `verdicts`.

    `lines` counts the lines of the text that wait for a verdict.
    """

    session_id: str
    question: str
    batch: int
    batches: int
    portfolios: int
    lines: int
    facts: str
    verdicts: str = ""


class LimitCheck(Result):
    """A limit of the policy against this plan: `value` is what the plan comes to, both in `unit`.

    With `passed` false the plan can't be executed, whoever approves it.
    """

    rule: str
    allowed: float
    value: float
    unit: str
    passed: bool
    message: str


class GivenApproval(Result):
    """An approval of this plan that hasn't expired; `counts` says whether it does. Times are ISO 8601 in UTC."""

    approver: str
    means: str
    expires_at: str
    used: bool
    counts: bool


class ApprovalNeed(Result):
    """Who has to approve: `approvers` different people, `given` so far; `how` says the ways that are open."""

    approvers: int
    given: tuple[GivenApproval, ...]
    missing: int
    minutes: int
    price_move_pct: float
    how: tuple[str, ...]


class OrderTotals(Result):
    """What the orders come to, in the reporting currency."""

    orders: int
    sells: int
    sell_value: float
    buys: int
    buy_value: float
    total_value: float
    turnover_pct: float
    currency: str


class OrderPreview(PageResult):
    """Orders as they would be sent, in whole lots; `plan_hash` is what a person approves and what is executed.

    Prices and quantities are exact decimals as text. `executable` says that nothing but the approval is missing.
    """

    plan_hash: str
    executable: bool
    kill_switch: bool
    totals: OrderTotals
    limits: tuple[LimitCheck, ...]
    hard_failures: tuple[Finding, ...]
    soft_warnings: tuple[Finding, ...]
    approval: ApprovalNeed
    items: Table


class OrdersExecuted(SessionResult):
    """The orders of an approved plan, recorded; `states` counts them by state."""

    plan_hash: str
    orders: int
    states: dict[str, int]
    total_value: float
    currency: str
    approved_by: tuple[str, ...]
    note: str
