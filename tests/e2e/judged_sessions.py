"""A small book in which every flag occurs, judged by a model over the wire from the opening of a session to its review.

Every unit costs $1 (lots of 10 in WTC), and every model's tolerance is 2, but 10 for REST.

| | cash | sells | buys |
|---|---|---|---|
| P1 | 1,000 | BHP 5,000; CBA 4,000, near an ex-date; WTC 4,000, after a dip | AAPL 5,000 and NAB 7,000, for 10,000 |
| P2 | 500 | BHP 5,000, in gain; CBA 6,000, near an ex-date | AAPL 6,000 and NAB 5,000, for 7,700 |
| P3 | 20,000 | WTC 4,000, after a dip | AAPL 10,000, with cash for it |
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from tests.adapters.analysts.model_clients import client_of
from tests.clock import FixedClock
from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.turns import Answer
from tests.model_wire.wire import Wire
from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.workflow.desks import JANE, Bench, Rows, make_bench
from tests.workflow.small_books import EX_DATE, portfolio_lots
from trimtab.adapters.analysts.attempts import CallLimits
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.server.judges import panel_of
from trimtab.settings import Settings
from trimtab.workflow.ports import results as answer
from trimtab.workflow.state import SessionState

CASH: Final = {"P1": 1_000, "P2": 500, "P3": 20_000}
LOT_SIZES: Final = {"WTC": 10}
POLICY: Final = Policy(batch_size=2)
BATCHES: Final = {"PortfolioVerdicts": 2, "MarketContext": 1, "Synthesis": 1, "BuyVerdicts": 1}
"""Questions of a session by the title of their schema."""

Key = tuple[str, str, str]
"""Account, code and side of a trade."""


def judged_book() -> Book:
    """The book that stands above."""
    targets = (("AAPL", 20.0), ("BHP", 10.0), ("CBA", 10.0), ("NAB", 20.0), ("REST", 25.0, 10.0), ("WTC", 10.0))
    in_gain = NewLot("P2", "BHP", 15_000, acquired=date(2025, 7, 20), cost_base=9_000)
    return make_book(
        instruments=[
            _instrument("AAPL", "Technology", (20, 9, 2), exchange="NYSE"),
            _instrument("BHP", "Materials", (12, -5, 1)),
            _instrument("CBA", "Financials", (-2, 3, -4), ex_date=EX_DATE, dividend_per_share=0.02),
            _instrument("NAB", "Financials", (8, 4, 3)),
            _instrument("REST", "Diversified", (6, 3, 0.5)),
            _instrument("WTC", "Technology", (30, 10, -12), lot_size=LOT_SIZES["WTC"]),
        ],
        models=[NewModel(target_cash_pct=5, lines=targets)],
        portfolios=[NewPortfolio(account, cash=cash) for account, cash in CASH.items()],
        lots=[
            *portfolio_lots("P1", AAPL=15_000, BHP=15_000, CBA=14_000, NAB=13_000, REST=28_000, WTC=14_000),
            *(*portfolio_lots("P2", AAPL=14_000, CBA=16_000, NAB=15_000, REST=29_500, WTC=10_000), in_gain),
            *portfolio_lots("P3", AAPL=10_000, BHP=10_000, CBA=10_000, NAB=20_000, REST=16_000, WTC=14_000),
        ],
    )


def _instrument(code: str, sector: str, returns: tuple[float, float, float], **more: Any) -> NewInstrument:
    year, half_year, month = returns
    return NewInstrument(code, sector=sector, return_12m_pct=year, return_6m_pct=half_year, return_1m_pct=month, **more)


@dataclass(frozen=True)
class Played:
    """What a session came to, and the calls of the model on the way."""

    analysis: answer.Analysis
    buys: answer.PhaseAdvanced
    review: answer.PhaseAdvanced
    summary: answer.SessionSummaryResult
    plan: str
    rows: Rows
    state: SessionState
    log: Rows
    calls: tuple[CallInfo, ...]

    @property
    def shown(self) -> str:
        """Everything that was said to the caller."""
        said = (self.analysis, self.buys, self.review, self.summary)
        return "\n".join((*(each.model_dump_json() for each in said), self.plan, str(self.log)))

    @property
    def counted(self) -> dict[str, tuple[dict[str, int], list[str]]]:
        """What the log says was removed and what failed, by side."""
        details = [
            json.loads(row["detail"]) for row in self.log if row["action"] in ("analyze_trades", "advance_phase")
        ]
        analyses = [each for detail in details for each in detail.get("analyses", [detail]) if "side" in each]
        return {each["side"]: (each["removed"], each["degraded"]) for each in analyses}

    def asked(self, title: str) -> tuple[CallInfo, ...]:
        """The calls of one kind of question."""
        return tuple(call for call in self.calls if call.title == title)


@dataclass(frozen=True)
class Room:
    """A desk and the model behind it; `offers` are the trades that there are without an analysis, in money."""

    wire: Wire
    bench: Bench
    offers: Mapping[Key, float]

    async def play(self, answers: Answer | None = None) -> Played:
        """A whole session, with these answers in place of the sensible ones."""
        bench, before = self.bench, len(self.wire.calls)
        self.wire.answer = answers
        await bench.open()
        analysis = await bench.analyze()
        buys, review = await bench.advance(), await bench.advance()
        stored = await bench.store.read(bench.session_id, JANE.owner)
        return Played(
            analysis=analysis,
            buys=buys,
            review=review,
            summary=await bench.summary(),
            plan=await bench.desk.export_plan(JANE, bench.session_id),
            rows=await bench.rows("plan"),
            state=SessionState.model_validate_json(stored.state),
            log=await bench.rows("log"),
            calls=tuple(self.wire.calls[before:]),
        )


@asynccontextmanager
async def judging(dialect: str, folder: Path) -> AsyncIterator[Room]:
    """A desk with a model that speaks this dialect, each call sent once."""
    wire = Wire()
    async with client_of(dialect, wire.transport(), limits=CallLimits(attempts=1)) as client:
        analyst = panel_of(Settings(), client).analyst
        bench = make_bench(folder / "sessions.db", judged_book(), policy=POLICY, analyst=analyst, clock=FixedClock())
        try:
            yield Room(wire, bench, await _offers(bench))
        finally:
            await bench.store.close()


async def _offers(bench: Bench) -> Mapping[Key, float]:
    await bench.open("QuickRebalance")
    await bench.advance()
    await bench.advance()
    return {key_of(row): float(row["planned_amount"]) for row in await bench.rows("plan")}


def key_of(row: Json) -> Key:
    """Which trade a row of the plan is."""
    return (str(row["account_number"]), str(row["code"]), str(row["action"]))
