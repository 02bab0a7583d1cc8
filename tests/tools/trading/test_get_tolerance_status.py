"""`get_tolerance_status`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call, client_of, error_of, text_of, tokens
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.cursors import encode_cursor, read_cursor
from trimtab.workflow.ports.requests import GetTolerance


async def test_arguments_reach_the_desk() -> None:
    desk = ScriptedDesk()
    await call("get_tolerance_status", desk, session_id="s", status="all", portfolios=["A"], limit=5)
    asked = GetTolerance(session_id="s", status="all", portfolios=("A",), limit=5)
    assert desk.asked == [("get_tolerance", asked)]


async def test_a_page_may_be_shorter_than_asked_and_the_next_goes_on() -> None:
    seen: list[str] = []
    cursor = None
    async with client_of(ScriptedDesk(rows=1500)) as client:
        while True:
            arguments = {"session_id": "s", "limit": 1000, "cursor": cursor}
            result = await client.call_tool("get_tolerance_status", arguments)
            page = result.structured_content
            assert page is not None
            assert tokens(as_json(page)) <= MOST_TOKENS
            assert tokens(text_of(result)) <= MOST_TOKENS
            assert page["total"] == 1500
            seen += [row[0] for row in page["lines"]["rows"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    assert seen == [f"ACC{100001 + index}" for index in range(1500)]


async def test_a_stale_cursor_says_how_to_go_on() -> None:
    async with client_of(ScriptedDesk(rows=10)) as client:
        page = await client.call_tool("get_tolerance_status", {"session_id": "s", "limit": 5})
        assert page.structured_content is not None
        view = read_cursor(page.structured_content["next_cursor"]).view
        stale = encode_cursor(2, 5, view=view)
        result = await client.call_tool("get_tolerance_status", {"session_id": "s", "cursor": stale})
    assert "version 3 now; this cursor belongs to version 2" in str(error_of(result)["message"])
    assert "without a cursor" in str(error_of(result)["next_action"])
