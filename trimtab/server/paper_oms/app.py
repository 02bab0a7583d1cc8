"""The application of the paper order system: its addresses, and what is answered to requests that are wrong.

It is served like any other, or asked without a socket by the process that it is in; several processes may do so over
one file.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trimtab.adapters.oms.messages import BASE_PATH, MOST_ASKED, PAPER_PATH, PaperStatement
from trimtab.domain.errors import InvalidInput
from trimtab.server.paper_oms import control
from trimtab.server.paper_oms.answering import STATES
from trimtab.server.paper_oms.bodies import body_of, model_of
from trimtab.server.paper_oms.cancelling import cancel_order
from trimtab.server.paper_oms.creating import create_orders
from trimtab.server.paper_oms.faults import FaultRule
from trimtab.server.paper_oms.looking import look_at_batch, look_at_fulfilment, look_at_ids, look_at_state
from trimtab.server.paper_oms.refusing import HANDLERS
from trimtab.server.paper_oms.replies import Reply, content_of
from trimtab.server.paper_oms.sending import Sender
from trimtab.server.paper_oms.settings import PaperOmsSettings
from trimtab.server.paper_oms.turns import Move, Turn, Turns
from trimtab.server.paper_oms.wanted import read_request
from trimtab.server.signals import when_told_to_end
from trimtab.server.version import VERSION


def paper_oms_app(settings: PaperOmsSettings) -> Starlette:
    """The application of these settings, its file open; the end of its lifespan lets go of the file.

    Raises:
        SettingsError: the file is no paper order system's, or of another release.
        Unavailable: it is locked, or the disk is full.
    """
    system = _PaperOms(settings)
    return Starlette(routes=system.routes(), lifespan=system.lifespan, exception_handlers=HANDLERS)


class _PaperOms:
    """The endpoints, over one file."""

    def __init__(self, settings: PaperOmsSettings) -> None:
        self._settings = settings
        self._turns = Turns(settings)
        self._sender = Sender(hang_seconds=settings.hang_seconds)

    def routes(self) -> list[Route]:
        found = [
            Route(f"{BASE_PATH}/orders/batch", self._create, methods=["POST"]),
            Route(f"{BASE_PATH}/batches", self._batches),
            Route(f"{BASE_PATH}/batches/{{order_key}}", self._batch),
            Route(f"{BASE_PATH}/batches/{{order_key}}/fulfilment", self._fulfilment),
            Route(f"{PAPER_PATH}/orders", self._kept),
            Route(f"{PAPER_PATH}/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            Route(f"{PAPER_PATH}/ticks", self._ticks, methods=["POST"]),
        ]
        if self._settings.client_ids:
            found.append(Route(f"{BASE_PATH}/orders", self._orders))
            found.append(Route(f"{BASE_PATH}/orders/{{client_order_id}}/cancel", self._cancel, methods=["POST"]))
        if self._settings.says_paper:
            found.append(Route(PAPER_PATH, _say_paper))
        return found

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        try:
            with when_told_to_end(self._sender.let_go):
                yield
        finally:
            self._turns.close()

    async def _create(self, request: Request) -> Response:
        settings = self._settings
        body = await body_of(request)
        read = partial(read_request, body, listed=settings.listed, client_ids=settings.client_ids)
        wanted = await anyio.to_thread.run_sync(read)
        return await self._answer(lambda turn: create_orders(turn, wanted))

    async def _orders(self, request: Request) -> Response:
        asked = request.query_params.getlist("client_order_id")
        if not 1 <= len(asked) <= MOST_ASKED:
            raise InvalidInput(f"client_order_id: Ask for 1 to {MOST_ASKED} orders, not {len(asked)}.")
        return await self._answer(lambda turn: look_at_ids(turn, asked), move="look")

    async def _cancel(self, request: Request) -> Response:
        client_order_id = request.path_params["client_order_id"]
        return await self._answer(lambda turn: cancel_order(turn, client_order_id))

    async def _batches(self, request: Request) -> Response:
        state = request.query_params.get("state", "")
        if state not in STATES:
            raise InvalidInput(f"state: Must be {' or '.join(STATES)}.")
        return await self._answer(lambda turn: look_at_state(turn, state), move="look")

    async def _batch(self, request: Request) -> Response:
        order_key = request.path_params["order_key"]
        return await self._answer(lambda turn: look_at_batch(turn, order_key), move="look")

    async def _fulfilment(self, request: Request) -> Response:
        order_key = request.path_params["order_key"]
        return await self._answer(lambda turn: look_at_fulfilment(turn, order_key), move="look")

    async def _kept(self, _request: Request) -> Response:
        return await self._answer(control.list_orders, move="nothing")

    async def _faults(self, request: Request) -> Response:
        if request.method == "POST":
            rule = await model_of(request, FaultRule)
            return await self._answer(lambda turn: control.switch_on(turn, rule), move="nothing")
        work = control.switch_off if request.method == "DELETE" else control.list_faults
        return await self._answer(work, move="nothing")

    async def _ticks(self, request: Request) -> Response:
        ticks = await model_of(request, control.Ticks)
        return await self._answer(control.tell_tick, ticks=ticks.count)

    async def _answer(self, work: Callable[[Turn], Reply], *, move: Move = "time", ticks: int = 0) -> Response:
        return self._sender.response(await self._turns.take(work, move=move, ticks=ticks))


async def _say_paper(_request: Request) -> Response:
    return JSONResponse(content_of(PaperStatement(kind="paper-oms", version=VERSION)))
