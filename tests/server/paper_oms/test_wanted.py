"""A request for new orders: what refuses all of it, and what only one portfolio's order."""

import json
from decimal import Decimal

import pytest

from tests.server.paper_oms.paper import BHP, LISTED, Json, decision, order
from trimtab.domain.errors import InvalidInput
from trimtab.server.paper_oms.wanted import Wanted, read_request


def read(*orders: Json, client_ids: bool = True) -> tuple[Wanted, ...]:
    return read_request(json.dumps({"portfolioOrders": orders}).encode(), listed=LISTED, client_ids=client_ids)


def failure_of(**wrong: object) -> str:
    """Why the order of a portfolio fails; the one beside it doesn't."""
    bad, good = read(order(decision(), decision("tt-2") | wrong), order(decision("tt-3"), portfolio="ACC2"))
    assert (good.failure, len(good.decisions)) == ("", 1)
    assert (bad.portfolio_id, bad.decisions) == ("ACC1", ())
    return bad.failure


@pytest.mark.parametrize("quantity", [0, -1, "NaN", "Infinity", "many", None, 1e16, "1e-31", "1e999999999"])
def test_a_quantity_that_cannot_be_traded_fails_its_portfolio_only(quantity: object) -> None:
    assert failure_of(expectedQuantity=quantity).startswith(
        "tradeDecisions[1].expectedQuantity: Must be a number above 0"
    )


@pytest.mark.parametrize("limit", [0, -1, "NaN", "cheap", "1e999999999"])
def test_so_does_a_limit(limit: object) -> None:
    assert failure_of(limitPrice=limit).startswith("tradeDecisions[1].limitPrice: Must be a number")


@pytest.mark.parametrize("side", ["Hold", "buy", 1, None])
def test_so_does_a_side(side: object) -> None:
    assert failure_of(tradeSide=side) == "tradeDecisions[1].tradeSide: Must be Buy or Sell."


@pytest.mark.parametrize("client_order_id", ["", "a\u0000b", "x" * 101, 7])
def test_so_does_an_id_that_nobody_could_ask_for(client_order_id: object) -> None:
    assert failure_of(clientOrderId=client_order_id) == (
        "tradeDecisions[1].clientOrderId: Must be text of 1 to 100 visible characters."
    )


def test_so_does_an_instrument_that_is_not_listed() -> None:
    assert failure_of(instrumentKey="elsewhere").startswith("tradeDecisions[1].instrumentKey: Must be listed here")


def test_an_order_of_nothing_fails() -> None:
    [wanted] = read(order())
    assert wanted.failure == "tradeDecisions: There is nothing to be traded."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "isn't JSON"),
        (b"{", "isn't JSON"),
        (b"\xff", "isn't JSON"),
        (b"[" * 100_000, "isn't JSON"),
        (b"[]", "Must be an object"),
        (b"{}", "portfolioOrders: Required"),
        (b'{"portfolioOrders": {}}', "portfolioOrders: Must be a list"),
        (b'{"portfolioOrders": [{"tradeDecisions": []}]}', r"portfolioOrders\[0\]\.portfolioId: Required"),
        (b'{"portfolioOrders": [{"portfolioId": 7, "tradeDecisions": []}]}', r"\[0\]\.portfolioId: Must be text"),
        (b'{"portfolioOrders": [{"portfolioId": "A", "tradeDecisions": 1}]}', r"\[0\]\.tradeDecisions: Must be a list"),
    ],
)
def test_a_request_of_another_shape_is_refused_and_says_where(body: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_request(body, listed=LISTED, client_ids=True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (7, r"portfolioOrders\[1\]\.tradeDecisions\[1\]: "),
        ({}, r"portfolioOrders\[1\]\.tradeDecisions\[1\]\.instrumentKey: Required"),
        (decision() | {"decision": "Hold"}, r"\[1\]\.tradeDecisions\[1\]\.decision: Must be 'Trade'"),
        (decision() | {"tradeSide": "no", "decision": 7}, r"\.decision: Must be 'Trade'"),
    ],
)
def test_so_is_a_decision_of_another_shape(wrong: Json, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read(order(decision()), order(decision(), wrong))


def test_numbers_are_read_exactly() -> None:
    body = json.dumps({"portfolioOrders": [order(decision(units=1, limitPrice="40.100000000000000001"))]})
    [wanted] = read_request(body.replace(": 1,", ": 1.000000000000000001,").encode(), listed=LISTED, client_ids=True)
    [found] = wanted.decisions
    assert (found.expected_quantity, found.limit_price) == (
        Decimal("1.000000000000000001"),
        Decimal("40.100000000000000001"),
    )


def test_a_system_without_the_extensions_sees_neither_ids_nor_limits() -> None:
    [wanted] = read(order(decision("", limitPrice=40)), client_ids=False)
    assert (wanted.decisions[0].client_order_id, wanted.decisions[0].limit_price) == (None, None)


def test_faults_know_a_trade_by_our_id_or_by_what_is_wanted() -> None:
    [wanted] = read(order(decision(), decision(None, units="12.50", side="Sell")))
    assert [each.subject for each in wanted.targets(LISTED)] == ["tt-1", f"ACC1 Sell 12.50 {BHP}"]
    assert {each.code for each in wanted.targets(LISTED)} == {"BHP"}
