"""Says how a session stands, and again whenever somebody changes it: `python watch.py URL SESSION_ID`."""

import asyncio
import sys

from mcp.client import Client


async def main(url: str, session_id: str) -> None:
    plan = f"trimtab://session/{session_id}/plan"
    async with Client(url) as client, client.listen(resource_subscriptions=[plan]) as changes:
        print(await standing(client, session_id), flush=True)
        async for _ in changes:
            print(await standing(client, session_id), flush=True)


async def standing(client: Client, session_id: str) -> str:
    result = await client.call_tool("get_session", {"session_id": session_id})
    session = result.structured_content or {}
    if result.is_error:
        return f"{session['message']} {session['next_action']}"
    sells, buys = session["totals"]["sells"]["value"], session["totals"]["buys"]["value"]
    return f"{session['phase']}, version {session['version']}: sells {sells:,.0f}, buys {buys:,.0f}"


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
