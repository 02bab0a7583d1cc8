"""How an answer reaches the client: whole, broken off in its middle, or not as long as the client waits."""

import logging

import anyio
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from trimtab.server.paper_oms.replies import Reply


class BrokenOff(Exception):
    """An answer ended in its middle, on purpose: whoever serves the application has to close the connection."""


class Sender:
    """Makes responses of replies; withheld ones come after `hang_seconds`, where the client is still there."""

    def __init__(self, *, hang_seconds: float) -> None:
        self._hang_seconds = hang_seconds
        self._withheld: set[anyio.CancelScope] = set()

    def response(self, reply: Reply) -> Response:
        """The response that says it, or doesn't."""
        if reply.manner == "cut off":
            return _CutOff(reply.content, status_code=reply.status)
        if reply.manner == "withheld":
            return _Withheld(reply, sender=self)
        return JSONResponse(reply.content, status_code=reply.status)

    def let_go(self) -> None:
        """Withholds nothing any longer."""
        for each in self._withheld:
            each.cancel()

    async def wait(self, receive: Receive) -> None:
        """Comes back when the client has gone away, or when it has waited long enough."""
        with anyio.move_on_after(self._hang_seconds) as scope:
            self._withheld.add(scope)
            try:
                message = await receive()
                while message["type"] != "http.disconnect":
                    message = await receive()
            finally:
                self._withheld.discard(scope)


class _CutOff(JSONResponse):
    """Claims its whole length and sends half of it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_half(message: Message) -> None:
            body = message.get("body")
            await send(message if body is None else {**message, "body": body[: len(body) // 2]})

        try:
            await super().__call__(scope, receive, send_half)
        except Exception as error:
            # Whatever a server raises when an answer is shorter than it claims to be, it then closes the connection.
            raise BrokenOff from error


class _Withheld(Response):
    """Says something when nobody waits for it any longer."""

    def __init__(self, reply: Reply, *, sender: Sender) -> None:
        super().__init__()
        self._reply = reply
        self._sender = sender

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._sender.wait(receive)
        late = JSONResponse(self._reply.content, status_code=self._reply.status)
        await late(scope, receive, send)


def not_broken_off(record: logging.LogRecord) -> bool:
    """A filter for the log of whoever serves the application: what was done on purpose is no failure to be told."""
    return not (record.exc_info and isinstance(record.exc_info[1], BrokenOff))
