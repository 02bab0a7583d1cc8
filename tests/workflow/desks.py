"""A desk over real parts: a SQLite file, a book, the policy, and an analyst."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.clock import FixedClock
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.books.load import load_book
from trimtab.adapters.policy.tax_rules import load_tax_rules
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation
from trimtab.fixtures import DEMO_BOOK
from trimtab.workflow.analysis import Panel
from trimtab.workflow.books import BookShelf
from trimtab.workflow.desk import Desk, DeskFacts
from trimtab.workflow.planning import SessionPlan, plan_session
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports import results as answer
from trimtab.workflow.ports.analysts import Analyst
from trimtab.workflow.ports.desk import Caller, Step
from trimtab.workflow.state import SCHEMA_VERSION, SessionState

JANE = Caller(owner="jane", actor="jane's assistant")
TOM = Caller(owner="tom", actor="tom's assistant")
TTL = timedelta(hours=24)
DEMO = load_book(DEMO_BOOK)
TAX_RULES = load_tax_rules()

Rows = list[dict[str, Any]]
"""Rows by column name; tests know what each column holds."""


@dataclass(frozen=True)
class InMemory:
    """A book that is there already."""

    book: Book

    def load(self) -> Book:
        return self.book


def shelf_of(book: Book, policy: Policy | None = None) -> BookShelf:
    return BookShelf(InMemory(book), policy=policy or Policy(), tax_rules=TAX_RULES)


def plan_of(book: Book, *, policy: Policy | None = None, **state: object) -> SessionPlan:
    """The plan of a session over the book that has come to this state."""
    shelf = shelf_of(book, policy)
    start = SessionState(
        workflow_mode="AiPlan",
        book=book.name,
        book_digest=book.digest,
        policy_digest=shelf.policy_digest,
        as_of=book.as_of,
    )
    moved = start.changed(**state)
    facts, rules = shelf.facts_for(moved)
    return plan_session(facts, moved, rules=rules)


@dataclass
class Bench:
    """A desk, what is behind it, and short ways to ask it."""

    desk: Desk
    store: SqliteSessionStore
    clock: FixedClock
    progress: list[tuple[int, int, str]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    session_id: str = ""

    async def open(self, mode: str = "AiPlan", **request: object) -> answer.SessionSummaryResult:
        opened = await self.desk.open_session(JANE, ask.OpenSession.model_validate({"workflow_mode": mode, **request}))
        self.session_id = opened.session_id
        return opened

    async def _report(self, step: Step) -> None:
        self.progress.append((step.done, step.total, step.message))
        self.steps.append(step)

    async def analyze(self, **request: object) -> answer.Analysis:
        asked = ask.AnalyzeTrades.model_validate({"session_id": self.session_id, **request})
        return await self.desk.analyze(JANE, asked, progress=self._report)

    async def advance(self, **request: object) -> answer.PhaseAdvanced:
        asked = ask.AdvancePhase.model_validate({"session_id": self.session_id, **request})
        return await self.desk.advance(JANE, asked, progress=self._report)

    async def update(self, **request: object) -> answer.SessionSummaryResult:
        return await self.desk.update(
            JANE, ask.UpdateSession.model_validate({"session_id": self.session_id, **request})
        )

    async def apply(self, *recommendations: Recommendation, caller: Caller = JANE, **request: object) -> answer.Applied:
        given = {"session_id": self.session_id, "recommendations": recommendations or None, **request}
        return await self.desk.apply(caller, ask.ApplyRecommendations.model_validate(given))

    async def validate(self, *recommendations: Recommendation) -> answer.Validation:
        asked = ask.ValidateRecommendations(session_id=self.session_id, recommendations=recommendations)
        return await self.desk.validate(JANE, asked)

    async def summary(self) -> answer.SessionSummaryResult:
        found = await self.desk.get_session(JANE, ask.GetSession(session_id=self.session_id))
        assert isinstance(found, answer.SessionSummaryResult)
        return found

    async def page(self, view: str, **request: object) -> answer.SessionPage:
        asked = ask.GetSession.model_validate({"session_id": self.session_id, "view": view, "limit": 1000, **request})
        found = await self.desk.get_session(JANE, asked)
        assert isinstance(found, answer.SessionPage)
        return found

    async def rows(self, view: str, **request: object) -> Rows:
        return as_rows((await self.page(view, **request)).items)

    async def tolerance(self, **request: object) -> answer.ToleranceStatus:
        asked = ask.GetTolerance.model_validate({"session_id": self.session_id, "limit": 1000, **request})
        return await self.desk.get_tolerance(JANE, asked)

    async def overview(self, **request: object) -> answer.Overview:
        return await self.desk.get_overview(
            JANE, ask.GetOverview.model_validate({"session_id": self.session_id, **request})
        )

    async def trade(self, account: str, code: str) -> dict[str, Any]:
        """The plan's row of a line."""
        [row] = [r for r in await self.rows("plan") if (r["account_number"], r["code"]) == (account, code)]
        return row

    async def amounts(self) -> dict[tuple[str, str], float]:
        """What the plan sends, by account and code; lines without a trade are left out."""
        return {
            (str(row["account_number"]), str(row["code"])): float(row["amount"] or 0)
            for row in await self.rows("plan")
            if row["amount"]
        }


MakeBench = Callable[..., Bench]


def make_bench(
    path: Path,
    book: Book,
    *,
    policy: Policy | None = None,
    analyst: Analyst | None = None,
    votes: int = 1,
    clock: FixedClock,
) -> Bench:
    """Desks over the same path share their sessions."""
    store = SqliteSessionStore(path, clock=clock, ttl=TTL, schema_version=SCHEMA_VERSION)
    desk = Desk(
        store=store,
        shelf=shelf_of(book, policy),
        panel=Panel(analyst or RulesAnalyst(), RulesAnalyst(), votes),
        clock=clock,
        facts=DeskFacts(server_version="1.2.3"),
    )
    return Bench(desk, store, clock)


def as_rows(table: answer.Table) -> Rows:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def recommend(symbol: str, action: str, percent: float | None = None, **more: object) -> Recommendation:
    return Recommendation.model_validate({"symbol": symbol, "action": action, "proceed_percent": percent, **more})


def except_for(account: str, action: str, percent: float | None = None, **more: object) -> PortfolioException:
    given = {"account_number": account, "action": action, "proceed_percent": percent, **more}
    return PortfolioException.model_validate(given)
