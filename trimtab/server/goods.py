"""The products of the settings, for whoever maps, prices or lists them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from trimtab.adapters.clock import SystemClock
from trimtab.adapters.products.folder import FolderSource
from trimtab.domain.frameworks.products import Products, Universe
from trimtab.domain.frameworks.universe import merged
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.own_model import NewInstrument, OwnModel
from trimtab.fixtures import DEMO_PRODUCTS, DEMO_PRODUCTS_NAME
from trimtab.server.markets import MakeYahoo, market_of, quoted_in
from trimtab.settings import YFINANCE, Settings


def product_source(settings: Settings) -> FolderSource:
    """Where products come from; nothing is read yet."""
    return FolderSource(settings.products or DEMO_PRODUCTS)


def products_name(settings: Settings) -> str:
    """What answers call the products."""
    return DEMO_PRODUCTS_NAME if settings.products is None else settings.products.name


@dataclass(frozen=True, slots=True)
class PricedNow:
    """Products of the settings at their newest prices, read anew each time: what is traded has to be priced now.

    `yahoo` makes a source of Yahoo's prices, where the settings ask for them.
    """

    settings: Settings
    book_of: Callable[[], Book]
    yahoo: MakeYahoo | None = None

    def newest_prices(self, codes: Collection[str]) -> Mapping[str, float]:
        """Prices of these products; one that has none any more isn't among them. Raises as `PriceSource.load`."""
        if not codes:
            return {}
        products = self._products()
        wanted = frozenset(codes)
        found = zip(products.code, products.price.tolist(), strict=True)
        return {code: price for code, price in found if code in wanted and np.isfinite(price)}

    def repriced(self, model: OwnModel) -> OwnModel:
        """The model with the newest prices; an instrument without one, or traded elsewhere now, stays as it was."""
        products = self._products()
        row_of = {code: row for row, code in enumerate(products.code)}
        now = tuple(_priced(each, products, row_of=row_of) for each in model.instruments)
        return replace(model, instruments=now)

    def _products(self) -> Products:
        return traded_universe(self.settings, self.book_of(), yahoo=self.yahoo).products


def _priced(was: NewInstrument, products: Products, *, row_of: Mapping[str, int]) -> NewInstrument:
    row = row_of.get(was.code)
    if row is None or not products.price[row] > 0 or np.isnat(products.price_date[row]):
        return was
    if (products.exchange[row], products.currency[row]) != (was.exchange, was.currency):
        return was
    day = products.price_date[row].astype("datetime64[D]").item()
    return replace(was, price=float(products.price[row]), price_date=day)


def traded_universe(settings: Settings, book: Book, *, yahoo: MakeYahoo | None = None) -> Universe:
    """The products with the prices at which they are traded.

    Where the market is Yahoo's and nothing that reads it is given, prices are those of the products' own file: paper
    shall need no network.
    """
    own = product_source(settings).load()
    if settings.market == YFINANCE and yahoo is None:
        return merged(own, book=book.instruments)
    market = market_of(settings, clock=SystemClock(), yahoo=yahoo)(own.products.code).load()
    return merged(own, book=book.instruments, listed=market.listed, prices=market.prices, quoted_in=quoted_in(settings))
