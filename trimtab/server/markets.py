"""Where the settings say that prices come from."""

from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol

from trimtab.adapters.market.folder import FolderSource
from trimtab.fixtures import DEMO_MARKET, DEMO_MARKET_NAME
from trimtab.settings import YFINANCE, Settings
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.market import PriceSource, SourceOf


class MakeYahoo(Protocol):
    """Makes a source of Yahoo's prices; what that needs is loaded only for who wants it."""

    def __call__(self, tickers: tuple[str, ...], *, clock: Clock, cache: Path) -> PriceSource:
        """The source of these tickers' prices; `cache` is a folder for its notes."""


def market_name(settings: Settings) -> str:
    """What market data answers rest on, in words."""
    if settings.market is None:
        return DEMO_MARKET_NAME
    return "Yahoo" if settings.market == YFINANCE else settings.market.name


def quoted_in(settings: Settings) -> str:
    """The currency of prices whose ticker no list has one of; empty where it isn't known.

    Yahoo says none, but what it calls by a bare ticker is listed in the United States.
    """
    return "USD" if settings.market == YFINANCE else ""


def market_of(settings: Settings, *, clock: Clock, yahoo: MakeYahoo | None = None) -> SourceOf:
    """Where prices come from; nothing is read yet.

    Args:
        settings: name a folder, Yahoo, or nothing: the demo market.
        clock: what time it is.
        yahoo: makes a source of Yahoo's prices, where the settings ask for them.
    """
    if settings.market == YFINANCE:
        assert yahoo is not None, "who reads the settings loads Yahoo's source"
        return lru_cache(maxsize=1)(partial(yahoo, clock=clock, cache=settings.home / YFINANCE))
    folder = FolderSource(settings.market) if settings.market else FolderSource(DEMO_MARKET, called=DEMO_MARKET_NAME)
    return lambda _tickers: folder
