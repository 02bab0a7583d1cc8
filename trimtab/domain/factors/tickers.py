"""Tickers in messages: a text that somebody sent is repeated only where it can't be anything but a code."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

UNKNOWN: Final = "(unknown ticker)"
MOST_NAMED: Final = 20
_CODE: Final = re.compile(r"[A-Z0-9.^=_-]{1,12}", re.ASCII | re.IGNORECASE)


def shown_ticker(ticker: str) -> str:
    """The ticker, if it looks like one: one short word of letters, digits and marks."""
    return ticker if _CODE.fullmatch(ticker) else UNKNOWN


def listed(names: Sequence[str], *, most: int = MOST_NAMED) -> str:
    """The names, or of more than `most` the first, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def nearest(ticker: str, known: Iterable[str]) -> list[str]:
    """Those of the known tickers that may have been meant, at most three."""
    return get_close_matches(ticker.upper(), list(known), n=3, cutoff=0.6)


def nearest_hint(ticker: str, known: Iterable[str]) -> str:
    """A sentence with those that may have been meant, to stand behind another; nothing where none is near."""
    near = nearest(ticker, known)
    return f" Nearest: {', '.join(near)}." if near else ""
