"""The executive summary of a session: sells, buys, cash and market in one markdown text."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from trimtab.domain.decimal_text import fixed, rounded
from trimtab.domain.trading.flag_text import FlagKind
from trimtab.domain.trading.overview import BuysSummary, SellsSummary, SessionSummary
from trimtab.formatters.clean import clean
from trimtab.formatters.figures import money

PROSE_LIMIT: Final = 1_000
_REASONS: Final[dict[FlagKind, str]] = {
    "div": "dividend timing",
    "dip": "price dips",
    "cgt": "CGT optimization",
    "sec": "sector weight",
    "cash": "cash limit",
    "tol": "tolerance",
}
_MARKUP: Final = re.compile(r"[\\`*_~\[\]<>]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What markdown obeys inside a line; addresses become links without any mark."""


def format_summary(summary: SessionSummary) -> str:
    """The summary as markdown, without a final line break; a section that has nothing to say is left away.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    return "\n\n".join("\n".join(section) for section in _sections(summary) if section)


def _sections(summary: SessionSummary) -> Iterator[list[str]]:
    yield [f"**Trading Plan: {_count(summary.portfolios, 'Portfolio')}**"]
    yield list(_sells(summary.sells, "Current" if summary.phase == "Sells" else "Complete"))
    if summary.buys is not None:
        yield list(_buys(summary.buys, "Current" if summary.phase == "Buys" else "Complete"))
    yield [_net_cash_flow(summary)]
    yield _joined("Market Context", [_prose(summary.market_context)])
    yield _joined("Key Events", _events(summary))
    yield _joined("Checks", _checks(summary))
    yield list(_degraded(summary.degraded))


def _sells(sells: SellsSummary, state: str) -> Iterator[str]:
    if not sells.count + sells.deferred_count + sells.review_count:
        return
    yield f"**Sells Phase ({state}):** {_count(sells.count, 'sell')} totaling {money(sells.value)}"
    if sells.deferred_count:
        reasons = ", ".join(_REASONS[kind] for kind in dict.fromkeys(sells.deferred_for))
        yield f"• {_count(sells.deferred_count, 'position')} deferred{f' ({reasons})' if reasons else ''}"
    yield from _under_review(sells.review_count)


def _buys(buys: BuysSummary, state: str) -> Iterator[str]:
    if not buys.count and not rounded(buys.original_value, 0):
        return
    yield f"**Buys Phase ({state}):** {_count(buys.count, 'buy')} totaling {money(buys.value)}"
    yield f"• Original buy demand: {money(buys.original_value)}"
    yield f"• Proceeding: {money(buys.value)}"
    if rounded(buys.deferred_value, 0):
        share = fixed(buys.deferred_value / buys.original_value * 100, 1)
        yield f"• Deferred: {money(buys.deferred_value)} ({share}%)"
    yield from _under_review(buys.review_count)
    if buys.strategy:
        yield f"• Strategy: {_prose(buys.strategy)}"


def _under_review(count: int) -> Iterator[str]:
    if count:
        yield f"• {_count(count, 'position')} under review"


def _net_cash_flow(summary: SessionSummary) -> str:
    net = summary.sells.value - (summary.buys.value if summary.buys else 0)
    whole = rounded(net, 0)
    side = "net seller" if whole > 0 else "net buyer" if whole < 0 else "balanced"
    return f"**Net Cash Flow:** {money(net)} ({side})"


def _events(summary: SessionSummary) -> Iterator[str]:
    if rounded(summary.dividends_captured, 0):
        yield f"{money(summary.dividends_captured)} of dividends captured"
    if summary.cgt_deferrals:
        yield f"{_count(summary.cgt_deferrals, 'CGT deferral')}"


def _checks(summary: SessionSummary) -> Iterator[str]:
    if summary.hard_failures:
        yield _count(summary.hard_failures, "hard failure")
    if summary.soft_warnings:
        yield _count(summary.soft_warnings, "soft warning")


def _degraded(notes: tuple[str, ...]) -> Iterator[str]:
    if notes:
        yield "**Degraded:**"
        yield from (f"• {_prose(note)}" for note in notes)


def _joined(title: str, parts: Iterable[str]) -> list[str]:
    text = ", ".join(part for part in parts if part)
    return [f"**{title}:** {text}"] if text else []


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _prose(text: str) -> str:
    """One line of outside text in which markdown is shown, not obeyed: no forged heading, link or picture."""
    return _MARKUP.sub(r"\\\g<0>", clean(text, PROSE_LIMIT))
