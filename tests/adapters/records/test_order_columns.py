"""Columns and lines of orders say exactly what is recorded, or where it can't be."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from tests.adapters.records.stores import SESSION, Place, answering, order
from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.ports.records import ORDER_DECIMALS, OrderLine, Scope

MINE = Scope(session_id=SESSION)


def ids_of(lines: Sequence[OrderLine]) -> list[str]:
    return [each.client_order_id for each in lines]


async def test_lines_of_orders_say_what_their_rows_say_as_exactly(place: Place) -> None:
    store = place.open()
    changed = {
        "state": "PartiallyFilled",
        "filled_quantity": Decimal("0.100"),
        "average_price": Decimal("12345678901234567890.000000000012345"),
        "reported_value": Decimal("1E+3"),
        "cancel": "asked",
        "order_key": "ord-1",
        "why": "ä",
    }
    orders = (order(3), order(1, **changed), order(2, plan_hash="0ther"))
    await store.write(MINE, answering(*orders, order(4, session_id="ts_two")))
    await store.write(MINE, answering(order(3, **changed)))
    lines = await store.order_lines(SESSION)
    stand = (await store.standing(MINE)).orders
    assert ids_of(lines) == ["tt-0003", "tt-0001", "tt-0002"]
    # A number that is spelled otherwise is another one here.
    assert list(map(repr, lines)) == [
        repr(OrderLine(*(getattr(row, name) for name in OrderLine._fields))) for row in stand
    ]
    assert await store.order_lines(SESSION, plan_hash="0ther") == lines[2:]
    assert await store.order_lines("ts_three") == ()


async def test_columns_hold_every_field_as_it_is_kept_and_decimals_as_numbers_too(place: Place) -> None:
    store = place.open()
    await store.write(
        MINE, answering(order(2), order(1, filled_quantity=Decimal("0.100")), order(3, session_id="ts_two"))
    )
    found = await store.order_columns(SESSION)
    assert len(found) == 2
    assert found.texts.keys() == set(OrderLine._fields)
    assert found.texts["client_order_id"] == ["tt-0002", "tt-0001"]
    assert (found.texts["filled_quantity"], found.numbers["filled_quantity"]) == (["0", "0.100"], [0.0, 0.1])
    assert found.numbers.keys() == set(ORDER_DECIMALS)
    assert (found.line(0), found.line(1)) == await store.order_lines(SESSION)
    assert not await store.order_columns("ts_three")


async def test_a_line_that_cannot_have_been_written_is_named(place: Place) -> None:
    store = place.open()
    await store.write(MINE, answering(order(1), order(2)))
    for changed, fields in (
        ("side = 'Sell', cancel = 'no'", "side, cancel"),
        ("side = 'sell', cancel = 'asked', state = 'Sold'", "state"),
        ("state = 'Filled', price = 'many', quantity = ''", "quantity, price"),
        ("price = '1', quantity = 'NaN', average_price = '-Infinity'", "quantity, average_price"),
    ):
        place.sql(f"UPDATE orders SET {changed} WHERE client_order_id = 'tt-0002'")
        with pytest.raises(BrokenRecord) as refused:
            await store.order_columns(SESSION)
        assert refused.value.message == f"orders: row tt-0002 can't be read ({fields})."
