"""What becomes of an order's row, by our own deeds and by what the order system says."""

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.clock import NOON
from tests.workflow.order_news import LATER, SECOND, by_id, concluding, heard, rules, told
from tests.workflow.order_rows import SYSTEM, at_work, order_id, said_of, sent_out, waiting
from trimtab.domain.trading.order_states import (
    CONTRADICTION,
    NEVER_SENT,
    OVERFILLED,
    QUANTITY_WENT_BACK,
    STATE_WENT_BACK,
    STATES,
    OrderState,
    ReportedState,
)
from trimtab.workflow.order_changes import (
    ASKED,
    MOST_PARKED,
    after,
    after_reported,
    at_the_order_system,
    lapsed,
    may_have_left,
    parked,
    placing,
    sent,
    silent_for,
)
from trimtab.workflow.ports.order_system import FOREIGN, FORGOTTEN, KEY_CHANGED, OmsAnswer, Stray
from trimtab.workflow.ports.records import DESK, Fill, OrderRow, Parked


def absent(*orders: OrderRow) -> OmsAnswer:
    return OmsAnswer(absent=frozenset(by_id(orders)))


def test_an_order_is_told_as_it_was_approved():
    order = at_work(code="SAP", instrument_key="key-1", side="sell")
    told_as = asdict(placing(order))
    assert told_as == {name: getattr(order, name) for name in told_as}
    assert told_as["limit_price"] == Decimal(41)
    assert told_as["order_key"] == "order-9"


def test_an_order_is_written_with_whom_it_goes_to_and_when_before_it_leaves():
    there = NOON.astimezone(datetime.fromisoformat("2026-01-01T00:00+09:30").tzinfo)
    order = sent(waiting(why="It never arrived; it is sent again"), to=SYSTEM, at=there)
    assert order == sent_out()
    assert silent_for(order, NOON + 3 * SECOND) == 3 * SECOND


def test_a_deed_gives_a_reason_of_its_own_and_takes_away_the_one_before():
    ended = after(sent_out(why="old"), "refuse", why="No such account", cancel=ASKED)
    assert (ended.state, ended.why, ended.cancel) == ("Rejected", "No such account", "asked")
    assert after(sent_out(why="old"), "send_again").why == ""


def test_silence_takes_away_no_reason_why_an_order_is_to_be_cancelled():
    assert after(sent_out(why="the desk", cancel=ASKED), "hear_nothing", why="hush").why == "the desk"
    assert after(sent_out(cancel=ASKED), "hear_nothing", why="hush").why == "hush"
    assert after(sent_out(why="the desk", cancel=ASKED), "refuse", why="halted").why == "halted"


def test_an_order_that_lapses_although_it_may_have_left_is_to_be_cancelled_in_case_it_arrives():
    assert lapsed(waiting(), why="w") == waiting(state="Expired", why="w")
    assert lapsed(sent_out(state="Intent"), why="w") == sent_out(state="Expired", why="w", cancel=ASKED)
    late = lapsed(sent_out(state="Unknown"), why="w")
    assert heard(late, said_of(late, "Accepted")) == (at_work(cancel=ASKED, why="w"), [], [])


def test_a_deed_that_is_not_possible_is_raised():
    with pytest.raises(ValueError, match="'send' isn't possible for an order in Accepted"):
        sent(at_work(), to=SYSTEM, at=LATER)


def test_what_was_sent_once_may_have_left_whatever_its_state():
    assert not may_have_left(waiting())
    assert all(may_have_left(sent_out(state=state)) for state in STATES)


def test_only_what_was_accepted_and_is_not_done_works_at_the_order_system():
    assert [state for state in STATES if at_the_order_system(sent_out(state=state))] == ["Accepted", "PartiallyFilled"]


def test_the_first_report_gives_an_order_the_names_that_its_order_system_has_for_it():
    order, fills, parked_by = heard(sent_out(), said_of(sent_out(), "Accepted"))
    assert order == at_work()
    assert (fills, parked_by) == ([], [])


def test_the_same_report_again_says_nothing_new():
    order = at_work(filled=4)
    assert after_reported(order, said_of(order, "PartiallyFilled", filled="4.0", average="40.00"), at=LATER) == []


