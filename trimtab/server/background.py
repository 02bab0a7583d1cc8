"""Work that goes on while the server serves, and never takes it down."""

import logging
from collections.abc import Awaitable, Callable

from trimtab.domain.errors import TrimtabError

logger = logging.getLogger(__name__)


async def attempt(what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Does the work; a failure is logged under `what`, and whoever tries again may."""
    try:
        await work()
    except TrimtabError as error:
        logger.warning("%s: %s", what, error.message)
    except Exception:
        logger.exception("%s: failed unexpectedly", what)
