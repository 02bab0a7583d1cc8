"""Products, market and book read together, and again where they changed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.clock import FixedClock
from tests.workflow.desks import DEMO
from tests.workflow.factors.memory import GivenMarket, GivenReference
from tests.workflow.frameworks.framework_desks import demo_market
from trimtab.adapters.products.folder import FolderSource
from trimtab.domain.errors import ProductsRefused
from trimtab.domain.factors.thresholds import FactorThresholds
from trimtab.fixtures import DEMO_PRODUCTS
from trimtab.workflow.factors.material import Materials
from trimtab.workflow.frameworks.goods import Stockroom


def stockroom(folder: Path, market: GivenMarket, *, quoted_in: str = "") -> Stockroom:
    materials = Materials(market.of, GivenReference(), thresholds=FactorThresholds(), clock=FixedClock())
    return Stockroom(FolderSource(folder), materials, named="ours", book_of=lambda: DEMO, quoted_in=quoted_in)


async def test_goods_are_read_once_until_a_file_changes(tmp_path: Path) -> None:
    folder = tmp_path / "products"
    shutil.copytree(DEMO_PRODUCTS, folder)
    market = GivenMarket(demo_market())
    room = stockroom(folder, market)
    first, again = await room.now(), await room.now()
    assert first.universe is again.universe
    assert market.reads == 1
    file = folder / "products.csv"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("ZZ") and "VOO" not in line))
    after = await room.now()
    assert after.universe.digest != first.universe.digest


async def test_the_book_and_the_market_stand_beside_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "products"
    shutil.copytree(DEMO_PRODUCTS, folder)
    (folder / "lookthrough.csv").unlink()
    header = (folder / "products.csv").read_text().splitlines()[0]
    (folder / "products.csv").write_text(f"{header}\n")
    goods = await stockroom(folder, GivenMarket(demo_market())).now()
    assert {*DEMO.instruments.code, *(entry.ticker for entry in demo_market().listed)} == {
        *goods.universe.products.code
    }


@pytest.mark.parametrize(("quoted_in", "priced"), [("", False), ("USD", True), ("AUD", False)])
async def test_a_market_that_lists_nothing_prices_products_in_its_own_currency(quoted_in: str, priced: bool) -> None:
    bare = GivenMarket(replace(demo_market(), listed=()))
    products = (await stockroom(DEMO_PRODUCTS, bare, quoted_in=quoted_in).now()).universe.products
    assert (products.price[products.code.index("SPY")] > 0) == priced


async def test_files_with_faults_are_refused_with_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("code,name\nA,B\n")
    with pytest.raises(ProductsRefused) as refused:
        await stockroom(tmp_path, GivenMarket(demo_market())).now()
    assert len(refused.value.faults) > 5
