"""A trading desk that answers by script, with the real request and result models; it remembers what it was
asked."""

from collections.abc import Mapping
from typing import TypeVar, cast

import anyio

from trimtab.server.desks import BackOffice, OpenDesk
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.cursors import decode_cursor, encode_cursor
from trimtab.workflow.ports.desk import Caller, OrderDesk, Progress, SessionKeeper, Step, TradingDesk, no_progress
from trimtab.workflow.ports.order_system import OrderSystem
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.stores import SessionStore

Answer = TypeVar("Answer")
VERSION = 3
SESSION = answer.SessionResult(execution_mode="simulated", phase="Sells", version=VERSION)
COLUMNS = (
    "account_number",
    "code",
    "actual_pct",
    "target_pct",
    "tolerance_pct",
    "variance_pct",
    "status",
    "trade_amount",
    "min_amount",
    "max_amount",
    "flags",
)
SIDE = answer.SideTotals(
    count=2, value=1234.5, original_value=2000.0, deferred_count=1, deferred_value=765.5, review_count=0
)
TOTALS = answer.Totals(
    sells=SIDE, buys=SIDE, net_cash_flow=0.0, missing_cash=0.0, hard_failures=0, soft_warnings=1, currency="AUD"
)
SUMMARY = answer.SessionSummaryResult(
    **dict(SESSION),
    session_id="s_scripted",
    workflow_mode="AiPlan",
    analyst="rules",
    book="demo",
    as_of="2026-03-02",
    portfolios=2,
    unable_to_check=(),
    totals=TOTALS,
    decisions={"proceed": 2},
    analyzed=False,
    policy_digest="d" * 64,
    expires_at="2026-03-03T00:00:00Z",
)
STATUS = answer.ServerStatus(
    market="demo market (invented prices)",
    name="trimtab",
    server_version="0.1.0",
    execution_mode="simulated",
    read_only=False,
    analyst="rules",
    toolsets=("trading",),
    book=answer.BookFacts(name="demo", as_of="2026-03-02", digest="b" * 64, portfolios=2, instruments=3, models=1),
    policy_digest="d" * 64,
    limits={"max_order_value": 1e6},
    allow_lists={"allowed_exchanges": (), "allowed_types": ()},
    thresholds={"min_trade_value": 500.0},
    open_sessions=0,
)
ENTRY = answer.SessionEntry(
    session_id="s_scripted", version=3, created_at="2026-03-02T00:00:00Z", expires_at="2026-03-03T00:00:00Z"
)
FINDING = answer.Finding(
    rule="tolerance_breach",
    symbol="CBA",
    message="CBA stays 0.5 points over its band in 1 portfolio.",
    count=1,
    excess_pct=0.5,
    excess_value=1200.0,
)
CHECKED = answer.CheckedRecommendation(
    symbol="CBA",
    action="defer",
    proceed_percent=0.0,
    min_proceed_percent=20.0,
    portfolio_count=1,
    total_value=9000.0,
    breaching_portfolios=("ACC100002",),
    substitutes=(),
    unsupported_flags=(),
)
VERDICT = answer.RecommendationResult(
    symbol="CBA",
    side="sell",
    action="proceed",
    proceed_percent=100.0,
    min_proceed_percent=20.0,
    reason="Over its band.",
    total_value=9000.0,
    portfolio_count=1,
    counts={"proceed": 1},
    source="rules",
)

