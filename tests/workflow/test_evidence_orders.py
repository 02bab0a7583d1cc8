"""The orders of a pack: the states they went through, and what they came to in sentences."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.adapters.records.stores import SESSION, order
from tests.clock import NOON
from tests.workflow.kept_sessions import Records
from tests.workflow.test_evidence_moves import parked
from trimtab.workflow.evidence_pack import check_pack
from trimtab.workflow.ports.records import Effects, Evidence, OrderRow, Row, moment

SENT: dict[str, Any] = {"order_system": "paper-oms", "sent_at": moment(NOON), "state": "Accepted"}
FILLED: dict[str, Any] = {
    **SENT,
    "state": "Filled",
    "filled_quantity": Decimal("2.50"),
    "average_price": Decimal("40.10"),
}
HALF: dict[str, Any] = {
    **SENT,
    "state": "PartiallyFilled",
    "filled_quantity": Decimal("1.25"),
    "average_price": Decimal("40.10"),
}
"""Of 100.10 EUR at 40.04: 100.25 EUR in full at 40.10, half of that 50.125, which is 50.12 to the even cent."""
SIMULATED = "1 order for EUR 100.10 in all, simulated (no order reached a market)"


def sent(*rows: Row) -> str:
    """What the story says was sent."""
    records = Records()
    records.note(*rows, at=NOON, actor="delivery", source="rules")
    return records.pack().story.sent


def test_without_orders_nothing_was_sent() -> None:
    assert sent(parked()) == "No order was recorded and none was sent."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, f"{SIMULATED}: none was sent. Not ended: 1 waiting to be sent."),
        ({"state": "Cancelled"}, f"{SIMULATED}: none was sent. Ended without being filled in full: 1 cancelled."),
        (SENT, f"{SIMULATED}: all sent to paper-oms. Nothing was filled. Not ended: 1 Accepted."),
        (FILLED, f"{SIMULATED}: all sent to paper-oms. Filled for EUR 100.25: 1 in full."),
        ({**FILLED, "price": Decimal(0)}, f"{SIMULATED}: all sent to paper-oms. Filled for EUR 0.00: 1 in full."),
        (
            {**FILLED, "execution_mode": "live"},
            "1 order for EUR 100.10 in all, live: all sent to paper-oms. Filled for EUR 100.25: 1 in full.",
        ),
    ],
)
def test_the_story_says_what_was_sent_where_and_what_came_of_it(changes: dict[str, Any], said: str) -> None:
    assert sent(order(**changes)) == said


def test_the_story_of_a_partly_filled_session_leaves_nothing_out() -> None:
    states: tuple[dict[str, Any], ...] = (
        FILLED,
        FILLED,
        HALF,
        {**HALF, "state": "Cancelled"},
        {**SENT, "state": "Rejected"},
        {**SENT, "state": "Expired"},
        {**SENT, "state": "Unknown", "order_system": "other-oms"},
        {"reporting_currency": "AUD", "reported_value": Decimal("1234.5")},
    )
    assert sent(*(order(number, **changes) for number, changes in enumerate(states)), parked(1), parked(2)) == (
        "8 orders for AUD 1,234.50 and EUR 700.70 in all, simulated (no order reached a market): "
        "1 sent to other-oms and 6 sent to paper-oms. "
        "Filled for EUR 300.74: 2 in full and 2 in part. "
        "Ended without being filled in full: 1 cancelled, 1 rejected and 1 expired. "
        "Not ended: 1 PartiallyFilled, 1 of unknown fate and 1 waiting to be sent. "
        "2 reports of the order system set aside for a person."
    )


def test_an_order_stands_with_every_state_it_went_through_and_what_the_order_system_calls_it() -> None:
    records = Records()
    keys: dict[str, Any] = {"order_key": "K1", "trade_key": "T1"}
    steps = (
        order(),
        order(**SENT, **keys),
        order(**HALF, **keys, cancel="asked"),
        order(**HALF, **keys, why="Halted."),
    )
    for step in steps:
        records.note(step, at=NOON, actor="delivery", source="rules")
    [story] = records.pack().orders
    assert story.order == steps[-1]
    assert [(each.seq, each.state, each.filled_quantity, each.cancel, each.why) for each in story.history] == [
        (1, "Intent", "0", False, ""),
        (2, "Accepted", "0", False, ""),
        (3, "PartiallyFilled", "1.25", True, ""),
        (4, "PartiallyFilled", "1.25", False, "Halted."),
    ]


def test_an_order_of_before_there_was_an_order_system_is_read_like_any_other() -> None:
    later = OrderRow.model_fields.keys() - json.loads(order().model_dump_json(exclude_defaults=True)).keys()
    content = {name: value for name, value in order().model_dump(mode="json").items() if name not in later}
    assert "instrument_key" not in content
    evidence = Evidence(kind="order", actor="Ann", source="person", session_id=SESSION, content=content)
    records = Records()
    records.write(Effects(at=NOON, actor="Ann", source="person", evidence=[evidence]))
    pack = records.pack()
    assert [story.order for story in pack.orders] == [order()]
    assert check_pack(pack.model_dump_json()) == ()
