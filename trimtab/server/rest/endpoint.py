"""Around every operation: a body has to be JSON, and whatever goes wrong is answered with a problem document."""

from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from trimtab.server.rest.problems import describe
from trimtab.server.rest.refusals import no_content_type
from trimtab.server.rest.wrong_requests import in_words_of_ours


class Endpoint(APIRoute):
    """An operation that answers in our words."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What the framework calls for a request."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None

        async def answer(request: Request) -> Response:
            try:
                if takes_body:
                    await _require_json(request)
                return await handle(request)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told, and the log if it is ours
                return describe(in_words_of_ours(error)).response()

        return answer


async def _require_json(request: Request) -> None:
    """An empty body needs no type, so that a call without arguments needs no header."""
    said = Message()
    said["content-type"] = request.headers.get("content-type", "")
    if await request.body() and said.get_content_type() != "application/json":
        raise no_content_type()