REVIEW = answer.SessionReview(
    **dict(SESSION),
    session_id="s_scripted",
    workflow_mode="AiPlan",
    analyst="rules",
    analyzed=True,
    book="demo",
    as_of="2026-03-02",
    expires_at="2026-03-03T00:00:00Z",
    portfolios=2,
    unable_to_check_count=0,
    totals=TOTALS,
    decisions={"defer": 1, "proceed": 1},
    session_rules={"overrides": 0},
    held_back=answer.Table(columns=("code", "action", "sell_deferred_value"), rows=(("CBA", "defer", 765.5),)),
    held_back_count=1,
    soft_warnings=(FINDING,),
    next_steps=("advance_phase",),
)
DEFERRAL = answer.Deferral(
    **dict(SESSION),
    session_id="s_scripted",
    as_of="2026-03-02",
    symbol="CBA",
    name="Commonwealth Bank",
    currency="AUD",
    sides=answer.Table(columns=("side", "held_back_value"), rows=(("sell", 765.5),)),
    lines=answer.Table(columns=("account_number", "reason", "outside_pct"), rows=(("ACC100002", "div near", 0.5),)),
    total=1,
    outside_count=1,
)
ANALYST_FACTS = answer.AnalystFacts(
    **dict(SESSION),
    session_id="s_scripted",
    question="portfolios",
    batch=1,
    batches=3,
    portfolios=2,
    lines=4,
    facts="Holdings{sym,curr%,tgt%,diff%,trade$,flags}:\nCBA,8.5,6.0,2.5,-4147,div:8d/$2.40",
    verdicts="CBA,partial,1",
)


class ScriptedDesk:
    """Answers every operation; `says` replaces single answers, and an exception among them is raised."""

    def __init__(self, says: Mapping[str, object] | None = None, *, rows: int = 3) -> None:
        self.says = dict(says or {})
        self.rows = rows
        self.asked: list[tuple[str, object]] = []

    async def status(self, caller: Caller) -> answer.ServerStatus:
        return self._answer("status", caller, STATUS)

    async def open_session(self, caller: Caller, request: ask.OpenSession) -> answer.SessionSummaryResult:
        return self._answer("open_session", request, SUMMARY)

    async def list_sessions(self, caller: Caller, *, limit: int = 100) -> answer.SessionList:
        return self._answer("list_sessions", caller, answer.SessionList(sessions=(ENTRY,)))

    async def get_session(
        self, caller: Caller, request: ask.GetSession
    ) -> answer.SessionSummaryResult | answer.SessionPage:
        if request.view == "summary":
            return self._answer("get_session", request, SUMMARY)
        page = self._page(request)
        items = answer.Table(columns=COLUMNS, rows=page.rows)
        result = answer.SessionPage(
            **dict(SESSION),
            session_id=request.session_id,
            view=request.view,
            items=items,
            total=self.rows,
            next_cursor=page.next_cursor,
        )
        return self._answer("get_session", request, result)

    async def review_session(self, caller: Caller, session_id: str) -> answer.SessionReview:
        return self._answer("review_session", session_id, REVIEW)

    async def explain_deferral(self, caller: Caller, request: ask.ExplainDeferral) -> answer.Deferral:
        return self._answer("explain_deferral", request, DEFERRAL)

    async def analyst_facts(self, caller: Caller, request: ask.GetAnalystFacts) -> answer.AnalystFacts:
        found = ANALYST_FACTS.model_copy(update={"question": request.question, "batch": request.batch})
        return self._answer("analyst_facts", request, found)

    async def get_overview(self, caller: Caller, request: ask.GetOverview) -> answer.Overview:
        result = answer.Overview(
            **dict(SESSION),
            view=request.view,
            batch=request.batch,
            batches=1,
            text="Portfolio: ACC100002\n  CBA,8.5,6.0,2.5",
        )
        return self._answer("get_overview", request, result)

    async def get_tolerance(self, caller: Caller, request: ask.GetTolerance) -> answer.ToleranceStatus:
        page = self._page(request)
        result = answer.ToleranceStatus(
            **dict(SESSION),
            as_of="2026-03-02",
            summary=answer.ToleranceSummary(
                portfolios=2, lines=self.rows, within=0, over=self.rows, under=0, unable_to_check=0
            ),
            lines=answer.Table(columns=COLUMNS, rows=page.rows),
            total=self.rows,
            next_cursor=page.next_cursor,
        )
        return self._answer("get_tolerance", request, result)

    async def analyze(
        self, caller: Caller, request: ask.AnalyzeTrades, *, progress: Progress = no_progress
    ) -> answer.Analysis:
        for done, message in ((1, "portfolios"), (1, "portfolios again"), (2, "momentum"), (3, "checked")):
            await progress(Step(done, 3, message, "analyzing"))
        result = answer.Analysis(
            **dict(SESSION), analyst="rules", applied=True, analysis="One sell.", recommendations=(VERDICT,)
        )
        return self._answer("analyze", request, result)

    async def validate(self, caller: Caller, request: ask.ValidateRecommendations) -> answer.Validation:
        result = answer.Validation(**dict(SESSION), valid=True, soft_warnings=(FINDING,), results=(CHECKED,))
        return self._answer("validate", request, result)

    async def apply(self, caller: Caller, request: ask.ApplyRecommendations) -> answer.Applied:
        result = answer.Applied(**dict(SESSION), applied=1, decisions={"defer": 1}, results=(CHECKED,), totals=TOTALS)
        return self._answer("apply", request, result)

    async def update(self, caller: Caller, request: ask.UpdateSession) -> answer.SessionSummaryResult:
        return self._answer("update", request, SUMMARY)

    async def export_plan(self, _caller: Caller, session_id: str) -> str:
        return self._answer("export_plan", session_id, f'{{"plan_of":"{session_id}"}}')

    async def export_book(self, _caller: Caller, name: str) -> str:
        return self._answer("export_book", name, f'{{"name":"{name}"}}')

    async def advance(
        self, caller: Caller, request: ask.AdvancePhase, *, progress: Progress = no_progress
    ) -> answer.PhaseAdvanced:
        await progress(Step(1, 1, "buys planned", "buys"))
        result = answer.PhaseAdvanced(
            **dict(SESSION),
            current_phase="Buys",
            actuals=answer.Actuals(
                portfolios=1,
                totals=answer.ActualsTotals(sell_value=9000.0, buy_value=0.0, net_cash_flow=9000.0, trade_count=1),
                instrument_summaries=answer.Table(columns=("symbol", "value"), rows=(("CBA", 9000.0),)),
            ),
            executive_summary="One sell.",
            approved=1,
            held=0,
            held_lines=answer.Table(columns=("account_number", "code", "reason"), rows=()),
            under_review=0,
        )
        return self._answer("advance", request, result)

    def _page(self, request: ask.Page) -> "_Page":
        start = 0 if request.cursor is None else decode_cursor(request.cursor, VERSION)
        end = min(start + request.limit, self.rows)
        rows = tuple(line(index) for index in range(start, end))
        return _Page(rows, encode_cursor(VERSION, end) if end < self.rows else None)

    def _answer(self, operation: str, request: object, result: Answer) -> Answer:
        self.asked.append((operation, request))
        said = self.says.get(operation, result)
        if isinstance(said, Exception):
            raise said
        return said  # type: ignore[return-value]  # the test says what it answers


