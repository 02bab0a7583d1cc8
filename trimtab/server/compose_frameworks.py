"""Builds the framework desk from the settings. Apart from the trading desk, which shall not wait for what solves linear
programmes."""

from collections.abc import Callable
from functools import lru_cache

from trimtab.adapters.analysts.clients import ModelClient
from trimtab.adapters.clock import SystemClock
from trimtab.adapters.frameworks.store import SqlFrameworkRecords
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.adapters.reference.store import SqlReference
from trimtab.domain.trading.book import Book
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.compose import BookAtPath, open_records, open_store
from trimtab.server.desks import OpenFrameworks
from trimtab.server.goods import product_source, products_name
from trimtab.server.judges import panel_of
from trimtab.server.markets import MakeYahoo, market_of, quoted_in
from trimtab.settings import Settings
from trimtab.workflow.factors.material import Materials
from trimtab.workflow.frameworks.desk import Frameworks, Judges, Kept
from trimtab.workflow.frameworks.goods import Stockroom
from trimtab.workflow.frameworks.tradable import TradingTerms
from trimtab.workflow.ports.clock import Clock


def open_framework_desk(
    settings: Settings,
    *,
    clock: Clock | None = None,
    client: ModelClient | None = None,
    yahoo: MakeYahoo | None = None,
) -> OpenFrameworks:
    """Allocation frameworks over the products, the market and the book of these settings; nothing is read yet.

    A read-only server keeps nothing.

    Raises:
        SettingsError: The policy, the session store, or the database of the records, isn't one.
    """
    clock, url, policy = clock or SystemClock(), settings.records.get_secret_value(), load_policy(settings.policy)
    kept = Kept(SqlFrameworkRecords(url), open_records(settings), open_store(settings))
    reference = SqlReference(url)
    materials = Materials(
        market_of(settings, clock=clock, yahoo=yahoo), reference, thresholds=policy.factors, clock=clock
    )
    stockroom = Stockroom(
        product_source(settings),
        materials,
        named=products_name(settings),
        book_of=_book_once(settings),
        quoted_in=quoted_in(settings),
    )
    panel = panel_of(settings, client)
    judges = Judges(panel.analyst, panel.fallback)
    terms = TradingTerms(
        stale_price_days=policy.stale_price_days, max_session_turnover_pct=policy.limits.max_session_turnover_pct
    )
    keeps = not settings.read_only
    desk = Frameworks(kept, stockroom, judges=judges, clock=clock, terms=terms, keeps=keeps)
    return OpenFrameworks(desk, kept, reference, client)


def _book_once(settings: Settings) -> Callable[[], Book]:
    """The book, read when it is first needed; one that is broken is read again each time."""
    return lru_cache(maxsize=1)(BookAtPath(settings.book or DEMO_BOOK).load)
