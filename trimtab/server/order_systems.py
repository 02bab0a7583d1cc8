"""Which order system orders go to: the one of the settings, or a paper one inside this process."""

import hashlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread
import httpx2
from starlette.applications import Starlette

from trimtab.adapters.clock import SystemClock
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.errors import TrimtabError
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.trading.book import Book
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.server.paper_oms.listing import listed_instruments, listed_products
from trimtab.server.paper_oms.settings import DEFAULT_FILE, DEFAULT_TICK_SECONDS, PaperOmsSettings
from trimtab.settings import Settings
from trimtab.workflow.ports.order_system import OrderSystem

UniverseOf = Callable[[], Universe | None]
EMBEDDED: Final = "the embedded paper OMS"
_MARK_LENGTH: Final = 8


def no_products() -> None:
    """For an order system of the book's instruments alone."""


def open_order_system(
    settings: Settings,
    book: Book,
    *,
    universe_of: UniverseOf = no_products,
    tick_seconds: float = DEFAULT_TICK_SECONDS,
) -> OrderSystem:
    """The order system of these settings; nothing is connected or opened before it is used.

    An embedded one trades the book's instruments and the products of `universe_of`, at the pace of `tick_seconds`.

    Raises:
        SettingsError: TRIMTAB_OMS isn't the URL of one.
    """
    if settings.oms is not None:
        return HttpOrderSystem(settings.oms)
    return embedded_order_system(settings.home / DEFAULT_FILE, book, universe_of=universe_of, tick_seconds=tick_seconds)


def embedded_order_system(
    db: Path, book: Book, *, universe_of: UniverseOf = no_products, tick_seconds: float = DEFAULT_TICK_SECONDS
) -> OrderSystem:
    """A paper order system inside this process, for the book's instruments and products; processes over one file share
    it.

    Its name tells files apart, so that nobody asks one for the orders of another.
    """

    def make() -> Starlette:
        products = universe_of()
        listed = ({} if products is None else listed_products(products)) | listed_instruments(book)
        return paper_oms_app(PaperOmsSettings(db=db, listed=listed, clock=SystemClock(), tick_seconds=tick_seconds))

    mark = hashlib.sha256(str(db.absolute()).encode()).hexdigest()[:_MARK_LENGTH]
    return HttpOrderSystem(name=f"{EMBEDDED} {mark}", transport=InProcess(make))


class InProcess(httpx2.AsyncBaseTransport):
    """Carries requests to an application in this process, made for the first of them and closed with the client."""

    def __init__(self, make: Callable[[], Starlette]) -> None:
        self._make = make
        self._carrier: httpx2.ASGITransport | None = None
        self._open = AsyncExitStack()
        self._turn = anyio.Lock()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The application's answer."""
        async with self._turn:
            if self._carrier is None:
                app = await anyio.to_thread.run_sync(self._made)
                await self._open.enter_async_context(app.router.lifespan_context(app))
                self._carrier = httpx2.ASGITransport(app)
        return await self._carrier.handle_async_request(request)

    def _made(self) -> Starlette:
        try:
            return self._make()
        except TrimtabError as error:  # whoever asks hears why, and that nothing was sent
            raise httpx2.ConnectError(error.message) from error

    async def aclose(self) -> None:
        """Lets go of what the application holds."""
        await self._open.aclose()
