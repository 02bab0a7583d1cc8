"""Builds the trading desk from the settings. Loaded late, because what it wires computes."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from trimtab.adapters.analysts.clients import ModelClient
from trimtab.adapters.approver_secrets import ScryptSecrets
from trimtab.adapters.books.load import load_book
from trimtab.adapters.clock import SystemClock
from trimtab.adapters.frameworks.store import SqlFrameworkRecords
from trimtab.adapters.policy.tax_rules import load_tax_rules
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.adapters.reference.store import SqlReference
from trimtab.adapters.sessions.redis import RedisSessionStore
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.adapters.signals.store import SqlSignalRecords
from trimtab.adapters.strategies.shelf import InstalledStrategies
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.desks import BackOffice, OpenDesk, OpenFactors, OpenSignals
from trimtab.server.goods import PricedNow, traded_universe
from trimtab.server.judges import analyst_facts, panel_of
from trimtab.server.markets import MakeYahoo, market_name, market_of
from trimtab.server.order_systems import open_order_system
from trimtab.server.paper_oms.settings import DEFAULT_TICK_SECONDS
from trimtab.server.version import VERSION
from trimtab.settings import SessionServer, Settings
from trimtab.tools.registry import offered
from trimtab.workflow.approvers import Approvers
from trimtab.workflow.books import BookShelf, NewestPrices
from trimtab.workflow.delivering import Delivery
from trimtab.workflow.desk import Desk, DeskFacts
from trimtab.workflow.factors.desk import Factors
from trimtab.workflow.factors.material import Materials
from trimtab.workflow.frameworks.handing import Handing
from trimtab.workflow.keeping import Keeper
from trimtab.workflow.kill_switch import Kill
from trimtab.workflow.order_base import Backing, OrderBase
from trimtab.workflow.order_terms import OrderTerms
from trimtab.workflow.orders import Orders
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.stores import SessionStore
from trimtab.workflow.signals.desk import Signals
from trimtab.workflow.state import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class BookAtPath:
    """The book of a folder or file."""

    path: Path

    def load(self) -> Book:
        """Reads it; raises BookRefused with every structural fault."""
        return load_book(self.path)


def open_desk(
    settings: Settings,
    *,
    client: ModelClient | None = None,
    yahoo: MakeYahoo | None = None,
    tick_seconds: float = DEFAULT_TICK_SECONDS,
) -> OpenDesk:
    """The desk that these settings describe, its book read and its store open; a language model's client judges.

    `tick_seconds` is the pace of an embedded paper OMS.

    Raises:
        SettingsError: The policy, or the session store, isn't one.
        BookRefused: The book has structural faults.
        Unavailable: The session store can't be reached now.
    """
    source = BookAtPath(settings.book or DEMO_BOOK)
    priced = PricedNow(settings, source.load, yahoo)
    shelf = open_shelf(settings, newest_prices=priced.newest_prices)
    frameworks = SqlFrameworkRecords(settings.records.get_secret_value())
    records = open_records(settings)
    store = _open_store(settings, policy=shelf.policy)
    desk = Desk(
        store=store,
        shelf=shelf,
        panel=panel_of(settings, client),
        clock=SystemClock(),
        facts=desk_facts(settings, client),
        portfolios=Handing(frameworks, records, repriced=priced.repriced),
    )
    delivery = open_delivery(settings, records=records, book=shelf.book, tick_seconds=tick_seconds)
    office = back_office(desk, store, shelf=shelf, delivery=delivery)
    return OpenDesk(desk, store, office, client, frameworks)


def back_office(desk: Desk, store: SessionStore, *, shelf: BookShelf, delivery: Delivery) -> BackOffice:
    """Who makes orders of this desk's plans, keeps its sessions, and brings orders to the order system."""
    records, clock = delivery.records, delivery.clock
    keeper = Keeper(desk.sessions, store, shelf=shelf, records=records, clock=clock, by=VERSION)
    secrets = ScryptSecrets()
    approving = Approvers(records, secrets=secrets, clock=clock)
    backing = Backing(secrets=secrets, approvers=approving, keeper=keeper, delivery=delivery)
    return BackOffice(Orders(OrderBase(desk.sessions, shelf, backing=backing)), keeper, delivery)


