"""Each order is reported at most once, and only by a trade that can be it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.adapters.oms.sample_orders import an_order, known, rules, told
from trimtab.adapters.oms.matching import MOST_OF_NOBODY, Matching, terms_of
from trimtab.adapters.oms.messages import ClientOrder
from trimtab.adapters.oms.reading import read, reported
from trimtab.workflow.ports.order_system import Placing, Reported


def said_of(order: Placing, **changes: object) -> Reported:
    trade = read(ClientOrder, told(order, **changes))
    return reported(trade, order_key=trade.order_key, account_number=trade.portfolio_id)


def test_a_trade_with_the_terms_of_the_order_is_reported_under_our_id():
    order = an_order()
    matching = Matching([order])
    matching.take(order, said_of(order, clientOrderId=None))
    assert matching.answer().reports == (said_of(order),)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"units": 101}, "in units"),
        ({"tradeSide": "Sell"}, "in side"),
        ({"instrumentKey": "key-9"}, "in instrument"),
        ({"portfolioId": "ACC100002"}, "in account"),
        ({"units": 1, "tradeSide": "Sell"}, "in side, units"),
        ({"clientOrderId": "tt-of-another"}, "another id"),
    ],
)
def test_a_trade_on_other_terms_is_not_the_order(changes, word):
    order = an_order()
    matching = Matching([order])
    matching.take(order, said_of(order, **changes))
    answer = matching.answer()
    assert (answer.reports, rules(answer.strays)) == ((), ["oms_terms_differ"])
    assert word in answer.strays[0].message
    assert answer.strays[0].client_order_id == order.client_order_id


def test_units_are_compared_as_numbers():
    order = an_order(quantity=Decimal("100.00"))
    matching = Matching([order])
    matching.take(order, said_of(order, units="1E+2"))
    assert len(matching.answer().reports) == 1


@pytest.mark.parametrize("changes", [{"orderKey": "another"}, {"tradeKey": "another"}])
def test_an_order_that_is_called_otherwise_than_before_is_not_reported(changes):
    order = known(an_order())
    matching = Matching([order])
    matching.take(order, said_of(order, **changes))
    answer = matching.answer()
    assert (answer.reports, rules(answer.strays)) == ((), ["oms_order_key_changed"])
    assert answer.strays[0].order_key == changes.get("orderKey", order.order_key)


def test_the_first_of_two_trades_is_reported_and_the_second_set_aside():
    order = an_order()
    matching = Matching([order])
    matching.take(order, said_of(order))
    matching.take(order, said_of(order))
    assert matching.answer().strays == ()
    matching.take(order, said_of(order, tradeKey="second"))
    answer = matching.answer()
    assert [report.trade_key for report in answer.reports] == [f"trade-{order.client_order_id}"]
    assert rules(answer.strays) == ["oms_duplicate_order"]


def test_orders_are_found_by_their_terms():
    orders = [an_order(1), an_order(2), replace(an_order(1), client_order_id="tt-twin")]
    matching = Matching(orders)
    assert matching.with_terms(terms_of(orders[0])) == [orders[0], orders[2]]
    assert matching.with_terms(terms_of(said_of(orders[1]))) == [orders[1]]
    assert matching.with_terms(terms_of(an_order(3))) == ()


def test_what_is_said_of_a_foreign_trade_is_cleaned():
    matching = Matching([])
    matching.park_foreign(said_of(an_order(), clientOrderId="a\u202eb\n" + "c" * 200))
    stray = matching.answer().strays[0]
    assert stray.rule == "oms_foreign_order"
    assert stray.client_order_id.startswith("ab ccc")
    assert len(stray.client_order_id) == 100


def test_the_same_stray_is_kept_once_and_strays_of_nobody_have_an_end():
    matching = Matching([an_order()])
    for _ in range(3):
        matching.park_foreign(said_of(an_order(9)))
    assert len(matching.answer().strays) == 1
    for number in range(2 * MOST_OF_NOBODY):
        matching.park_unreadable("an order", f"no. {number}")
    matching.park("oms_ambiguous", "It is about an order of ours", order=an_order())
    strays = matching.answer().strays
    assert len(strays) == MOST_OF_NOBODY + 1
    assert strays[-1].client_order_id == an_order().client_order_id
