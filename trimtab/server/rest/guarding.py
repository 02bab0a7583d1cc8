"""Who may call: the same hosts and web pages as for MCP, and no page of another site by a trick of the browser."""

from typing import Final

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trimtab.server.rest.problems import describe
from trimtab.server.rest.refusals import RequestRefused, too_large

OPEN_TO_LINKS: Final = ("/api/docs", "/api/openapi.json")
"""They do nothing, so a link on another site may lead there."""
_OTHER_SITES: Final = frozenset({"cross-site", "same-site"})
"""What a browser says of a request that another site made it send; its own address bar is `none`."""
_BY_SCRIPT: Final = frozenset({"", "empty"})
"""What a browser says that a script's own request is for; nothing where no browser asks."""


class Guard:
    """Around the application: what it refuses, nobody reads."""

    def __init__(self, app: ASGIApp, *, security: TransportSecuritySettings, most_bytes: int) -> None:
        self._app = app
        self._names = TransportSecurityMiddleware(security)
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = await self._refused(Request(scope))
        if refused is not None:
            await describe(refused).response()(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    async def _refused(self, request: Request) -> RequestRefused | None:
        wrong = await self._names.validate_request(request)
        if wrong is not None:
            return _wrong_host() if wrong.status_code == 421 else _other_site()
        if not request.url.path.startswith(OPEN_TO_LINKS) and _by_another_site(request):
            return _other_site()
        length = request.headers.get("content-length", "")
        return too_large(self._most_bytes) if length.isdecimal() and int(length[:20]) > self._most_bytes else None

    def _counted(self, receive: Receive) -> Receive:
        """For bodies that don't say how long they are."""
        left = self._most_bytes

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise too_large(self._most_bytes)
            return message

        return counted


def require_script(request: Request) -> None:
    """A dependency of what changes a session though it is read with GET: no link, image or prefetch does that.

    Raises:
        RequestRefused: The browser says that no script of a page asks.
    """
    if request.headers.get("sec-fetch-dest", "") not in _BY_SCRIPT:
        raise RequestRefused(
            "This address changes a session, so it answers to a page's script and not to a link.",
            status=403,
            next_action="Read it with EventSource or fetch, or with a program that is no browser.",
        )


def _by_another_site(request: Request) -> bool:
    """An `Origin` that is there was found to be allowed; without one the page stays unknown."""
    return "origin" not in request.headers and request.headers.get("sec-fetch-site") in _OTHER_SITES


def _wrong_host() -> RequestRefused:
    return RequestRefused(
        "This server isn't called by the name of this request's Host.",
        status=421,
        field="Host",
        next_action="Call it by a name of its machine, or by one of the setting TRIMTAB_ALLOWED_HOSTS.",
    )


def _other_site() -> RequestRefused:
    return RequestRefused(
        "Web pages of that origin may not call this server.",
        status=403,
        field="Origin",
        next_action="Name the page's origin in the setting TRIMTAB_ALLOWED_ORIGINS.",
    )
