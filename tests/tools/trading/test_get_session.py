"""`get_session`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call, client_of, error_of
from trimtab.workflow.ports.requests import GetSession


async def test_arguments_reach_the_desk() -> None:
    desk = ScriptedDesk()
    await call("get_session", desk, session_id="s", view="trades", group_by="model", portfolios=["A"], limit=2)
    asked = GetSession(session_id="s", view="trades", group_by="model", portfolios=("A",), limit=2)
    assert desk.asked == [("get_session", asked)]


async def test_pages_follow_each_other_without_a_gap() -> None:
    rows: list[object] = []
    cursor = None
    async with client_of(ScriptedDesk(rows=7)) as client:
        for _ in range(4):
            arguments = {"session_id": "s", "view": "trades", "limit": 2, "cursor": cursor}
            page = (await client.call_tool("get_session", arguments)).structured_content
            assert page is not None
            rows += page["items"]["rows"]
            cursor = page["next_cursor"]
    assert cursor is None
    assert [row[0] for row in rows] == [f"ACC{100001 + index}" for index in range(7)]  # type: ignore[index]  # rows as they come in JSON


async def test_a_cursor_of_another_view_is_refused() -> None:
    async with client_of(ScriptedDesk(rows=7)) as client:
        page = await client.call_tool("get_session", {"session_id": "s", "view": "trades", "limit": 2})
        assert page.structured_content is not None
        cursor = page.structured_content["next_cursor"]
        result = await client.call_tool("get_session", {"session_id": "s", "view": "plan", "cursor": cursor})
    assert error_of(result)["field"] == "cursor"
