"""Reference data as people write it: what is wrong with a value, in words; empty where nothing is."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from trimtab.domain.factors.reference import ASSET_CLASSES, OTHER_NAMES, IndustryProxy, asset_class_named
from trimtab.domain.outside_text import TEXT_LIMIT, clean

TICKER_LIMIT: Final = 32
TICKER_PATTERN: Final = r"^[A-Za-z0-9^][A-Za-z0-9 .=^_-]*$"
DESCRIPTION_LIMIT: Final = 200
MOST_PRIORITY: Final = 1_000_000

_TICKER: Final = re.compile(TICKER_PATTERN, re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)


def near(name: str, known: list[str]) -> str:
    """` Did you mean X?` where a known name is nearly this one, else nothing."""
    close = get_close_matches(name.strip().lower(), {each.lower(): each for each in known}, n=1)
    return "" if not close else f" Did you mean {next(each for each in known if each.lower() == close[0])}?"


def wrong_asset_class(text: str) -> str:
    """Says so where there is no such asset class."""
    if asset_class_named(text) is not None:
        return ""
    hint = near(text, [*ASSET_CLASSES, *OTHER_NAMES])
    return f"There is no such asset class; there are {', '.join(ASSET_CLASSES)}.{hint}"


def wrong_ticker(text: str) -> str:
    """Says so where a text can't be a ticker."""
    if len(text) <= TICKER_LIMIT and _TICKER.fullmatch(text) and text == text.strip():
        return ""
    return (
        f"A ticker has 1 to {TICKER_LIMIT} letters, digits or any of . = ^ _ - and blanks within, and begins with a "
        "letter, a digit or ^."
    )


def wrong_name(text: str) -> str:
    """Says so where a text can't name something."""
    if text and text == clean(text, None) and len(text) <= TEXT_LIMIT:
        return ""
    return f"A name has 1 to {TEXT_LIMIT} characters that can be seen, and no blanks around it or in a row."


def wrong_currency(text: str) -> str:
    """Says so where a text can't be a currency's code."""
    return "" if _CURRENCY.fullmatch(text) else "A currency is three capital letters, such as USD."


def wrong_priority(number: int) -> str:
    """Says so where a number can't be a priority."""
    if 0 <= number <= MOST_PRIORITY:
        return ""
    return f"A priority is a whole number from 0 to {MOST_PRIORITY}; the lowest comes first."


def wrong_description(text: str) -> str:
    """Says so where a text can't be a description."""
    if text == clean(text, None) and len(text) <= DESCRIPTION_LIMIT:
        return ""
    return f"A description has at most {DESCRIPTION_LIMIT} characters that can be seen, in one line."


def industries_of_shared_etfs(rows: Iterable[IndustryProxy]) -> Mapping[str, tuple[str, ...]]:
    """The tickers that stand for more than one industry, with these industries by name."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.etf_ticker, []).append(row.industry)
    return {ticker: tuple(sorted(names)) for ticker, names in found.items() if len(names) > 1}
