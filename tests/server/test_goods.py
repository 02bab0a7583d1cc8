"""Products of the settings, and the newest prices of what the book doesn't have."""

from pathlib import Path

from tests.workflow.desks import DEMO
from trimtab.fixtures import DEMO_PRODUCTS_NAME
from trimtab.server.goods import newest_prices, products_name, traded_universe
from trimtab.settings import load_settings
from trimtab.workflow.books import no_prices


def test_the_newest_close_of_the_market_is_the_price(tmp_path: Path) -> None:
    newest = newest_prices(load_settings({"TRIMTAB_HOME": str(tmp_path)}, None), yahoo=None)
    assert newest(["SPY", "NOPE"]).keys() == {"SPY"}
    assert newest([]) == {}


def test_nothing_is_asked_of_a_network_for_paper(tmp_path: Path) -> None:
    found = load_settings({"TRIMTAB_HOME": str(tmp_path), "TRIMTAB_MARKET": "yfinance"}, None)
    assert newest_prices(found, yahoo=None) is no_prices
    products = traded_universe(found, DEMO).products
    assert products.price[products.code.index("BHP")] == DEMO.instruments.price[DEMO.instruments.code.index("BHP")]


def test_products_are_traded_at_the_newest_close_of_a_folder(tmp_path: Path) -> None:
    found = load_settings({"TRIMTAB_HOME": str(tmp_path)}, None)
    products = traded_universe(found, DEMO).products
    assert products.price[products.code.index("SPY")] > 0
    assert products_name(found) == DEMO_PRODUCTS_NAME
