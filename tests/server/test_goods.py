"""Products of the settings at their newest prices."""

from dataclasses import replace
from pathlib import Path

from tests.workflow.desks import DEMO
from tests.workflow.frameworks.framework_desks import demo_universe
from trimtab.domain.trading.own_model import OwnLine, OwnModel
from trimtab.fixtures import DEMO_PRODUCTS, DEMO_PRODUCTS_NAME
from trimtab.server.goods import PricedNow, products_name, traded_universe
from trimtab.settings import Settings, load_settings
from trimtab.workflow.frameworks.tradable import instrument_of


def settings_in(folder: Path, **more: str) -> Settings:
    return load_settings({"TRIMTAB_HOME": str(folder), **more}, None)


def priced_in(folder: Path, **more: str) -> PricedNow:
    return PricedNow(settings_in(folder, **more), lambda: DEMO)


def test_the_newest_close_of_the_market_is_the_price_and_what_has_none_is_left_out(tmp_path: Path) -> None:
    newest = priced_in(tmp_path).newest_prices(["SPY", "NOPE"])
    products = demo_universe().products
    assert newest == {"SPY": products.price[products.code.index("SPY")]}
    assert priced_in(tmp_path).newest_prices([]) == {}


def test_a_price_that_changes_in_the_products_file_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "products"
    folder.mkdir()
    lines = (DEMO_PRODUCTS / "products.csv").read_text().splitlines()
    header = lines[0].split(",")
    cells = dict.fromkeys(header, "") | {"code": "OURS", "name": "Ours", "type": "ETF", "asset_class": "Equity"}
    cells |= {"currency": "USD", "exchange": "NYSE", "price": "100", "price_date": "2026-11-20"}

    def write(price: str) -> None:
        row = ",".join(({**cells, "price": price})[name] for name in header)
        (folder / "products.csv").write_text(f"{lines[0]}\n{row}\n")

    write("100")
    now = priced_in(tmp_path, TRIMTAB_PRODUCTS=str(folder))
    assert now.newest_prices(["OURS"]) == {"OURS": 100.0}
    write("200")
    assert now.newest_prices(["OURS"]) == {"OURS": 200.0}
    write("")
    assert now.newest_prices(["OURS"]) == {}


def test_a_model_gets_newest_prices_but_for_what_trades_elsewhere_now(tmp_path: Path) -> None:
    products = demo_universe().products
    spy, agg = (instrument_of(products.code.index(code), products) for code in ("SPY", "AGG"))
    old = (replace(spy, price=1.0), replace(agg, price=1.0, exchange="LSE"), replace(spy, code="GONE", price=1.0))
    model = OwnModel("M", "FW-1", 0.0, (OwnLine("SPY", 100.0, 1.0),), instruments=old)
    assert priced_in(tmp_path).repriced(model).instruments == (spy, *old[1:])


def test_nothing_is_asked_of_a_network_for_paper(tmp_path: Path) -> None:
    products = traded_universe(settings_in(tmp_path, TRIMTAB_MARKET="yfinance"), DEMO).products
    assert products.price[products.code.index("BHP")] == DEMO.instruments.price[DEMO.instruments.code.index("BHP")]
    assert products_name(settings_in(tmp_path)) == DEMO_PRODUCTS_NAME
