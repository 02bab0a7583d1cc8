"""The orders of a plan as they are recorded: what each says of its instrument, its account's cash, and its line."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from tests.oracle.book_rows import UNKNOWN, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.workflow.desks import DEMO
from tests.workflow.small_books import two_portfolios, withdrawing
from tests.workflow.test_order_plan import DAY, UNTIL, in_pence, orders_of, review
from trimtab.domain.trading.instrument_keys import instrument_key
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.order_plan import ORDER_COLUMNS, client_order_id, order_rows, order_table
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.records import OrderRow


def test_a_row_is_the_order_as_it_is_recorded() -> None:
    orders = orders_of(review(in_pence()))
    row = next(row for row in order_rows(orders, day=DAY, valid_until=UNTIL) if row.code == "LSE")
    assert row.model_dump() == {
        "session_id": "s1",
        "client_order_id": client_order_id("s1", "P1", code="LSE", side="sell"),
        "plan_hash": orders.plan_hash,
        "execution_mode": "simulated",
        "book_digest": "0" * 64,
        "day": DAY,
        "state": "Intent",
        "account_number": "P1",
        "code": "LSE",
        "exchange": "ASX",
        "side": "sell",
        "quantity": Decimal(1003),
        "filled_quantity": Decimal(0),
        "price": Decimal(250),
        "limit_price": Decimal("245.0000"),
        "currency": "GBX",
        "value": Decimal("5015.00"),
        "base_currency": "AUD",
        "reported_value": Decimal("5015.00"),
        "reporting_currency": "AUD",
        "valid_until": UNTIL,
        "why": "",
        "instrument_key": instrument_key("ASX", "LSE"),
        "cash_value": Decimal("985.00"),
        "progress_pct": Decimal("0.0000"),
        "order_system": "",
        "sent_at": "",
        "order_key": "",
        "trade_key": "",
        "average_price": Decimal(0),
        "cancel": "",
    }


def recorded(plan: SessionPlan) -> dict[tuple[str, str], OrderRow]:
    """The orders as they are recorded, by account and code."""
    rows = order_rows(orders_of(plan), day=DAY, valid_until=UNTIL)
    return {(row.account_number, row.code): row for row in rows}


def test_an_order_goes_by_the_books_own_key_of_its_instrument() -> None:
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    plan = review(
        make_book(
            instruments=[NewInstrument("OLD"), NewInstrument("NEW", instrument_key=key)],
            models=[NewModel(lines=(("NEW", 100.0),))],
            portfolios=[NewPortfolio()],
            lots=[NewLot("P1", "OLD", 1_000)],
        )
    )
    assert {code: row.instrument_key for (_, code), row in recorded(plan).items()} == {
        "OLD": instrument_key("ASX", "OLD"),
        "NEW": key,
    }


def test_an_order_knows_what_its_account_can_spend_before_any_of_them() -> None:
    # 1 % of the 90,000 that stay has to remain beside the 10,000 that are paid out, and there is no cash.
    found = recorded(review(withdrawing(), policy=Policy(minimum_cash_pct=1)))
    assert {row.cash_value for row in found.values()} == {Decimal("-10900.00")}
    found = recorded(review(two_portfolios(), policy=Policy(minimum_cash_pct=1)))
    assert {(account, row.cash_value) for (account, _), row in found.items()} == {
        ("P1", Decimal("5000.00")),
        ("P2", Decimal("5000.00")),
    }


def test_an_account_of_unknown_cash_can_spend_what_is_estimated() -> None:
    # 2 % of the total: 196 beside holdings of 9,604.
    plan = review(
        make_book(
            instruments=[NewInstrument("A"), NewInstrument("B")],
            models=[NewModel(lines=(("A", 50.0), ("B", 50.0)))],
            portfolios=[NewPortfolio(cash=UNKNOWN)],
            lots=[NewLot("P1", "A", 9_604)],
        ),
        policy=Policy(minimum_cash_pct=0),
    )
    assert {row.cash_value for row in recorded(plan).values()} == {Decimal("196.00")}


def test_a_buy_knows_how_near_its_line_is_to_its_target_and_a_sell_does_not() -> None:
    assert {line: row.progress_pct for line, row in recorded(review(two_portfolios())).items()} == {
        ("P1", "BHP"): 0,
        ("P1", "CBA"): 0,
        ("P1", "NAB"): Decimal("80.0000"),
        ("P1", "WBC"): Decimal("80.0000"),
        ("P2", "CBA"): 0,
        ("P2", "NAB"): Decimal("72.0000"),
    }


def test_progress_is_exact_to_four_decimals_and_0_where_it_cannot_be_told() -> None:
    plan = review(
        make_book(
            instruments=[NewInstrument("A"), NewInstrument("B")],
            models=[NewModel(lines=(("A", 70.0), ("B", 30.0)))],
            portfolios=[NewPortfolio(cash=2_000)],
            lots=[NewLot("P1", "A", 7_000), NewLot("P1", "B", 1_000)],
        )
    )
    assert str(recorded(plan)["P1", "B"].progress_pct) == "33.3333"
    drift = plan.proposal.drift
    for unknown in ({"actual_pct": np.full(2, np.nan)}, {"target_pct": np.zeros(2)}):
        blurred = replace(plan.proposal, drift=replace(drift, **unknown))
        assert str(recorded(replace(plan, proposal=blurred, known={}))["P1", "B"].progress_pct) == "0.0000"


def test_rows_and_pages_name_the_same_orders() -> None:
    orders = orders_of(review(DEMO))
    kept = [(row.client_order_id, f"{row.quantity:f}") for row in order_rows(orders, day=DAY, valid_until=UNTIL)]
    paged = [
        (row[0], row[5])
        for offset in range(0, orders.totals.orders + 7, 7)
        for row in order_table(orders, offset=offset, limit=7).rows
    ]
    assert paged == kept
    assert len(dict(kept)) == len(kept) == orders.totals.orders
    assert order_table(orders, offset=0, limit=1).columns == ORDER_COLUMNS
