"""What a new session begins with."""

from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.oracle.book_rows import AS_OF
from tests.workflow.desks import JANE, TAX_RULES, TTL, InMemory, shelf_of
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.domain.errors import InvalidInput, NotFound, Unavailable
from trimtab.domain.trading.own_model import NewAccount, NewInstrument, OwnLine, OwnModel
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.analysis import Panel
from trimtab.workflow.books import BookShelf
from trimtab.workflow.desk import Desk, DeskFacts
from trimtab.workflow.log_details import FRAMEWORK, shown
from trimtab.workflow.opening import KnownPortfolio, opening_state
from trimtab.workflow.planning import plan_session
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.price_moves import moved_world
from trimtab.workflow.state import SCHEMA_VERSION

FUND = NewInstrument("FUND", "ASX", "A fund", "Diversified", "ETF", "AUD", 2.0, AS_OF)
MODEL = OwnModel(
    name="Framework: Balanced v1",
    account_number="FW-1",
    target_cash_pct=10.0,
    lines=(OwnLine("BHP", 40.0, 5.0), OwnLine("FUND", 50.0, 5.0)),
    account=NewAccount("AUD", 10_000.0),
    instruments=(FUND,),
)
PART = FrameworkPart(portfolio_id="pf_1", framework_id="f1", framework_version=1, model=MODEL)
OPEN = ask.OpenSession(workflow_mode="QuickRebalance", framework_portfolio="pf_1")


class Noting(KnownPortfolio):
    """Remembers which sessions were opened."""

    sessions: tuple[str, ...] = ()

    async def opened(self, owner: str, portfolio_id: str, *, session_id: str) -> None:
        self.sessions = (*self.sessions, f"{owner} {portfolio_id} {session_id}")


def desk_in(folder: Path, portfolios: KnownPortfolio | None) -> Desk:
    store = SqliteSessionStore(folder / "s.db", clock=FixedClock(), ttl=TTL, schema_version=SCHEMA_VERSION)
    given = {} if portfolios is None else {"portfolios": portfolios}
    return Desk(
        store=store,
        shelf=shelf_of(two_portfolios()),
        panel=Panel(RulesAnalyst(), RulesAnalyst()),
        clock=FixedClock(),
        facts=DeskFacts(server_version="0"),
        **given,
    )


async def test_a_session_over_new_money_buys_what_the_framework_says(tmp_path: Path) -> None:
    noting = Noting(PART)
    desk = desk_in(tmp_path, noting)
    opened = await desk.open_session(JANE, OPEN)
    assert (opened.portfolios, opened.unable_to_check) == (1, ())
    assert noting.sessions == (f"jane pf_1 {opened.session_id}",)
    for _ in range(2):
        await desk.advance(JANE, ask.AdvancePhase(session_id=opened.session_id))
    plan = await desk.export_plan(JANE, opened.session_id)
    assert '"FUND"' in plan
    page = await desk.get_session(JANE, ask.GetSession(session_id=opened.session_id, view="trades"))
    assert {row[0]: row[8] for row in page.items.rows} == {"BHP": 4_000.0, "FUND": 5_000.0}  # type: ignore[union-attr]  # a page has items


async def test_a_session_that_its_portfolio_could_not_note_is_not_there(tmp_path: Path) -> None:
    class Failing(KnownPortfolio):
        async def opened(self, owner: str, portfolio_id: str, *, session_id: str) -> None:
            raise Unavailable("The records can't be reached.")

    desk = desk_in(tmp_path, Failing(PART))
    with pytest.raises(Unavailable):
        await desk.open_session(JANE, OPEN)
    assert (await desk.list_sessions(JANE)).sessions == ()


async def test_the_log_holds_the_model_and_shows_it_to_nobody(tmp_path: Path) -> None:
    _, detail = opening_state(shelf_of(two_portfolios()), OPEN, part=PART)
    assert FrameworkPart.model_validate(detail[FRAMEWORK]) == PART
    assert "FUND" not in shown(detail)


async def test_a_state_with_a_model_of_its_own_is_read_as_it_was_stored(tmp_path: Path) -> None:
    state, _ = opening_state(shelf_of(two_portfolios()), OPEN, part=PART)
    assert type(state).model_validate_json(state.model_dump_json()) == state


async def test_other_portfolios_can_not_stand_beside_it() -> None:
    asked = OPEN.model_copy(update={"portfolios": ("P1",), "models": ("Core",)})
    with pytest.raises(InvalidInput) as refused:
        opening_state(shelf_of(two_portfolios()), asked, part=PART)
    assert [each.field for each in refused.value.problems] == ["portfolios", "models"]


async def test_a_desk_without_frameworks_has_no_such_portfolio(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such framework portfolio"):
        await desk_in(tmp_path, None).open_session(JANE, OPEN)


def test_a_price_that_moved_since_then_voids_an_approval() -> None:
    moved = BookShelf(
        InMemory(two_portfolios()), policy=Policy(), tax_rules=TAX_RULES, newest_prices=lambda _codes: {"FUND": 2.2}
    )
    state, _ = opening_state(moved, OPEN, part=PART)
    facts, rules = moved.facts_for(state)
    plan = plan_session(facts, state, rules=rules)
    assert moved.unable_in(state) == ()
    assert [(each.field, each.code) for each in moved_world(plan, moved.read_again(state))] == [("FUND", "price_moved")]
    still = shelf_of(two_portfolios())
    assert list(moved_world(plan, still.read_again(state))) == []
