"""What of an answer can be read, and what can't."""

from decimal import Decimal

import pytest

from tests.adapters.oms.sample_orders import an_order, told
from trimtab.adapters.oms.messages import ClientOrder
from trimtab.adapters.oms.reading import LONGEST_KEY, Unreadable, is_key, listed, object_of, read, reported
from trimtab.adapters.oms.wire import HttpAnswer
from trimtab.workflow.ports.order_system import Reported


def reported_of(**changes: object) -> Reported:
    order = read(ClientOrder, told(an_order(), **changes))
    return reported(order, order_key=order.order_key, account_number=order.portfolio_id)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Bad gateway</html>",
        b'{"orders": [',
        b'{"units": NaN}',
        b'{"units": 1e99999999999999999999}',
        b'{"units": ' + b"9" * 5_000 + b"}",
        b'"\xff"',
        b"[" * 100_000,
    ],
    ids=["empty", "a page", "half", "no number", "a number past all", "a number without end", "no text", "depth"],
)
def test_what_is_not_whole_json_is_no_answer(content):
    with pytest.raises(Unreadable, match="whole JSON"):
        object_of(HttpAnswer(200, content))


@pytest.mark.parametrize("content", [b"[]", b"null", b"1", b'"orders"'])
def test_json_that_is_no_object_is_no_answer(content):
    with pytest.raises(Unreadable, match="object"):
        object_of(HttpAnswer(200, content))


@pytest.mark.parametrize("status", [199, 301, 404, 500])
def test_an_answer_counts_only_if_its_status_says_that_it_was_done(status):
    with pytest.raises(Unreadable, match=str(status)):
        object_of(HttpAnswer(status, b"{}"))
    assert object_of(HttpAnswer(status, b"{}"), also=(status,)) == {}


@pytest.mark.parametrize("found", [{}, {"orders": None}, {"orders": {}}, {"orders": "all"}])
def test_a_list_has_to_be_there(found):
    with pytest.raises(Unreadable, match="`orders`"):
        listed(found, "orders")


def test_a_number_is_as_exact_as_it_was_written():
    content = b'{"units": 0.1234567890123456789, "unitsFilled": "0.123456789", "averageFillPrice": 0.1234567891}'
    numbers = object_of(HttpAnswer(200, content))
    said = reported_of(**numbers)
    assert said.quantity == Decimal("0.1234567890123456789")
    assert said.filled_quantity == Decimal("0.123456789")
    assert said.average_price == Decimal("0.1234567891")


@pytest.mark.parametrize(
    ("number", "filled", "average"),
    [
        (9.999999999999998, "10", "10"),
        (10.000000000000002, "10", "10"),
        (0.1 + 0.2, "0.3", "0.3"),
        ("1234567.12345678949", "1234567.123456789", "1234567.1234567895"),
        ("33.333333333333333333", "33.333333333", "33.3333333333"),
        ("100.00", "100", "100"),
        ("1E+2", "100", "100"),
        ("-0", "0", "0"),
        ("-1e-20", "0", "0"),
        ("9" * 20, "9" * 20, "9" * 20),
    ],
)
def test_what_is_only_noise_of_a_number_is_not_filled_and_not_paid(number, filled, average):
    said = reported_of(unitsFilled=number, averageFillPrice=number)
    assert (str(said.filled_quantity), str(said.average_price)) == (filled, average)


@pytest.mark.parametrize("number", ["1e30", "1e999999999", "1e-41", "NaN", "Infinity", "ten", True, [1]])
def test_a_number_that_nobody_could_write_out_is_none(number):
    with pytest.raises(Unreadable, match="units"):
        reported_of(units=number)


@pytest.mark.parametrize("zero", ["0e-999999999", "0e999999999", "-0"])
def test_zero_has_no_exponent_that_somebody_could_write_out(zero):
    assert f"{reported_of(units=zero).quantity:f}" == "0"


def test_what_is_null_counts_as_left_out():
    said = reported_of(averageFillPrice=None, statusReason=None, fillPercentage=None, clientOrderId=None)
    assert (said.average_price, said.why, said.client_order_id) == (Decimal(0), "", "")
    with pytest.raises(Unreadable, match="units: Field required"):
        reported_of(units=None)


@pytest.mark.parametrize("item", [None, 1, "order", []])
def test_an_item_that_is_no_object_has_no_shape(item):
    with pytest.raises(Unreadable, match="object"):
        read(ClientOrder, item)


@pytest.mark.parametrize(
    ("status", "state"),
    [("Pending", "Accepted"), *((name, name) for name in ("Accepted", "PartiallyFilled", "Filled", "Cancelled"))],
)
def test_an_order_that_waits_there_was_accepted(status, state):
    assert reported_of(status=status).state == state


def test_an_unknown_state_or_side_is_not_guessed():
    with pytest.raises(Unreadable, match="status"):
        reported_of(status="Parked")
    with pytest.raises(Unreadable, match="tradeSide"):
        reported_of(tradeSide="buy")


def test_a_reason_is_made_one_harmless_line_of_limited_length():
    said = reported_of(statusReason="no\u202e such\nlot " + "x" * 500)
    assert said.why.startswith("no such lot xxx")
    assert len(said.why) == 200


@pytest.mark.parametrize(
    "key",
    ["", " ", ".", "..", "/", "a\nb", "a\u200bb", " a", "\ud800", "é".encode().decode() + "\u0301" * 9, "k" * 101],
)
def test_a_key_that_one_could_not_ask_by_is_none(key):
    assert not is_key(key)
    with pytest.raises(Unreadable, match="keys"):
        reported_of(tradeKey=key)
    with pytest.raises(Unreadable, match="keys"):
        reported_of(orderKey=key)


@pytest.mark.parametrize("key", ["7", "a/b?c=d#e %2F", "..a", "Zürich", "k" * LONGEST_KEY])
def test_a_key_may_be_any_short_visible_text(key):
    assert is_key(key)
    assert reported_of(tradeKey=key).trade_key == key


def test_a_rejected_trade_was_never_made_and_needs_no_key():
    said = reported_of(status="Rejected", tradeKey="")
    assert (said.state, said.order_key, said.trade_key) == ("Rejected", "", "")
    assert reported_of(status="Rejected").trade_key