def open_delivery(
    settings: Settings,
    *,
    records: RecordStore,
    book: Book,
    tick_seconds: float = DEFAULT_TICK_SECONDS,
) -> Delivery:
    """Who brings the orders of these records to the order system of these settings."""
    terms = OrderTerms(settings.execution, settings.live_accounts, live_system=settings.oms is not None)
    universe_of = partial(traded_universe, settings, book)
    system = open_order_system(settings, book, universe_of=universe_of, tick_seconds=tick_seconds)
    return Delivery(records, system, clock=SystemClock(), terms=terms)


def open_factor_desk(settings: Settings, *, clock: Clock | None = None, yahoo: MakeYahoo | None = None) -> OpenFactors:
    """Factor intelligence over the market and the reference data of these settings; nothing is read yet.

    Raises:
        SettingsError: The policy, or the database of the records, isn't one.
    """
    clock = clock or SystemClock()
    reference = SqlReference(settings.records.get_secret_value())
    source_of = market_of(settings, clock=clock, yahoo=yahoo)
    desk = Factors(source_of, reference, groups=reference, policy=load_policy(settings.policy), clock=clock)
    return OpenFactors(desk, reference)


def open_signal_desk(settings: Settings, *, clock: Clock | None = None, yahoo: MakeYahoo | None = None) -> OpenSignals:
    """Alpha signals over the market of these settings; nothing is read yet. A read-only server keeps no answer.

    Raises:
        SettingsError: The policy, or the database of the records, isn't one.
    """
    clock, url = clock or SystemClock(), settings.records.get_secret_value()
    reference, records = SqlReference(url), SqlSignalRecords(url)
    source_of, thresholds = market_of(settings, clock=clock, yahoo=yahoo), load_policy(settings.policy).factors
    materials = Materials(source_of, reference, thresholds=thresholds, clock=clock)
    desk = Signals(materials, InstalledStrategies(), records=records, keeps=not settings.read_only, clock=clock)
    return OpenSignals(desk, reference, records)


def open_records(settings: Settings, *, create: bool = True) -> RecordStore:
    """The records; nothing is connected before they are used. Without `create` they have to be there."""
    return SqlRecordStore(settings.records.get_secret_value(), create=create)


def approvers(records: RecordStore) -> Approvers:
    """Who may approve, in these records."""
    return Approvers(records, secrets=ScryptSecrets(), clock=SystemClock())


def kill_switch(records: RecordStore) -> Kill:
    """The kill switch of these records."""
    return Kill(records, clock=SystemClock())


def open_shelf(settings: Settings, *, newest_prices: NewestPrices | None = None) -> BookShelf:
    """The book, read, with the policy and the tax rules; raises like `open_desk`.

    `newest_prices` are of what a framework's portfolio has beside the book.
    """
    shelf = BookShelf(
        BookAtPath(settings.book or DEMO_BOOK),
        policy=load_policy(settings.policy),
        tax_rules=load_tax_rules(),
        newest_prices=newest_prices,
    )
    _ = shelf.book  # read here, because here nobody waits on the event loop
    return shelf


def desk_facts(settings: Settings, client: ModelClient | None = None) -> DeskFacts:
    """What a desk is told about the server it runs in."""
    return DeskFacts(
        server_version=VERSION,
        execution_mode=settings.execution,
        read_only=settings.read_only,
        toolsets=offered(settings.toolsets),
        market=market_name(settings),
        analyst=analyst_facts(settings, client),
    )


def open_store(settings: Settings) -> SessionStore:
    """The session store alone; raises like `open_desk`, but for the book."""
    return _open_store(settings, policy=load_policy(settings.policy))


def _open_store(settings: Settings, *, policy: Policy) -> SessionStore:
    ttl, kept_at = timedelta(hours=policy.session_ttl_hours), settings.sessions
    if isinstance(kept_at, SessionServer):
        return RedisSessionStore(
            kept_at.url.get_secret_value(), clock=SystemClock(), ttl=ttl, schema_version=SCHEMA_VERSION
        )
    return SqliteSessionStore(kept_at, clock=SystemClock(), ttl=ttl, schema_version=SCHEMA_VERSION)
