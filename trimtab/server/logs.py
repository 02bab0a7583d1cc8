"""Logging: to stderr only, because stdout belongs to the protocol."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, TypeAlias

from trimtab.domain.outside_text import clean

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LONGEST_MESSAGE: Final = 1_000
_CHATTY: Final = "mcp"
"""Tells the start and end of every request where others tell what is worth knowing."""
_CARRIERS: Final = ("anthropic", "openai", "httpx2", "httpcore2", "alembic", "sqlalchemy")
"""Tell addresses of every call, prompts and statements with clients' names in them, or that they are there: below
WARNING nothing of theirs is logged."""


_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _OneLine(logging.Formatter):
    """A message may repeat what a client sent: it forges no second line, and steers no terminal. A traceback has lines
    of its own, which are marked."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is the standard library's
        record.message = clean(record.message, _LONGEST_MESSAGE)
        return super().formatMessage(record)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the name is the standard library's
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"  | {clean(line, _LONGEST_MESSAGE)}" for line in lines)


def log_to_stderr(level: str) -> None:
    """Sends everything of this level and above to stderr; the validator's errors come without links."""
    os.environ.setdefault("PYDANTIC_ERRORS_INCLUDE_URL", "0")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine(_FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger(_CHATTY).setLevel(logging.WARNING if level == "INFO" else logging.NOTSET)
    quiet_carriers()
    logging.captureWarnings(capture=True)


def quiet_carriers() -> None:
    """Keeps them quiet; said again once they are loaded, because some then follow variables of their own."""
    for name in _CARRIERS:
        logging.getLogger(name).setLevel(logging.WARNING)


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
