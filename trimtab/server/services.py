"""What every server of a process shares: the desks, one source of change notices, and the work in the background."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio

from trimtab.server import late
from trimtab.server.background import attempt
from trimtab.server.callers import local_caller
from trimtab.server.desks import (
    DeskOnNeed,
    FactorsOnNeed,
    FrameworksOnNeed,
    MakeDesk,
    MakeFactors,
    MakeFrameworks,
    MakeSignals,
    SignalsOnNeed,
)
from trimtab.server.notices import SessionNotices
from trimtab.tools.context import AppContext

TIDY_EVERY_SECONDS: Final = 3_600.0
LOOK_EVERY_SECONDS: Final = 60.0
KEEP_EVERY_SECONDS: Final = 300.0
FIRST_LOOK_SECONDS: Final = 1.0
START_AFTER_SECONDS: Final = 5.0
"""What has to be fast at the start is done by then."""
CLOSE_WITHIN_SECONDS: Final = 5.0
"""A store that hangs may not keep the server from ending."""

logger = logging.getLogger(__name__)


class Services:
    """Made with the server, running while it serves; may run again after it has stopped, or twice at once."""

    def __init__(
        self,
        make_desk: MakeDesk,
        *,
        make_frameworks: MakeFrameworks,
        make_factors: MakeFactors,
        make_signals: MakeSignals,
        actor: str,
        keeps: bool = True,
    ) -> None:
        """With `keeps` sessions are copied into the records now and then, and orders go on their way."""
        caller = local_caller(actor)
        self._keeps = keeps
        self.desk = DeskOnNeed(make_desk)
        self.frameworks = FrameworksOnNeed(make_frameworks)
        self.factors = FactorsOnNeed(make_factors)
        self.signals = SignalsOnNeed(make_signals)
        self.notices = SessionNotices(self.desk, owner=caller.owner)
        self.context = AppContext(
            desk=self.desk.get,
            orders=self.desk.orders,
            frameworks=self.frameworks.get,
            factors=self.factors.get,
            signals=self.signals.get,
            caller=caller,
            render=late.render,
        )
        self._running = 0
        self._turn = anyio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Works in the background meanwhile; the last to leave closes the desk."""
        self._running += 1
        try:
            async with anyio.create_task_group() as background:
                background.start_soon(self._work)
                yield
                background.cancel_scope.cancel()
        finally:
            self._running -= 1
            if not self._running:
                with anyio.move_on_after(CLOSE_WITHIN_SECONDS, shield=True):
                    await attempt("the desk didn't close", self.desk.close)
                    await attempt("the records of frameworks didn't close", self.frameworks.close)
                    await attempt("the reference data didn't close", self.factors.close)
                    await attempt("the records of signals didn't close", self.signals.close)

    async def _work(self) -> None:
        """One does the work for all: whoever runs beside it takes over when it stops."""
        async with self._turn, anyio.create_task_group() as work:
            work.start_soon(self.notices.pass_on)
            work.start_soon(self._tidy)
            if self._keeps:
                work.start_soon(self._keep)
                work.start_soon(self._deliver)

    async def _tidy(self) -> None:
        """Forgets sessions that expired long ago, once the store is in use, and then every hour."""
        while True:
            in_use = self.desk.made is not None
            if in_use:
                await attempt("expired sessions stay for now", self._purge)
            await anyio.sleep(TIDY_EVERY_SECONDS if in_use else LOOK_EVERY_SECONDS)

    async def _keep(self) -> None:
        """Copies what changed into the records, so that a session can be shown after it has expired."""
        while True:
            await anyio.sleep(KEEP_EVERY_SECONDS)
            if self.desk.made is not None:
                await attempt("sessions aren't in the records yet", self._keep_changed)

    async def _keep_changed(self) -> None:
        kept = await (await self.desk.opened()).office.keeper.keep_changed(self.context.caller)
        logger.debug("kept %d sessions in the records", kept)

    async def _deliver(self) -> None:
        """Brings orders to the order system and news of them back: at the start, and as often as there may be some.

        Where nobody calls, the desk is made for that: orders may be on their way since before the server started.
        """
        with anyio.move_on_after(START_AFTER_SECONDS):
            while self.desk.made is None:
                await anyio.sleep(FIRST_LOOK_SECONDS)
        while True:
            pause_seconds = LOOK_EVERY_SECONDS

            async def one_round() -> None:
                nonlocal pause_seconds
                pause_seconds = await (await self.desk.opened()).office.delivery.deliver()

            await attempt("orders wait for now", one_round)
            made = self.desk.made
            await (anyio.sleep(pause_seconds) if made is None else made.office.delivery.rest(pause_seconds))

    async def _purge(self) -> None:
        forgotten = await (await self.desk.opened()).store.purge_expired()
        logger.debug("forgot %d expired sessions", forgotten)
