"""Whether the world is still the one that was approved: the book read again, and its prices against the approval's."""

from collections.abc import Iterator

import numpy as np

from trimtab.domain.columns import EDGE_PCT, FloatColumn
from trimtab.domain.errors import Problem
from trimtab.domain.trading.book import Book
from trimtab.workflow.planning import SessionPlan


def moved_world(plan: SessionPlan, fresh: Book) -> Iterator[Problem]:
    """`price_moved` for each traded instrument, then `book_changed`, against the book as it is read now."""
    yield from moved_prices(plan, fresh)
    if fresh.digest != plan.state.book_digest:
        yield Problem("book", "The book was changed since the session was opened", "book_changed")


def moved_prices(plan: SessionPlan, fresh: Book) -> Iterator[Problem]:
    """`price_moved`: prices that went against an order by more than the policy's `price_move_pct`, by code.

    Against a buy is up, against a sell is down. An instrument that is gone, or has no price, has moved.
    """
    old, limit = plan.facts.book.instruments, plan.facts.policy.limits.price_move_pct
    now = _prices(fresh, old.code)
    with np.errstate(invalid="ignore", divide="ignore"):
        move_pct = (now / old.price - 1) * 100
    for side, sign in ((plan.sells, -1), (plan.buys, 1)):
        rows = np.unique(plan.facts.positions.instrument[side.offers.line[side.units > 0]])
        for row in rows[~(sign * move_pct[rows] <= limit + EDGE_PCT)]:
            verb = "sell" if sign < 0 else "buy"
            yield Problem(old.code[row], _message(float(move_pct[row]), limit, verb=verb), "price_moved")


def _prices(book: Book, codes: tuple[str, ...]) -> FloatColumn:
    """Prices of these codes in another book; NaN for one that it doesn't have."""
    known = {code: row for row, code in enumerate(book.instruments.code)}
    rows = np.array([known.get(code, -1) for code in codes], dtype=np.int64)
    prices = np.append(book.instruments.price, np.nan)
    return prices[rows]


def _message(move_pct: float, limit: float, *, verb: str) -> str:
    if not np.isfinite(move_pct):
        return f"There is no price now to {verb} at"
    return f"The price moved by {move_pct:+.2f} % since the plan was made; {limit:g} % against a {verb} is allowed"