@pytest.mark.parametrize(
    ("state", "filled", "kept"),
    [("Accepted", 0, ""), ("PartiallyFilled", 5, ""), ("Cancelled", 4, "the words"), ("Rejected", 0, "the words")],
)
def test_an_order_that_has_ended_keeps_what_its_order_system_says_of_it(
    state: ReportedState, filled: int, kept: str
) -> None:
    order, _, _ = heard(sent_out(why="before"), said_of(sent_out(), state, filled=filled, average=40, why="the words"))
    assert (order.state, order.why) == (state, kept)


@pytest.mark.parametrize("keys", [{"order_key": "order-8"}, {"trade_key": "trade-8"}, {"order_key": ""}])
def test_an_order_that_is_called_by_another_key_is_not_believed(keys: dict[str, str]) -> None:
    order = at_work()
    said = said_of(order, "Filled", filled=10, average=40, **keys)
    (held,) = after_reported(order, said, at=LATER)
    assert isinstance(held, Parked)
    assert (held.rule, held.session_id, held.client_order_id) == (KEY_CHANGED, order.session_id, order.client_order_id)
    assert held.order_key == (keys.get("order_key") or "order-9")


@pytest.mark.parametrize(
    ("order", "state", "filled", "rule"),
    [
        (waiting(), "Accepted", 0, NEVER_SENT),
        (at_work(), "Filled", 9, CONTRADICTION),
        (at_work(filled=4), "Filled", 11, OVERFILLED),
        (at_work(filled=4), "PartiallyFilled", 3, QUANTITY_WENT_BACK),
        (at_work(state="Cancelled"), "Accepted", 0, STATE_WENT_BACK),
    ],
)
def test_a_report_that_cannot_be_true_is_parked_and_changes_nothing(
    order: OrderRow, state: ReportedState, filled: int, rule: str
) -> None:
    assert heard(order, said_of(order, state, filled=filled, average=40)) == (order, [], [rule])


@pytest.mark.parametrize(
    ("state", "filled", "why"),
    [
        ("Accepted", 0, "the desk"),
        ("PartiallyFilled", 4, "the desk"),
        ("Cancelled", 4, "the desk"),
        ("Filled", 10, "their words"),
        ("Rejected", 0, "their words"),
        ("Expired", 4, "their words"),
    ],
)
def test_the_reason_of_whoever_had_an_order_cancelled_stays_unless_it_ended_for_another(
    state: ReportedState, filled: int, why: str
) -> None:
    order = sent_out(state="Unknown", cancel=ASKED, why="the desk")
    changed, _, _ = heard(order, said_of(order, state, filled=filled, average=40, why="their words"))
    assert (changed.state, changed.why, changed.cancel) == (state, why, ASKED)


@pytest.mark.parametrize("state", ["Intent", "Unknown", "Cancelled", "Expired", "Rejected"])
def test_an_order_that_arrived_after_all_is_what_its_order_system_says(state: OrderState) -> None:
    order = sent_out(state=state, why="It never arrived")
    assert heard(order, said_of(order, "Accepted")) == (at_work(), [], [])
    wanted_away = sent_out(state=state, why="the desk", cancel=ASKED)
    assert heard(wanted_away, said_of(order, "Accepted")) == (at_work(why="the desk", cancel=ASKED), [], [])


def test_a_report_that_may_be_older_than_the_order_is_passed_over_but_not_one_that_never_was_true():
    order = at_work(filled=4)
    assert heard(order, said_of(order, "Accepted"), is_newer=True) == (order, [], [])
    assert heard(at_work(state="Cancelled"), said_of(order, "Accepted"), is_newer=True)[2] == []
    assert heard(order, said_of(order, "Filled", filled=11), is_newer=True)[2] == [OVERFILLED]


def test_an_order_that_nobody_asked_about_is_parked_for_all():
    (held,) = told(sent_out(1), answer=OmsAnswer(reports=(said_of(sent_out(2), "Filled", filled=10, average=40),)))
    assert isinstance(held, Parked)
    assert (held.rule, held.session_id, held.client_order_id) == (FOREIGN, DESK, "")
    assert held.message == f"News of an order that nobody asked about: {order_id(2)}"
    assert (held.order_key, held.seen_at) == ("", LATER)


