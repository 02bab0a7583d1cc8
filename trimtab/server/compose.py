"""Builds the trading desk from the settings. Loaded late, because what it wires computes."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.books.load import load_book
from trimtab.adapters.clock import SystemClock
from trimtab.adapters.policy.tax_rules import load_tax_rules
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.adapters.sessions.redis import RedisSessionStore
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.desks import OpenDesk
from trimtab.server.execution import require_simulated
from trimtab.server.version import VERSION
from trimtab.settings import SessionServer, Settings
from trimtab.tools.registry import offered
from trimtab.workflow.books import BookShelf
from trimtab.workflow.desk import Desk, DeskFacts
from trimtab.workflow.ports.stores import SessionStore
from trimtab.workflow.state import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class BookAtPath:
    """The book of a folder or file."""

    path: Path

    def load(self) -> Book:
        """Reads it; raises BookRefused with every structural fault."""
        return load_book(self.path)


def open_desk(settings: Settings) -> OpenDesk:
    """The desk that these settings describe, its book read and its store open.

    Raises:
        SettingsError: The policy, or the session store, isn't one.
        BookRefused: The book has structural faults.
        Unavailable: The session store can't be reached now.
    """
    require_simulated(settings)
    policy = load_policy(settings.policy)
    shelf = BookShelf(BookAtPath(settings.book or DEMO_BOOK), policy=policy, tax_rules=load_tax_rules())
    facts = DeskFacts(
        server_version=VERSION,
        execution_mode=settings.execution,
        read_only=settings.read_only,
        toolsets=offered(settings.toolsets),
    )
    _ = shelf.book  # read here, because here nobody waits on the event loop
    store = _open_store(settings, policy=policy)
    rules = RulesAnalyst()
    desk = Desk(store=store, shelf=shelf, analyst=rules, fallback=rules, clock=SystemClock(), facts=facts)
    return OpenDesk(desk, store)


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
