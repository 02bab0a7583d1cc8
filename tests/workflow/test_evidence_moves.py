"""What became of orders, in words: one by one, and in one line where many moved at once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.adapters.records.stores import SESSION, order
from tests.clock import NOON
from tests.workflow.kept_sessions import Records
from trimtab.workflow.evidence_models import Happening
from trimtab.workflow.ports.records import Effects, Evidence, Fill, Parked, Row

FILLED: dict[str, Any] = {"state": "Filled", "filled_quantity": Decimal("2.50"), "average_price": Decimal("40.10")}


def fill(number: int = 1, **changes: Any) -> Fill:
    facts = {
        "session_id": SESSION,
        "fill_id": f"f{number}",
        "client_order_id": f"tt-{number:04}",
        "quantity": Decimal("2.50"),
        "price": Decimal("40.10"),
        "filled_at": NOON,
    }
    return Fill.model_validate({**facts, **changes})


def parked(number: int = 1, **changes: Any) -> Parked:
    facts = {
        "session_id": SESSION,
        "parked_id": f"pk-{number}",
        "rule": "oms_overfilled",
        "message": "3 units filled of 2.5 ordered",
        "client_order_id": f"tt-{number:04}",
        "seen_at": NOON,
    }
    return Parked.model_validate({**facts, **changes})


def told(*rows: Row) -> Happening:
    """What rows that were written at once are told as; it has to be one line."""
    records = Records()
    records.note(*rows, at=NOON, actor="delivery", source="rules")
    [happening] = records.pack().timeline
    assert (happening.seq, happening.last_seq, happening.content) == (1, len(rows), "")
    return happening


def told_of(kind: str, content: dict[str, Any]) -> Happening:
    records = Records()
    evidence = Evidence(kind=kind, actor="Ann", source="person", session_id=SESSION, content=content)
    records.write(Effects(at=NOON, actor="Ann", source="person", evidence=[evidence]))
    [happening] = records.pack().timeline
    return happening


@pytest.mark.parametrize(
    ("row", "headline", "details"),
    [
        (order(state="Accepted"), "Order tt-0001 of DE-77: Accepted", ("buy 2.50 SAP",)),
        (
            order(**FILLED),
            "Order tt-0001 of DE-77: Filled",
            ("buy 2.50 SAP, 2.50 filled at 40.10",),
        ),
        (
            order(state="Rejected", why="It is halted."),
            "Order tt-0001 of DE-77: Rejected",
            ("buy 2.50 SAP", "It is halted."),
        ),
        (
            order(state="Accepted", cancel="asked"),
            "Order tt-0001 of DE-77: Accepted (to be cancelled)",
            ("buy 2.50 SAP",),
        ),
        (order(state="Cancelled", cancel="asked"), "Order tt-0001 of DE-77: Cancelled", ("buy 2.50 SAP",)),
        (order(quantity=Decimal("1E+3")), "Order tt-0001 of DE-77: Intent", ("buy 1000 SAP",)),
        (fill(), "Traded 2.50 at 40.10", ("of order tt-0001",)),
        (
            parked(),
            "Set aside for a person: overfilled",
            ("3 units filled of 2.5 ordered", "about order tt-0001"),
        ),
        (
            parked(rule="oms_foreign_order", message="Nobody asked.", client_order_id="", order_key="K9"),
            "Set aside for a person: foreign order",
            ("Nobody asked.", "about order K9"),
        ),
        (
            parked(rule="oms_wrong_shape", message="It has no units.", client_order_id=""),
            "Set aside for a person: wrong shape",
            ("It has no units.",),
        ),
    ],
)
def test_a_single_move_is_told_shortly(row: Row, headline: str, details: tuple[str, ...]) -> None:
    happening = told(row)
    assert (happening.headline, happening.details) == (headline, details)


def test_a_few_moves_of_one_moment_are_one_line_with_each_below_it() -> None:
    happening = told(order(1, **FILLED), fill(1), order(2, state="Rejected", why="It is halted."), parked(1))
    assert happening.headline == ("2 orders: 1 Filled and 1 Rejected; 1 fill; 1 report set aside for a person")
    assert happening.details == (
        "order tt-0001 of DE-77: Filled; buy 2.50 SAP, 2.50 filled at 40.10",
        "traded 2.50 at 40.10; of order tt-0001",
        "order tt-0002 of DE-77: Rejected; buy 2.50 SAP; It is halted.",
        "set aside for a person: overfilled; 3 units filled of 2.5 ordered; about order tt-0001",
    )


def test_one_order_with_its_fill_is_named() -> None:
    assert told(order(**FILLED), fill()).headline == "Order tt-0001 of DE-77: Filled; 1 fill"


def test_an_order_that_moved_twice_in_one_moment_counts_as_it_stands_then() -> None:
    happening = told(order(1, state="Submitted"), order(2, state="Submitted"), order(1, state="Unknown"))
    assert happening.headline == "2 orders: 1 Unknown and 1 Submitted"


def test_many_moves_are_counted_by_state_and_reason_the_most_frequent_first() -> None:
    rejected = [order(number, state="Rejected", why="It is halted.") for number in range(3)]
    accepted = [order(number, state="Accepted") for number in range(3, 1_503)]
    happening = told(*rejected, *accepted, parked(7), parked(8))
    assert happening.headline == "1,503 orders: 1,500 Accepted and 3 Rejected; 2 reports set aside for a person"
    assert happening.details == ("It is halted. (3)", "overfilled (2)")


def test_of_very_many_reasons_the_most_frequent_are_told_and_the_others_counted() -> None:
    reasons = [f"Reason {number}" for number in range(8)]
    rows = [order(number, state="Rejected", why=why) for number, why in enumerate((*reasons, "Reason 7"))]
    assert told(*rows).details == (
        "Reason 7 (2)",
        *(f"Reason {number} (1)" for number in range(4)),
        "and 3 other reasons",
    )


def test_fills_alone_are_counted() -> None:
    assert told(*(fill(number) for number in range(7))).headline == "7 fills"


def test_what_moved_at_another_time_by_another_hand_or_with_something_between_stands_apart() -> None:
    records = Records()
    first, second = order(1, state="Submitted"), order(2, state="Submitted")
    note = Evidence(kind="note", actor="delivery", source="rules", session_id=SESSION)
    records.note(first, at=NOON, actor="delivery", source="rules")
    records.note(second, at=NOON, actor="Ann", source="rules")
    records.note(second, at=NOON, actor="Ann", source="person")
    records.write(Effects(at=NOON, actor="Ann", source="person", evidence=[note], rows=[first]))
    records.note(first, at=NOON + timedelta(seconds=1), actor="Ann")
    assert [(each.seq, each.last_seq) for each in records.pack().timeline] == [(n, n) for n in range(1, 7)]


@pytest.mark.parametrize(
    ("content", "details"),
    [
        (
            {"orders": 9, "cancelled": 4, "asked": 3},
            "4 cancelled before they left, 3 to be cancelled at the order system and 2 ended before",
        ),
        ({"orders": 9, "cancelled": 9, "asked": 0, "more": 1}, "9 cancelled before they left"),
        ({"orders": 9}, "9 ended before"),
    ],
)
def test_a_cancellation_says_why_and_what_became_of_the_orders(content: dict[str, Any], details: str) -> None:
    happening = told_of("cancellation", {"reason": "The client called.", **content})
    assert (happening.headline, happening.details) == ("Asked to cancel 9 orders: The client called.", (details,))


def test_what_happened_on_the_way_to_the_order_system_is_told_as_far_as_it_is_said() -> None:
    content = {
        "order_system": "paper-oms",
        "message": "It can't be reached.",
        "open_orders": 4,
        "keys": ["a"],
        "by": "x",
    }
    happening = told_of("delivery", content)
    assert happening.headline == "On the way to the order system, paper-oms"
    assert happening.details == ("It can't be reached.", 'by: x, keys: ["a"], open orders: 4')
    assert told_of("delivery", {}).headline == "On the way to the order system"
