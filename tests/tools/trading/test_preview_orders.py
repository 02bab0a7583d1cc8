"""`preview_orders`."""

from pathlib import Path

from mcp.client import Client

from tests.tools.demo_desk import demo_client
from tests.tools.responses import matches_response
from tests.tools.serving import error_of


async def session_in_review(client: Client, **asked: object) -> str:
    opened = await client.call_tool("open_session", asked)
    assert opened.structured_content is not None
    session_id = str(opened.structured_content["session_id"])
    for _ in range(2):
        moved = await client.call_tool("advance_phase", {"session_id": session_id})
        assert not moved.is_error
    return session_id


async def test_a_page_of_orders_with_its_limits_and_the_approval_it_needs(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        session_id = await session_in_review(client)
        matches_response(
            "preview_orders", await client.call_tool("preview_orders", {"session_id": session_id, "limit": 5})
        )


async def test_pages_add_up_to_all_orders(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        session_id = await session_in_review(client)
        seen: list[object] = []
        asked: dict[str, object] = {"session_id": session_id, "limit": 150}
        while True:
            page = (await client.call_tool("preview_orders", asked)).structured_content
            assert page is not None
            seen += [row[0] for row in page["items"]["rows"]]
            if page["next_cursor"] is None:
                break
            asked["cursor"] = page["next_cursor"]
        assert len(seen) == len(set(map(str, seen))) == page["total"] == page["totals"]["orders"]


async def test_before_review_it_says_how_to_get_there(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        opened = await client.call_tool("open_session", {"workflow_mode": "QuickRebalance"})
        assert opened.structured_content is not None
        asked = {"session_id": opened.structured_content["session_id"]}
        said = error_of(await client.call_tool("preview_orders", asked))
    assert said["code"] == "wrong_phase"
    assert "advance_phase" in str(said["next_action"])
