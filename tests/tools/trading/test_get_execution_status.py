"""`get_execution_status`: asks, sends what may leave by now, and says how far the orders are."""

from pathlib import Path

from tests.tools.responses import matches_response
from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.scripted_orders import ScriptedOrders, status_of
from tests.tools.serving import client_of, error_of
from tests.tools.trading.sent_orders import SentOrders, done, orders_sent, rows
from trimtab.workflow.ports.execution import GetExecutionStatus, ParkedItem


async def next_steps(sent: SentOrders) -> object:
    """What the session's summary says to do next."""
    return done(await sent.client.call_tool("get_session", sent.session))["next_steps"]


async def test_sells_go_first_buys_as_their_cash_arrives_and_at_the_end_the_session_is_done(tmp_path: Path) -> None:
    async with orders_sent(tmp_path) as sent:
        first = await sent.status()
        assert {row["side"] for row in rows(first) if row["state"] == "Intent"} == {"buy"}
        assert (first["waiting_for_cash"], first["states"]) == (2, {"Accepted": 4, "Intent": 2})
        await sent.paper.ticks()
        asked = {**sent.session, "limit": 4}
        matches_response("execution_status", await sent.client.call_tool("get_execution_status", asked))
        on_the_way = await next_steps(sent)
        last = await sent.until_done()
        again, afterwards = await sent.status(), await next_steps(sent)
    assert (last["phase"], last["states"], last["trades_filled"]) == ("Done", {"Filled": 6}, 6)
    assert (last["waiting_for_cash"], last["trouble"], last["parked"]) == (0, "", [])
    assert again == last
    assert on_the_way == ["get_execution_status until done", "cancel_orders with a reason"]
    assert afterwards == ["get_execution_status: what was filled"]


async def test_orders_are_told_by_batch_and_those_that_are_open_alone_and_in_pages(tmp_path: Path) -> None:
    async with orders_sent(tmp_path) as sent:
        await sent.paper.ticks()
        whole = await sent.status()
        open_ones = await sent.status(open_only=True)
        batches = rows(await sent.status(view="batches"))
        pages = [await sent.status(limit=4)]
        while pages[-1]["next_cursor"] is not None:
            pages.append(await sent.status(limit=4, cursor=pages[-1]["next_cursor"]))
        other = await sent.client.call_tool(
            "get_execution_status", {**sent.session, "open_only": True, "cursor": pages[0]["next_cursor"]}
        )
    assert [row for page in pages for row in rows(page)] == rows(whole)
    assert rows(open_ones) == [row for row in rows(whole) if row["state"] != "Filled"]
    assert sum(batch["trades"] for batch in batches) == whole["orders"]
    assert {batch["account_number"] for batch in batches} == {"P1", "P2"}
    assert error_of(other)["field"] == "cursor"


async def test_before_orders_are_recorded_it_says_how_to_get_there(tmp_path: Path) -> None:
    async with orders_sent(tmp_path, executed=False) as sent:
        said = error_of(await sent.client.call_tool("get_execution_status", sent.session))
    assert said["code"] == "wrong_phase"
    assert "execute_orders" in str(said["next_action"])


async def test_trouble_and_what_was_parked_are_told_cleaned() -> None:
    parked = ParkedItem(
        rule="oms_overfilled", message="11 units\u202e of 10", client_order_id="", order_key="K", seen_at="2026-03-02"
    )
    status = status_of(1, trouble="It is away.\u200b").model_copy(update={"parked": (parked,)})
    orders = ScriptedOrders(status)
    async with client_of(ScriptedDesk(), orders=orders) as client:
        asked = {"session_id": "s", "view": "batches", "open_only": True}
        said = done(await client.call_tool("get_execution_status", asked))
    assert said["trouble"] == "It is away."
    assert said["parked"] == [{**parked.model_dump(), "message": "11 units of 10"}]
    assert orders.asked == [("execution_status", GetExecutionStatus(session_id="s", view="batches", open_only=True))]
