"""Logging: to stderr only, because stdout belongs to the protocol."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def log_to_stderr(level: str) -> None:
    """Sends everything of this level and above to stderr; the validator's errors come without links."""
    os.environ.setdefault("PYDANTIC_ERRORS_INCLUDE_URL", "0")
    logging.basicConfig(level=level, format=_FORMAT, stream=sys.stderr)
    logging.captureWarnings(capture=True)


@contextmanager
def plain_sdk_logging() -> Iterator[None]:
    """Keeps the server SDK from loading rich for a log handler: a name that is None in `sys.modules` can't be
    imported."""
    kept = sys.modules.get("rich.console")
    sys.modules["rich.console"] = None  # type: ignore[assignment]  # None is what Python documents for this
    try:
        yield
    finally:
        del sys.modules["rich.console"]
        if kept is not None:
            sys.modules["rich.console"] = kept
