"""What becomes of an order's row, by our own deeds and by what the order system says."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.workflow.order_rows import SYSTEM, WHEN_SENT, at_work, order_id, said_of, sent_out, waiting
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
    IMPOSSIBLE_PRICE,
    MOST_PARKED,
    PAST_LIMIT,
    Concluding,
    News,
    after,
    after_reported,
    at_the_order_system,
    changes,
    may_have_left,
    parked,
    placing,
    sent,
    silent_for,
)
from trimtab.workflow.ports.order_system import FOREIGN, FORGOTTEN, KEY_CHANGED, OmsAnswer, Reported, Stray
from trimtab.workflow.ports.records import DESK, Fill, OrderRow, Parked

SECOND = timedelta(seconds=1)
LATER = NOON + 60 * SECOND
MICRO = Decimal("0.000001")


def concluding(now: datetime = LATER) -> Concluding:
    return Concluding(now, absent_after=20 * SECOND)


def by_id(orders: Iterable[OrderRow]) -> dict[str, OrderRow]:
    return {order.client_order_id: order for order in orders}


def told(
    *orders: OrderRow,
    answer: OmsAnswer,
    asked: Sequence[OrderRow] | None = None,
    now: datetime = LATER,
    known: Iterable[Parked] = (),
) -> tuple[News, ...]:
    """What an answer leads to; the orders stand as they were asked about, unless it is said how they stood."""
    before = by_id(orders if asked is None else asked)
    return changes(orders, answer, asked=before, concluding=concluding(now), known=known)


def absent(*orders: OrderRow) -> OmsAnswer:
    return OmsAnswer(absent=frozenset(by_id(orders)))


def heard(order: OrderRow, said: Reported, *, is_newer: bool = False) -> tuple[OrderRow, list[Fill], list[str]]:
    """The order after a report, its new fills, and the rules by which something was parked."""
    rows = after_reported(order, said, at=LATER, is_newer=is_newer)
    orders = [row for row in rows if isinstance(row, OrderRow)]
    fills = [row for row in rows if isinstance(row, Fill)]
    return (orders or [order])[-1], fills, rules(rows)


def rules(rows: Iterable[News]) -> list[str]:
    return [row.rule for row in rows if isinstance(row, Parked)]


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


def test_what_is_filled_is_a_fill_at_what_the_new_units_cost():
    first, (four,), _ = heard(at_work(), said_of(at_work(), "PartiallyFilled", filled=4, average="40"))
    assert (first.state, first.filled_quantity, first.average_price) == ("PartiallyFilled", Decimal(4), Decimal(40))
    last, (six,), _ = heard(first, said_of(first, "Filled", filled="10.0", average="40.5"))
    assert (last.state, last.filled_quantity, last.average_price) == ("Filled", Decimal(10), Decimal("40.5"))
    # 10 at 40.50 are 405, of which 160 were there before; 245 for 6.
    assert (four.quantity, four.price) == (Decimal(4), Decimal(40))
    assert (six.quantity, six.price) == (Decimal(6), Decimal("40.833333"))
    assert (six.session_id, six.client_order_id, six.filled_at) == (last.session_id, last.client_order_id, LATER)


def test_a_fill_is_called_by_how_much_was_filled_with_it():
    for filled in ("4", "4.000", "0.4e1"):
        _, (fill,), _ = heard(at_work(), said_of(at_work(), "PartiallyFilled", filled=filled, average=40))
        assert fill.fill_id == f"{order_id(1)}:4"
    _, (fill,), _ = heard(at_work(), said_of(at_work(), "Filled", filled=10, average=40))
    assert fill.fill_id == f"{order_id(1)}:10"


def test_the_same_report_again_says_nothing_new():
    order = at_work(filled=4)
    assert after_reported(order, said_of(order, "PartiallyFilled", filled="4.0", average="40.00"), at=LATER) == []


def test_an_average_that_changes_without_a_fill_changes_nothing():
    order = at_work(filled=4)
    assert after_reported(order, said_of(order, "PartiallyFilled", filled=4, average=39), at=LATER) == []


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


@pytest.mark.parametrize("state", ["Intent", "Unknown", "Cancelled", "Expired", "Rejected"])
def test_an_order_that_arrived_after_all_is_what_its_order_system_says(state: OrderState) -> None:
    order = sent_out(state=state, why="It never arrived", cancel=ASKED)
    assert heard(order, said_of(order, "Accepted")) == (at_work(cancel=ASKED), [], [])


def test_a_report_that_may_be_older_than_the_order_is_passed_over_but_not_one_that_never_was_true():
    order = at_work(filled=4)
    assert heard(order, said_of(order, "Accepted"), is_newer=True) == (order, [], [])
    assert heard(at_work(state="Cancelled"), said_of(order, "Accepted"), is_newer=True)[2] == []
    assert heard(order, said_of(order, "Filled", filled=11), is_newer=True)[2] == [OVERFILLED]


@pytest.mark.parametrize("average", ["0", "-40", "NaN", "sNaN", "Infinity", "20", "1e25", "9" * 60, "2020"])
def test_units_that_cost_nothing_or_a_hundred_times_their_price_are_not_believed(average: str) -> None:
    order = at_work(filled=5)  # at 40: 10 at 20 would be 5 for nothing, and 10 at 2,020 would be 5 at 4,000
    said = said_of(order, "Filled", filled=10, average=average)
    assert heard(order, said) == (order, [], [IMPOSSIBLE_PRICE])


@pytest.mark.parametrize("average", ["40." + "3" * 58, "3999.999999", "0.000001"])
def test_a_price_that_can_be_is_read_with_all_its_digits(average: str) -> None:
    order, (fill,), _ = heard(sent_out(), said_of(sent_out(), "PartiallyFilled", filled=3, average=average))
    assert order.average_price == Decimal(average)
    assert abs(fill.price - Decimal(average)) < MICRO


def test_no_digit_of_a_quantity_is_lost():
    part = "3." + "0" * 38 + "1"
    first, (one,), _ = heard(at_work(), said_of(at_work(), "PartiallyFilled", filled=part, average=40))
    _, (other,), _ = heard(first, said_of(first, "PartiallyFilled", filled=part[:-1] + "2", average=40))
    assert str(one.quantity) == part
    assert other.quantity == Decimal("1e-39")
    assert one.fill_id != other.fill_id


@pytest.mark.parametrize(("side", "past", "within"), [("buy", "41.01", "41"), ("sell", "40.99", "41")])
def test_a_price_past_the_limit_was_traded_all_the_same_and_has_to_be_looked_at(
    side: str, past: str, within: str
) -> None:
    order = sent_out(side=side)
    (changed, fill, held) = after_reported(order, said_of(order, "Filled", filled=10, average=past), at=LATER)
    assert isinstance(changed, OrderRow)
    assert isinstance(fill, Fill)
    assert isinstance(held, Parked)
    assert (changed.state, fill.price) == ("Filled", Decimal(past))
    assert (held.rule, held.order_key) == (PAST_LIMIT, "order-9")
    assert held.message == f"10 units traded at {Decimal(past):.6f} EUR, past the limit of 41"
    assert heard(order, said_of(order, "Filled", filled=10, average=within))[2] == []


def test_an_average_that_was_rounded_is_not_past_the_limit_for_it():
    # 82.0000016 for 2 units: 41.0000008 each.
    order = at_work(filled=8, average_price=Decimal("40.9999998"))
    _, (fill,), parked_by = heard(order, said_of(order, "Filled", filled=10, average="41"))
    assert (fill.price, parked_by) == (Decimal("41.000001"), [])


def test_an_order_that_nobody_asked_about_is_parked_for_all():
    (held,) = told(sent_out(1), answer=OmsAnswer(reports=(said_of(sent_out(2), "Filled", filled=10, average=40),)))
    assert isinstance(held, Parked)
    assert (held.rule, held.session_id, held.client_order_id) == (FOREIGN, DESK, order_id(2))
    assert (held.order_key, held.seen_at) == ("order-9", LATER)


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
    assert row == order.model_copy(update={"state": state, "why": row.why})


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


@pytest.mark.parametrize("state", ["Accepted", "PartiallyFilled", "Cancelled", "Filled"])
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


def test_things_that_differ_in_anything_but_the_time_are_kept_apart():
    one = Stray(rule="r", message="m", client_order_id="c", order_key="k")
    others = [
        Stray(**{**asdict(one), name: value})
        for name in ("rule", "message", "client_order_id", "order_key")
        for value in ("", "other", "\ud800")
    ]
    kept = {parked(each, session_id="s", at=NOON).parked_id for each in (one, *others)}
    kept.add(parked(one, session_id="t", at=NOON).parked_id)
    assert len(kept) == 14
    assert parked(one, session_id="s", at=LATER).parked_id in kept


def test_an_order_system_that_has_gone_mad_fills_no_records_and_stops_no_order():
    strays = tuple(Stray(rule="r", message=str(number)) for number in range(MOST_PARKED + 50))
    known = [parked(stray, session_id=DESK, at=NOON) for stray in strays[:60]]
    answer = OmsAnswer(reports=(said_of(sent_out(), "Filled", filled=10, average=40),), strays=strays)
    rows = told(sent_out(), answer=answer)
    assert len(rules(rows)) == MOST_PARKED
    assert len(rows) == MOST_PARKED + 2
    more = told(sent_out(), answer=answer, known=known)
    assert [row.message for row in more if isinstance(row, Parked)] == [stray.message for stray in strays[60:]]


class Held:
    """Two orders as they are kept, with all that was written of them."""

    def __init__(self) -> None:
        self.orders = [sent_out(1), sent_out(2, side="sell")]
        self.fills: dict[str, Fill] = {}
        self.parked: list[Parked] = []
        self.now = NOON

    def keep(self, rows: Sequence[News]) -> None:
        self.orders = list((by_id(self.orders) | by_id(row for row in rows if isinstance(row, OrderRow))).values())
        self.fills |= {row.fill_id: row for row in rows if isinstance(row, Fill)}
        self.parked += [row for row in rows if isinstance(row, Parked)]

    def hear(self, answer: OmsAnswer, asked: Sequence[OrderRow]) -> tuple[News, ...]:
        rows = told(*self.orders, answer=answer, asked=asked, now=self.now, known=self.parked)
        self.keep(rows)
        return rows


quantities = st.sampled_from(["0", "3", "3.5", "7", "10", "11", "-1", "NaN", "0.0000000001"])
averages = st.one_of(
    st.sampled_from(["0", "-1", "NaN", "1e30", "40", "40", "40"]),
    st.integers(1, 10**8).map(lambda part: str(Decimal(part).scaleb(-6))),
)
reports = st.builds(
    said_of,
    st.sampled_from([sent_out(1), sent_out(2, side="sell"), sent_out(3)]),
    st.sampled_from(get_args(ReportedState)),
    filled=quantities,
    average=averages,
    order_key=st.sampled_from(["order-9", "order-9", "order-9", "order-8"]),
)
strays = st.builds(Stray, rule=st.just("r"), message=st.text(max_size=2), client_order_id=st.sampled_from(["", "x"]))
answers = st.builds(
    OmsAnswer,
    reports=st.lists(reports, max_size=3, unique_by=lambda said: said.client_order_id).map(tuple),
    strays=st.lists(strays, max_size=1).map(tuple),
    absent=st.frozensets(st.sampled_from([order_id(1), order_id(2)]), max_size=1),
)
histories = st.lists(st.tuples(answers, st.sampled_from([0, 1, 15, 40]), st.booleans()), max_size=6)


@given(histories)
def test_whatever_is_said_fills_add_up_to_what_is_filled_and_nothing_counts_twice(history) -> None:
    held = Held()
    asked = held.orders
    for answer, seconds, is_fresh in history:
        held.now += seconds * SECOND
        asked = held.orders if is_fresh else asked
        held.hear(answer, asked)
        assert held.hear(answer, asked) == ()
        for order in held.orders:
            fills = [fill for fill in held.fills.values() if fill.client_order_id == order.client_order_id]
            assert sum(fill.quantity for fill in fills) == order.filled_quantity
            value = sum(fill.quantity * fill.price for fill in fills)
            assert abs(value - order.filled_quantity * order.average_price) <= len(fills) * 10 * MICRO
            assert all(fill.price > 0 for fill in fills)


states = st.sampled_from(
    [
        waiting(),
        *(
            make(state=state, filled_quantity=Decimal(filled), average_price=Decimal(40))
            for make in (sent_out, at_work)
            for state in STATES
            for filled in (0, 4, 10)
        ),
    ]
)


@given(states, reports, st.booleans())
def test_what_is_parked_changes_no_order_but_a_price_past_the_limit(
    order: OrderRow, said: Reported, is_newer: bool
) -> None:
    rows = after_reported(order, said, at=LATER, is_newer=is_newer)
    if set(rules(rows)) - {PAST_LIMIT}:
        assert len(rows) == 1


@given(st.lists(st.integers(1, 10), min_size=1, max_size=6, unique=True), st.data())
def test_a_true_history_of_fills_is_written_fill_by_fill(filled: list[int], data: st.DataObject) -> None:
    steps = [0, *sorted(filled)]
    traded = [(Decimal(now - before), data.draw(st.integers(3900, 4100))) for before, now in pairwise(steps)]
    order, written, value = sent_out(), list[tuple[Decimal, Decimal]](), Decimal(0)
    for (quantity, cents), now in zip(traded, steps[1:], strict=True):
        value += quantity * cents / 100
        order, fills, parked_by = heard(order, said_of(order, "Accepted", filled=now, average=value / now))
        written += [(fill.quantity, fill.price) for fill in fills]
        assert parked_by == []
    assert written == [(quantity, Decimal(cents) / 100) for quantity, cents in traded]
    assert order.sent_at == WHEN_SENT