def test_what_is_said_of_an_order_that_was_not_asked_about_changes_nothing_also_if_we_know_it():
    mine, other = sent_out(1), sent_out(2, session_id="ts_two")
    answer = OmsAnswer(
        reports=(said_of(other, "Filled", filled=10, average=40),),
        strays=(Stray(rule="oms_wrong_shape", message="no units", client_order_id=order_id(2)),),
        absent=frozenset({order_id(2)}),
    )
    rows = told(mine, other, answer=answer, asked=[mine])
    assert [(row.rule, row.session_id) for row in rows if isinstance(row, Parked)] == [
        ("oms_wrong_shape", DESK),
        (FOREIGN, DESK),
    ]
    assert len(rows) == 2


def test_an_answer_changes_each_order_that_it_is_about():
    orders = [sent_out(1), sent_out(2), sent_out(3), sent_out(4)]
    answer = OmsAnswer(
        reports=(said_of(orders[0], "Accepted"), said_of(orders[1], "Filled", filled=10, average=40)),
        absent=frozenset({order_id(3), order_id(9)}),
    )
    rows = told(*orders, answer=answer)
    states = {row.client_order_id: row.state for row in rows if isinstance(row, OrderRow)}
    assert states == {order_id(1): "Accepted", order_id(2): "Filled", order_id(3): "Intent"}
    assert len(rows) == 4


def test_an_order_that_is_told_of_twice_is_filled_once():
    order = sent_out()
    four, ten = (said_of(order, "Accepted", filled=filled, average=40) for filled in (4, 10))
    for reports in ((four, ten), (ten, four), (four, four, ten, ten)):
        rows = told(order, answer=OmsAnswer(reports=reports))
        assert [row.filled_quantity for row in rows if isinstance(row, OrderRow)][-1] == 10
        assert sum(row.quantity for row in rows if isinstance(row, Fill)) == 10
        assert rules(rows) == []


def test_an_order_that_is_told_of_is_not_absent_whatever_else_is_said():
    order = sent_out()
    answer = OmsAnswer(reports=(said_of(order, "Accepted"),), absent=frozenset({order.client_order_id}))
    assert told(order, answer=answer) == (at_work(),)


@pytest.mark.parametrize(
    ("order", "seconds", "state"),
    [
        (sent_out(), 19, "Unknown"),
        (sent_out(), 20, "Intent"),
        (sent_out(state="Unknown"), 20, "Intent"),
        (sent_out(cancel=ASKED), 19, "Unknown"),
        (sent_out(cancel=ASKED), 20, "Cancelled"),
        (sent_out(cancel=ASKED), 7200, "Cancelled"),
        (sent_out(), 3599, "Intent"),
        (sent_out(), 3600, "Expired"),
    ],
)
def test_an_absent_order_is_believed_absent_once_nothing_of_it_can_be_under_way(
    order: OrderRow, seconds: int, state: OrderState
) -> None:
    (row,) = told(order, answer=absent(order), now=NOON + seconds * SECOND)
    assert isinstance(row, OrderRow)
    assert row.state == state
    assert row.why
    cancel = ASKED if state == "Expired" else order.cancel
    assert row == order.model_copy(update={"state": state, "why": row.why, "cancel": cancel})


@pytest.mark.parametrize(
    "order",
    [
        waiting(),
        sent_out(state="Intent"),
        sent_out(state="Cancelled"),
        sent_out(state="Rejected"),
        sent_out(state="Expired"),
    ],
)
def test_the_absence_of_an_order_that_is_not_awaited_says_nothing(order: OrderRow) -> None:
    assert told(order, answer=absent(order)) == ()


def test_an_unknown_order_that_may_still_arrive_stays_unknown():
    order = sent_out(state="Unknown")
    assert told(order, answer=absent(order), now=NOON + 19 * SECOND) == ()


@pytest.mark.parametrize("state", ["Cancelled", "Expired", "Rejected"])
def test_an_order_system_may_forget_an_order_that_has_ended(state: OrderState) -> None:
    order = at_work(state=state)
    assert told(order, answer=absent(order)) == ()


