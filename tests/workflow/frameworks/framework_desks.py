"""A framework desk over real parts: records and sessions in SQLite files, the demo's products, market and book."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.clock import FixedClock
from tests.workflow.desks import DEMO, JANE
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.frameworks.store import SqlFrameworkRecords
from trimtab.adapters.market.folder import FolderSource as MarketFolder
from trimtab.adapters.products.folder import FolderSource as ProductFolder
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.adapters.sessions.sqlite import SqliteSessionStore
from trimtab.domain.factors.market import Market
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.universe import merged
from trimtab.fixtures import DEMO_MARKET, DEMO_PRODUCTS
from trimtab.workflow.frameworks.desk import Frameworks, Judges, Kept
from trimtab.workflow.frameworks.goods import Goods
from trimtab.workflow.frameworks.handing import Handing
from trimtab.workflow.frameworks.tradable import TradingTerms
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports.analysts import Analyst
from trimtab.workflow.ports.results import Table
from trimtab.workflow.state import SCHEMA_VERSION

RULES = RulesAnalyst()
TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
TTL = timedelta(hours=24)
MINE: dict[str, Any] = {
    "name": "Mine",
    "buckets": [
        {"path": "AssetClass/Equity", "label": "Shares", "target_weight": 0.7, "rules": {"include_tags": ["equity"]}},
        {"path": "AssetClass/Bonds", "label": "Bonds", "target_weight": 0.3, "rules": {"include_tags": ["bonds"]}},
    ],
}


@cache
def demo_market() -> Market:
    return MarketFolder(DEMO_MARKET).load()


@cache
def demo_universe() -> Universe:
    market = demo_market()
    own = ProductFolder(DEMO_PRODUCTS).load()
    return merged(own, book=DEMO.instruments, listed=market.listed, prices=market.prices)


def demo_goods() -> Goods:
    return Goods(demo_universe(), demo_market(), DEMO, "demo products")


@dataclass
class Ready:
    """A stockroom whose goods were read before."""

    goods: Goods

    async def now(self) -> Goods:
        return self.goods


@dataclass
class FrameworkBench:
    """A desk with what it keeps things in."""

    desk: Frameworks
    kept: Kept
    clock: FixedClock
    goods: Goods

    @property
    def handing(self) -> Handing:
        """How trading gets portfolios."""
        return Handing(self.kept.records, self.kept.orders)

    async def saved(self, document: Mapping[str, Any] = MINE, **more: Any) -> str:
        """The id of a framework that Jane saved."""
        request = ask.SaveFramework(action="create", framework=dict(document), **more)
        return (await self.desk.save(JANE, request)).framework_id


@asynccontextmanager
async def framework_bench(
    folder: Path, *, keeps: bool = True, analyst: Analyst = RULES, goods: Goods | None = None
) -> AsyncIterator[FrameworkBench]:
    """A bench whose files are in this folder."""
    clock, url = FixedClock(TODAY), f"sqlite:///{folder / 'records.db'}"
    kept = Kept(
        SqlFrameworkRecords(url, clock=clock),
        SqlRecordStore(url),
        SqliteSessionStore(folder / "sessions.db", clock=clock, ttl=TTL, schema_version=SCHEMA_VERSION),
    )
    goods = goods or demo_goods()
    stockroom: Any = Ready(goods)
    desk = Frameworks(kept, stockroom, judges=Judges(analyst, RULES), clock=clock, terms=TradingTerms(), keeps=keeps)
    try:
        yield FrameworkBench(desk, kept, clock, goods)
    finally:
        await kept.close()


def rows_of(table: Table | None) -> list[dict[str, Any]]:
    assert table is not None
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def mine(**buckets: float) -> dict[str, Any]:
    """`MINE` with other targets, by the last part of the path."""
    found = [
        {**each, "target_weight": buckets.get(each["path"].split("/")[-1], each["target_weight"])}
        for each in MINE["buckets"]
    ]
    return {**MINE, "buckets": found}


def without_prices(*codes: str) -> Goods:
    """The demo's goods, of which these products have no price, and the market none of them."""
    goods = demo_goods()
    products = goods.universe.products
    price = products.price.copy()
    for code in codes:
        price[products.code.index(code)] = float("nan")
    return replace(goods, universe=replace(goods.universe, products=replace(products, price=price)))
