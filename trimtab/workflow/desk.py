"""The trading desk: every operation on trading sessions, the same for tools, REST and the command line."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from pydantic import JsonValue

from trimtab.domain.errors import TrimtabError
from trimtab.domain.kept import Kept
from trimtab.fixtures import DEMO_MARKET_NAME
from trimtab.workflow.advancing import advanced, target_phase
from trimtab.workflow.analysis import Analyzed, Panel, current_analysis
from trimtab.workflow.analyst_facts import analyst_facts
from trimtab.workflow.book_document import book_document
from trimtab.workflow.books import BookShelf
from trimtab.workflow.deciding import (
    analysis_detail,
    applied,
    judged_detail,
    proposals_for,
    require_analysis,
    require_open,
    source_of,
    wants_sell_analysis,
    with_analysis,
    with_decisions,
)
from trimtab.workflow.deferrals import deferral
from trimtab.workflow.judging import (
    Judged,
    advisories_for,
    as_results,
    check_results,
    judge,
    refuse_if_blocked,
    soft_warnings_for,
)
from trimtab.workflow.log_details import UNFINISHED
from trimtab.workflow.opening import NoPortfolios, opening_state
from trimtab.workflow.pages import log_table, session_page, tolerance_page, view_table
from trimtab.workflow.plan_document import plan_document
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.cursors import decode_cursor
from trimtab.workflow.ports.desk import Caller, Progress, no_progress
from trimtab.workflow.ports.framework_parts import FrameworkPortfolios
from trimtab.workflow.ports.stores import SessionStore
from trimtab.workflow.progress import Rising
from trimtab.workflow.recommending import exchange_comments, recommendations, sector_comments, stability_of
from trimtab.workflow.reviewing import session_review
from trimtab.workflow.sessions import Change, Open, Sessions
from trimtab.workflow.sittings import Sitting
from trimtab.workflow.summaries import session_entry, session_summary
from trimtab.workflow.texts import overview_text
from trimtab.workflow.turns import Turns
from trimtab.workflow.updating import decide_overrides, update_state
from trimtab.workflow.verdicts import adopt


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What the desk is told about the server it runs in."""

    server_version: str
    execution_mode: answer.ExecutionMode = "simulated"
    read_only: bool = False
    toolsets: tuple[str, ...] = ("trading",)
    analyst: answer.AnalystStatus | None = None
    market: str = DEMO_MARKET_NAME


logger = logging.getLogger(__name__)
_NO_PORTFOLIOS = NoPortfolios()

KEEP_WITHIN_SECONDS = 10.0
"""What was paid for is kept, also for a caller who has left; but a store that hangs holds nobody for ever."""
ALLOW_LISTS = {"allowed_exchanges", "allowed_types"}
MOST_COUNTED = 1_000
"""Open sessions beyond it aren't counted."""
MOST_PAGES = 64
MOST_SUMMARIES = 256
"""Answers kept: the same question about the same version of a session has the same answer."""


