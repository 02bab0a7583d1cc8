"""What an order may become, by what we do and by what its order system says."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.trading.order_states import (
    BY_DEED,
    CONTRADICTION,
    ENDED,
    MAY_BE_OLD,
    NEVER_SENT,
    OUTSTANDING,
    OVERFILLED,
    QUANTITY_WENT_BACK,
    REPORTED,
    STATE_WENT_BACK,
    STATES,
    Known,
    OrderDeed,
    OrderState,
    Refused,
    Report,
    ReportedState,
    after_deed,
    after_report,
)

DEEDS: tuple[OrderDeed, ...] = get_args(OrderDeed)
ORDERED = Decimal(10)


def known(state: OrderState, filled: int = 0, *, sent: bool = True, confirmed: bool = True) -> Known:
    """An order of 10 units."""
    return Known(state, ORDERED, Decimal(filled), sent=sent, confirmed=confirmed)


def report(state: ReportedState, filled: int | str = 0) -> Report:
    return Report(state, Decimal(filled))


def rule_of(found: OrderState | Refused) -> str:
    return found.rule if isinstance(found, Refused) else f"accepted: {found}"


def test_every_state_waits_or_is_outstanding_or_has_ended():
    assert len(STATES) == 9
    assert sorted(["Intent", *OUTSTANDING, *ENDED]) == sorted(STATES)


@pytest.mark.parametrize(
    ("deeds", "state"),
    [
        (("send",), "Submitted"),
        (("send", "hear_nothing"), "Unknown"),
        (("send", "hear_nothing", "send_again", "send"), "Submitted"),
        (("send", "send_again"), "Intent"),
        (("send", "refuse"), "Rejected"),
        (("withdraw",), "Cancelled"),
        (("lapse",), "Expired"),
        (("send", "withdraw"), "Cancelled"),
        (("send", "hear_nothing", "lapse"), "Expired"),
    ],
)
def test_deeds_lead_from_an_intent_to(deeds: tuple[OrderDeed, ...], state: OrderState) -> None:
    found: OrderState = "Intent"
    for deed in deeds:
        found = after_deed(found, deed)
    assert found == state


def test_no_deed_touches_what_an_order_system_has_or_what_has_ended():
    assert {state for state, _ in BY_DEED} == {"Intent", "Submitted", "Unknown"}


def test_a_deed_that_is_not_possible_says_which_are():
    with pytest.raises(ValueError, match="'refuse' isn't possible for an order in Unknown; possible: send_again, with"):
        after_deed("Unknown", "refuse")
    with pytest.raises(ValueError, match="for an order in Filled; possible: none, only a report changes it"):
        after_deed("Filled", "withdraw")


@pytest.mark.parametrize("state", ["Submitted", "Unknown", "Accepted"])
@pytest.mark.parametrize(
    ("said", "filled", "following"),
    [
        ("Accepted", 0, "Accepted"),
        ("PartiallyFilled", 4, "PartiallyFilled"),
        ("Filled", 10, "Filled"),
        ("Cancelled", 0, "Cancelled"),
        ("Cancelled", 4, "Cancelled"),
        ("Rejected", 0, "Rejected"),
        ("Expired", 4, "Expired"),
    ],
)
def test_an_open_order_is_what_its_order_system_says(
    state: OrderState, said: ReportedState, filled: int, following: OrderState
) -> None:
    assert after_report(known(state, confirmed=state == "Accepted"), report(said, filled)) == following


def test_quantities_decide_whether_an_open_order_is_partly_filled():
    assert after_report(known("Submitted"), report("Accepted", 4)) == "PartiallyFilled"
    assert after_report(known("PartiallyFilled", 4), report("Accepted", 4)) == "PartiallyFilled"


@pytest.mark.parametrize("said", ["Accepted", "PartiallyFilled", "Filled", "Cancelled", "Expired"])
def test_an_order_of_which_all_is_filled_is_filled_whatever_it_is_called(said: ReportedState) -> None:
    assert after_report(known("PartiallyFilled", 4), report(said, "10.0")) == "Filled"


@pytest.mark.parametrize(
    ("said", "filled"),
    [
        ("Filled", "9.999999999"),
        ("Filled", "0"),
        ("PartiallyFilled", "0"),
        ("Rejected", "4"),
        ("Rejected", "10"),
        ("Accepted", "-1"),
        ("Cancelled", "NaN"),
        ("PartiallyFilled", "sNaN"),
        ("Filled", "Infinity"),
        ("Expired", "-Infinity"),
    ],
)
def test_a_name_that_denies_its_quantity_is_refused(said: ReportedState, filled: str) -> None:
    found = after_report(known("Submitted", confirmed=False), report(said, filled))
    assert rule_of(found) == CONTRADICTION


def test_more_than_was_ordered_is_refused():
    found = after_report(known("PartiallyFilled", 4), report("Filled", "10.5"))
    assert found == Refused(OVERFILLED, "10.5 units filled of 10 ordered")


def test_the_quantity_filled_never_falls():
    found = after_report(known("PartiallyFilled", 4), report("PartiallyFilled", 3))
    assert found == Refused(QUANTITY_WENT_BACK, "3 units filled now, 4 before")
    assert rule_of(after_report(known("Filled", 10), report("Cancelled", 4))) == QUANTITY_WENT_BACK


def test_an_order_that_was_never_sent_has_no_reports():
    assert rule_of(after_report(known("Intent", sent=False, confirmed=False), report("Accepted"))) == NEVER_SENT
    assert rule_of(after_report(known("Cancelled", sent=False, confirmed=False), report("Filled", 10))) == NEVER_SENT


@pytest.mark.parametrize("state", ["Cancelled", "Expired"])
def test_fills_that_were_on_their_way_count_after_an_order_has_ended(state: ReportedState) -> None:
    assert after_report(known(state, 4), report(state, 6)) == state
    assert after_report(known(state, 4), report("Filled", 10)) == "Filled"


def test_whether_an_order_was_cancelled_or_has_expired_may_be_put_right():
    assert after_report(known("Cancelled", 4), report("Expired", 6)) == "Expired"
    assert after_report(known("Expired", 4), report("Cancelled", 4)) == "Cancelled"


@pytest.mark.parametrize(
    ("state", "filled", "said", "now"),
    [
        ("Cancelled", 4, "PartiallyFilled", 5),
        ("Cancelled", 0, "Accepted", 0),
        ("Expired", 4, "Accepted", 4),
        ("Cancelled", 0, "Rejected", 0),
        ("Rejected", 0, "Accepted", 0),
        ("Rejected", 0, "Cancelled", 0),
        ("Rejected", 0, "Filled", 10),
        ("Rejected", 0, "Cancelled", 4),
    ],
)
def test_an_end_that_the_order_system_confirmed_stays(
    state: OrderState, filled: int, said: ReportedState, now: int
) -> None:
    found = after_report(known(state, filled), report(said, now))
    message = f"{said} with {now} units filled now, {state} with {filled} before"
    assert found == Refused(STATE_WENT_BACK, message)


@pytest.mark.parametrize("state", ["Intent", "Cancelled", "Rejected", "Expired"])
@pytest.mark.parametrize(("said", "filled"), [("Accepted", 0), ("PartiallyFilled", 4), ("Filled", 10), ("Expired", 4)])
def test_an_order_that_arrived_after_all_is_what_its_order_system_says(
    state: OrderState, said: ReportedState, filled: int
) -> None:
    assert after_report(known(state, confirmed=False), report(said, filled)) == said


def test_a_message_stays_short_whatever_number_comes():
    for filled in ("1e999999", "9" * 10_000, "0." + "3" * 10_000):
        found = after_report(known("Submitted"), report("Filled", filled))
        assert isinstance(found, Refused)
        assert len(found.message) < 100


@dataclass(frozen=True)
class Held:
    """An order as a record of it is kept: with what the last report that counted said."""

    known: Known

    def do(self, deed: OrderDeed) -> "Held":
        if (self.known.state, deed) not in BY_DEED:
            return self
        state = after_deed(self.known.state, deed)
        return Held(replace(self.known, state=state, sent=self.known.sent or deed == "send"))

    def hear(self, said: Report) -> "Held":
        found = after_report(self.known, said)
        if isinstance(found, Refused):
            return self
        return Held(replace(self.known, state=found, filled_quantity=said.filled_quantity, confirmed=True))


NEW = Held(known("Intent", sent=False, confirmed=False))
anything = st.one_of(
    st.sampled_from(DEEDS),
    st.builds(report, st.sampled_from(REPORTED), st.sampled_from(("0", "3", "3", "7", "10", "10", "11", "-1", "NaN"))),
)


def agrees(order: Known) -> bool:
    """Whether the state's name fits what is filled."""
    filled = order.filled_quantity
    if order.state == "Filled":
        return filled == order.quantity
    if order.state == "PartiallyFilled":
        return 0 < filled < order.quantity
    if order.state in ("Cancelled", "Expired"):
        return 0 <= filled < order.quantity
    return filled == 0


