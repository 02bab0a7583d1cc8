"""Every tool over the demo book: whole responses as committed, and none longer than a client shows."""

from pathlib import Path

import toons
from mcp.client import Client
from mcp_types import CallToolResult

from tests.tools.demo_desk import demo_client
from tests.tools.responses import matches_response
from tests.tools.serving import text_of, tokens
from trimtab.formatters.tables import uniform
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json

THREE = ["ACC100002", "ACC100028", "ACC100045"]
REASON = "the client asked for it"
RULES = [{"code": "CBA", "rule": "hold", "reason": REASON}]


def deferred(symbol: str) -> dict[str, object]:
    return {"symbol": symbol, "action": "defer", "reason": "the dividend is near", "flags": ["div"]}


async def answer(client: Client, tool: str, **arguments: object) -> CallToolResult:
    """A reply that is within the budget, and says the same both ways."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    assert result.structured_content is not None
    assert tokens(as_json(result.structured_content)) <= MOST_TOKENS
    assert tokens(text_of(result)) <= MOST_TOKENS
    if tool != "get_trading_overview":
        assert toons.loads(text_of(result)) == uniform(result.structured_content)
    return result


async def test_a_session_over_three_portfolios_answers_as_committed(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:

        async def step(name: str, tool: str, **arguments: object) -> CallToolResult:
            result = await answer(client, tool, **arguments)
            matches_response(name, result)
            return result

        await step("get_server_status", "get_server_status")
        await step("open_session", "open_session", portfolios=THREE)
        mine = {"session_id": "ts_1"}
        for view in ("portfolios", "momentum"):
            await step(f"overview_{view}", "get_trading_overview", **mine, view=view)
        await step("overview_compact", "get_trading_overview", **mine, compact=True)
        await step("tolerance_status", "get_tolerance_status", **mine, limit=8)
        await step("update_session", "update_session", **mine, instrument_rules=RULES)
        analysis = (await step("analyze_trades", "analyze_trades", **mine)).structured_content
        assert analysis is not None
        given = [deferred(verdict["symbol"]) for verdict in analysis["recommendations"][:2]]
        await step("validate_recommendations", "validate_recommendations", **mine, recommendations=given)
        await step("apply_recommendations", "apply_recommendations", **mine, recommendations=given)
        await step("advance_to_buys", "advance_phase", **mine)
        await step("overview_buys", "get_trading_overview", **mine, view="buys")
        await step("advance_to_review", "advance_phase", **mine)
        await step("session_summary", "get_session", **mine)
        for view in ("plan", "trades", "why_not", "log"):
            await step(f"session_{view}", "get_session", **mine, view=view, limit=5)


async def test_the_whole_book_fits_into_replies(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        await answer(client, "open_session")
        mine = {"session_id": "ts_1"}
        page = await answer(client, "get_tolerance_status", **mine, status="all", limit=1000)
        assert page.structured_content is not None
        assert page.structured_content["next_cursor"] is not None
        analysis = await answer(client, "analyze_trades", **mine, response_format="detailed")
        assert analysis.structured_content is not None
        verdicts = analysis.structured_content["recommendations"]
        given = [{"symbol": verdict["symbol"], "action": "proceed"} for verdict in verdicts]
        for tool in ("validate_recommendations", "apply_recommendations"):
            await answer(client, tool, **mine, recommendations=given, response_format="detailed")
        for batch, compact in ((1, False), (2, False), (3, False), (1, True)):
            overview = await answer(client, "get_trading_overview", **mine, batch=batch, compact=compact)
            assert overview.structured_content is not None
            assert overview.structured_content["batches"] == (1 if compact else 3)
            assert "truncated" not in overview.structured_content
        await answer(client, "get_trading_overview", **mine, view="momentum")
        for _ in range(2):
            await answer(client, "advance_phase", **mine, response_format="detailed")
        for view in ("plan", "trades", "why_not", "log"):
            await answer(client, "get_session", **mine, view=view, limit=1000)


async def test_all_pages_together_are_the_whole_list(tmp_path: Path) -> None:
    async with demo_client(tmp_path) as client:
        await answer(client, "open_session")
        rows: list[tuple[object, ...]] = []
        cursor = None
        while True:
            arguments = {"session_id": "ts_1", "status": "all", "limit": 1000, "cursor": cursor}
            page = (await answer(client, "get_tolerance_status", **arguments)).structured_content
            assert page is not None
            rows += [tuple(row[:2]) for row in page["lines"]["rows"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    assert len(rows) == page["total"] == page["summary"]["lines"]
    assert len(set(rows)) == len(rows)
