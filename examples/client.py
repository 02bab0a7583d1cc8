"""A whole session over the demo book, at the server of this address, or at one that it starts: one sale is put off."""

import asyncio
import sys
from typing import Any

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

SERVER = sys.argv[1] if len(sys.argv) > 1 else StdioServerParameters(command="trimtab", args=["serve"])


async def main() -> None:
    async with Client(SERVER) as client:

        async def call(tool: str, **arguments: Any) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            answer = result.structured_content or {}
            if result.is_error:
                raise SystemExit(f"{answer['message']} {answer['next_action']}")
            return answer

        opened = await call("open_session", workflow_mode="AiPlan")
        session = {"session_id": opened["session_id"]}
        await call("analyze_trades", **session)
        wait = {"symbol": "XRO", "action": "defer", "reason": "The price dipped.", "flags": ["dip"]}
        applied = await call("apply_recommendations", recommendations=[wait], **session)
        for warning in applied["soft_warnings"]:
            print(f"{warning['symbol']}: {warning['message']}")
        await call("advance_phase", **session)
        review = await call("advance_phase", **session)
        totals = review["actuals"]["totals"]
        print(f"Sells {totals['sell_value']:,.0f}, buys {totals['buy_value']:,.0f}")
        print(f"{review['phase']}: {totals['trade_count']} trades, net cash flow {totals['net_cash_flow']:,.0f}")


if __name__ == "__main__":
    asyncio.run(main())
