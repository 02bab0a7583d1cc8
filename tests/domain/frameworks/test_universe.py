"""The universe of products: sorted, told by its digest, and merged from files, book and market."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.frameworks.product_rows import (
    NAN,
    Held,
    Row,
    instruments_of,
    prices_of,
    products_of,
    rows_of,
    shares_of,
    universe,
)
from trimtab.domain.factors.universe import Entry
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.universe import merged, universe_of

ROWS = (
    Row("SPY", tags=("equity", "core"), price=1.5, price_date="2026-11-20", adv_value=0.0),
    Row("AGG", name="Bonds", asset_class="Bonds", tags=("bonds",)),
    Row("VT", region="Global", currency="USD"),
)
LIES = (
    ("VT", "Sector", "Energy", 0.25),
    ("VT", "Region", "US", 0.75),
    ("AGG", "AssetClass", "Bonds", 1.0),
    ("VT", "Region", "Emerging", 0.25),
)
DAYS = ["2026-10-01", "2026-11-20"]


def shares(found: Universe) -> list[tuple[str, str, str, float]]:
    lies = found.look_through
    codes = [found.products.code[row] for row in lies.product]
    return list(zip(codes, lies.dimension, lies.key, lies.share.tolist(), strict=True))


def test_products_are_sorted_by_code_and_shares_by_product_dimension_and_key() -> None:
    found = universe(*ROWS, lies=LIES)
    assert found.products.code == ("AGG", "SPY", "VT")
    assert repr(rows_of(found.products)) == repr(sorted(ROWS, key=lambda row: row.code))
    assert shares(found) == [
        ("AGG", "AssetClass", "Bonds", 1.0),
        ("VT", "Region", "Emerging", 0.25),
        ("VT", "Region", "US", 0.75),
        ("VT", "Sector", "Energy", 0.25),
    ]


def test_no_product_at_all_is_a_universe_too() -> None:
    found = universe()
    assert (len(found.products), shares(found)) == (0, [])
    assert merged(found).digest == found.digest


@given(st.permutations(ROWS), st.permutations(LIES))
def test_the_order_of_rows_changes_nothing(rows: list[Row], lies: list) -> None:
    assert universe(*rows, lies=tuple(lies)).digest == universe(*ROWS, lies=LIES).digest


@pytest.mark.parametrize("row", [0, 2])
def test_every_column_counts_in_the_digest(row: int) -> None:
    plain = universe(*ROWS, lies=LIES).digest
    texts = ("code", "name", "type", "asset_class", "region", "sector", "sector_group", "sleeve", "issuer", "source")
    numbers = ("adv_value", "expense_ratio_pct", "aum_value", "tracking_error_pct", "history_months", "price")
    values: dict[str, object] = dict.fromkeys((*texts, "currency", "exchange"), "ZZ") | dict.fromkeys(numbers, 7.25)
    values |= {"price_date": "2026-01-01", "tags": ("other",)}
    found = {plain}
    for name, value in values.items():
        rows = list(ROWS)
        rows[row] = replace(rows[row], **{name: value})  # type: ignore[arg-type]  # the column's own kind of value
        code = rows[row].code
        lies = tuple((code if lie[0] == ROWS[row].code else lie[0], *lie[1:]) for lie in LIES)
        found.add(universe(*rows, lies=lies).digest)
    assert len(found) == len(values) + 1


@pytest.mark.parametrize(
    "lie",
    [("SPY", "Sector", "Energy", 0.25), ("VT", "Region", "Energy", 0.25), ("VT", "Sector", "Energy", 0.5), None],
)
def test_every_share_counts_in_the_digest(lie: tuple[str, str, str, float] | None) -> None:
    changed = (*(() if lie is None else (lie,)), *LIES[1:])
    assert universe(*ROWS, lies=changed).digest != universe(*ROWS, lies=LIES).digest


def test_a_missing_figure_is_not_zero_and_one_zero_is_like_the_other() -> None:
    nothing, zero, minus = (universe(Row("A", adv_value=value)).digest for value in (NAN, 0.0, -0.0))
    assert nothing != zero
    assert zero == minus


def test_the_files_stand_over_the_book_and_the_book_over_the_factor_universe() -> None:
    own = universe(Row("A", name="Mine", tags=("mine",)))
    book = instruments_of(Held("A", tags=("theirs",)), Held("B"))
    listed = [Entry("market", code, "equity", name=f"ETF {code}") for code in "ABC"]
    found = rows_of(merged(own, book=book, listed=listed).products)
    assert [(row.code, row.name, row.source) for row in found] == [
        ("A", "Mine", "products"),
        ("B", "B Ltd", "book"),
        ("C", "ETF C", "factors"),
    ]
    assert [row.tags for row in found] == [("mine",), ("equity",), ("equity",)]
    assert found[0].region == found[0].sector == "", "only what it needs to be traded is filled in"


def test_shares_go_with_their_products_among_the_others() -> None:
    found = merged(universe(*ROWS, lies=LIES), book=instruments_of(Held("AAA"), Held("SPZ")))
    assert found.products.code == ("AAA", "AGG", "SPY", "SPZ", "VT")
    assert shares(found) == shares(universe(*ROWS, lies=LIES))


LISTED = Entry("market", "A", "equity", currency="USD")


def one(own: Row | None, *, book: Held | None = None, entry: Entry | None = None, closes: list[float] | None = None):
    """What comes of one code."""
    found = merged(
        universe(*([] if own is None else [own])),
        book=None if book is None else instruments_of(book),
        listed=[] if entry is None else [entry],
        prices=None if closes is None else prices_of(DAYS, {"A": closes}, volume=100.0),
    )
    (row,) = rows_of(found.products)
    return row


def test_what_a_row_of_the_files_lacks_the_others_give() -> None:
    entry = Entry("market", "A", "equity", aum_value=5e9, currency="USD")
    row = one(Row("A"), book=Held("A", adv_value=3e6, exchange="NASDAQ"), entry=entry, closes=[4.0, 5.0])
    assert (row.exchange, row.currency, row.adv_value, row.aum_value) == ("NASDAQ", "USD", 3e6, 5e9)
    assert (row.price, row.price_date, row.history_months) == (5.0, "2026-11-20", 1)


def test_what_a_row_of_the_files_says_stands() -> None:
    own = Row("A", exchange="NYSE", currency="USD", adv_value=1.0, aum_value=2.0, history_months=3.0)
    entry = Entry("market", "A", "equity", aum_value=5e9, currency="USD")
    row = one(own, book=Held("A", adv_value=3e6, exchange="NASDAQ"), entry=entry, closes=[4.0, 5.0])
    assert (row.exchange, row.currency, row.adv_value, row.aum_value, row.history_months) == ("NYSE", "USD", 1, 2, 3)


@pytest.mark.parametrize(
    ("book", "closes", "price", "day"),
    [
        (Held("A", price=9.0, day="2026-11-18"), [4.0, 5.0], 9.0, "2026-11-18"),
        (Held("A"), [4.0, 5.0], 5.0, "2026-11-20"),
        (None, [4.0, NAN], 4.0, "2026-10-01"),
        (Held("A"), [NAN, NAN], 7.0, "2026-11-17"),
        (None, None, 7.0, "2026-11-17"),
    ],
)
def test_the_price_is_the_books_else_the_markets_else_the_files(
    book: Held | None, closes: list[float] | None, price: float, day: str
) -> None:
    own = Row("A", currency="USD", price=7.0, price_date="2026-11-17")
    row = one(own, book=book, entry=LISTED, closes=closes)
    assert (row.price, row.price_date) == (price, day)


def test_what_has_a_price_in_the_book_is_traded_as_the_book_has_it() -> None:
    own = Row("A", currency="GBP", exchange="NYSE", adv_value=1e6, aum_value=1e9, price=1.25)
    row = one(own, book=Held("A", price=125.0, currency="GBX", exchange="LSE", adv_value=1e8))
    assert (row.price, row.currency, row.exchange) == (125.0, "GBX", "LSE")
    assert (row.adv_value, np.isnan(row.aum_value)) == (1e8, True), "money in pounds is none in pence"


def test_a_market_in_another_currency_says_nothing_of_a_product() -> None:
    entry = Entry("market", "A", "equity", aum_value=5e9, currency="USD")
    row = one(Row("A", currency="AUD", price=7.0, price_date="2026-11-17"), entry=entry, closes=[4.0, 5.0])
    assert (row.price, row.price_date, row.currency) == (7.0, "2026-11-17", "AUD")
    assert np.isnan([row.aum_value, row.adv_value, row.history_months]).all()


def test_money_traded_a_day_comes_from_the_market_where_nobody_else_says_it() -> None:
    assert one(Row("A"), entry=LISTED, closes=[4.0, 5.0]).adv_value == 450.0
    assert one(None, entry=LISTED, closes=[NAN, 5.0]).adv_value == 500.0
    assert one(None, book=Held("A", adv_value=7.0), entry=LISTED, closes=[4.0, 5.0]).adv_value == 7.0


@pytest.mark.parametrize("entry", [None, Entry("market", "A", "equity"), replace(LISTED, currency="GBX")])
def test_a_price_of_the_market_in_an_unknown_currency_is_no_price(entry: Entry | None) -> None:
    own = Row("A", currency="GBP", price=42.0, price_date="2026-11-17")
    row = one(own, entry=entry, closes=[4100.0, 4200.0])
    assert (row.price, row.price_date, row.currency) == (42.0, "2026-11-17", "GBP"), "it may be in pence"
    assert np.isnan(row.adv_value)
    blank = one(replace(own, price=NAN, price_date=""), entry=entry, closes=[4100.0, 4200.0])
    assert (np.isnan(blank.price), blank.price_date) == (True, "")
    assert np.isnan(row.history_months) == (entry is not None and entry.currency == "GBX"), "months aren't money"


def test_a_product_without_a_currency_has_that_of_the_entry_and_its_price() -> None:
    row = one(Row("A"), entry=LISTED, closes=[4.0, 5.0])
    assert (row.price, row.currency) == (5.0, "USD")
    unknown = one(Row("A"), closes=[4.0, 5.0])
    assert (np.isnan(unknown.price), unknown.currency) == (True, "")


@pytest.mark.parametrize(("currency", "price"), [("", 5.0), ("USD", 5.0), ("AUD", 7.0)])
def test_a_market_may_have_one_currency_for_all_that_the_factor_universe_has_none_of(
    currency: str, price: float
) -> None:
    own = universe(Row("A", currency=currency, price=7.0), Row("B", currency="GBP", price=9.0), Row("C"))
    listed, prices = (
        [Entry("market", "B", "equity", currency="GBP")],
        prices_of(DAYS, {"A": [4.0, 5.0], "B": [1.0, 2.0]}),
    )
    rows = rows_of(merged(own, listed=listed, prices=prices, quoted_in="USD").products)
    assert [(row.price, row.currency) for row in rows[:2]] == [(price, currency or "USD"), (2.0, "GBP")]
    assert rows[2].currency == "", "what has no price is quoted in nothing"


def test_a_product_without_a_price_keeps_the_day_that_its_file_tells() -> None:
    row = one(Row("A", price_date="2026-11-17"), book=Held("A"))
    assert (np.isnan(row.price), row.price_date) == (True, "2026-11-17")
    assert one(None, book=Held("A")).price_date == ""


CODES = st.sets(st.sampled_from("ABCDE"))


@given(CODES, CODES, CODES)
def test_every_code_is_there_once_and_belongs_to_the_first_that_has_it(own: set, book: set, listed: set) -> None:
    found = merged(
        universe(*(Row(code) for code in own)),
        book=instruments_of(*(Held(code) for code in book)),
        listed=[Entry("market", code, "equity") for code in sorted(listed)],
    ).products
    assert found.code == tuple(sorted(own | book | listed))
    firsts = ["products" if code in own else "book" if code in book else "factors" for code in found.code]
    assert found.source == tuple(firsts)


def test_merging_again_changes_nothing() -> None:
    book = instruments_of(Held("SPY", price=2.0), Held("X", price=3.0))
    listed = [Entry("bond", "AGG", "bond", aum_value=5.0, currency="USD")]
    prices = prices_of(DAYS, {"AGG": [1.0, 2.0]})
    found = merged(universe(*ROWS, lies=LIES), book=book, listed=listed, prices=prices)
    assert merged(found, book=book, listed=listed, prices=prices).digest == found.digest


def test_a_universe_is_made_of_any_table_with_its_shares() -> None:
    products = products_of(*ROWS)
    assert universe_of(products, shares_of(products.code, *LIES)).digest == universe(*ROWS, lies=LIES).digest
