"""The demo products: sound files, with something for every bucket that can be bought and backtested."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from trimtab.adapters.books.load import read_book
from trimtab.adapters.market.folder import FolderSource as MarketFolder
from trimtab.adapters.products.folder import read_products
from trimtab.domain.factors.market import Market
from trimtab.domain.frameworks.mapping import map_products
from trimtab.domain.frameworks.product_layers import newest
from trimtab.domain.frameworks.product_names import SECTORS, group_of
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.universe import merged
from trimtab.domain.trading.book import Instruments
from trimtab.fixtures import DEMO_BOOK, DEMO_MARKET, DEMO_PRODUCTS

DAY = date(2026, 11, 20)
OUT_OF_DATE = {"JJC", "MCHI", "PDBC"}
DEAD = {"JJC"}


@pytest.fixture(scope="module")
def market() -> Market:
    return MarketFolder(DEMO_MARKET).load()


@pytest.fixture(scope="module")
def instruments() -> Instruments:
    book = read_book(DEMO_BOOK).book
    assert book is not None
    return book.instruments


@pytest.fixture(scope="module")
def own() -> Universe:
    reading = read_products(DEMO_PRODUCTS)
    assert (reading.faults, reading.warnings) == ((), ())
    assert reading.universe is not None
    return reading.universe


@pytest.fixture(scope="module")
def whole(own: Universe, market: Market, instruments: Instruments) -> Universe:
    return merged(own, book=instruments, listed=market.listed, prices=market.prices)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(DEMO_PRODUCTS / "products.csv").set_index("code")


def test_the_files_are_sorted_and_hold_all_of_the_market_and_of_the_book(
    table: pd.DataFrame, market: Market, instruments: Instruments
) -> None:
    assert list(table.index) == sorted(table.index)
    more = set(table.index) - {*market.prices.tickers, *instruments.code}
    assert len(table.index) == len(market.prices.tickers) + len(instruments.code) + len(more)
    assert 25 <= len(more) <= 35
    shares = pd.read_csv(DEMO_PRODUCTS / "lookthrough.csv")
    assert shares.equals(shares.sort_values(["code", "dimension", "key"], ignore_index=True))
    assert 20 <= shares["code"].nunique() <= 30


def test_what_the_market_and_the_book_say_of_them_is_not_said_otherwise(
    table: pd.DataFrame, market: Market, instruments: Instruments
) -> None:
    for entry in market.listed:
        row = table.loc[entry.ticker]
        assert (row["name"], row["aum_value"], row["currency"]) == (entry.name, entry.aum_value, entry.currency)
    found = newest(market.prices, market.prices.tickers)
    priced = table.loc[list(market.prices.tickers)]
    assert priced["history_months"].tolist() == found.history_months.tolist()
    assert priced["price_date"].tolist() == found.price_date.astype(str).tolist()
    ratio = priced["adv_value"].to_numpy() / found.adv_value
    assert np.nanmax(np.abs(ratio - 1)) < 0.06, "of the money traded a day the first two figures stand"
    assert set(priced.index[np.isnan(ratio)]) == DEAD
    held = table.loc[list(instruments.code)]
    for column in ("name", "type", "currency", "exchange"):
        assert tuple(held[column]) == getattr(instruments, column)


def test_every_word_is_one_of_those_that_the_templates_know(table: pd.DataFrame, own: Universe) -> None:
    assert set(table["asset_class"]) == {"Equity", "Bonds", "Alternatives", "Cash", "Multi-Asset"}
    assert set(table["region"]) == {"US", "International", "Emerging", "Global"}
    assert set(table["sector"]) == {*SECTORS, "Diversified"}
    assert set(table["sleeve"].dropna()) == {"Core", "Satellite", "Hedge"}
    assert [group_of(sector) for sector in table["sector"]] == table["sector_group"].fillna("").tolist()
    for row in range(len(own.products)):
        first = own.products.asset_class[row].casefold().replace("-", "_")
        assert own.products.tags[row][0] == first
        sleeve = own.products.sleeve[row].casefold()
        assert {"core", "satellite", "hedge"} & set(own.products.tags[row]) == {sleeve} - {""}
    words = {"AssetClass": {"Equity", "Bonds"}, "Region": {"US", "International", "Emerging"}, "Sector": set(SECTORS)}
    for dimension, key in zip(own.look_through.dimension, own.look_through.key, strict=True):
        assert key in words[dimension]


def test_some_lack_data_on_purpose(table: pd.DataFrame) -> None:
    funds = table[table["type"] != "Stock"]
    for column in ("adv_value", "expense_ratio_pct", "price_date", "history_months", "tracking_error_pct", "exchange"):
        assert funds[column].isna().any(), column
    old = funds.index[funds["price_date"] < "2026-11-01"]
    assert set(old) == OUT_OF_DATE
    assert (funds["history_months"] < 24).sum() >= 3


@pytest.mark.parametrize("key", [key for key in TEMPLATES if key != "blank"])
def test_every_bucket_of_a_template_has_products_and_the_best_can_be_traded_and_backtested(
    key: str, whole: Universe, market: Market
) -> None:
    priced = set(market.prices.tickers)
    exchange = dict(zip(whole.products.code, whole.products.exchange, strict=True))
    for leaf in map_products(TEMPLATES[key], whole, as_of=DAY, per_bucket=len(whole.products)).leaves:
        codes = [product.code for product in leaf.products]
        assert len(codes) >= 5, leaf.path
        assert codes[0] in priced - DEAD, leaf.path
        assert all(exchange[code] for code in codes[:2]), leaf.path
