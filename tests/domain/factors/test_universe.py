import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.factors.reference import (
    CATEGORIES,
    AssetClass,
    AssetProxy,
    CashProxy,
    IndustryProxy,
    Reference,
)
from trimtab.domain.factors.universe import Entry, Universe, build_universe, tickers_of

SPY = Entry("market", "SPY", asset_class="equity", name="S&P 500")
GLD = Entry("commodity", "GLD", asset_class="commodity")


def of(universe: Universe) -> list[tuple[str, str, str]]:
    return [(entry.category, entry.ticker, entry.asset_class) for entry in universe.entries]


def test_without_reference_data_it_is_what_the_market_lists_by_category_and_ticker():
    assert build_universe([SPY, GLD], Reference()).entries == (GLD, SPY)


@pytest.mark.parametrize(
    ("asset_class", "category"),
    [
        ("equity", "market"),
        ("bond", "bond"),
        ("cash", "cash"),
        ("commodity", "commodity"),
        ("crypto", "crypto"),
        ("real_estate", "industry"),
    ],
)
def test_a_proxy_that_the_market_does_not_list_is_added_where_its_class_belongs(asset_class: AssetClass, category):
    found = build_universe([], Reference((AssetProxy(asset_class, "key", "NEW", description="What it is"),)))
    assert found.entries == (Entry(category, "NEW", asset_class=asset_class, name="What it is"),)


def test_a_proxys_class_stands_over_the_lists_in_every_category_and_the_rest_stays():
    listed = [SPY, Entry("style", "SPY", asset_class="equity")]
    found = build_universe(listed, Reference((AssetProxy("bond", "key", "SPY", description="Other"),)))
    assert of(found) == [("market", "SPY", "bond"), ("style", "SPY", "bond")]
    assert found.entries[0].name == "S&P 500"


def test_of_two_proxies_for_a_ticker_the_lower_priority_counts():
    proxies = (AssetProxy("bond", "a", "X", priority=200), AssetProxy("cash", "b", "X", priority=1))
    assert of(build_universe([], Reference(proxies)))[0][2] == "cash"
    assert of(build_universe([], Reference(proxies[::-1])))[0][2] == "cash"


def test_a_ticker_whose_proxies_are_all_out_of_use_is_not_part_of_it():
    reference = Reference(
        asset_proxies=(AssetProxy("commodity", "gold", "GLD", is_canonical=False), AssetProxy("equity", "us", "SPY")),
        industry_proxies=(IndustryProxy("Mining", "GLD"),),
        cash_proxies=(CashProxy("USD", "GLD"),),
    )
    assert of(build_universe([SPY, GLD], reference)) == [("market", "SPY", "equity")]


def test_a_ticker_that_is_canonical_for_one_key_and_an_alternate_for_another_stays():
    proxies = (AssetProxy("commodity", "gold", "GLD"), AssetProxy("commodity", "metals", "GLD", is_canonical=False))
    assert of(build_universe([GLD], Reference(proxies))) == [("commodity", "GLD", "commodity")]


def test_an_industry_proxys_words_stand_over_the_lists():
    listed = Entry("industry", "XLK", asset_class="equity", industry="Tech", sector_group="old", subindustry="Chips")
    proxies = (IndustryProxy("Technology", "XLK", sector_group="growth"), IndustryProxy("Land", "VNQ", "real_estate"))
    found = build_universe([listed], Reference(industry_proxies=proxies))
    assert found.of("industry") == (
        Entry("industry", "VNQ", asset_class="real_estate", industry="Land"),
        Entry(
            "industry", "XLK", asset_class="equity", industry="Technology", sector_group="growth", subindustry="Chips"
        ),
    )


def test_an_industry_proxy_without_a_group_leaves_the_lists_group():
    listed = Entry("industry", "XLK", asset_class="equity", sector_group="growth")
    found = build_universe([listed], Reference(industry_proxies=(IndustryProxy("Technology", "XLK"),)))
    assert found.entries[0].sector_group == "growth"


def test_a_cash_proxy_is_added_to_cash_unless_it_is_listed_there():
    listed = Entry("cash", "BIL", asset_class="cash", name="Bills")
    found = build_universe([listed], Reference(cash_proxies=(CashProxy("AUD", "AAA"), CashProxy("USD", "BIL"))))
    assert found.entries == (Entry("cash", "AAA", asset_class="cash", currency="AUD"), listed)


def test_a_ticker_may_stand_in_several_categories_and_is_one_ticker():
    universe = build_universe([SPY, Entry("style", "SPY", asset_class="equity"), GLD], Reference())
    assert universe.tickers == ("GLD", "SPY")
    assert universe.of("style") == (Entry("style", "SPY", asset_class="equity"),)
    assert universe.of("bond") == ()


def test_a_part_of_it_is_sorted_too():
    assert Universe(()).only([SPY, GLD]).entries == (GLD, SPY)


def test_the_hash_is_that_of_the_sorted_lines_of_category_and_ticker():
    assert Universe((GLD, SPY)).hash == hashlib.sha256(b"commodity,GLD\nmarket,SPY").hexdigest()


def test_the_hash_covers_categories_and_nothing_but_members():
    named = Entry("market", "SPY", asset_class="bond", name="Another", aum_value=1.0)
    assert Universe((named,)).hash == Universe((SPY,)).hash
    assert Universe((Entry("style", "SPY", asset_class="equity"),)).hash != Universe((SPY,)).hash


ENTRIES = st.lists(
    st.builds(Entry, st.sampled_from(CATEGORIES), st.sampled_from("ABCDEF"), asset_class=st.just("equity")),
    unique_by=lambda entry: (entry.category, entry.ticker),
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(listed, random):
    shuffled = random.sample(listed, len(listed))
    first, second = build_universe(listed, Reference()), build_universe(shuffled, Reference())
    assert first == second
    assert first.hash == second.hash
    assert list(first.entries) == sorted(listed)


def test_the_tickers_of_reference_data_are_those_in_use_each_once():
    reference = Reference(
        asset_proxies=(AssetProxy("equity", "us", "SPY"), AssetProxy("bond", "old", "GONE", is_canonical=False)),
        industry_proxies=(IndustryProxy("Energy", "XLE"), IndustryProxy("All", "SPY")),
        cash_proxies=(CashProxy("USD", "BIL"),),
    )
    assert tickers_of(reference) == ("BIL", "SPY", "XLE")


def test_the_digest_tells_universes_apart_that_have_the_same_members():
    one, other = Universe((SPY,)), Universe((replace(SPY, sector_group="growth"),))
    assert one.hash == other.hash
    assert one.digest != other.digest
    assert one.digest == Universe((SPY,)).digest
