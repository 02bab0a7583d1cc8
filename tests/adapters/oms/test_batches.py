"""Orders are found by the keys of batches, or by their terms, where an order system doesn't keep our ids."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.adapters.oms.sample_orders import an_order, batch, batches, known, rules, told, without_id
from tests.adapters.oms.wire_server import NOWHERE, RESET, Reply, WireServer, order_system, said
from trimtab.workflow.ports.order_system import NoAnswer, OmsAnswer, Placing

A, B = an_order(1), an_order(2)
C = an_order(3, account_number="ACC100002")
NONE = batches()
KEY, OTHER_KEY = "order-ACC100001", "order-ACC100002"
FULFILMENT, OTHER_FULFILMENT = f"GET /batches/{KEY}/fulfilment", f"GET /batches/{OTHER_KEY}/fulfilment"


def shown(order: Placing, **changes: object) -> dict[str, object]:
    return without_id(told(order, **changes))


async def looked(
    *orders: Placing, pending: object = NONE, executing: object = NONE, routes: Mapping[str, Reply] | None = None
) -> tuple[OmsAnswer, WireServer]:
    """What a system without our ids says, in its lists of batches and by its other routes."""

    def listing(asked):
        wanted = pending if dict(asked.query)["state"] == "pending" else executing
        return wanted if isinstance(wanted, list) else said(wanted)

    async with order_system({"GET /batches": listing, **(routes or {})}) as (system, server):
        return await system.look(orders), server


def reported(answer: OmsAnswer) -> dict[str, str]:
    return {report.client_order_id: report.state for report in answer.reports}


async def test_orders_with_keys_are_found_by_them_and_each_batch_is_asked_for_once():
    answer, server = await looked(
        known(A),
        known(B),
        known(C),
        routes={
            FULFILMENT: said(batch(shown(A, status="Filled", unitsFilled=100, averageFillPrice=12), shown(B))),
            OTHER_FULFILMENT: said(batch(shown(C, status="Pending"), account=C.account_number)),
        },
    )
    assert reported(answer) == {
        A.client_order_id: "Filled",
        B.client_order_id: "Accepted",
        C.client_order_id: "Accepted",
    }
    assert (answer.strays, answer.absent) == ((), frozenset())
    assert (server.places().count(FULFILMENT), server.places().count(OTHER_FULFILMENT)) == (1, 1)


async def test_a_key_is_asked_for_as_it_is_whatever_it_holds():
    order = replace(A, order_key="a/b?c d#e%2F", trade_key="7")
    answer, server = await looked(
        order,
        routes={
            "GET /batches/a%2Fb%3Fc%20d%23e%252F/fulfilment": said(
                batch(shown(A, tradeKey="7"), orderKey=order.order_key)
            )
        },
    )
    assert reported(answer) == {A.client_order_id: "Accepted"}, server.places()


async def test_an_order_that_it_gave_a_key_to_and_knows_no_more_is_set_aside():
    answer, _ = await looked(
        known(A), known(C), routes={FULFILMENT: NOWHERE, OTHER_FULFILMENT: said(batch(account="ACC100002"))}
    )
    assert (answer.reports, answer.absent, rules(answer.strays)) == ((), frozenset(), ["oms_forgot_order"] * 2)
    assert {stray.client_order_id for stray in answer.strays} == {A.client_order_id, C.client_order_id}
    assert {stray.order_key for stray in answer.strays} == {KEY, OTHER_KEY}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (batch(shown(A), orderKey="another"), "oms_order_key_changed"),
        (batch(shown(A), shown(A, unitsFilled=1)), "oms_ambiguous"),
        (batch(shown(A, units=7)), "oms_terms_differ"),
        (batch(shown(A), portfolioId="ACC100002"), "oms_terms_differ"),
        (batch(told(A, clientOrderId="of another")), "oms_terms_differ"),
        (batch(shown(A, units="many")), "oms_wrong_shape"),
    ],
)
async def test_a_trade_that_cannot_be_the_order_is_set_aside(content, rule):
    answer, _ = await looked(known(A), routes={FULFILMENT: said(content)})
    assert (answer.reports, answer.absent, rules(answer.strays)) == ((), frozenset(), [rule])


async def test_a_trade_that_cannot_be_read_spoils_no_other():
    answer, _ = await looked(known(A), known(B), routes={FULFILMENT: said(batch(None, shown(A, status="?"), shown(B)))})
    assert reported(answer) == {B.client_order_id: "Accepted"}


@pytest.mark.parametrize(
    "broken", [[RESET], said({}), said([]), said({"error": "down"}, status=500), said(batch(trades=1))]
)
async def test_a_batch_without_an_answer_spoils_no_other(broken):
    routes = {FULFILMENT: broken, OTHER_FULFILMENT: said(batch(shown(C), account="ACC100002"))}
    answer, _ = await looked(known(A), known(C), routes=routes)
    assert (reported(answer), answer.strays) == ({C.client_order_id: "Accepted"}, ())
    with pytest.raises(NoAnswer, match="a question about batches"):
        await looked(known(A), routes=routes)


async def test_an_order_that_nothing_came_back_for_is_found_by_its_terms_among_those_that_work():
    answer, _ = await looked(
        A,
        C,
        pending=batches((KEY, "ACC100001")),
        executing=batches((OTHER_KEY, "ACC100002"), ("of-nobody", "ACC100003")),
        routes={
            FULFILMENT: said(batch(shown(B), shown(A, unitsFilled=4, averageFillPrice=12))),
            OTHER_FULFILMENT: said(batch(shown(C), account="ACC100002")),
        },
    )
    assert reported(answer) == {A.client_order_id: "Accepted", C.client_order_id: "Accepted"}
    assert answer.reports[0].filled_quantity == 4
    assert (answer.strays, answer.absent) == ((), frozenset())


async def test_what_is_not_found_may_have_ended_and_is_never_absent():
    answer, server = await looked(A, executing=batches(("of-nobody", "ACC100003")))
    assert answer == OmsAnswer()
    assert "GET /batches/of-nobody/fulfilment" not in server.places()


async def test_trades_of_its_account_on_other_terms_are_no_candidates():
    answer, _ = await looked(A, executing=batches((KEY, "ACC100001")), routes={FULFILMENT: said(batch(shown(B)))})
    assert answer == OmsAnswer()


async def test_a_batch_that_goes_on_meanwhile_is_listed_twice_and_counts_once():
    answer, server = await looked(
        A,
        pending=batches((KEY, "ACC100001")),
        executing=batches((KEY, "ACC100001")),
        routes={FULFILMENT: said(batch(shown(A)))},
    )
    assert reported(answer) == {A.client_order_id: "Accepted"}
    assert server.places().count(FULFILMENT) == 1


async def test_a_trade_that_is_known_to_be_another_order_is_no_candidate():
    twin = known(replace(A, client_order_id=an_order(7).client_order_id))
    trades = [shown(A), shown(A, tradeKey=twin.trade_key, status="PartiallyFilled", unitsFilled=1)]
    answer, _ = await looked(A, twin, executing=batches((KEY, "ACC100001")), routes={FULFILMENT: said(batch(*trades))})
    assert reported(answer) == {A.client_order_id: "Accepted", twin.client_order_id: "PartiallyFilled"}


async def test_what_more_than_one_trade_could_be_stays_open():
    answer, _ = await looked(
        A,
        B,
        executing=batches((KEY, "ACC100001")),
        routes={FULFILMENT: said(batch(shown(A), shown(A, tradeKey="second"), shown(B)))},
    )
    assert reported(answer) == {B.client_order_id: "Accepted"}
    assert rules(answer.strays) == ["oms_ambiguous"]
    assert (answer.strays[0].client_order_id, answer.absent) == (A.client_order_id, frozenset())


async def test_a_trade_that_more_than_one_order_could_be_stays_open():
    twin = replace(A, client_order_id="tt-twin")
    answer, _ = await looked(A, twin, executing=batches((KEY, "ACC100001")), routes={FULFILMENT: said(batch(shown(A)))})
    assert (reported(answer), rules(answer.strays)) == ({}, ["oms_ambiguous"] * 2)


async def test_a_trade_that_carries_the_id_of_another_order_is_no_candidate():
    answer, _ = await looked(
        A,
        executing=batches((KEY, "ACC100001")),
        routes={FULFILMENT: said(batch(told(A, clientOrderId="of another", tradeKey="1"), told(A)))},
    )
    assert (reported(answer), answer.strays) == ({A.client_order_id: "Accepted"}, ())


SECOND = "GET /batches/second/fulfilment"


@pytest.mark.parametrize(
    "second",
    [
        [RESET],
        NOWHERE,
        said(batch(shown(B, units="many"), orderKey="second")),
        said(batch(shown(B), orderKey="another")),
    ],
)
async def test_nothing_is_concluded_where_a_batch_of_the_account_cannot_be_read_whole(second):
    answer, _ = await looked(
        A,
        executing=batches((KEY, "ACC100001"), ("second", "ACC100001")),
        routes={FULFILMENT: said(batch(shown(A))), SECOND: second},
    )
    assert (answer.reports, answer.absent) == ((), frozenset())
    assert "oms_ambiguous" not in rules(answer.strays)


@pytest.mark.parametrize(
    "odd", [None, {}, {"orderKey": "", "portfolioId": "ACC100001", "status": "Pending", "tradeCount": 1}]
)
async def test_nothing_is_concluded_where_a_listed_batch_cannot_be_read(odd):
    listed = batches((KEY, "ACC100001"))
    listed["batches"].append(odd)
    answer, _ = await looked(A, executing=listed, routes={FULFILMENT: said(batch(shown(A)))})
    assert (answer.reports, answer.absent, rules(answer.strays)) == ((), frozenset(), ["oms_wrong_shape"])


async def test_without_the_list_orders_with_keys_are_still_found():
    routes = {FULFILMENT: said(batch(shown(B), shown(A)))}
    answer, _ = await looked(known(B), A, executing=said({}, status=500), routes=routes)
    assert reported(answer) == {B.client_order_id: "Accepted"}
    with pytest.raises(NoAnswer, match="500"):
        await looked(A, executing=said({}, status=500), routes=routes)
