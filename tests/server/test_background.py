"""Work in the background may fail, and says so in the log."""

import logging

import anyio
import pytest

from trimtab.domain.errors import Unavailable
from trimtab.server.background import attempt


async def test_a_known_failure_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise Unavailable("The store is away.")

    await attempt("tidying", work)
    [record] = caplog.records
    assert (record.levelno, record.getMessage(), record.exc_info) == (
        logging.WARNING,
        "tidying: The store is away.",
        None,
    )


async def test_any_other_failure_comes_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise RuntimeError("disk on fire")

    await attempt("tidying", work)
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None


async def test_being_stopped_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    with anyio.move_on_after(0.01) as stopped:
        await attempt("tidying", anyio.sleep_forever)
    assert stopped.cancelled_caught
    assert caplog.records == []
