"""The reference data that ships is sound, and fits the market that ships."""

import pandas as pd

from trimtab.adapters.reference.kinds import ASSETS, CASH, INDUSTRIES, shipped
from trimtab.domain.factors.reference import ASSET_CLASSES
from trimtab.fixtures import DEMO_MARKET


def test_all_tables_ship_in_order_of_their_keys() -> None:
    found = shipped()
    assert all((found.asset_proxies, found.industry_proxies, found.cash_proxies))
    assert found.asset_proxies == tuple(sorted(ASSETS.load(ASSETS.file)))
    assert found.industry_proxies == tuple(sorted(INDUSTRIES.load(INDUSTRIES.file)))
    assert found.cash_proxies == tuple(sorted(CASH.load(CASH.file)))
    assert {row.asset_class for row in found.asset_proxies} | {"cash"} == set(ASSET_CLASSES)


def test_one_ticker_stands_for_each_key_that_ships_and_says_for_what() -> None:
    rows = shipped().asset_proxies
    assert len({(row.asset_class, row.proxy_key) for row in rows}) == len(rows)
    assert all(row.is_canonical and row.description for row in rows)


def test_whatever_ships_is_in_the_market_that_ships_with_the_same_asset_class() -> None:
    listed = pd.read_csv(DEMO_MARKET / "universe.csv").set_index("ticker")["asset_class"].to_dict()
    found = shipped()
    said = {row.etf_ticker: row.asset_class for row in found.asset_proxies}
    said |= {row.etf_ticker: row.asset_class for row in found.industry_proxies}
    said |= dict.fromkeys((row.etf_ticker for row in found.cash_proxies), "cash")
    assert {ticker: listed[ticker] for ticker in said} == said
