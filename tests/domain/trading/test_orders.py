"""Orders in whole lots and exact decimals, in one fixed order."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.book_rows import UNKNOWN, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.oracle.product import Product, propose_all
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.orders import (
    OrderColumns,
    PlannedSide,
    exact,
    limit_price,
    order_columns,
    settled,
    whole_lot_findings,
)
from trimtab.domain.trading.policy import Limits, Policy

INSTRUMENTS = (NewInstrument("AAA", price=12.5, lot_size=10), NewInstrument("ZZZ", price=250.0, currency="GBX"))
FX = {("GBP", "AUD"): 2.0}


def book(*instruments: NewInstrument, held: float = 1_000) -> Book:
    """P1 and P2 hold `held` units of AAA and of ZZZ."""
    return make_book(
        instruments=instruments or INSTRUMENTS,
        models=[NewModel(lines=(("AAA", 50.0), ("ZZZ", 50.0)))],
        portfolios=[NewPortfolio("P1", cash=1_000), NewPortfolio("P2", cash=1_000)],
        lots=[NewLot(account, code, held) for account in ("P1", "P2") for code in ("AAA", "ZZZ")],
        fx=FX,
    )


def side_of(product: Product, sign: int, **units: float) -> PlannedSide:
    """A side with units by line, written `P1_AAA`."""
    lines = sorted((product.line_of[key[:2], key[3:]], amount) for key, amount in units.items())
    line = np.array([number for number, _ in lines], dtype=np.int64)
    amounts = np.array([amount for _, amount in lines], dtype=np.float64)
    value = np.round(amounts * product.facts.positions.unit_value[line], 2)
    return PlannedSide(sign, line, amounts, value, value / 2)


def orders_of(product: Product, *sides: PlannedSide) -> OrderColumns:
    return order_columns(product.facts, *sides)


def uneven(of: Book, sign: int, **units: float) -> list[tuple[str, str | None, str]]:
    product = propose_all(of, Policy())
    found = whole_lot_findings(product.facts, orders_of(product, side_of(product, sign, **units)))
    return [(finding.symbol, finding.account_number, finding.message) for finding in found]


def test_orders_are_by_account_then_sells_before_buys_then_by_code():
    product = propose_all(book(), Policy())
    sells = side_of(product, -1, P1_ZZZ=7, P2_AAA=10, P2_ZZZ=0)
    buys = side_of(product, 1, P1_AAA=20, P2_ZZZ=5)
    orders = orders_of(product, buys, sells)
    codes, accounts = product.facts.book.instruments.code, product.facts.book.portfolios.account_number
    told = zip(orders.portfolio, orders.side, orders.instrument, orders.units, strict=True)
    assert [(accounts[p], int(s), codes[i], float(u)) for p, s, i, u in told] == [
        ("P1", -1, "ZZZ", 7),
        ("P1", 1, "AAA", 20),
        ("P2", -1, "AAA", 10),
        ("P2", 1, "ZZZ", 5),
    ]
    assert [product.line_of[account, code] for account, code in (("P1", "ZZZ"), ("P2", "AAA"))] == [
        orders.line[0],
        orders.line[2],
    ]


def test_prices_are_in_the_instruments_own_currency_and_values_in_the_portfolios():
    # 7 x 250 pence are 17.50 pounds and 35 dollars; a sell is taken down to 245 pence, a buy of AAA up to 12.75.
    product = propose_all(book(), Policy())
    orders = orders_of(product, side_of(product, -1, P1_ZZZ=7), side_of(product, 1, P1_AAA=20))
    assert [str(orders.price(row)) for row in (0, 1)] == ["250", "12.5"]
    assert [str(orders.limit_price(row)) for row in (0, 1)] == ["245.0000", "12.7500"]
    assert [str(orders.quantity(row)) for row in (0, 1)] == ["7", "20"]
    assert orders.value.tolist() == [35, 250]
    assert orders.reported_value.tolist() == [17.5, 125]


def test_a_plan_without_units_has_no_orders():
    product = propose_all(book(), Policy())
    for orders in (orders_of(product), orders_of(product, side_of(product, -1, P1_AAA=0))):
        assert len(orders.line) == len(orders.units) == len(orders.terms.price) == 0
        assert whole_lot_findings(product.facts, orders) == ()


def test_a_buy_and_a_sell_of_an_instrument_move_their_price_apart():
    product = propose_all(book(), Policy(limits=Limits(price_move_pct=1.5)))
    orders = orders_of(product, side_of(product, -1, P1_AAA=10), side_of(product, 1, P2_AAA=10))
    assert [str(orders.limit_price(row)) for row in (0, 1)] == ["12.3125", "12.6875"]


@pytest.mark.parametrize(
    ("price", "side", "limit"),
    [
        (33.33, 1, "33.9966"),
        (0.0525, 1, "0.0536"),  # 0.05355: half to even, up
        (0.0475, -1, "0.0466"),  # 0.04655: half to even, up
        (0.0125, 1, "0.0128"),  # 0.01275
        (0.00004, 1, "0.00004"),  # as many decimals as the price
        (0.0000123, -1, "0.0000121"),
        (1e16, 1, "10200000000000000.0000"),
    ],
)
def test_a_limit_price_has_four_decimals_or_those_of_the_price(price: float, side: int, limit: str) -> None:
    assert f"{limit_price(price, move_pct=2, side=side):f}" == limit


@pytest.mark.parametrize("price", [UNKNOWN, float("inf")])
def test_an_unknown_price_has_no_limit_price(price: float) -> None:
    assert exact(price).is_nan()
    assert limit_price(price, move_pct=2, side=1).is_nan()


@pytest.mark.parametrize(
    ("units", "quantity"),
    [
        (0.1 + 0.2, "0.3"),
        (100_000_000.1 + 0.2, "100000000.3"),
        (120.0, "120"),
        (0.1234567895, "0.12345679"),
        (1e-10, "0"),
        (2.0**53, "9007199254740992"),
        (1e22, "10000000000000000000000"),
    ],
)
def test_a_quantity_is_the_decimal_that_units_stand_for(units: float, quantity: str) -> None:
    assert f"{exact(float(settled(np.array([units]))[0])):f}" == quantity


@given(st.decimals(min_value=0, max_value=10**6, places=6), st.integers(2, 9))
def test_a_sum_of_parts_is_ordered_as_the_whole(whole: Decimal, parts: int) -> None:
    each = (whole / parts).quantize(Decimal("0.000001"))
    amounts = [float(each)] * (parts - 1) + [float(whole - each * (parts - 1))]
    assert exact(float(settled(np.array([sum(amounts)]))[0])) == whole


@given(st.floats(min_value=0, max_value=1e15))
def test_settling_twice_changes_nothing(units: float) -> None:
    once = settled(np.array([units]))
    assert settled(once) == once
    assert abs(exact(float(once[0])) - Decimal(units)) <= Decimal("1e-9") + Decimal(units) * Decimal("1e-14")


def test_whole_lots_pass_be_they_parts_of_a_unit():
    assert uneven(book(), -1, P1_AAA=10, P2_AAA=990, P1_ZZZ=3) == []
    tenths = [replace(INSTRUMENTS[0], lot_size=0.1), INSTRUMENTS[1]]
    assert uneven(book(*tenths), 1, P1_AAA=0.1 + 0.2, P2_AAA=1_000_000.1) == []


def test_a_part_of_a_lot_is_a_finding_of_its_line():
    assert uneven(book(), 1, P1_AAA=10, P2_AAA=15) == [("AAA", "P2", "15 units are no whole number of lots of 10")]
    tenths = [replace(INSTRUMENTS[0], lot_size=0.1), INSTRUMENTS[1]]
    assert uneven(book(*tenths), -1, P1_AAA=0.15) == [("AAA", "P1", "0.15 units are no whole number of lots of 0.1")]


def test_a_sell_of_all_that_is_held_may_leave_an_odd_rest():
    odd = book(held=1_003.000000000001)
    assert uneven(odd, -1, P1_AAA=1_003) == []
    assert [found[:2] for found in uneven(odd, -1, P1_AAA=1_002)] == [("AAA", "P1")]
    assert [found[:2] for found in uneven(odd, 1, P1_AAA=1_003)] == [("AAA", "P1")]


def test_nothing_is_no_exit_from_a_line_without_units():
    assert [found[:2] for found in uneven(book(held=1e-10), -1, P1_AAA=1e-10)] == [("AAA", "P1")]


@pytest.mark.parametrize("units", [UNKNOWN, float("inf")])
def test_units_that_are_no_number_are_an_order_that_fails(units: float) -> None:
    assert uneven(book(), -1, P1_AAA=units) == [("AAA", "P1", "NaN units are no whole number of lots of 10")]


@pytest.mark.parametrize("lot_size", [UNKNOWN, float("inf"), 0.0])
def test_a_lot_without_a_size_is_never_whole(lot_size: float) -> None:
    product = propose_all(book(), Policy())
    sizes = np.full(2, lot_size)
    broken = replace(product.facts.book, instruments=replace(product.facts.book.instruments, lot_size=sizes))
    facts = replace(product.facts, book=broken)
    orders = order_columns(facts, side_of(product, 1, P1_AAA=10))
    assert [finding.rule for finding in whole_lot_findings(facts, orders)] == ["whole_lots"]