class _Page:
    def __init__(self, rows: tuple[tuple[answer.Cell, ...], ...], next_cursor: str | None) -> None:
        self.rows = rows
        self.next_cursor = next_cursor


def line(index: int) -> tuple[answer.Cell, ...]:
    """A line of the tolerance table, with numbers as long as real ones."""
    amount = -1234.56 - index
    return (
        f"ACC{100001 + index}",
        "CBA",
        8.5123,
        6.0,
        2.0,
        2.5123,
        "over",
        amount,
        amount / 2,
        amount * 1.5,
        "div:8d/$2.40",
    )


class _NoStore:
    async def close(self) -> None:
        """There is nothing to close."""


class _NoDelivery:
    """Nothing goes anywhere."""

    def __init__(self) -> None:
        self.records = cast("RecordStore", _NoStore())
        self.system = cast("OrderSystem", _NoStore())

    async def deliver(self) -> float:
        """Not in this test either."""
        return 3_600.0

    async def rest(self, seconds: float) -> None:
        """Nobody leaves any orders."""
        await anyio.sleep(seconds)


def with_no_store(desk: TradingDesk, orders: OrderDesk | None = None) -> OpenDesk:
    """A desk that keeps nothing."""
    return OpenDesk(desk, cast("SessionStore", _NoStore()), no_office(orders))


def no_office(orders: OrderDesk | None = None) -> BackOffice:
    """The back office of a desk that is asked for no orders, or only by this script."""
    return BackOffice(cast("OrderDesk", orders), cast("SessionKeeper", None), _NoDelivery())