class Desk:
    """Implements `TradingDesk` over a session store, a book and an analyst."""

    def __init__(
        self,
        *,
        store: SessionStore,
        shelf: BookShelf,
        panel: Panel,
        clock: Clock,
        facts: DeskFacts,
        portfolios: FrameworkPortfolios = _NO_PORTFOLIOS,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._panel = panel
        self._facts = facts
        self._portfolios = portfolios
        self._turns = Turns()
        self._tolerance: Kept[answer.ToleranceStatus] = Kept(MOST_PAGES)
        self._summaries: Kept[answer.SessionSummaryResult] = Kept(MOST_SUMMARIES)
        self._sessions = Sessions(store, shelf=shelf, clock=clock)

    @property
    def sessions(self) -> Sessions:
        """The sessions that this desk works on, for who works on the same."""
        return self._sessions

    async def status(self, caller: Caller) -> answer.ServerStatus:
        """What the server is and works on."""
        book, policy = self._shelf.book, self._shelf.policy
        thresholds = policy.model_dump(mode="json", exclude={"limits", "factors", "tier_caps_pct", "blocking_rules"})
        return answer.ServerStatus(
            name="trimtab",
            server_version=self._facts.server_version,
            execution_mode=self._facts.execution_mode,
            read_only=self._facts.read_only,
            analyst=self._panel.analyst.name,
            language_model=self._facts.analyst,
            toolsets=self._facts.toolsets,
            market=self._facts.market,
            book=answer.BookFacts(
                name=book.name,
                as_of=book.as_of.isoformat(),
                digest=book.digest,
                portfolios=len(book.portfolios.account_number),
                instruments=len(book.instruments.code),
                models=len(book.models.name),
            ),
            policy_digest=self._shelf.policy_digest,
            limits=policy.limits.model_dump(exclude=ALLOW_LISTS),
            allow_lists=policy.limits.model_dump(include=ALLOW_LISTS),
            thresholds=thresholds,
            open_sessions=len(await self._store.list(caller.owner, limit=MOST_COUNTED)),
        )

    async def open_session(self, caller: Caller, request: ask.OpenSession) -> answer.SessionSummaryResult:
        """Opens a session over the book, over the portfolios and models named, or over a framework's portfolio."""
        wanted = request.framework_portfolio
        part = None if wanted is None else await self._portfolios.part(caller.owner, wanted)
        state, detail = opening_state(self._shelf, request, part=part)
        session_id = self._sessions.new_id()
        if wanted is not None:  # before the session is there: none may trade that its portfolio doesn't know of
            await self._portfolios.opened(caller.owner, wanted, session_id=session_id)
        return self._summary(
            await self._sessions.create(caller, request, session_id=session_id, state=state, detail=detail)
        )

    async def list_sessions(self, caller: Caller, *, limit: int = 100) -> answer.SessionList:
        """The caller's sessions, the newest first."""
        found = await self._store.list(caller.owner, limit=limit)
        return answer.SessionList(sessions=tuple(map(session_entry, found)))

    def _summary(self, opened: Open) -> answer.SessionSummaryResult:
        return session_summary(
            opened,
            analyst=self._panel.analyst.name,
            execution_mode=self._facts.execution_mode,
            unable=self._shelf.unable_in(opened.plan.state),
        )

    async def get_session(
        self, caller: Caller, request: ask.GetSession
    ) -> answer.SessionSummaryResult | answer.SessionPage:
        """The summary, or a page of a list."""
        opened = await self._sessions.load(caller, request.session_id)
        if request.view == "summary":
            stored = opened.stored
            key = (stored.session_id, stored.log_head, stored.expires_at)
            return self._summaries.get(key, lambda: self._summary(opened))
        if request.view == "log":
            return await self._log_page(caller, request, opened=opened)
        table = view_table(opened, request, unable=self._shelf.unable_in(opened.plan.state))
        return session_page(opened, request, execution_mode=self._facts.execution_mode, table=table)

    async def _log_page(self, caller: Caller, request: ask.GetSession, *, opened: Open) -> answer.SessionPage:
        offset = decode_cursor(request.cursor, opened.version) if request.cursor else 0
        entries = await self._store.log(request.session_id, caller.owner, after_seq=offset, limit=request.limit)
        return session_page(
            opened,
            request,
            execution_mode=self._facts.execution_mode,
            table=log_table(entries),
            total=opened.stored.log_head.seq,
        )

    async def export_plan(self, caller: Caller, session_id: str) -> str:
        """The whole plan as canonical JSON."""
        opened = await self._sessions.load(caller, session_id)
        return plan_document(opened.plan)

    async def export_book(self, caller: Caller, name: str) -> str:  # noqa: ARG002 - a book is everybody's here
        """The book as canonical JSON; NotFound for another name."""
        return book_document(self._shelf, name)

    async def review_session(self, caller: Caller, session_id: str) -> answer.SessionReview:
        """Where the session stands, with what was found and what is held back."""
        opened = await self._sessions.load(caller, session_id)
        return session_review(opened.plan, self._summary(opened))

    async def explain_deferral(self, caller: Caller, request: ask.ExplainDeferral) -> answer.Deferral:
        """What of an instrument's trades is held back, and why."""
        opened = await self._sessions.load(caller, request.session_id)
        return deferral(opened, request, execution_mode=self._facts.execution_mode)

    async def analyst_facts(self, caller: Caller, request: ask.GetAnalystFacts) -> answer.AnalystFacts:
        """What an analyst is told for one of its questions."""
        opened = await self._sessions.load(caller, request.session_id)
        return analyst_facts(opened, request, execution_mode=self._facts.execution_mode)

    async def get_overview(self, caller: Caller, request: ask.GetOverview) -> answer.Overview:
        """What an analyst reads: the seed's format, or the compact one for portfolios."""
        opened = await self._sessions.load(caller, request.session_id)
        plan = opened.plan
        text, batches = overview_text(plan, request)
        return answer.Overview(
            execution_mode=self._facts.execution_mode,
            phase=plan.state.phase,
            version=opened.version,
            view=request.view,
            batch=request.batch,
            batches=batches,
            text=text,
        )

    async def get_tolerance(self, caller: Caller, request: ask.GetTolerance) -> answer.ToleranceStatus:
        """Lines against their bands."""
        opened = await self._sessions.load(caller, request.session_id)
        unable = self._shelf.unable_in(opened.plan.state)
        return self._tolerance.get(
            (opened.stored.log_head, request),
            lambda: tolerance_page(opened, request, execution_mode=self._facts.execution_mode, unable=unable),
        )

    async def analyze(
        self, caller: Caller, request: ask.AnalyzeTrades, *, progress: Progress = no_progress
    ) -> answer.Analysis:
        """Runs the analyst for the phase and stores its proposals; in AiPlan they become decisions at once.

        Where nothing changed since the last analysis, and none of it failed, that one is the answer.
        """
        sitting = Sitting(self._panel, Rising(progress))

        async def decide_on(opened: Open) -> Change | None:
            require_analysis(opened.plan)
            state, used = opened.plan.state, list[Analyzed]()
            detail: dict[str, JsonValue] = {"unchanged": True}
            if request.refresh or not self._stands(opened.plan):
                used.append(await sitting.analyzed(opened.plan, refresh=request.refresh))
                state, detail = with_analysis(state, used[0]), analysis_detail(used[0])
            elif not request.idempotency_key and not sitting.loose:
                return None
            return sitting.change(state, "analyze_trades", detail=detail, used=used)

        async with self._seated(caller, request, sitting=sitting):
            return await self._sessions.change(
                caller, request, answer_type=answer.Analysis, decide=decide_on, answer=self._analysis
            )

    def _stands(self, plan: SessionPlan) -> bool:
        """Whether the same analyst, asked as often, has judged the session as it is, and all of it."""
        record, panel = current_analysis(plan), self._panel
        if record is None or record.degraded:
            return False
        votes = panel.votes if record.side == "sell" else 1
        return (record.analyst, record.model, record.votes) == (panel.analyst.name, panel.analyst.model, votes)

    @asynccontextmanager
    async def _seated(self, caller: Caller, request: ask.Write, *, sitting: Sitting) -> AsyncIterator[None]:
        """One analysis of a session at a time; where it comes to nothing, what it has cost is kept all the same."""
        async with self._turns.of(request.session_id):
            try:
                yield
            finally:
                if sitting.loose:
                    with anyio.move_on_after(KEEP_WITHIN_SECONDS, shield=True):
                        await self._keep_calls(caller, request, sitting=sitting)

    async def _keep_calls(self, caller: Caller, request: ask.Write, *, sitting: Sitting) -> None:
        async def decide_on(opened: Open) -> Change:
            state = sitting.paid(opened.plan.state)
            return Change(state, UNFINISHED, {"calls": len(sitting.loose)}, sitting.loose)

        bare = ask.AnalyzeTrades(session_id=request.session_id)
        try:
            await self._sessions.change(
                caller, bare, answer_type=answer.SessionSummaryResult, decide=decide_on, answer=self._summary
            )
        except TrimtabError:  # the caller has to hear what ended the analysis, not this
            tokens = sum(call.usage.tokens for call in sitting.loose)
            logger.exception("%d calls of a model, %d tokens, are in no session's log", len(sitting.loose), tokens)

    def _analysis(self, opened: Open) -> answer.Analysis:
        plan = opened.plan
        record = plan.state.sell_analysis if plan.open_side == "sell" else plan.state.buy_analysis
        applied = plan.state.workflow_mode == "AiPlan"
        shown = plan if applied else with_decisions(plan, plan.state.proposals)
        assert record is not None, "an analysis was just stored"
        return answer.Analysis(
            execution_mode=self._facts.execution_mode,
            phase=plan.state.phase,
            version=opened.version,
            analyst=record.analyst,
            applied=applied,
            analysis=record.summary,
            recommendations=recommendations(shown, plan.open_side),
            exchange_comments=tuple(exchange_comments(record)),
            sector_comments=tuple(sector_comments(record)),
            degraded=record.degraded,
            removed=record.removed,
            stability=stability_of(record),
        )

    async def validate(self, caller: Caller, request: ask.ValidateRecommendations) -> answer.Validation:
        """Checks recommendations and stores nothing."""
        opened = await self._sessions.load(caller, request.session_id)
        require_open(opened.plan)
        judged = judge(opened.plan, request.recommendations, source=source_of(opened.plan, caller))
        symbols = frozenset(recommendation.symbol for recommendation in request.recommendations)
        return answer.Validation(
            execution_mode=self._facts.execution_mode,
            phase=opened.plan.state.phase,
            version=opened.version,
            valid=not judged.hard_failures,
            hard_failures=as_results(judged.hard_failures),
            soft_warnings=as_results(soft_warnings_for(judged.after, symbols)),
            advisories=as_results(advisories_for(judged, symbols)),
            results=check_results(judged, request.recommendations),
        )

    async def apply(self, caller: Caller, request: ask.ApplyRecommendations) -> answer.Applied:
        """Stores decisions: the caller's own, or the proposals of the last analysis."""
        outcome: list[Judged] = []

        async def decide_on(opened: Open) -> Change:
            require_open(opened.plan)
            outcome.clear()
            if request.recommendations is None:
                proposals = proposals_for(opened.plan)
                adopted = adopt(opened.plan.state, proposals, side=opened.plan.open_side)
                return Change(adopted, "apply_proposals", {"decisions": len(proposals)})
            judged = judge(opened.plan, request.recommendations, source=source_of(opened.plan, caller))
            refuse_if_blocked(judged)
            outcome.append(judged)
            return Change(judged.after.state, "apply_recommendations", judged_detail(judged))

        def reply(opened: Open) -> answer.Applied:
            return applied(
                opened,
                request,
                judged=outcome[0] if outcome else None,
                execution_mode=self._facts.execution_mode,
            )

        return await self._sessions.change(caller, request, answer_type=answer.Applied, decide=decide_on, answer=reply)

    async def update(self, caller: Caller, request: ask.UpdateSession) -> answer.SessionSummaryResult:
        """Changes mode, rules, substitutions and exits; overrides are decided under the new rules."""

        async def decide_on(opened: Open) -> Change:
            state = update_state(opened.plan, request)
            state = decide_overrides(self._sessions.plan(state), request.overrides)
            detail = request.model_dump(mode="json", exclude_defaults=True, exclude={"session_id", "idempotency_key"})
            return Change(state, "update_session", detail)

        return await self._sessions.change(
            caller, request, answer_type=answer.SessionSummaryResult, decide=decide_on, answer=self._summary
        )

    async def advance(
        self, caller: Caller, request: ask.AdvancePhase, *, progress: Progress = no_progress
    ) -> answer.PhaseAdvanced:
        """Goes to the next phase; in AiPlan the phase's analysis runs first where it hasn't."""
        sitting = Sitting(self._panel, Rising(progress))

        async def decide_on(opened: Open) -> Change:
            plan = opened.plan
            phase = target_phase(plan, request)
            state, used = plan.state, list[Analyzed]()
            if state.phase == "Sells" and wants_sell_analysis(state):
                used.append(await sitting.analyzed(plan))
                state = with_analysis(state, used[-1])
            moved = state.changed(phase=phase)
            if moved.phase == "Buys" and state.phase == "Sells" and state.workflow_mode == "AiPlan":
                used.append(await sitting.analyzed(self._sessions.plan(moved)))
                moved = with_analysis(moved, used[-1])
            detail: dict[str, JsonValue] = {"from": plan.state.phase, "to": phase, "reason": request.reason}
            if used:
                detail["analyses"] = list(map(analysis_detail, used))
            return sitting.change(moved, "advance_phase", detail=detail, used=used)

        def reply(opened: Open) -> answer.PhaseAdvanced:
            return advanced(opened.plan, version=opened.version, execution_mode=self._facts.execution_mode)

        async with self._seated(caller, request, sitting=sitting):
            return await self._sessions.change(
                caller, request, answer_type=answer.PhaseAdvanced, decide=decide_on, answer=reply
            )
