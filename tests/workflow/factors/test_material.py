"""What every answer is made of: read when its source changed, kept for a while, and never older than a write."""

import asyncio
import time
from datetime import timedelta

import pytest

from tests.clock import FixedClock
from tests.workflow.factors.memory import GivenMarket, GivenReference
from tests.workflow.factors.small_markets import FAST, MEDIUM, RETURNS, THRESHOLDS, entry, material_of, small_market
from trimtab.domain.errors import Unavailable
from trimtab.domain.factors.market import Market
from trimtab.domain.factors.reference import AssetProxy, IndustryProxy, Reference
from trimtab.workflow.factors.material import Materials
from trimtab.workflow.ports.reference import ReferenceSource


def materials(
    source: GivenMarket, reference: GivenReference | None = None, clock: FixedClock | None = None
) -> Materials:
    return Materials(source.of, reference or GivenReference(), thresholds=THRESHOLDS, clock=clock or FixedClock())


async def test_a_market_is_read_once_until_its_source_changes() -> None:
    source = GivenMarket(small_market())
    held = materials(source)
    first, second = await held.now(), await held.now()
    assert source.reads == 1
    assert (second.market, second.panel) == (first.market, first.panel)
    source.market = small_market(digest="another")
    assert (await held.now()).market is source.market
    assert source.reads == 2


async def test_a_source_is_asked_for_what_the_reference_data_names_and_the_policys_benchmark() -> None:
    source = GivenMarket(small_market())
    reference = Reference(asset_proxies=(AssetProxy("crypto", "bitcoin", "BTC"),))
    await materials(source, GivenReference(reference)).now()
    assert source.wanted == ("BTC", "SPY")


async def test_only_reading_takes_time() -> None:
    held = materials(GivenMarket(small_market()))
    assert (await held.now()).panel_ms > 0
    assert (await held.now()).panel_ms == 0


async def test_a_market_that_stays_the_same_is_read_once() -> None:
    source, clock = GivenMarket(small_market()), FixedClock()
    held = materials(source, clock=clock)
    await held.now()
    clock.advance(timedelta(days=1))
    await held.now()
    assert source.reads == 1


async def test_files_that_stand_in_for_a_database_add_nothing_without_prices() -> None:
    market = small_market(returns={**RETURNS, "NEW": 0.01 * MEDIUM})
    known = Reference(asset_proxies=(AssetProxy("equity", "a", "NEW"), AssetProxy("bond", "b", "ABSENT")))
    tickers = {}
    sources: tuple[ReferenceSource, ...] = ("yaml", "database")
    for source in sources:
        reference = GivenReference(known, source=source)
        tickers[source] = set((await materials(GivenMarket(market), reference=reference).now()).universe.tickers)
    assert {"NEW"} == tickers["yaml"] - set(RETURNS)
    assert {"NEW", "ABSENT"} == tickers["database"] - set(RETURNS)


class SlowMarket(GivenMarket):
    """Takes so long that others ask meanwhile."""

    def load(self) -> Market:
        time.sleep(0.05)
        return super().load()


async def test_whoever_asks_while_a_market_is_being_read_waits_for_it() -> None:
    source = SlowMarket(small_market())
    held = materials(source)
    found = await asyncio.gather(*(held.now() for _ in range(5)))
    assert source.reads == 1
    assert len({id(each.panel) for each in found}) == 1


async def test_a_market_that_can_not_be_read_is_tried_again() -> None:
    source = GivenMarket(small_market(), trouble=Unavailable("The market is away."))
    held = materials(source)
    with pytest.raises(Unavailable):
        await held.now()
    source.trouble = None
    assert (await held.now()).market is source.market


async def test_what_was_written_to_the_reference_data_counts_at_once() -> None:
    reference = GivenReference()
    held = materials(GivenMarket(small_market()), reference)
    before = await held.now()
    reference.reference = Reference(asset_proxies=(AssetProxy("crypto", "bitcoin", "BTC"),))
    after = await held.now()
    assert "BTC" not in before.universe.tickers
    assert "BTC" in after.universe.tickers
    assert before.universe.hash != after.universe.hash
    assert before.key != after.key
    assert after.sourced.source == "database"


async def test_a_group_that_moves_an_industry_is_other_material_though_the_members_are_the_same() -> None:
    reference = GivenReference()
    held = materials(GivenMarket(small_market()), reference)
    before = await held.now()
    reference.reference = Reference(industry_proxies=(IndustryProxy("Energy", "XLE", sector_group="cyclical"),))
    after = await held.now()
    assert before.universe.hash == after.universe.hash
    assert before.key != after.key


def test_the_same_content_is_the_same_material_and_other_content_is_not() -> None:
    assert material_of(small_market()).key == material_of(small_market()).key
    assert material_of(small_market()).key != material_of(small_market(digest="another")).key
    more = (entry("crypto", "BTC", "crypto"),)
    other = small_market(returns={**RETURNS, "BTC": 0.2 * FAST}, listed=more)
    assert material_of(small_market()).key != material_of(other).key
