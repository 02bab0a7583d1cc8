"""The products of the settings, for whoever maps, prices or lists them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from trimtab.adapters.clock import SystemClock
from trimtab.adapters.products.folder import FolderSource
from trimtab.domain.frameworks.product_layers import newest
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.universe import merged
from trimtab.domain.trading.book import Book
from trimtab.fixtures import DEMO_PRODUCTS, DEMO_PRODUCTS_NAME
from trimtab.server.markets import MakeYahoo, market_of
from trimtab.settings import YFINANCE, Settings
from trimtab.workflow.books import NewestPrices, no_prices
from trimtab.workflow.ports.market import SourceOf


def product_source(settings: Settings) -> FolderSource:
    """Where products come from; nothing is read yet."""
    return FolderSource(settings.products or DEMO_PRODUCTS)


def products_name(settings: Settings) -> str:
    """What answers call the products."""
    return DEMO_PRODUCTS_NAME if settings.products is None else settings.products.name


@dataclass(frozen=True, slots=True)
class NewestCloses:
    """The newest prices of a market, for what the book doesn't have; the market is read anew each time."""

    source_of: SourceOf

    def __call__(self, codes: Collection[str]) -> Mapping[str, float]:
        """Those of these codes that have one; raises as `PriceSource.load`."""
        if not codes:
            return {}
        names = tuple(sorted(codes))
        found = newest(self.source_of(names).load().prices, names)
        return {name: price for name, price in zip(names, found.price.tolist(), strict=True) if np.isfinite(price)}


def newest_prices(settings: Settings, *, yahoo: MakeYahoo | None) -> NewestPrices:
    """Those of the settings' market; of Yahoo's only for who has what reads it."""
    if settings.market == YFINANCE and yahoo is None:
        return no_prices
    return NewestCloses(market_of(settings, clock=SystemClock(), yahoo=yahoo))


def traded_universe(settings: Settings, book: Book) -> Universe:
    """The products with the prices at which they are traded on paper; where the market is Yahoo's, those of their own
    file, as no network may be needed for paper."""
    prices = None
    if settings.market != YFINANCE:
        prices = market_of(settings, clock=SystemClock())(()).load().prices
    return merged(product_source(settings).load(), book=book.instruments, prices=prices)
