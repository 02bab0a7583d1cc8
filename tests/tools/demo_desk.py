"""The real desk over the demo book, with ids and a time that don't change."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mcp.client import Client

from tests.paper_systems import paper_system
from tests.tools.serving import Mode
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.policy.tax_rules import load_tax_rules
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.app import build_server
from trimtab.server.compose import BookAtPath, back_office
from trimtab.server.desks import OpenDesk
from trimtab.settings import Settings
from trimtab.workflow.analysis import Panel
from trimtab.workflow.books import BookShelf
from trimtab.workflow.delivering import Delivery
from trimtab.workflow.desk import Desk, DeskFacts
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.order_system import OrderSystem
from trimtab.workflow.state import SCHEMA_VERSION

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class StoppedClock:
    """Always noon."""

    def now(self) -> datetime:
        return NOON


class CountedStore(SqliteSessionStore):
    """Gives ids that a snapshot can hold."""

    _given = 0

    def new_id(self) -> str:
        self._given += 1
        return f"ts_{self._given}"


SHELF = BookShelf(BookAtPath(DEMO_BOOK), policy=load_policy(), tax_rules=load_tax_rules())


def open_demo_desk(folder: Path) -> OpenDesk:
    """A desk with a store of its own in this folder."""
    return open_desk_over(SHELF, folder)


def open_desk_over(
    shelf: BookShelf, folder: Path, *, clock: Clock | None = None, system: OrderSystem | None = None
) -> OpenDesk:
    """A desk over this book, with sessions and records in this folder, and an order system too where none is given."""
    clock = clock or StoppedClock()
    store = CountedStore(folder / "sessions.db", clock=clock, ttl=timedelta(hours=24), schema_version=SCHEMA_VERSION)
    desk = Desk(
        store=store,
        shelf=shelf,
        panel=Panel(RulesAnalyst(), RulesAnalyst()),
        clock=clock,
        facts=DeskFacts(server_version="0.0.0"),
    )
    records = SqlRecordStore(f"sqlite:///{folder / 'records.db'}")
    system = system or paper_system(folder / "paper_oms.db", shelf.book, clock=clock)
    delivery = Delivery(records, system, clock=clock, terms=OrderTerms())
    office = back_office(desk, store, shelf=shelf, delivery=delivery)
    return OpenDesk(desk, store, office)


@asynccontextmanager
async def demo_client(folder: Path, mode: Mode = "auto") -> AsyncIterator[Client]:
    """A client of a server over the demo book."""
    async with Client(build_server(Settings(), make_desk=lambda: open_demo_desk(folder)), mode=mode) as client:
        yield client
