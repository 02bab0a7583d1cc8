"""Tickers in messages: a text that somebody sent is repeated only where it can't be anything but a code."""

import re
from typing import Final

UNKNOWN: Final = "(unknown ticker)"
_CODE: Final = re.compile(r"[A-Z0-9.^=_-]{1,12}", re.ASCII | re.IGNORECASE)


def shown_ticker(ticker: str) -> str:
    """The ticker, if it looks like one: one short word of letters, digits and marks."""
    return ticker if _CODE.fullmatch(ticker) else UNKNOWN
