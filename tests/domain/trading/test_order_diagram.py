"""The picture of an order's life says what the rules say."""

import re

import pytest

from trimtab.domain.trading import order_diagram
from trimtab.domain.trading.order_diagram import state_diagram
from trimtab.domain.trading.order_states import BY_DEED, STATES, Known, OrderState, Refused, Report, after_report

DIAGRAM = state_diagram()
ARROW = re.compile(r"^ *(\S+) --> (\S+?)(?:: (.*))?$", re.MULTILINE)
ARROWS = [match.groups() for match in ARROW.finditer(DIAGRAM)]


def test_every_state_is_in_it_and_every_order_begins_as_an_intent():
    drawn = {name.removeprefix("our_") for arrow in ARROWS for name in arrow[:2]}
    assert drawn == {"[*]", "ours", "theirs", *STATES}
    assert [end for start, end, _ in ARROWS if start == "[*]"] == ["Intent"]


def test_every_deed_is_an_arrow_of_its_own():
    deeds = {
        (start, end.removeprefix("our_")) for start, end, _ in ARROWS if start in ("Intent", "Submitted", "Unknown")
    }
    assert deeds == {(state, following) for (state, _), following in BY_DEED.items()}


def test_what_rests_on_silence_says_so():
    labels = {(start, end): label for start, end, label in ARROWS}
    assert labels["Intent", "our_Cancelled"] == "withdrawn"
    assert labels["Unknown", "our_Cancelled"] == "never arrived, withdrawn"
    assert labels["Submitted", "our_Rejected"] == "turned down"


def test_what_the_order_system_says_leads_on_from_what_it_said_before():
    said = [(start, end, label) for start, end, label in ARROWS if start in STATES[3:]]
    assert said == [
        ("Accepted", "PartiallyFilled", "partly filled"),
        ("Accepted", "Filled", "filled"),
        ("Accepted", "Cancelled", "cancelled"),
        ("Accepted", "Rejected", "rejected"),
        ("Accepted", "Expired", "expired"),
        ("PartiallyFilled", "Filled", "filled"),
        ("PartiallyFilled", "Cancelled", "cancelled"),
        ("PartiallyFilled", "Expired", "expired"),
        ("Cancelled", "Filled", "filled late"),
        ("Cancelled", "Expired", "expired"),
        ("Expired", "Filled", "filled late"),
        ("Expired", "Cancelled", "cancelled"),
    ]


def test_one_arrow_says_that_whatever_it_says_counts_wherever_we_took_the_order_to_be():
    assert ("ours", "theirs", "once sent, whatever it says") in ARROWS
    assert len([start for start, _, _ in ARROWS if start == "ours"]) == 1


def test_rules_under_which_it_does_not_always_count_are_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def strict(known: Known, report: Report) -> OrderState | Refused:
        if known.state == "Rejected" and report.state != "Rejected":
            return Refused("rejected", "stays rejected")
        return after_report(known, report)

    monkeypatch.setattr(order_diagram, "after_report", strict)
    found = state_diagram()
    assert "ours -->" not in found
    assert "    Intent --> Accepted: accepted\n" in found
    assert "    our_Rejected --> Rejected: rejected\n" in found
    assert "    our_Rejected --> Accepted" not in found


def test_it_is_the_text_of_a_mermaid_state_diagram():
    assert DIAGRAM.startswith("stateDiagram-v2\n    direction LR\n")
    assert DIAGRAM.count("{") == DIAGRAM.count("}") == 2
    assert '    state "Cancelled" as our_Cancelled\n' in DIAGRAM
    assert len({(start, end) for start, end, _ in ARROWS}) == len(ARROWS)
