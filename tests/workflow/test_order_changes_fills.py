"""What is written of fills: how many units, at which price, and never twice."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.workflow.order_news import LATER, SECOND, by_id, heard, rules, told
from tests.workflow.order_rows import WHEN_SENT, at_work, order_id, said_of, sent_out, waiting
from trimtab.domain.trading.order_states import STATES, ReportedState
from trimtab.workflow.order_changes import IMPOSSIBLE_PRICE, PAST_LIMIT, News, after_reported
from trimtab.workflow.ports.order_system import OmsAnswer, Reported, Stray
from trimtab.workflow.ports.records import Fill, OrderRow, Parked

MICRO = Decimal("0.000001")


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


def test_an_average_that_changes_without_a_fill_changes_nothing():
    order = at_work(filled=4)
    assert after_reported(order, said_of(order, "PartiallyFilled", filled=4, average=39), at=LATER) == []


@pytest.mark.parametrize(
    "average", ["0", "-40", "NaN", "sNaN", "Infinity", "20", "1e25", "9" * 60, "2020", "29.9", "60.1"]
)
def test_units_that_cost_less_than_half_or_more_than_twice_their_price_are_not_believed(average: str) -> None:
    order = at_work(filled=5)  # at 40: 10 at 29.9 would be 5 at 19.8, and 10 at 60.1 would be 5 at 80.2
    said = said_of(order, "Filled", filled=10, average=average)
    assert heard(order, said) == (order, [], [IMPOSSIBLE_PRICE])


@pytest.mark.parametrize("average", ["40." + "3" * 58, "79.999999", "20.000001"])
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


def much(*, before: str) -> OrderRow:
    """An order of which 10,000 units are filled, at this average."""
    return at_work(filled=10_000, quantity=Decimal(20_000), average_price=Decimal(before))


@pytest.mark.parametrize(
    ("before", "average"),
    [
        ("40.01", "40"),  # 40.0051 each and then one at 38 come to 40.004899
        ("40.01", "40.02"),  # one for 140.02, of which 100 may be rounding: twice the price is 80
    ],
)
def test_where_rounding_explains_a_price_that_cannot_be_the_average_of_all_is_booked(before: str, average: str) -> None:
    order = much(before=before)
    changed, (fill,), parked_by = heard(order, said_of(order, "Accepted", filled=10_001, average=average))
    assert (changed.filled_quantity, changed.average_price) == (Decimal(10_001), Decimal(average))
    assert (fill.quantity, fill.price, parked_by) == (Decimal(1), Decimal(average), [])


@pytest.mark.parametrize(
    ("before", "average"),
    [
        ("40.01", "39.98"),  # one for 260 less than nothing, of which 100 may be rounding
        ("40.0051", "39.99"),
        ("40.01", "20"),
        ("40.01", "41"),
        ("40.01", "0"),
        ("40.01", "NaN"),
        ("40.01", "1e25"),
    ],
)
def test_a_price_that_cannot_be_and_that_no_rounding_explains_is_not_believed(before: str, average: str) -> None:
    order = much(before=before)
    said = said_of(order, "Accepted", filled=10_001, average=average)
    assert heard(order, said) == (order, [], [IMPOSSIBLE_PRICE])


@pytest.mark.parametrize(("traded", "parked_by"), [(100, []), (101, [IMPOSSIBLE_PRICE])])
def test_rounding_hides_the_price_of_a_few_units_behind_a_hundred_times_as_many(
    traded: int, parked_by: list[str]
) -> None:
    order = much(before="40")  # either would be for a little less than 20 each
    assert heard(order, said_of(order, "Accepted", filled=10_000 + traded, average="39.8"))[2] == parked_by


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


@given(st.lists(st.tuples(st.integers(1, 100_000), st.integers(3900, 4100)), min_size=1, max_size=5), st.integers(2, 4))
def test_a_true_history_is_believed_though_its_averages_are_rounded(traded: list[tuple[int, int]], decimals: int):
    order = sent_out(quantity=Decimal(1_000_000))
    filled, cents, written = 0, 0, list[Fill]()
    for quantity, price_cents in traded:
        filled, cents = filled + quantity, cents + quantity * price_cents
        average = round(Decimal(cents) / 100 / filled, decimals)
        order, fills, parked_by = heard(order, said_of(order, "Accepted", filled=filled, average=average))
        written += fills
        assert set(parked_by) <= {PAST_LIMIT}
    assert order.filled_quantity == filled
    assert sum(fill.quantity for fill in written) == filled
    value = sum(fill.quantity * fill.price for fill in written)
    assert abs(value - Decimal(cents) / 100) <= filled * 2 * Decimal(1).scaleb(-decimals) + filled * MICRO
