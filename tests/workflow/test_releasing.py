"""Which buys of a session may leave, as its orders stand."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.records.stores import SESSION
from tests.clock import NOON
from tests.workflow.order_rows import SYSTEM, at_work, sent_out, waiting
from trimtab.domain.trading.order_states import OUTSTANDING, OVERFILLED, STATES, OrderState
from trimtab.workflow.order_changes import ASKED, IMPOSSIBLE_PRICE, PAST_LIMIT, after, parked, sent
from trimtab.workflow.ports.order_system import FORGOTTEN, KEY_CHANGED, WRONG_SHAPE, Stray
from trimtab.workflow.ports.records import OrderRow, Parked
from trimtab.workflow.releasing import buys_to_leave


def leaving(*orders: OrderRow, most: int = 1000, beside: Sequence[Parked] = ()) -> list[int]:
    """The numbers of the buys that may leave."""
    return [int(order.client_order_id[3:], 16) for order in buys_to_leave(orders, parked=beside, most=most)]


def parked_of(order: OrderRow, rule: str) -> Parked:
    """Something about the order that a person has to look at."""
    return parked(Stray(rule=rule, message="m", client_order_id=order.client_order_id), session_id=SESSION, at=NOON)


def buy(number: int, *, cash: str = "0", **changes: object) -> OrderRow:
    """A buy for 400.00 that waits; its account could spend so much before any order."""
    return waiting(number, cash_value=Decimal(cash), **changes)


def sell(number: int, state: OrderState = "Accepted", *, filled: int = 0, cash: str = "0") -> OrderRow:
    """A sell of 10 units at 40.00."""
    return at_work(number, side="sell", state=state, filled=filled, cash_value=Decimal(cash))


def test_without_a_buy_that_waits_none_leaves():
    assert leaving() == []
    assert leaving(sell(1, "Filled", filled=10, cash="5000"), at_work(2, cash_value=Decimal(5000))) == []


def test_a_buy_leaves_when_its_cash_is_there_but_for_the_cent_that_rounding_may_have_added():
    assert leaving(buy(1, cash="399.99")) == [1]
    assert leaving(buy(1, cash="399.98")) == []


def test_what_is_to_be_cancelled_never_leaves_and_sells_are_no_buys():
    assert leaving(buy(1, cash="900", cancel=ASKED), waiting(2, side="sell", cash_value=Decimal(900))) == []


def test_a_sell_brings_what_was_filled_and_nothing_that_is_hoped_for():
    assert leaving(sell(1), buy(2)) == []
    assert leaving(sell(1, filled=9, cash="39.98"), buy(2, cash="39.98")) == [2]
    assert leaving(sell(1, filled=9, cash="39.97"), buy(2, cash="39.97")) == []
    assert leaving(sell(1, "Filled", filled=10), buy(2)) == [2]


def test_a_sell_that_ended_on_its_way_brings_what_it_got():
    assert leaving(sell(1, "Cancelled", filled=4, cash="239.98"), buy(2, cash="239.98")) == [2]
    assert leaving(sell(1, "Cancelled", filled=4, cash="239.97"), buy(2, cash="239.97")) == []


@pytest.mark.parametrize("state", STATES)
def test_a_buy_holds_what_it_may_still_take_while_it_is_out(state: OrderState) -> None:
    other = sent_out(1, state=state, cancel=ASKED, cash_value=Decimal(400))
    assert leaving(other, buy(2, cash="400")) == ([] if state in OUTSTANDING else [2])


def test_a_part_that_was_bought_for_less_leaves_the_rest():
    # 4 at 30 are 120, and 6 may still take 240: 360 of 760.
    for cash, goes in (("759.98", [2]), ("759.97", [])):
        part = at_work(1, filled=4, average_price=Decimal(30), cash_value=Decimal(cash))
        assert leaving(part, buy(2, cash=cash)) == goes


def test_a_buy_that_has_to_be_sent_again_takes_its_cash_once():
    again = after(sent(buy(1, cash="400"), to=SYSTEM, at=NOON), "send_again", why="It never arrived")
    assert leaving(again) == [1]
    assert leaving(again, buy(2, cash="400")) == [1]


def test_what_is_nearest_its_target_goes_first_and_the_order_of_the_records_stays():
    buys = [buy(number, cash="800", progress_pct=Decimal(pct)) for number, pct in ((1, "90"), (2, "10"), (3, "95.5"))]
    assert leaving(*buys) == [1, 3]


@pytest.mark.parametrize(
    ("state", "goes"), [("Intent", []), ("Unknown", []), ("PartiallyFilled", []), ("Rejected", [3]), ("Expired", [3])]
)
def test_a_smaller_buy_overtakes_a_nearer_one_only_when_no_sell_can_bring_more(
    state: OrderState, goes: list[int]
) -> None:
    small = buy(3, cash="399", value=Decimal("200.00"), progress_pct=Decimal(10))
    assert leaving(sell(1, state, cash="399"), buy(2, cash="399", progress_pct=Decimal(90)), small) == goes


def test_accounts_share_no_cash():
    assert leaving(buy(1, cash="100", account_number="A"), buy(2, cash="700", account_number="B")) == [2]
    sold = sell(3, "Filled", filled=10).model_copy(update={"account_number": "A"})
    assert leaving(buy(1, account_number="A"), buy(2, account_number="B"), sold) == [1]


@pytest.mark.parametrize("rule", [OVERFILLED, KEY_CHANGED, FORGOTTEN, IMPOSSIBLE_PRICE, "some other rule"])
def test_no_buy_leaves_an_account_whose_cash_is_in_doubt(rule: str) -> None:
    doubtful = sell(1, filled=4, cash="900").model_copy(update={"account_number": "A"})
    buys = [buy(2, cash="900", account_number="A"), buy(3, cash="900", account_number="B")]
    assert leaving(doubtful, *buys) == [2, 3]
    assert leaving(doubtful, *buys, beside=[parked_of(doubtful, rule)]) == [3]


@pytest.mark.parametrize("rule", [PAST_LIMIT, WRONG_SHAPE])
def test_what_leaves_no_cash_in_doubt_holds_up_no_buy(rule: str) -> None:
    odd = sell(1, filled=4, cash="900")
    assert leaving(odd, buy(2, cash="900"), beside=[parked_of(odd, rule), parked_of(waiting(9), OVERFILLED)]) == [2]


def test_no_more_leave_at_once_than_fit_a_request():
    buys = [buy(number, cash="2000") for number in range(1, 5)]
    assert leaving(*buys, most=3) == [1, 2, 3]


accounts = st.sampled_from(["A", "B"])


@st.composite
def sessions(draw: st.DrawFn) -> Sequence[OrderRow]:
    """Orders of two accounts in any state, of whole units at whole prices, so that all money is exact."""
    cash = {account: Decimal(draw(st.integers(-50_000, 200_000))) / 100 for account in ("A", "B")}
    return [draw(_orders(number, cash)) for number in range(draw(st.integers(0, 8)))]


@st.composite
def _orders(draw: st.DrawFn, number: int, cash: dict[str, Decimal]) -> OrderRow:
    account, quantity, price = draw(accounts), draw(st.integers(1, 20)), draw(st.integers(1, 60))
    state = draw(st.sampled_from([*STATES, "Intent", "Intent"]))
    has_traded = state in ("PartiallyFilled", "Filled", "Cancelled", "Expired")
    filled = quantity if state == "Filled" else draw(st.integers(0, quantity)) if has_traded else 0
    return sent_out(
        number,
        sent_at=sent_out().sent_at if state not in ("Intent", "Cancelled") or draw(st.booleans()) else "",
        account_number=account,
        side=draw(st.sampled_from(["sell", "buy", "buy"])),
        state=state,
        cancel=draw(st.sampled_from(["", "", ASKED])),
        cash_value=cash[account],
        quantity=Decimal(quantity),
        price=Decimal(price),
        value=Decimal(quantity * price),
        filled_quantity=Decimal(filled),
        average_price=Decimal(draw(st.integers(1, 60)) if filled else 0),
        progress_pct=Decimal(draw(st.integers(0, 100))),
    )


def spendable(orders: Sequence[OrderRow]) -> dict[str, Decimal]:
    """What each account has left once all that is out has taken what it may take, with a cent more for each order."""
    left = {order.account_number: order.cash_value for order in orders}
    for order in orders:
        left[order.account_number] += Decimal("0.01")
        traded = order.filled_quantity * order.average_price
        rest = (order.quantity - order.filled_quantity) * order.price if order.state in OUTSTANDING else Decimal(0)
        left[order.account_number] += traded if order.side == "sell" else -traded - rest
    return left


@given(sessions(), st.integers(1, 3))
def test_no_more_ever_leaves_than_the_cash_at_hand_whatever_became_of_the_others(orders, most: int) -> None:
    before = spendable(orders)
    for _ in range(len(orders) + 1):
        left = buys_to_leave(orders, most=most)
        assert len(left) <= most
        assert all(order.state == "Intent" and order.side == "buy" and not order.cancel for order in left)
        gone = {order.client_order_id for order in left}
        orders = [sent(each, to=SYSTEM, at=NOON) if each.client_order_id in gone else each for each in orders]
        if not gone:
            break
    assert left == []
    assert all(now >= 0 or now == before[account] for account, now in spendable(orders).items())


@given(sessions())
def test_where_nothing_more_is_sold_no_cash_that_fits_a_waiting_buy_lies_idle(orders: Sequence[OrderRow]) -> None:
    orders = [order for order in orders if order.side == "buy" or order.state not in (*OUTSTANDING, "Intent")]
    gone = {order.client_order_id for order in buys_to_leave(orders, most=1000)}
    after_all = [sent(each, to=SYSTEM, at=NOON) if each.client_order_id in gone else each for each in orders]
    left = spendable(after_all)
    waits = [each for each in after_all if each.side == "buy" and each.state == "Intent" and not each.cancel]
    assert all(order.value > left[order.account_number] for order in waits)
