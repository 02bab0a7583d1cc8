"""What the book and the market know of products."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.domain.frameworks.product_rows import NAN, Held, Row, instruments_of, prices_of, rows_of
from trimtab.domain.factors.universe import Entry
from trimtab.domain.frameworks.product_layers import ADV_DAYS, newest, of_book, of_factors


def of_instrument(**said) -> Row:
    (row,) = rows_of(of_book(instruments_of(Held("X", **said))))
    return row


@pytest.mark.parametrize(
    ("kind", "sector", "asset_class", "named", "issuer"),
    [
        ("Stock", "Information Technology", "Equity", "Technology", "X Ltd"),
        ("Stock", "Fixed Income", "Equity", "Diversified", "X Ltd"),
        ("Bond", "Energy", "Bonds", "Energy", ""),
        ("ETF", "Fixed Income", "Bonds", "Diversified", ""),
        ("Fund", "fixed income", "Bonds", "Diversified", ""),
        ("ETF", "Diversified", "Equity", "Diversified", ""),
        ("Fund", "Mining", "Equity", "Mining", ""),
    ],
)
def test_an_instrument_of_the_book_is_equity_unless_it_is_a_bond_or_a_fund_of_bonds(
    kind: str, sector: str, asset_class: str, named: str, issuer: str
) -> None:
    row = of_instrument(type=kind, sector=sector)
    assert (row.type, row.asset_class, row.sector, row.issuer) == (kind, asset_class, named, issuer)
    assert row.tags == ({"Equity": "equity", "Bonds": "bonds"}[asset_class],)
    assert (row.source, row.name) == ("book", "X Ltd")


@pytest.mark.parametrize(
    ("exchange", "region"),
    [("NYSE", "US"), ("NASDAQ", "US"), ("ASX", "International"), ("LSE", "International"), ("XETRA", "")],
)
def test_the_region_of_an_instrument_is_that_of_its_exchange(exchange: str, region: str) -> None:
    row = of_instrument(exchange=exchange)
    assert (row.exchange, row.region) == (exchange, region)


def test_an_instrument_keeps_its_figures_and_its_own_tags_behind_that_of_its_class() -> None:
    row = of_instrument(price=12.5, currency="AUD", adv_value=7e6, tags=("core", "equity"), day="2026-11-18")
    assert (row.price, row.price_date, row.currency, row.adv_value) == (12.5, "2026-11-18", "AUD", 7e6)
    assert row.tags == ("equity", "core")


def test_an_entry_of_the_factor_universe_is_an_etf_of_its_class() -> None:
    entries = [
        Entry("crypto", "GBTC", "crypto", aum_value=18e9, currency="USD"),
        Entry("industry", "XLK", "equity", name="Chips", industry="Information Technology", sector_group="sensitive"),
        Entry("industry", "VNQI", "real_estate", name="Land", industry="International Real Estate"),
        Entry("bond", "AGG", "bond", name="Aggregate"),
    ]
    bonds, crypto, land, chips = rows_of(of_factors(entries))
    assert (bonds.code, bonds.type, bonds.asset_class, bonds.tags) == ("AGG", "ETF", "Bonds", ("bonds",))
    assert (bonds.sector, bonds.sector_group, bonds.source) == ("Diversified", "", "factors")
    assert (crypto.name, crypto.asset_class, crypto.tags) == ("GBTC", "Alternatives", ("alternatives", "crypto"))
    assert (crypto.aum_value, crypto.currency) == (18e9, "USD")
    assert (chips.name, chips.sector, chips.sector_group) == ("Chips", "Technology", "Sensitive")
    assert (land.asset_class, land.sector, land.sector_group) == ("Alternatives", "Real Estate", "Cyclical")


def test_a_ticker_of_several_categories_is_an_industry_first_and_what_that_lacks_the_others_say() -> None:
    entries = [
        Entry("industry", "VNQ", "real_estate", industry="Real Estate"),
        Entry("bond", "VNQ", "bond", name="Land", sector_group="cyclical", aum_value=5.0, currency="USD"),
        Entry("style", "VNQ", "equity", name="Another", sector_group="none", aum_value=6.0, currency="AUD"),
    ]
    (row,) = rows_of(of_factors(entries))
    assert (row.asset_class, row.sector, row.sector_group) == ("Alternatives", "Real Estate", "Cyclical")
    assert (row.name, row.aum_value, row.currency) == ("Land", 5.0, "USD")


def test_the_newest_close_is_the_last_that_is_there_as_it_was_traded() -> None:
    prices = prices_of(
        ["2025-01-31", "2025-03-03", "2026-02-01"],
        {"A": [1.0, 2.0, 3.0], "B": [NAN, 5.0, NAN], "C": [NAN, NAN, NAN], "D": [4.0, NAN, 7.5]},
    )
    found = newest(prices, ("A", "B", "C", "D", "E"))
    np.testing.assert_equal(found.price, [3.0, 5.0, NAN, 7.5, NAN])
    assert found.price_date.astype(str).tolist() == ["2026-02-01", "2025-03-03", "NaT", "2026-02-01", "NaT"]
    np.testing.assert_equal(found.history_months, [13, 0, NAN, 13, NAN])
    assert np.isnan(found.adv_value).all()


def test_the_money_traded_a_day_is_the_mean_of_the_newest_days_that_tell_it() -> None:
    days = [str(date(2026, 1, 1) + timedelta(days=number)) for number in range(ADV_DAYS + 9)]
    old = [1e9] * 9
    prices = prices_of(days, {"A": old + [10.0] * ADV_DAYS, "B": old + [NAN, 20.0, 40.0] * (ADV_DAYS // 3)}, volume=2.0)
    np.testing.assert_allclose(newest(prices, ("A", "B")).adv_value, [20.0, 60.0])


def test_without_a_market_nothing_is_known() -> None:
    found = newest(None, ("A",))
    assert np.isnan([found.price, found.history_months, found.adv_value]).all()
    assert np.isnat(found.price_date).all()
