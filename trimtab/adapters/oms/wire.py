"""One request to the order system and its answer, with every failure told apart: what never left, and what nobody
knows. Nothing is sent twice, and nothing is waited for without end."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import anyio
import httpx2

from trimtab.adapters.oms.address import Address
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.order_system import NoAnswer, NotSent

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of an answer."""
MOST_CONNECTIONS: Final = 16
_KEPT_SECONDS: Final = 2.0
"""How long a connection is kept for the next request: less than servers keep it, because what is sent while a server
hangs up has no answer."""
_HEADERS: Final = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "cache-control": "no-store",
    "user-agent": "trimtab",
}
_NEXT: Final = "See whether the order system that TRIMTAB_OMS names runs, then try again."

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back, whole; `content` may be anything."""

    status: int
    content: bytes

    @property
    def ok(self) -> bool:
        """Whether it was done, as the order system says."""
        return 200 <= self.status < 300


class Wire:
    """Connections to one order system. `what` of an operation is what it sends, in words: `new orders`.

    Nothing comes from the environment but the machine's own certificates, and no redirect is followed.
    """

    def __init__(
        self,
        address: Address,
        *,
        name: str,
        transport: httpx2.AsyncBaseTransport | None,
        timeout_seconds: float,
        connect_seconds: float,
    ) -> None:
        self.name = name
        self.timeout_seconds = timeout_seconds
        self._connect_seconds = connect_seconds
        self._client = httpx2.AsyncClient(
            base_url=address.url,
            auth=address.auth,
            transport=transport or _transport(address),
            timeout=httpx2.Timeout(timeout_seconds, connect=connect_seconds, pool=connect_seconds),
            headers=_HEADERS,
            follow_redirects=False,
            trust_env=False,
        )

    async def get(self, path: str, *, what: str, query: Query = ()) -> HttpAnswer:
        """Asks for something; raises as `post` does."""
        return await self._sent(self._client.build_request("GET", path, params=list(query)), what)

    async def post(self, path: str, *, what: str, content: bytes = b"") -> HttpAnswer:
        """Sends something, once.

        Raises:
            NotSent: No connection came about.
            NoAnswer: It left, or may have, and no whole answer came.
        """
        headers = {"content-type": "application/json"} if content else {}
        return await self._sent(self._client.build_request("POST", path, content=content, headers=headers), what)

    async def close(self) -> None:
        """Hangs up."""
        await self._client.aclose()

    def no_answer(self, what: str, why: object) -> NoAnswer:
        """An answer that says nothing of what became of the request."""
        return NoAnswer(f"{self.name} gave no usable answer to {what}: {why}.")

    async def _sent(self, request: httpx2.Request, what: str) -> HttpAnswer:
        if self._client.is_closed:
            raise self.not_sent(what, "it was closed here")
        try:
            # What a transport waits for is each piece of an answer: a slow drip would never end.
            with anyio.fail_after(self.timeout_seconds):
                return await self._received(request, what)
        except (httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise self.not_sent(what, f"no connection within {self._connect_seconds:g} seconds") from None
        except httpx2.ConnectError as error:
            raise self.not_sent(what, clean(str(error), 200) or "no connection") from None
        except (TimeoutError, httpx2.TimeoutException):
            raise self.no_answer(what, f"it took longer than {self.timeout_seconds:g} seconds") from None
        except httpx2.HTTPError:
            raise self.no_answer(what, "the connection broke off") from None
        except NoAnswer:
            raise
        except Exception as error:  # an order system in our own process may fail with anything
            raise self.no_answer(what, f"it failed ({type(error).__name__})") from error

    async def _received(self, request: httpx2.Request, what: str) -> HttpAnswer:
        response = await self._client.send(request, stream=True)
        try:
            content = bytearray()
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > MOST_BYTES:
                    raise self.no_answer(what, f"it is longer than {MOST_BYTES // 1024**2} MB")
            return HttpAnswer(response.status_code, bytes(content))
        finally:
            await response.aclose()

    def not_sent(self, what: str, why: str) -> NotSent:
        """A request of which the order system surely has nothing."""
        return NotSent(f"{self.name} can't be reached with {what}, and nothing was sent: {why}.", next_action=_NEXT)


def _transport(address: Address) -> httpx2.AsyncHTTPTransport:
    # Reading the machine's certificates takes longer than all else; what isn't encrypted needs none.
    verify = True if address.url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    limits = httpx2.Limits(
        max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS, keepalive_expiry=_KEPT_SECONDS
    )
    return httpx2.AsyncHTTPTransport(verify=verify, limits=limits, retries=0)
