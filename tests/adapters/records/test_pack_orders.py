"""What the page of an evidence pack shows of orders, fills, and what was set aside."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.adapters.records.pages import Page, read
from tests.adapters.records.stores import order
from tests.clock import NOON
from tests.workflow.kept_sessions import Records
from tests.workflow.test_evidence_moves import fill, parked
from trimtab.adapters.records.pack_page import NONE, pack_page
from trimtab.workflow.ports.records import OrderRow

SECOND = timedelta(seconds=1)
MOST_BYTES = 3_000_000
KEYS: dict[str, Any] = {"order_key": "0f8fad5b-d9cb-469f-a165-70867728950e", "trade_key": "T1"}


def sent(first: OrderRow, *, moved: timedelta = SECOND) -> Records:
    """An order that went its way to half of it, which somebody cancels `moved` after the rest."""
    records, at = Records(), NOON
    half: dict[str, Any] = {"filled_quantity": Decimal("1.25"), "average_price": Decimal("40.1000"), **KEYS}
    steps = (
        first,
        first.model_copy(update={"state": "Submitted"}),
        first.model_copy(update={"state": "Accepted", **KEYS}),
        first.model_copy(update={"state": "PartiallyFilled", **half}),
        first.model_copy(update={"state": "PartiallyFilled", "cancel": "asked", **half}),
    )
    for step in steps:
        records.note(step, at=at, actor="delivery", source="rules")
        at += SECOND
    traded = fill(
        quantity=Decimal("1.25"), price=Decimal("40.1000"), filled_at=at, client_order_id=first.client_order_id
    )
    ended = first.model_copy(update={"state": "Cancelled", "why": "The client called.", **half})
    records.note(traded, ended, at=at + moved, actor="delivery", source="rules")
    return records


def shown(records: Records) -> Page:
    return read(pack_page(records.pack()))


def test_an_order_is_shown_with_all_that_is_known_of_it() -> None:
    page = shown(sent(order(state="Intent")))
    assert "DE-77: 1 order for EUR 100.10, EUR 50.12 filled" in page.text
    assert "tt-0001 order 0f8fad5b-d9…0f8fad5b-d9cb-469f-a165-70867728950e trade T1 Buy 2.50 SAP Cancelled" in page.text
    assert (
        "Intent 12:00:00 > Submitted 12:00:01 > Accepted 12:00:02 > PartiallyFilled 1.25 12:00:03 > "
        "PartiallyFilled 1.25 (to be cancelled) 12:00:04 > Cancelled 12:00:06 (The client called.)"
    ) in page.text
    assert "1.25 at EUR 40.1000 EUR 40.04 EUR 40.20 EUR 100.10" in page.text
    assert "tt-0001 Buy SAP 1.25 EUR 40.1000 2 Mar 2026, 12:00:05 UTC f1" in page.text


def test_a_state_of_another_day_says_its_day() -> None:
    page = shown(sent(order(), moved=timedelta(hours=12)))
    assert "> Cancelled 3 Mar 2026 00:00:05 (The client called.)" in page.text
    assert "Times are UTC, on 2 Mar 2026 where no day is said." in page.text


def test_numbers_are_shown_digit_by_digit_as_they_were_recorded() -> None:
    records = Records()
    records.note(
        order(quantity=Decimal("1.2300"), price=Decimal("271.4"), limit_price=Decimal("276.8280")), at=NOON, actor="Ann"
    )
    page = shown(records)
    assert "Buy 1.2300 SAP Intent Intent 12:00:00 0 EUR 271.4 EUR 276.8280 EUR 100.10" in page.text


def test_orders_and_fills_stand_by_portfolio_and_are_counted_by_state() -> None:
    records = Records()
    orders = [order(number, account_number=f"ACC{number % 2}", code=f"C{number}") for number in range(40)]
    records.note(*orders, fill(4), at=NOON, actor="Ann")
    records.note(
        *(each.model_copy(update={"state": "Cancelled", "why": "kill switch"}) for each in orders[:30]),
        at=NOON + SECOND,
        actor="Ann",
    )
    html = pack_page(records.pack())
    page = read(html)
    assert "Cancelled: 30 orders for EUR 3,003.00. Intent: 10 orders for EUR 1,001.00." in page.text
    assert "ACC0: 20 orders for EUR 2,002.00" in page.text
    of_first, of_second = html.split('<details class="account">')[1:]
    assert "C4<" in of_first
    assert "Fills of ACC0" in of_first
    assert "C5<" in of_second
    assert "Fills of" not in of_second
    assert "40 orders: all Intent; 1 fill" in page.text
    assert "30 orders: all Cancelled kill switch (30)" in page.text


def test_a_fill_whose_order_is_not_there_is_shown_all_the_same() -> None:
    records = Records()
    records.note(fill(9), at=NOON, actor="delivery")
    page = shown(records)
    assert re.search(rf"no portfolio: 0 orders .* tt-0009 {NONE} 2\.50 40\.10 2 Mar 2026, 12:00:00 UTC f9", page.text)
    records.note(order(1), at=NOON, actor="delivery")
    page = shown(records)
    assert page.text.index("DE-77: 1 order") < page.text.index("no portfolio: 0 orders")


def test_what_was_set_aside_is_shown_with_what_it_is_about() -> None:
    records = Records()
    foreign = parked(2, rule="oms_foreign_order", message="Nobody asked for it.", client_order_id="", order_key="K9")
    records.note(parked(1), foreign, at=NOON, actor="delivery")
    page = shown(records)
    assert f"Overfilled 3 units filled of 2.5 ordered tt-0001 {NONE} 2 Mar 2026, 12:00:00 UTC" in page.text
    assert f"Foreign order Nobody asked for it. {NONE} K9 2 Mar 2026" in page.text
    assert "No order was recorded." in page.text
    assert "Set aside for a person" not in shown(sent(order())).text
    records.note(*(parked(number) for number in range(3, 22)), at=NOON, actor="delivery")
    many = shown(records)
    assert "21 reports What Said Order Its key there When Overfilled" in many.text
    assert not many.misplaced


def test_ids_are_short_and_whole_behind_it_and_on_paper() -> None:
    whole = "tt-4e734733d04a167d88d80039"
    html = pack_page(sent(order(client_order_id=whole)).pack())
    assert f'<code title="{whole}"><span class="short">tt-4e734733…</span><span class="whole">{whole}</span>' in html
    screen, _, paper = html.partition("@media print")
    assert ".whole { display: none; }" in screen
    assert ".short { display: none; } .whole { display: inline; }" in paper


def test_a_thousand_orders_that_move_at_once_are_a_page_that_can_be_read() -> None:
    records, at = Records(), NOON
    filled: dict[str, Any] = {**KEYS, "filled_quantity": Decimal("2.50"), "average_price": Decimal("40.04")}
    for state, changes in (("Intent", {}), ("Submitted", {}), ("Accepted", KEYS), ("Filled", filled)):
        at += SECOND
        rows = [order(number, account_number=f"A{number % 20}", state=state, **changes) for number in range(1_000)]
        fills = [fill(number) for number in range(1_000)] if state == "Filled" else []
        records.note(*rows, *fills, at=at, actor="delivery")
    pack = records.pack()
    assert [each.headline for each in pack.timeline[-2:]] == [
        "1,000 orders: all Accepted",
        "1,000 orders: all Filled; 1,000 fills",
    ]
    assert (len(pack.timeline), len(pack.entries)) == (4, 5_000)
    html = pack_page(pack)
    assert len(html.encode()) < MOST_BYTES
    assert "the 4,000 between them are in the JSON file" in html
