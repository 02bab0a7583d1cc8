"""Names that were written to be obeyed: what a model is asked has the rows of the book and no others, and the plan is
the same as with plain names."""

import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.adapters.analysts.model_clients import DIALECTS, client_of
from tests.e2e.driving import Json
from tests.e2e.hostile_book import HostileBook, hostile_book
from tests.e2e.hostile_names import TEMPLATES, with_hostile_names
from tests.formatters.fields import split_raw, unquote
from tests.model_wire.calls import CallInfo
from tests.model_wire.reading import read_lines, read_markets, read_shortages
from tests.model_wire.wire import Wire
from tests.workflow.desks import JANE
from trimtab.adapters.analysts.attempts import CallLimits
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.compose import open_desk
from trimtab.settings import Settings
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.desk import TradingDesk

HEADING = "--- Portfolio: "
BUY_HEADING = "Portfolio: "
LONGEST_LINE = 400


@dataclass(frozen=True)
class Judged:
    """The plan of a session that a model judged, what it was asked, and what was removed or failed."""

    plan: Json
    calls: tuple[CallInfo, ...]
    removed: dict[str, int]
    degraded: tuple[str, ...]

    def prompts(self, title: str) -> list[str]:
        """What was asked of one kind, batch by batch."""
        return sorted(call.prompt for call in self.calls if call.title == title)


@asynccontextmanager
async def desk_over(book: Path, home: Path, *, dialect: str, wire: Wire) -> AsyncIterator[TradingDesk]:
    """The desk over a book, as the server makes it, with this model."""
    limits = CallLimits(attempts=1)
    async with client_of(dialect, wire.transport(), limits=limits) as client:
        opened = open_desk(Settings(book=book, sessions=home / "sessions.db"), client=client)
        try:
            yield opened.desk
        finally:
            await opened.store.close()


async def judged(book: Path, home: Path, *, dialect: str = "messages") -> Judged:
    """A whole session over the book."""
    home.mkdir(exist_ok=True)
    wire = Wire()
    async with desk_over(book, home, dialect=dialect, wire=wire) as desk:
        session_id = (await desk.open_session(JANE, ask.OpenSession(workflow_mode="AiPlan"))).session_id
        analysis = await desk.analyze(JANE, ask.AnalyzeTrades(session_id=session_id))
        buys = await desk.advance(JANE, ask.AdvancePhase(session_id=session_id))
        await desk.advance(JANE, ask.AdvancePhase(session_id=session_id))
        plan = json.loads(await desk.export_plan(JANE, session_id))
    return Judged(plan, tuple(wire.calls), analysis.removed, buys.degraded)


def headings(prompt: str, start: str) -> list[list[str]]:
    """Account and client of every portfolio that a prompt opens."""
    lines = [line.removeprefix(start).removesuffix(" ---") for line in prompt.split("\n") if line.startswith(start)]
    split = [split_raw(line, " (") for line in lines]
    return [[unquote(account), unquote(client.removesuffix(")"))] for account, client in split]


def without_clients(prompt: str) -> list[str]:
    """The lines of a prompt, without the names of clients; a fence is as long as it needs to be."""
    opening = re.compile(r"^((?:--- )?Portfolio: \w+ \().*(\)(?: ---)?)$")
    return [re.sub("^`{3,}", "```", opening.sub(r"\1\2", line)) for line in prompt.split("\n")]


def check_visible(prompts: Iterable[str]) -> None:
    """No line holds what can't be seen, or is as long as some name was."""
    for prompt in prompts:
        for line in prompt.split("\n"):
            assert line.isprintable(), ascii(line)
            assert len(line) <= LONGEST_LINE


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_hostile_names_change_neither_the_questions_nor_the_plan(dialect: str, tmp_path: Path) -> None:
    marks = with_hostile_names(tmp_path / "book")
    plain = await judged(DEMO_BOOK, tmp_path / "plain", dialect=dialect)
    hostile = await judged(tmp_path / "book", tmp_path / "hostile", dialect=dialect)
    assert {call.title for call in plain.calls} == {"PortfolioVerdicts", "MarketContext", "Synthesis", "BuyVerdicts"}
    for title in {call.title for call in plain.calls}:
        ours, theirs = plain.prompts(title), hostile.prompts(title)
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert read_lines(other) == read_lines(one)
            assert read_shortages(other) == read_shortages(one)
            assert read_markets(other) == read_markets(one)
            assert without_clients(other) == without_clients(one)
    assert {call.system for call in hostile.calls} == {call.system for call in plain.calls}
    assert [call.schema for call in hostile.calls if call.title == "BuyVerdicts"] == [
        call.schema for call in plain.calls if call.title == "BuyVerdicts"
    ]
    check_visible(call.prompt for call in hostile.calls)
    assert (hostile.removed, hostile.degraded) == (plain.removed, plain.degraded) == ({}, ())
    digest = hostile.plan.pop("book_digest")
    assert digest != plain.plan.pop("book_digest")
    assert hostile.plan == plain.plan
    assert marks.leaked(json.dumps(hostile.plan)) is None


