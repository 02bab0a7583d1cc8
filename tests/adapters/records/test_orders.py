"""Orders that may still have news are found, whatever session they are of, and no others."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from tests.adapters.records.stores import DAY, SESSION, Place, answering, order
from tests.clock import NOON
from trimtab.adapters.records.orders import unsettled
from trimtab.workflow.ports.records import Scope, moment
from trimtab.workflow.ports.results import ExecutionMode

SENT = {"sent_at": moment(NOON)}
TRADED = {"filled_quantity": Decimal(1), **SENT}
YESTERDAY = DAY - timedelta(days=1)
OPEN_STATES = ("Intent", "Submitted", "Unknown", "Accepted", "PartiallyFilled")
OPEN = [order(number, state=state, day=YESTERDAY) for number, state in enumerate(OPEN_STATES)]


async def test_orders_are_followed_until_nothing_more_can_come_of_them(place: Place) -> None:
    store = place.open()
    await store.write(
        Scope(session_id=SESSION),
        answering(
            order(10, state="Filled", **TRADED),
            order(11, state="Cancelled", **TRADED),
            order(12, state="Expired", **SENT, session_id="ts_two"),
            order(13, state="Rejected", **SENT),
            order(14, state="Cancelled"),
            order(15, state="Expired", day=YESTERDAY, **SENT),
            order(16, execution_mode="live", **SENT),
            order(17, execution_mode="live", state="Expired", **SENT),
            *OPEN,
        ),
    )

    async def followed(mode: ExecutionMode) -> list[str]:
        return [each.client_order_id for each in await store.unsettled(DAY, execution_mode=mode)]

    late = ["tt-0011", "tt-0012", "tt-0013"]
    assert await followed("simulated") == [*(each.client_order_id for each in OPEN), *late]
    assert await followed("live") == ["tt-0016", "tt-0017"]


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
async def test_orders_to_follow_are_found_without_reading_all_of_their_mode(place: Place) -> None:
    store = place.open()
    await store.check()
    asked: list[tuple[str, tuple[str, ...]]] = []
    with store._database.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _d, sql, values, *_: asked.append((sql, values)))
        unsettled(connection, DAY, execution_mode="simulated")
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in asked[:]]
    assert [plan[0].detail.partition("USING INDEX ")[2] for plan in plans] == [
        "orders_by_execution_mode_state (execution_mode=? AND state=?)",
        "orders_by_execution_mode_day (execution_mode=? AND day>?)",
    ]
