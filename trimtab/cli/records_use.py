"""Opens the records for a command, and closes them behind it."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from trimtab.domain.outside_text import clean
from trimtab.server.compose import open_records
from trimtab.server.logs import log_to_stderr
from trimtab.settings import load_settings
from trimtab.workflow.ports.records import RecordStore

Answer = TypeVar("Answer")
_LONGEST_NAME: Final = 40


def whoever_runs_this() -> str:
    """Who is written down as having used a command: the user of this machine, as far as it says."""
    try:
        return f"command line of {clean(getpass.getuser(), _LONGEST_NAME)}"
    except (OSError, KeyError, ImportError):
        return "command line"


def with_records(work: Callable[[RecordStore], Awaitable[Answer]], *, create: bool = False) -> Answer:
    """What the work comes to with the records of the settings.

    They have to be there, but with `create`: whoever stops or checks orders has to mean the records that a server uses.
    """
    settings = load_settings(analyst="rules")
    log_to_stderr(settings.log_level)

    async def run() -> Answer:
        records = open_records(settings, create=create)
        try:
            return await work(records)
        finally:
            await records.close()

    return asyncio.run(run())