@given(st.lists(anything, max_size=30))
def test_whatever_is_done_and_said_no_fill_is_lost_or_made_up_and_no_confirmed_end_is_undone(events):
    held = NEW.do("send")
    for event in events:
        before = held.known
        held = held.hear(event) if isinstance(event, Report) else held.do(event)
        now = held.known
        assert before.filled_quantity <= now.filled_quantity <= ORDERED
        assert agrees(now)
        if before.confirmed and before.state in ENDED:
            assert now.state in ENDED
        if before.state == "Filled":
            assert now == before
        assert now.confirmed or now.filled_quantity == 0


@st.composite
def true_histories(draw: st.DrawFn) -> list[Report]:
    """All that an order system could truly say of an order, in the order in which it happened, its end last."""
    fills = sorted(draw(st.sets(st.integers(1, 9), max_size=4)))
    history = [report("Accepted"), *(report("PartiallyFilled", filled) for filled in fills)]
    ends: list[ReportedState] = ["Filled", "Cancelled", "Expired"] if fills else ["Rejected", "Cancelled", "Filled"]
    end = draw(st.sampled_from(ends))
    if end == "Filled":
        return [*history, report("Filled", 10)]
    filled = fills[-1] if fills else 0
    history.append(report(end, filled))
    if end == "Rejected":
        return history
    late = sorted(draw(st.sets(st.integers(filled + 1, 10), max_size=2)))
    return [*history, *(report("Filled" if more == 10 else end, more) for more in late)]


@given(st.data(), true_histories())
def test_true_reports_in_any_order_lead_to_the_truth(data: st.DataObject, history: list[Report]) -> None:
    heard = data.draw(st.lists(st.one_of(st.sampled_from(history), st.sampled_from(DEEDS)), max_size=20))
    held = NEW.do("send")
    for event in heard:
        if isinstance(event, Report):
            found = after_report(held.known, event)
            assert not isinstance(found, Refused) or found.rule in MAY_BE_OLD
            held = held.hear(event)
        else:
            held = held.do(event)
    truth = history[-1]
    held = held.hear(truth)
    assert (held.known.state, held.known.filled_quantity) == (truth.state, truth.filled_quantity)


@given(true_histories(), st.booleans())
def test_a_true_history_told_in_order_is_never_refused(history: list[Report], twice: bool) -> None:
    held = NEW.do("send")
    for said in history:
        for _ in range(1 + twice):
            assert after_report(held.known, said) == cast("OrderState", said.state)
            held = held.hear(said)
