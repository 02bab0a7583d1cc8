"""A process that gives one default answer over the demo market and ends: what the first question costs."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from trimtab.server.compose import open_factor_desk
from trimtab.settings import Settings
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.factor_requests import ComputeCorrelations


async def answer() -> None:
    """Opens the desk, asks it, and lets go."""
    with TemporaryDirectory() as folder:
        opened = open_factor_desk(Settings(records=SecretStr(f"sqlite:///{Path(folder) / 'records.db'}")))
        await opened.desk.correlations(Caller(owner="bench", actor="bench"), ComputeCorrelations())
        await opened.close()


if __name__ == "__main__":
    asyncio.run(answer())
