"""Opens the records for a command, and closes them behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from trimtab.server.compose import open_records
from trimtab.server.logs import log_to_stderr
from trimtab.settings import load_settings
from trimtab.workflow.ports.records import RecordStore

Answer = TypeVar("Answer")


def with_records(work: Callable[[RecordStore], Awaitable[Answer]]) -> Answer:
    """What the work comes to with the records of the settings."""
    settings = load_settings(analyst="rules")
    log_to_stderr(settings.log_level)

    async def run() -> Answer:
        records = open_records(settings)
        try:
            return await work(records)
        finally:
            await records.close()

    return asyncio.run(run())