async def test_every_client_stands_in_the_heading_of_its_own_portfolio_and_nowhere_else(tmp_path: Path) -> None:
    marks = with_hostile_names(tmp_path / "book")
    hostile = await judged(tmp_path / "book", tmp_path)
    opened = [each for prompt in hostile.prompts("PortfolioVerdicts") for each in headings(prompt, HEADING)]
    assert sorted(account for account, _ in opened) == [f"ACC{number}" for number in range(100001, 100061)]
    shown = [client for _, client in opened]
    # A name of blanks and a very long one that is cut may lose their mark; all others keep it.
    assert sum(marks.leaked(client) is not None for client in shown) > 60 - 60 / len(TEMPLATES) * 4
    assert max(map(len, shown)) <= 80
    for title, start in (("PortfolioVerdicts", HEADING), ("BuyVerdicts", BUY_HEADING)):
        for prompt in hostile.prompts(title):
            inside = "\n".join(line for line in prompt.split("\n") if not line.startswith(start))
            assert marks.leaked(inside) is None
    for title in ("MarketContext", "Synthesis"):
        for prompt in hostile.prompts(title):
            assert marks.leaked(prompt) is None


@pytest.fixture(params=["csv", "json"])
def worst(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[HostileBook, Path]:
    """A book in which codes, accounts, models and sectors are hostile too."""
    book = hostile_book()
    return book, book.as_csv(tmp_path / "b") if request.param == "csv" else book.as_json(tmp_path / "b.json")


async def test_a_book_in_which_everything_is_hostile_is_asked_about_row_by_row(
    worst: tuple[HostileBook, Path], tmp_path: Path
) -> None:
    book, path = worst
    found = await judged(path, tmp_path / "home")
    check_visible(call.prompt for call in found.calls)
    accounts = set(book.keys("portfolios", "account_number"))
    codes = set(book.keys("instruments", "code"))
    lines = [line for prompt in found.prompts("PortfolioVerdicts") for line in read_lines(prompt)]
    opened = [each for prompt in found.prompts("PortfolioVerdicts") for each in headings(prompt, HEADING)]
    assert len(opened) == len({account for account, _ in opened}) == 30
    assert {account for account, _ in opened} <= accounts
    assert {line.account for line in lines} == {account for account, _ in opened}
    assert {line.symbol for line in lines} <= codes
    assert len(lines) == len({(line.account, line.symbol) for line in lines})
    rows = [dict(zip(found.plan["columns"], row, strict=True)) for row in found.plan["rows"]]
    planned = {(row["account_number"], row["code"]): row["planned_amount"] for row in rows if row["action"] == "sell"}
    told = {(line.account, line.symbol): line.trade for line in lines if line.trade < 0}
    assert told.keys() == {key for key, amount in planned.items() if abs(amount) >= 0.5}
    assert all(abs(trade - planned[key]) <= 0.5 for key, trade in told.items())
    assert found.plan["phase"] == "Review"
    assert found.degraded == ()


async def test_every_prompt_about_a_hostile_book_has_its_facts_between_fences_that_nothing_closes(
    worst: tuple[HostileBook, Path], tmp_path: Path
) -> None:
    book, path = worst
    found = await judged(path, tmp_path / "home")
    for call in found.calls:
        outside, fence = [], ""
        for line in call.prompt.split("\n"):
            if not fence and re.fullmatch(r"`{3,}text", line):
                fence = line.removesuffix("text")
            elif fence and line == fence:
                fence = ""
            elif not fence:
                outside.append(line)
        assert not fence
        assert book.marks.leaked("\n".join(outside)) is None
        assert book.marks.leaked(call.system) is None
