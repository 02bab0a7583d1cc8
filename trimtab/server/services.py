"""What every server of a process shares: one desk, one source of change notices, and the work in the background."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio

from trimtab.domain.errors import TrimtabError
from trimtab.server import late
from trimtab.server.callers import local_caller
from trimtab.server.desks import DeskOnNeed, MakeDesk
from trimtab.server.notices import SessionNotices
from trimtab.tools.context import AppContext

TIDY_EVERY_SECONDS: Final = 3_600.0
_LOOK_EVERY_SECONDS: Final = 60.0

logger = logging.getLogger(__name__)


class Services:
    """Made with the server, running while it serves; may run again after it has stopped."""

    def __init__(self, make_desk: MakeDesk, *, actor: str) -> None:
        self.desk = DeskOnNeed(make_desk)
        self.notices = SessionNotices(self.desk)
        self.context = AppContext(desk=self.desk.get, caller=local_caller(actor), render=late.render)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Works in the background meanwhile, and closes the desk at the end."""
        async with anyio.create_task_group() as background:
            background.start_soon(self.notices.pass_on)
            background.start_soon(self._tidy)
            try:
                yield
            finally:
                background.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await self.desk.close()

    async def _tidy(self) -> None:
        """Forgets sessions that expired long ago, once the store is in use, and then every hour."""
        while True:
            pause = _LOOK_EVERY_SECONDS
            if self.desk.made is not None:
                pause = TIDY_EVERY_SECONDS
                try:
                    forgotten = await self.desk.made.store.purge_expired()
                except TrimtabError as error:
                    logger.warning("expired sessions stay for now: %s", error.message)
                else:
                    logger.debug("forgot %d expired sessions", forgotten)
            await anyio.sleep(pause)
