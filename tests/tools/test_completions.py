"""Whoever types an argument is offered what may stand there, in both eras of the protocol."""

from pathlib import Path

import pytest
from mcp.client import Client
from mcp_types import Completion, PromptReference, ResourceTemplateReference

from tests.tools.demo_desk import demo_client
from tests.tools.scripted_desk import ENTRY, SESSION, STATUS, ScriptedDesk
from tests.tools.serving import Mode, client_of
from trimtab.domain.errors import NotFound, Unavailable
from trimtab.tools.completions import MOST_VALUES
from trimtab.tools.resources.uris import BOOK, CONCEPT, PLAN, STRATEGY
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.requests import GetSession
from trimtab.workflow.ports.results import Cell, SessionList, SessionPage, Table

MINE = {"session_id": "ts_1"}
COLUMNS = ("code", "sell_deferred_value", "buy_deferred_value", "under_review")


async def offered(client: Client, name: str, typed: str = "", known: dict[str, str] | None = None) -> Completion:
    """What is offered for an argument of the prompt that has all of them."""
    reference = PromptReference(type="ref/prompt", name="explain_deferral")
    return (await client.complete(reference, {"name": name, "value": typed}, known)).completion


async def at(client: Client, uri: str, name: str, typed: str = "") -> Completion:
    """What is offered for a variable of an address."""
    reference = ResourceTemplateReference(type="ref/resource", uri=uri)
    return (await client.complete(reference, {"name": name, "value": typed})).completion


def nothing(completion: Completion) -> bool:
    return (completion.values, completion.total, completion.has_more) == ([], 0, False)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_callers_sessions_are_offered(mode: Mode, tmp_path: Path) -> None:
    async with demo_client(tmp_path, mode) as client:
        for _ in range(3):
            await client.call_tool("open_session", {"portfolios": ["ACC100021"]})
        found = await offered(client, "session_id")
        assert (sorted(found.values), found.total, found.has_more) == (["ts_1", "ts_2", "ts_3"], 3, False)
        assert (await offered(client, "session_id", "ts_2")).values == ["ts_2"]
        assert nothing(await offered(client, "session_id", "other"))
        assert (await at(client, PLAN, "session_id", "ts_1")).values == ["ts_1"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_instruments_come_with_those_first_of_which_something_waits(mode: Mode, tmp_path: Path) -> None:
    async with demo_client(tmp_path, mode) as client:
        await client.call_tool("open_session", {"portfolios": ["ACC100002", "ACC100028", "ACC100045"]})
        before = await offered(client, "symbol", known=MINE)
        override = {"code": "WTC", "action": "defer", "reason": "the client asked for it"}
        await client.call_tool("update_session", {**MINE, "overrides": [override]})
        after = await offered(client, "symbol", known=MINE)
        assert (await offered(client, "symbol", "wt", MINE)).values == ["WTC"]
    assert before.values == sorted(before.values)
    assert before.values[0] != "WTC"
    assert after.values[0] == "WTC"
    assert sorted(after.values) == before.values


async def test_instruments_need_a_session() -> None:
    desk = ScriptedDesk()
    async with client_of(desk) as client:
        assert nothing(await offered(client, "symbol"))
        assert nothing(await offered(client, "symbol", known={"other": "x"}))
        assert nothing(await offered(client, "symbol", known={"session_id": "not an id"}))
    assert desk.asked == []


class ManyInstruments(ScriptedDesk):
    """Lists its instruments in three pages; every tenth waits."""

    async def get_session(self, caller: Caller, request: GetSession) -> SessionPage:
        page = int(request.cursor or 0)
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (f"S{number:03d}", 0, float(number % 10 == 9), 0) for number in range(page * 50, page * 50 + 50)
        )
        return SessionPage(
            **dict(SESSION),
            session_id=request.session_id,
            view=request.view,
            items=Table(columns=COLUMNS, rows=rows),
            total=150,
            next_cursor=str(page + 1) if page < 2 else None,
        )


async def test_at_most_a_hundred_are_sent_and_all_are_counted() -> None:
    async with client_of(ManyInstruments()) as client:
        found = await offered(client, "symbol", known=MINE)
        fewer = await offered(client, "symbol", "S0", MINE)
    assert (len(found.values), found.total, found.has_more) == (MOST_VALUES, 150, True)
    assert found.values[:16] == [f"S{number:03d}" for number in range(9, 150, 10)] + ["S000"]
    assert (len(fewer.values), fewer.total, fewer.has_more) == (100, 100, False)


async def test_sessions_stay_in_the_order_of_the_desk_the_newest_first() -> None:
    entries = tuple(ENTRY.model_copy(update={"session_id": f"ts_{number}"}) for number in range(120))
    async with client_of(ScriptedDesk({"list_sessions": SessionList(sessions=entries)})) as client:
        found = await offered(client, "session_id")
    assert found.values == [f"ts_{number}" for number in range(100)]
    assert (found.total, found.has_more) == (120, True)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_book_and_the_concepts_are_offered(mode: Mode, tmp_path: Path) -> None:
    async with demo_client(tmp_path, mode) as client:
        assert (await at(client, BOOK, "book", "demo")).values == ["Demo book"]
        assert (await at(client, CONCEPT, "name", "d")).values[:3] == ["drift", "deferral", "drift-bands"]
        assert (await at(client, CONCEPT, "name", "sha")).values == ["sharpe", "sharpe_ratio"]
        assert (await at(client, CONCEPT, "name", "core")).values == ["core-satellite", "core_satellite"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_installed_strategies_are_offered(mode: Mode) -> None:
    async with client_of(ScriptedDesk(), mode) as client:
        assert (await at(client, STRATEGY, "name", "m")).values == ["macd_rsi_confluence", "momentum_rank"]


async def test_a_book_is_offered_by_a_name_that_it_is_read_by() -> None:
    book = STATUS.book.model_copy(update={"name": "My\u202e book\n" + "x" * 10_000})
    async with client_of(ScriptedDesk({"status": STATUS.model_copy(update={"book": book})})) as client:
        (name,) = (await at(client, BOOK, "book")).values
    assert name.startswith("My book x")
    assert len(name) == 80


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("raised", [Unavailable("The store is away."), NotFound("Gone.", field="session_id")])
async def test_where_nothing_can_be_found_out_nothing_is_offered(raised: Exception, mode: Mode) -> None:
    desk = ScriptedDesk(dict.fromkeys(("list_sessions", "get_session", "status"), raised))
    async with client_of(desk, mode) as client:
        assert nothing(await offered(client, "session_id"))
        assert nothing(await offered(client, "symbol", known=MINE))
        assert nothing(await at(client, BOOK, "book"))


async def test_what_is_not_there_has_nothing_to_offer() -> None:
    async with client_of(ScriptedDesk()) as client:
        assert nothing(await offered(client, "IGNORE"))
        assert nothing(await at(client, "trimtab://IGNORE/{x}", "x"))
        assert nothing(await at(client, PLAN, "book"))
