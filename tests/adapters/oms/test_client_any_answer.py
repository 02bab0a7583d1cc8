"""Whatever an order system answers, an order is told once, as it was sent, or it is said what is wrong."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adapters.oms.sample_orders import an_order, batch, batches, known, made, result, told, without_id
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.adapters.oms.matching import terms_of
from trimtab.adapters.oms.messages import BASE_PATH
from trimtab.workflow.ports.order_system import NoAnswer, NotSent, OmsAnswer, TurnedDown

ORDERS = [an_order(1), known(an_order(2)), an_order(3, account_number="ACC100002"), known(an_order(4))]
FOREIGN = an_order(9)

ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    *("orderKey", "portfolioId", "tradeKey", "instrumentKey", "status", "units", "unitsFilled", "tradeSide"),
    *("clientOrderId", "statusReason", "success", "trades", "createdTrades", "averageFillPrice"),
)
VALUES = ANY_JSON | st.sampled_from(
    [*("Filled", "Rejected", "Pending", "Sell", "", ".", "1e999999", "NaN", "100.0"), 0, -1, 100, 1e300]
    + [order.client_order_id for order in ORDERS]
)
CHANGES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=2)


def bent(trades: Iterable[Any]) -> st.SearchStrategy[list[Any]]:
    """Some of the trades, some twice, some changed, with anything between them."""
    one = st.builds(lambda trade, changes: {**trade, **changes}, st.sampled_from([*trades]), CHANGES | st.just({}))
    return st.lists(one | one | one | ANY_JSON, max_size=6)


TOLD = bent([*map(told, [*ORDERS, FOREIGN]), *map(without_id, map(told, ORDERS))])
MADE = bent([*map(made, [*ORDERS, FOREIGN]), *map(without_id, map(made, ORDERS))])
RESULT = st.builds(lambda trades, changes: {**result(*trades), **changes}, MADE, CHANGES | st.just({}))
LISTED = batches(("order-ACC100001", "ACC100001"), ("order-ACC100002", "ACC100002"))
MEANT: dict[str, st.SearchStrategy[Any]] = {
    "/orders/batch": st.builds(lambda results: {"results": results}, st.lists(RESULT | RESULT | ANY_JSON, max_size=3)),
    "/orders": st.builds(lambda orders: {"orders": orders}, TOLD),
    "/batches": st.just(LISTED),
    "/fulfilment": st.builds(lambda trades, changes: {**batch(*trades), **changes}, TOLD, CHANGES | st.just({})),
    "/cancel": st.builds(lambda changes: told(ORDERS[0], **changes), CHANGES),
}


def answers(meant: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[int, bytes]]:
    """Mostly what is meant to be answered, more or less bent; now and then anything at all."""
    whole = st.tuples(st.just(200), meant.map(json.dumps).map(str.encode))
    statuses = st.sampled_from([200, 201, 302, 404, 409, 422, 500, 501])
    anything = st.tuples(statuses, st.one_of(meant, ANY_JSON).map(json.dumps).map(str.encode) | st.binary(max_size=20))
    return st.one_of(whole, whole, whole, anything)


@given(
    st.fixed_dictionaries({place: answers(meant) for place, meant in MEANT.items()}),
    st.booleans(),
    st.sampled_from(["place", "look", "cancel"]),
)
@settings(max_examples=50)
def test_whatever_is_answered_an_order_is_told_once_and_as_it_was_sent(said, keeps_ids, deed):
    routes = said if keeps_ids else {**said, "/orders": (404, b"{}"), "/batches": (200, json.dumps(LISTED).encode())}
    answer = asyncio.run(_answer(routes, deed))
    sent = {order.client_order_id: order for order in ORDERS}
    ids = [report.client_order_id for report in answer.reports]
    assert len(ids) == len(set(ids))
    assert answer.absent.isdisjoint(ids)
    assert answer.absent <= sent.keys()
    for report in answer.reports:
        order = sent[report.client_order_id]
        assert terms_of(report) == terms_of(order)
        assert not order.order_key or (report.order_key, report.trade_key) == (order.order_key, order.trade_key)
        assert len(f"{report.filled_quantity:f}{report.average_price:f}") < 200
    assert all(stray.message.isprintable() and len(stray.message) < 400 for stray in answer.strays)


async def _answer(routes: dict[str, tuple[int, bytes]], deed: str) -> OmsAnswer:
    """What comes of a deed where requests are answered like this; nothing after a failure of those that the workflow
    knows."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix(BASE_PATH)
        status, content = routes[path if path in routes else f"/{path.rpartition('/')[2]}"]
        return httpx2.Response(status, content=content)

    system = HttpOrderSystem(transport=httpx2.MockTransport(handle))
    deeds: dict[str, Callable[[], Awaitable[OmsAnswer]]] = {
        "place": lambda: system.place(ORDERS),
        "look": lambda: system.look(ORDERS),
        "cancel": lambda: system.cancel(ORDERS[0]),
    }
    try:
        return await deeds[deed]()
    except (NotSent, NoAnswer, TurnedDown):
        return OmsAnswer()
    finally:
        await system.close()