@pytest.mark.parametrize("state", ["Accepted", "PartiallyFilled"])
def test_an_order_system_that_forgets_an_order_which_it_had_is_not_believed(state: OrderState) -> None:
    order = at_work(state=state)
    (held,) = told(order, answer=absent(order))
    assert isinstance(held, Parked)
    assert (held.rule, held.client_order_id, held.order_key) == (FORGOTTEN, order.client_order_id, "order-9")


def test_an_order_that_changed_since_it_was_asked_about_is_not_absent():
    assert told(sent_out(), answer=absent(sent_out()), asked=[sent_out(state="Unknown")]) == ()
    assert told(at_work(), answer=absent(at_work()), asked=[sent_out()]) == ()
    assert told(sent_out(), answer=absent(sent_out()), asked=[]) == ()


def test_news_that_is_older_than_the_order_is_passed_over():
    now = at_work(filled=7)
    answer = OmsAnswer(reports=(said_of(now, "PartiallyFilled", filled=4, average=40),))
    assert told(now, answer=answer, asked=[at_work(filled=2)]) == ()
    assert rules(told(now, answer=answer)) == [QUANTITY_WENT_BACK]


def test_silence_makes_only_a_sent_order_unknown():
    (row,) = [concluding().of_silent(sent_out(), why="hush")]
    assert row == sent_out(state="Unknown", why="hush")
    assert [concluding().of_silent(sent_out(state=state), why="hush") for state in STATES if state != "Submitted"] == (
        [None] * (len(STATES) - 1)
    )


def test_what_cannot_be_used_is_parked_with_the_session_of_its_order():
    of_an_order = Stray(rule="oms_wrong_shape", message="no units", client_order_id=order_id(1), order_key="k")
    of_nobody = Stray(rule="oms_wrong_shape", message="no id")
    first, second = told(sent_out(session_id="ts_two"), answer=OmsAnswer(strays=(of_an_order, of_nobody)))
    assert isinstance(first, Parked)
    assert isinstance(second, Parked)
    assert (first.session_id, second.session_id) == ("ts_two", DESK)
    assert (first.rule, first.message, first.client_order_id, first.order_key) == (
        "oms_wrong_shape",
        "no units",
        order_id(1),
        "k",
    )


def test_the_same_thing_is_parked_once_however_often_it_comes_and_whenever():
    stray = Stray(rule="r", message="m", client_order_id=order_id(1))
    answer = OmsAnswer(strays=(stray, stray), reports=(said_of(sent_out(), "Filled", filled=11),) * 2)
    first = told(sent_out(), answer=answer)
    assert rules(first) == [OVERFILLED, "r"]
    held = [row for row in first if isinstance(row, Parked)]
    assert told(sent_out(), answer=answer, now=LATER + SECOND, known=held) == ()


def test_of_each_order_and_rule_one_thing_is_parked_a_day():
    one = Stray(rule="r", message="m", client_order_id="c", order_key="k")
    others = [
        Stray(**{**asdict(one), name: value})
        for name in ("rule", "client_order_id")
        for value in ("", "other", "\ud800")
    ]
    kept = {parked(each, session_id="s", at=NOON).parked_id for each in (one, *others)}
    kept.add(parked(one, session_id="t", at=NOON).parked_id)
    assert len(kept) == 8
    again = Stray(rule="r", message="other", client_order_id="c", order_key="other")
    assert parked(again, session_id="s", at=LATER).parked_id in kept
    assert parked(one, session_id="s", at=NOON + timedelta(days=1)).parked_id not in kept


def test_an_order_system_that_has_gone_mad_fills_no_records_and_stops_no_order():
    strays = tuple(Stray(rule=str(number), message=str(number)) for number in range(MOST_PARKED + 50))
    known = [parked(stray, session_id=DESK, at=NOON) for stray in strays[:60]]
    answer = OmsAnswer(reports=(said_of(sent_out(), "Filled", filled=10, average=40),), strays=strays)
    rows = told(sent_out(), answer=answer)
    assert len(rules(rows)) == MOST_PARKED
    assert len(rows) == MOST_PARKED + 2
    more = told(sent_out(), answer=answer, known=known)
    assert [row.message for row in more if isinstance(row, Parked)] == [stray.message for stray in strays[60:]]
