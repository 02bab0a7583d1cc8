"""An order system that notes what reaches it, before it does anything about it."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trimtab.adapters.oms.messages import BASE_PATH


class NotingApp:
    """Around an application: notes the ids of each request with orders, a line each, and passes it on after a delay."""

    def __init__(self, app: ASGIApp, log: Path, *, delay: Callable[[], Awaitable[None]]) -> None:
        self._app = app
        self._log = log
        self._delay = delay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == f"{BASE_PATH}/orders/batch":
            body = await _whole(receive)
            orders = json.loads(body)["portfolioOrders"]
            ids = [trade["clientOrderId"] for order in orders for trade in order["tradeDecisions"]]
            with self._log.open("a") as log:
                log.write(json.dumps(ids) + "\n")
            receive = _again(body, receive)
            await self._delay()
        await self._app(scope, receive, send)


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body once more, and then what else comes."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again
